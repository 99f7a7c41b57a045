"""Articles in: read ahead, embedded together, stored one by one; what was read before is not read again."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import draft
from fakes import FakeEmbedder
from test_dedupe import OTHER, WIRE

from qa.adapters import sources
from qa.adapters.archive import SqlArchive
from qa.ingest import read, receipts
from qa.models import ANY, Draft, IngestReport, Refusal
from qa.ports import Prepared, Sketch
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]


def take(newsroom: Newsroom, *paths: Path) -> IngestReport:
    return newsroom.ingest(newsroom.read(sources.files(paths, readable=read.is_readable)))


def lines(path: Path, *records: dict[str, Any]) -> Path:
    data = "\n".join(json.dumps(record) for record in records).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.copies, len(report.refused)


class Reading:
    """Counts the articles whose text was read and cleaned."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        page = read.clean.page

        def counted(text: str, **given: str) -> object:
            self.number += 1
            return page(text, **given)

        monkeypatch.setattr(read.clean, "page", counted)


# -- again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_a_line_that_was_read_before_is_not_read_again(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = lines(tmp_path / name, {"id": "a", "text": "One rose."}, {"text": "Two fell."}, {"id": "x"})
    assert counts(take(newsroom, file)) == (2, 0, 0, 0, 1)
    reading = Reading(monkeypatch)
    again = take(newsroom, file)
    assert (counts(again), again.passages, reading.number) == ((0, 0, 2, 0, 1), 0, 0)
    lines(file, {"id": "a", "text": "One rose."}, {"text": "Two fell."}, {"id": "b", "text": "Three slept."})
    assert (counts(take(newsroom, file)), reading.number) == ((1, 0, 2, 0, 0), 1)


