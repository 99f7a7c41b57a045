"""Chroma as a server of its own: it may be down, hang, lose what it had, and come back; questions are answered throughout."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chroma_process import Server
from fastapi.testclient import TestClient
from test_cli import home, run, seeded  # noqa: F401  fixtures
from test_opening import until

from qa import bootstrap, indexes
from qa.errors import SettingsError
from qa.interfaces import rest
from qa.models import Draft
from qa.service import Newsroom
from qa.settings import Settings, load

QUESTION = {"question": "when did Russian instructors arrive"}


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "EVERY", 0.2)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "chroma")
    yield made
    made.stop()


@contextmanager
def serving(home: Path, url: str) -> Iterator[tuple[TestClient, Newsroom]]:  # noqa: F811
    chosen = Settings(home=home, chroma_url=url)
    with (
        bootstrap.answering(chosen, what="test", again=lambda: chosen) as newsroom,
        TestClient(rest.app(newsroom)) as client,
    ):
        yield client, newsroom


def ready(client: TestClient) -> bool:
    return bool(client.get("/readyz").status_code == 200)


def searches(newsroom: Newsroom, engine: str) -> bool:
    return bool(newsroom.parts.vectors.engine == engine)  # type: ignore[attr-defined]


def test_questions_are_answered_while_it_is_down_and_say_so_and_it_is_used_once_it_is_back(
    home: Path,  # noqa: F811
    server: Server,
) -> None:
    with serving(home, server.url) as (client, newsroom):
        until(lambda: not ready(client))
        told = client.get("/readyz")
        assert (told.status_code, told.json()["code"]) == (503, "not_ready")
        assert told.json()["detail"] == indexes.AWAY
        answer = client.post("/v1/ask", json=QUESTION).json()
        assert answer["status"] == "answered"
        assert indexes.AWAY in answer["notes"]
        server.start()
        until(lambda: ready(client))
        assert searches(newsroom, "chroma")
        assert indexes.AWAY not in client.post("/v1/ask", json=QUESTION).json()["notes"]

        server.stop()
        began = time.monotonic()
        answer = client.post("/v1/ask", json={"question": "who arrived in Niger"}).json()
        assert time.monotonic() - began < 5
        assert indexes.AWAY in answer["notes"]
        new = Draft("The bridge at Corby opened on Monday.", source="corby.txt", id="corby")
        assert newsroom.ingest([new]).new == 1
        until(lambda: not ready(client))
        server.start()
        until(lambda: ready(client))
        view = newsroom.parts.views[-1]
        articles, passages = newsroom.parts.archive.count()
        assert (articles, view.count(), view.position()) == (6, passages, newsroom.parts.archive.position())
        assert newsroom.check() == []


def test_a_server_that_hangs_holds_no_question_up(home: Path, server: Server) -> None:  # noqa: F811
    server.start()
    with serving(home, server.url) as (client, newsroom):
        until(lambda: searches(newsroom, "chroma"))
        server.send(signal.SIGSTOP)
        began = time.monotonic()
        assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
        assert time.monotonic() - began < 5
        until(lambda: not ready(client))
        server.send(signal.SIGCONT)
        until(lambda: ready(client))


def test_an_address_that_never_replies_holds_nothing_up(home: Path) -> None:  # noqa: F811
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with serving(home, f"http://127.0.0.1:{silent.getsockname()[1]}") as (client, _):
            assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
            until(lambda: not ready(client))
            began = time.monotonic()
        assert time.monotonic() - began < 10


def test_what_it_lost_is_filled_again_and_a_reindex_leaves_one_collection(
    home: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    first, second = Server(tmp_path / "one"), Server(tmp_path / "two")
    with first.running(), serving(home, first.url) as (client, newsroom):
        until(lambda: searches(newsroom, "chroma"))
        newsroom.reindex()
        assert searches(newsroom, "chroma")
        assert (ready(client), newsroom.check(), len(first.collections())) == (True, [], 1)
    with second.running(), serving(home, second.url) as (_, newsroom):
        until(lambda: searches(newsroom, "chroma"))
        assert newsroom.check() == []


def test_a_reindex_without_it_fails_in_a_sentence_and_changes_nothing(home: Path, server: Server) -> None:  # noqa: F811
    done = run(home, "reindex", QA_CHROMA_URL=server.url)
    assert done.returncode == 1
    assert f"The Chroma server at {server.url}" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(home, "doctor").returncode == 0


def test_doctor_tells_that_it_is_away(home: Path, server: Server) -> None:  # noqa: F811
    done = run(home, "doctor", QA_CHROMA_URL=server.url)
    assert (done.returncode, indexes.AWAY in done.stdout + done.stderr) == (1, True)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8000", "http://host:8000/api", "ftp://host", "http://u:p@host"]
)
def test_what_is_no_address_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"QA_CHROMA_URL.*http://127\.0\.0\.1:8000"):
        load({"QA_HOME": str(tmp_path), "QA_CHROMA_URL": address})
