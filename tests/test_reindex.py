"""Indexes are built beside those in use, and a change of the embedding model is one step for who asks."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from threading import Event, Thread

import httpx2
import pytest
from conftest import draft
from fakes import FakeEmbedder
from served import served
from test_cli import QUESTION, home, run, seeded, serving  # noqa: F401  fixtures
from test_service import FLOOD, filled

import qa
from qa import bootstrap
from qa.errors import Busy, InputError, Interrupted, ModelError
from qa.interfaces import rest
from qa.library import Chosen
from qa.models import Published
from qa.ports import Vectors
from qa.service import Newsroom
from qa.settings import Settings
from qa.turnover import InUse

MakeNewsroom = Callable[..., Newsroom]
RATE = 20


class OtherEmbedder(FakeEmbedder):
    """Of as many numbers as the fake one, so that a mixture of both would go unnoticed; may wait, or break."""

    def __init__(self, *, breaks_after: int = 1_000_000) -> None:
        super().__init__(64, "other/64")
        self._left = breaks_after
        self.go = Event()
        self.go.set()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.go.wait()
        self._left -= 1
        if self._left < 0:
            raise ModelError("The embedding server failed.")
        return super().embed_passages(texts)

    def _row(self, text: str) -> Vectors:
        return super()._row(text[::-1])  # other words, other buckets


def changing(newsroom: Newsroom, embedder: FakeEmbedder) -> Newsroom:
    newsroom.parts.chosen = lambda: Chosen(embedder.fingerprint, lambda: embedder)
    return newsroom


def many(count: int) -> list[object]:
    day = Published(date(2024, 4, 1), "given")
    return [
        draft(f"Report {n}: the council of town {n} met on street {n * 7}.", id=f"a{n}", published=day)
        for n in range(count)
    ]


def test_who_began_with_a_value_ends_with_it() -> None:
    held, ended = InUse("old"), Event()
    with held.held() as value:
        wait = held.replace("new")
        Thread(target=lambda: (wait(), ended.set()), daemon=True).start()
        with held.held() as later:
            assert (value, later) == ("old", "new")
        assert not ended.wait(0.05)
    assert ended.wait(5)


def test_another_model_takes_over_with_all_its_vectors(make_newsroom: MakeNewsroom) -> None:
    newsroom = changing(filled(make_newsroom()), OtherEmbedder())
    before = newsroom.search("flood")
    assert newsroom.to_embed() == 2
    assert newsroom.reindex() == 2
    assert newsroom.model_of_vectors == "other/64"
    assert newsroom.check() == []
    assert [hit.passage.id for hit in newsroom.search("flood")] == [hit.passage.id for hit in before]
    assert newsroom.parts.archive.drop_vectors() == 0, "the old ones are gone already"
    newsroom.ingest([draft("Apples are ripe in Kent.", id="new")])
    assert newsroom.check() == []


def test_what_was_embedded_before_it_was_stopped_is_not_embedded_again(make_newsroom: MakeNewsroom) -> None:
    newsroom = make_newsroom()
    newsroom.ingest(many(80))  # type: ignore[arg-type]
    changing(newsroom, OtherEmbedder(breaks_after=1))
    with pytest.raises(ModelError):
        newsroom.reindex()
    assert (newsroom.model_of_vectors, newsroom.check()) == ("fake/64", [])
    left = newsroom.to_embed()
    assert 0 < left < 80
    stopped = Event()
    stopped.set()
    with pytest.raises(Interrupted, match="goes on from there"):
        newsroom.reindex(stop=stopped)
    embedder = OtherEmbedder()
    assert changing(newsroom, embedder).reindex() == left == len(embedder.embedded)
    assert newsroom.check() == []


def test_an_article_that_was_embedded_before_the_switch_is_stored_after_it_with_the_new_model(
    make_newsroom: MakeNewsroom,
) -> None:
    newsroom = changing(filled(make_newsroom()), OtherEmbedder())
    taken = newsroom.take(many(3))  # type: ignore[arg-type]
    next(taken)  # the others are embedded by now, and wait to be stored
    newsroom.reindex()
    assert len(list(taken)) == 2
    assert newsroom.check() == []
    assert newsroom.search("council of town 2")[0].article.id == "a2"


def test_files_of_the_old_indexes_are_gone(make_newsroom: MakeNewsroom, tmp_path: Path) -> None:
    newsroom = filled(make_newsroom())
    (before,) = (tmp_path / "views" / "keywords").iterdir()
    newsroom.reindex()
    (after,) = (tmp_path / "views" / "keywords").iterdir()
    assert before != after


def test_chroma_and_the_keywords_are_built_beside_and_opened_from_then_on(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with bootstrap.writing(settings, what="test", embed=lambda: FakeEmbedder(384)) as newsroom:
        newsroom.ingest([draft(FLOOD, id="flood")])
        before = {path.name for path in (tmp_path / "views" / "chroma").iterdir()}
        newsroom.parts.chosen = lambda: Chosen(newsroom.parts.fingerprint, newsroom.parts.embedder)
        newsroom.reindex()
        after = {path.name for path in (tmp_path / "views" / "chroma").iterdir()}
        assert len(after) == 1
        assert before.isdisjoint(after)
        assert newsroom.health()["behind"] == {"keywords": 0, "vectors": 0}
        assert newsroom.check() == []
    with bootstrap.writing(settings, what="test") as newsroom:
        assert newsroom.health()["behind"] == {"keywords": 0, "vectors": 0}
        assert {path.name for path in (tmp_path / "views" / "chroma").iterdir()} == after


def test_a_second_one_beside_is_refused(make_newsroom: MakeNewsroom) -> None:
    embedder = OtherEmbedder()
    embedder.go.clear()
    newsroom = changing(filled(make_newsroom()), embedder)
    newsroom.reindexer.start()
    with pytest.raises(Busy):
        newsroom.reindex()
    assert newsroom.reindexer.start("other/64").state == "running"
    embedder.go.set()
    newsroom.reindexer.close()
    assert newsroom.reindexer.progress.state in ("done", "failed")


# -- over REST, under questions --------------------------------------------------------------------------------


async def test_no_question_fails_and_none_mixes_models_while_the_model_is_changed(
    make_newsroom: MakeNewsroom,
) -> None:
    embedder = OtherEmbedder()
    newsroom = make_newsroom()
    newsroom.ingest(many(150))  # type: ignore[arg-type]
    changing(newsroom, embedder)
    with served(rest.app(newsroom)) as address, qa.Client(address) as client:
        async with httpx2.AsyncClient(base_url=address, trust_env=False, timeout=30) as asking:

            async def found(number: int) -> object:
                asked = {"question": f"where did the council of town {number % 10} meet"}
                reply = await asking.post("/v1/search", json=asked)
                assert reply.status_code == 200
                return [(hit["article_id"], round(hit["cosine"], 4)) for hit in reply.json()["hits"]]

            before = [await found(number) for number in range(10)]
            told = client.reindex(model="other/64")
            assert (told.state, told.passages) == ("running", 150)
            tasks: list[asyncio.Task[object]] = []
            while newsroom.reindexer.progress.state == "running" or len(tasks) < RATE:
                tasks.append(asyncio.create_task(found(len(tasks))))
                await asyncio.sleep(1 / RATE)
            seen = await asyncio.gather(*tasks)
            assert client.reindexing().state == "done"
            after = [await found(number) for number in range(10)]
    assert all(before[n] != after[n] for n in range(10)), "the models can be told apart"
    assert all(one in (before[n % 10], after[n % 10]) for n, one in enumerate(seen))
    assert seen[0] == before[0]
    assert seen[-1] == after[(len(seen) - 1) % 10]


def test_only_the_model_that_was_asked_for_is_changed_to(make_newsroom: MakeNewsroom) -> None:
    newsroom = filled(make_newsroom())
    with served(rest.app(newsroom)) as address, qa.Client(address) as client:
        with pytest.raises(InputError, match="name the embedding model fake/64, and not other/64"):
            client.reindex(model="other/64")
        assert client.reindexing().state == "none"
        assert client.reindex().model == "fake/64"


def test_why_it_failed_is_told(make_newsroom: MakeNewsroom) -> None:
    newsroom = changing(filled(make_newsroom()), OtherEmbedder(breaks_after=0))
    with served(rest.app(newsroom)) as address, qa.Client(address) as client:
        client.reindex()
        for thread in [each for each in threading.enumerate() if each.name == "reindex"]:
            thread.join()
        told = client.reindexing()
        assert (told.state, told.detail) == ("failed", "The embedding server failed.")
        assert client.ask("When did the flood reach Aveley?").status == "answered"


# -- as its user types it ----------------------------------------------------------------------------------------


def test_the_command_has_the_server_do_it(home: Path) -> None:  # noqa: F811
    other = {"QA_EMBED_BASE_URL": "http://127.0.0.1:9", "QA_EMBED_MODEL": "m", "QA_EMBED_DIMENSIONS": "8"}
    with serving(home):
        told = json.loads(run(home, "reindex", "--json").stdout)
        assert (told["embedded"], told["status"]) == (0, "ready")
        refused = run(home, "reindex", **other)
        assert refused.returncode == 1
        assert "and not openai:m/8. Name it in qa.toml" in refused.stderr


def test_a_server_answers_with_the_archives_model_until_the_change(home: Path) -> None:  # noqa: F811
    other = {"QA_EMBED_BASE_URL": "http://127.0.0.1:9", "QA_EMBED_MODEL": "m", "QA_EMBED_DIMENSIONS": "8"}
    with serving(home, **other):
        assert json.loads(run(home, "ask", QUESTION, "--json", **other).stdout)["status"] == "answered"
        failed = run(home, "reindex", **other)
        assert failed.returncode == 1
        assert "The embedding server failed for model m." in failed.stderr
        assert json.loads(run(home, "ask", QUESTION, "--json", **other).stdout)["status"] == "answered"