def test_a_file_that_was_read_before_is_not_read_again_and_one_that_changed_is(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.txt").write_text("One rose.")
    (folder / "two.json").write_text(json.dumps([{"id": "c", "text": "Two."}, {"id": "d", "text": "Three."}]))
    assert counts(take(newsroom, folder)) == (3, 0, 0, 0, 0)
    reading = Reading(monkeypatch)
    assert (counts(take(newsroom, folder)), reading.number) == ((0, 0, 3, 0, 0), 0)
    (folder / "one.txt").write_text("One fell.")
    assert (counts(take(newsroom, folder)), reading.number) == ((0, 1, 2, 0, 0), 1)


def test_what_was_deleted_comes_in_again(newsroom: Newsroom, tmp_path: Path) -> None:
    file = lines(tmp_path / "all.jsonl", {"id": "a", "text": "One."}, {"id": "b", "text": "Two."})
    take(newsroom, file)
    newsroom.delete("a")
    assert counts(take(newsroom, file)) == (1, 0, 1, 0, 0)


def test_what_another_file_changed_is_changed_back(newsroom: Newsroom, tmp_path: Path) -> None:
    one = lines(tmp_path / "one.jsonl", {"id": "a", "text": "One."})
    other = lines(tmp_path / "other.jsonl", {"id": "a", "text": "Other."})
    assert [counts(take(newsroom, file))[1] for file in (one, other, one)] == [0, 1, 1]
    assert newsroom.article("a").text == "One."


def test_an_id_that_stands_twice_is_refused_in_every_run(newsroom: Newsroom, tmp_path: Path) -> None:
    same = {"id": "a", "text": "One."}
    file = lines(tmp_path / "all.jsonl", same, {"id": "a", "text": "Other."}, same)
    for expected in ((1, 0, 0, 0, 2), (0, 0, 1, 0, 2)):
        report = take(newsroom, file)
        assert counts(report) == expected
        assert "already on line 1" in report.refused[0].reason
    assert newsroom.article("a").text == "One."


def test_what_could_not_be_read_is_tried_again(newsroom: Newsroom, tmp_path: Path) -> None:
    file = tmp_path / "some.json"
    file.write_text(json.dumps([{"id": "a", "text": "One."}, {"id": "b"}]))
    assert counts(take(newsroom, file)) == (1, 0, 0, 0, 1)
    assert counts(take(newsroom, file)) == (0, 0, 1, 0, 1)


def test_a_day_in_the_future_is_judged_anew(newsroom: Newsroom, archive: SqlArchive, tmp_path: Path) -> None:
    file = lines(tmp_path / "all.jsonl", {"id": "a", "text": "One.", "published_at": "2999-01-01"})
    take(newsroom, file)
    assert newsroom.article("a").published.seen == "2999-01-01"
    digest = receipts.of(file.read_bytes(), str(file), "line")
    assert archive.recalled(digest) == []


def test_the_same_article_twice_in_one_run_is_stored_once(newsroom: Newsroom) -> None:
    report = newsroom.ingest([draft("One.", id="a"), draft("One.", id="a")])
    assert (counts(report), newsroom.article("a").version) == ((1, 0, 1, 0, 0), 1)


# -- side by side ----------------------------------------------------------------------------------------------


def test_passages_of_several_articles_are_embedded_together(make_newsroom: MakeNewsroom) -> None:
    class Batches(FakeEmbedder):
        sizes: list[int] = []  # noqa: RUF012
        begun = threading.Event()

        def embed_passages(self, texts: Any) -> Any:
            self.sizes.append(len(texts))
            self.begun.wait(5)
            return super().embed_passages(texts)

    embedder = Batches()

    def articles() -> Iterator[Draft]:
        for number in range(20):
            yield draft(f"Story {number}.\n\nIts end.", id=f"a{number:02}")
        embedder.begun.set()  # everything was read while the first batch was being embedded

    report = make_newsroom(embedder=embedder).ingest(articles())
    assert report.ids == tuple(f"a{number:02}" for number in range(20)), "in the order of reading"
    assert (sum(embedder.sizes), len(embedder.sizes) < 20) == (40, True)


def test_what_goes_wrong_in_reading_is_raised_and_what_came_before_is_stored(newsroom: Newsroom) -> None:
    def articles() -> Iterator[Draft]:
        yield draft("One.", id="a")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        newsroom.ingest(articles())
    assert newsroom.article("a").text == "One."


def test_what_goes_wrong_in_embedding_is_raised_and_ends_the_reading(make_newsroom: MakeNewsroom) -> None:
    class Broken(FakeEmbedder):
        def embed_passages(self, texts: Any) -> Any:
            raise ValueError("no memory")

    before = threading.active_count()
    with pytest.raises(ValueError, match="no memory"):
        make_newsroom(embedder=Broken()).ingest(draft("Story.", id=f"a{n}") for n in range(500))
    assert threading.active_count() == before


# -- copies ----------------------------------------------------------------------------------------------------

COPY = WIRE.removeprefix("LEEDS, May 3 (Reuters) - ").replace("on Friday", "today")


def origins(newsroom: Newsroom) -> dict[str, str]:
    return {article.id: article.origin for article in newsroom.articles()}


def test_a_copy_under_another_headline_belongs_to_the_agency_whichever_came_first(newsroom: Newsroom) -> None:
    ours = draft(f"Flood in Leeds\n\n{WIRE}", id="wire", title="Flood in Leeds", publisher="Reuters")
    theirs = draft(f"Hundreds flee\n\n{COPY}", id="copy", title="Hundreds flee", publisher="Valley Post")
    other = draft(OTHER, id="other", publisher="Valley Post")
    first = newsroom.ingest([theirs, other])
    assert (first.new, first.copies, origins(newsroom)["copy"]) == (2, 0, "publisher:valley-post")
    assert newsroom.ingest([ours]).copies == 1
    assert origins(newsroom) == {
        "wire": "agency:reuters", "copy": "agency:reuters", "other": "publisher:valley-post",
    }  # fmt: skip


def test_copies_of_nobody_known_are_one_origin_and_survive_the_first(newsroom: Newsroom) -> None:
    for name in ("first", "second", "third"):
        newsroom.ingest([draft(f"{name}\n\n{COPY}", id=name)])
    assert set(origins(newsroom).values()) == {"article:first"}
    newsroom.delete("first")
    assert origins(newsroom) == {"second": "article:second", "third": "article:second"}
    newsroom.ingest([draft(OTHER, id="first")])
    assert origins(newsroom)["first"] == "article:first", "an id that comes back brings no old ties"


def test_the_agency_that_is_deleted_takes_its_name_along(newsroom: Newsroom) -> None:
    newsroom.ingest([draft(WIRE, id="wire"), draft(COPY, id="copy", publisher="Valley Post")])
    assert set(origins(newsroom).values()) == {"agency:reuters"}
    newsroom.delete("wire")
    assert origins(newsroom) == {"copy": "publisher:valley-post"}


def test_a_copy_that_becomes_another_story_leaves_the_origin(newsroom: Newsroom) -> None:
    newsroom.ingest([draft(WIRE, id="wire"), draft(COPY, id="copy", publisher="Valley Post")])
    report = newsroom.ingest([draft(OTHER, id="copy", publisher="Valley Post")])
    assert (report.changed, origins(newsroom)["copy"]) == (1, "publisher:valley-post")


def test_two_families_become_one_when_a_text_is_near_to_both(archive: SqlArchive, newsroom: Newsroom) -> None:
    for name, text in (("left", WIRE), ("right", OTHER)):
        archive.put(Prepared(draft(text, id=name), (), np.zeros((0, 64), np.float32), Sketch()))
    near = Sketch(near=("left", "right"))
    archive.put(Prepared(draft("Both.", id="both"), (), np.zeros((0, 64), np.float32), near))
    assert set(origins(newsroom).values()) == {"article:left"}


def test_copies_are_found_among_the_articles_of_an_older_archive(
    newsroom: Newsroom, archive: SqlArchive
) -> None:
    newsroom.ingest([draft(WIRE, id="wire"), draft(COPY, id="copy")])
    with archive._writing.begin() as connection:
        for table in ("bands", "sketches"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE articles SET origin = 'article:' || id")
    newsroom.ingest([draft(OTHER, id="other")])
    assert origins(newsroom) == {"wire": "agency:reuters", "copy": "agency:reuters", "other": "article:other"}


def test_a_deleted_copy_is_found_in_no_view(newsroom: Newsroom) -> None:
    newsroom.ingest([draft(WIRE, id="wire"), draft(COPY, id="copy")])
    newsroom.delete("wire")
    keywords = newsroom.parts.keywords.matching("gymnasium sandbags dam", k=50, filters=ANY)
    vector = newsroom.parts.embedder().embed_question("gymnasium sandbags dam")
    nearest = newsroom.parts.vectors.nearest(vector, k=50, filters=ANY)
    held = newsroom.parts.archive.passages([number for number, _ in [*keywords, *nearest]])
    assert {number for number, _ in [*keywords, *nearest]} == set(held)
    assert {article.id for _, article in held.values()} == {"copy"}


def test_a_refusal_goes_through_as_it_is(newsroom: Newsroom) -> None:
    refusal = Refusal("x.txt", "is empty")
    assert newsroom.ingest([refusal, replace(draft("One.", id="a"), digest="d")]).refused == (refusal,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The river rose by two metres overnight and flooded the lower part of the town.", "en"),
        ("Der Fluss stieg über Nacht um zwei Meter und überflutete den unteren Teil der Stadt.", "de"),
        ("Le fleuve est monté de deux mètres pendant la nuit et a inondé la ville basse.", "fr"),
        ("El río subió dos metros durante la noche e inundó la parte baja de la ciudad.", "es"),
        ("Москва, 13 апреля. Российские инструкторы прибыли в столицу страны.", "ru"),
        ("日本の首相は木曜日に会見し、来年度の予算について説明したと政府が発表した。", "ja"),
        ("Bridge opens", ""),
    ],
)
def test_the_language_of_an_article_is_stored(newsroom: Newsroom, text: str, expected: str) -> None:
    newsroom.ingest([draft(text, id="a")])
    assert (newsroom.article("a").language, newsroom.articles()[0].language) == (expected, expected)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("hr-HR", "hr"),  # the words alone are taken for Bosnian, by a hair
        ("bs", "bs"),
        ("en", "bs"),  # what pages say whatever they are in
        ("<script>", "bs"),
    ],
)
def test_a_page_says_which_of_two_close_languages_it_is_in(
    newsroom: Newsroom, tmp_path: Path, said: str, expected: str
) -> None:
    words = "Predsjednik Vlade rekao je danas da će most biti otvoren za promet. " * 3
    page = f"<html lang='{said}'><body><article><h1>Most</h1><p>{words}</p><p>{words}</p></article></body></html>"
    (tmp_path / "page.html").write_text(page, "utf-8")
    take(newsroom, tmp_path / "page.html")
    assert newsroom.articles()[0].language == expected


def test_of_a_few_words_the_source_is_believed(newsroom: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "Le pont.", "language": "fr_NE"}\n')
    take(newsroom, tmp_path / "a.jsonl")
    assert newsroom.article("a").language == "fr"


def test_furniture_has_no_say_in_the_language(newsroom: Newsroom) -> None:
    box = "Abonnez-vous à notre lettre du jour et recevez les nouvelles chaque matin. " * 3
    text = f"{box}The river rose by two metres overnight and flooded the town."
    newsroom.ingest([draft(text, id="a", furniture=((0, len(box)),))])
    assert newsroom.article("a").language == "en"
