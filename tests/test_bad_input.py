"""What is broken, endless or made to harm is counted and explained, and the rest of the same job lands."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import internet
import pytest
from internet import Pages
from test_jobs import page

from qa.adapters.archive import SqlArchive
from qa.adapters.fetch import Limits
from qa.adapters.reader import Reader
from qa.adapters.web import Web
from qa.models import Input, Job
from qa.service import Newsroom

SECONDS = 3.0


class Hostile(Pages):
    def at_story(self, query: dict[str, list[str]]) -> None:
        self.say(page("Aveley").encode(), Content_Type="text/html")

    def at_pdf(self, query: dict[str, list[str]]) -> None:
        self.say(b"%PDF-1.7\n%broken", Content_Type="text/html")

    def at_paragraphs(self, query: dict[str, list[str]]) -> None:
        self.say(b"<html><body>" + b"<p>x</p>" * 300_000, Content_Type="text/html")

    def at_entities(self, query: dict[str, list[str]]) -> None:
        self.say(
            b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
        )


@pytest.fixture
def made(newsroom: Newsroom) -> Iterator[Newsroom]:
    newsroom.jobs.backoff = 0.001
    with internet.internet(Hostile) as net:
        reader = Reader(web=Web(fetcher=net.fetcher(limits=Limits(seconds=SECONDS)), interval=0.0))
        newsroom.parts.reader = lambda: reader
        yield newsroom
        reader.close()


def ran(made: Newsroom, inputs: list[Input]) -> tuple[Job, dict[str, str]]:
    done = made.jobs.run(made.jobs.start("articles", "some", inputs).id)
    assert (done.state, done.done) == ("done", done.items)
    return done, {Path(each.source).name: each.reason for each in made.parts.archive.jobs.quarantine()}


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "../"), data)
    return packed.getvalue()


def test_bad_files_are_explained_and_the_good_ones_land(made: Newsroom, tmp_path: Path) -> None:
    files = {
        "bomb.txt.gz": gzip.compress(b"\0" * 200_000_000, 9),
        "bomb.zip": zipped(**{"big.txt": b"\0" * 60_000_000, "good.txt": b"The bridge opened on Friday."}),
        "slip.zip": zipped(**{"__evil.txt": b"Out of the folder.", "fine.txt": b"The dam broke on Monday at noon."}),
        "broken.pdf": b"%PDF-1.4\n1 0 obj << /Type /Catalog",
        "broken.docx": zipped(**{"word/document.xml": b"<w:document"}),
        "half.jsonl.gz": gzip.compress(json.dumps({"text": "Half of it."}).encode() * 50)[:40],
        "empty.txt": b"",
        "binary.bin": bytes(range(256)) * 40,
        "some.jsonl": b'{"id": "a", "text": "One river."}\n{"id": "a", "text": "Two."}\n{"id": "c", "title": "No body"}\nnot json\n',
        "good.txt": b"The council met on Thursday and spoke of its budget.",
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for name in ("huge.txt", "huge.html"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"<html><body><p>x" if name.endswith("html") else b"A story.")
            file.truncate(100_000_000)
    started = time.monotonic()
    done, why = ran(made, [Input("file", str(tmp_path / name)) for name in (*files, "huge.txt", "huge.html")])
    assert time.monotonic() - started < 60
    assert done.new == 4, "two of zips, one line, one text"
    assert {article.id for article in made.articles()} >= {"good.txt", "a"}
    assert not (tmp_path.parent / "evil.txt").exists()
    for name, said in {
        "bomb.txt.gz": "MB", "bomb.zip": "over 20 MB", "slip.zip": "outside of the zip", "broken.pdf": "cannot be read",
        "broken.docx": "Word document", "half.jsonl.gz": "unpacked", "huge.txt": "over 5 MB", "huge.html": "over 20 MB",
        "empty.txt": "", "binary.bin": "",
    }.items():  # fmt: skip
        assert said in why[name], (name, why[name])
    reasons = [
        each.reason for each in made.parts.archive.jobs.quarantine() if each.source.endswith("some.jsonl")
    ]
    assert [
        any(part in reason for reason in reasons) for part in ("already on line 1", "no body", "not JSON")
    ] == [True] * 3


def test_bad_addresses_are_explained_and_the_good_one_lands(made: Newsroom) -> None:
    paths = [
        "bomb",
        "big",
        "drip",
        "dripping_headers",
        "short",
        "loop",
        "none",
        "status?code=410",
        "pdf",
        "packed",
        "story",
    ]
    started = time.monotonic()
    done, _ = ran(made, [Input("address", f"http://pub.test/{path}") for path in paths])
    assert time.monotonic() - started < 4 * 4 * SECONDS
    why = {each.source: each.reason for each in made.parts.archive.jobs.quarantine()}
    assert [article.title for article in made.articles() if article.url == "http://pub.test/story"] == [
        "Aveley"
    ]
    for path, said in {
        "bomb": "over 5 MB", "big": "over 5 MB", "drip": "longer than 3 s", "dripping_headers": "longer than 3 s",
        "short": "broke off", "loop": "more than 5 redirects", "none": "404", "status?code=410": "410", "pdf": "PDF",
    }.items():  # fmt: skip
        assert said in why[f"http://pub.test/{path}"], (path, why)
    assert done.refused == len(why)


@pytest.mark.slow
def test_a_page_of_300_000_paragraphs_ends_within_its_limits(made: Newsroom, archive: SqlArchive) -> None:
    started = time.monotonic()
    done, _ = ran(made, [Input("address", f"http://pub.test/{path}") for path in ("paragraphs", "story")])
    assert time.monotonic() - started < 60
    assert (done.new, done.refused) == (1, 1)
    assert "paragraphs" in archive.jobs.quarantine()[0].source


def test_a_sitemap_with_entities_is_refused(made: Newsroom) -> None:
    done, _ = ran(
        made, [Input("sitemap", "http://pub.test/entities"), Input("address", "http://pub.test/story")]
    )
    assert (done.new, done.refused) == (1, 1)


def test_a_sitemap_and_a_feed_that_are_pages_say_so(made: Newsroom, archive: SqlArchive) -> None:
    made.jobs.follow_feed("http://pub.test/story")
    done = made.jobs.run(made.jobs.refresh().id)
    assert (done.refused, archive.feeds.feed("http://pub.test/story").state) == (1, "failing")
    done, _ = ran(made, [Input("sitemap", "http://pub.test/story")])
    assert (done.refused, done.new) == (1, 0)
