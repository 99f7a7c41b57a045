"""Jobs: counted once whatever dies, tried again when that may help, never when it cannot; feeds and sitemaps."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import internet
import pytest
from conftest import draft
from fakes import FakeReader
from internet import Pages

from qa.adapters.archive import SqlArchive
from qa.adapters.fetch import Limits
from qa.adapters.reader import Reader
from qa.adapters.web import Web
from qa.errors import FetchFailed, FetchGone, FetchRefused, NotFound
from qa.jobs import Jobs
from qa.models import Input, Job, Refusal
from qa.ports import Stored
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
STORY = (
    "The river rose by two metres overnight and flooded the lower part of the town, the mayor said. "
    "Some three hundred people spent the night in the gymnasium of the school."
)


def page(title: str) -> str:
    """A page of a story that no other title has."""
    dice = random.Random(title)
    words = [("".join(dice.choices("aeioulmnrst", k=dice.randint(3, 9)))) for _ in range(160)]
    body = "".join(
        f"<p>In {title} the {' '.join(words[n : n + 20])} was said to have happened.</p>"
        for n in range(0, 160, 20)
    )
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}"
        "</article></body></html>"
    )


def counts(job: Job) -> tuple[int, int, int, int, int]:
    return job.new, job.changed, job.unchanged, job.copies, job.refused


@pytest.fixture
def jobs(newsroom: Newsroom) -> Jobs:
    newsroom.jobs.backoff = 0.01
    return newsroom.jobs


def having(newsroom: Newsroom, pages: dict[str, Any]) -> FakeReader:
    reader = FakeReader(pages)
    newsroom.parts.reader = lambda: reader
    return reader


def files(folder: Path, number: int) -> list[Input]:
    found = []
    for n in range(number):
        path = folder / f"{n}.txt"
        path.write_text(f"Story number {n} is about {n * 7919}.")
        found.append(Input("file", str(path)))
    return found


# -- kept and counted ------------------------------------------------------------------------------------------


def test_a_job_counts_what_became_of_its_articles(jobs: Jobs, tmp_path: Path, archive: SqlArchive) -> None:
    lines = tmp_path / "some.jsonl"
    lines.write_text('{"id": "a", "text": "One."}\n{"id": "b"}\n{"id": "a", "text": "Other."}\n')
    job = jobs.start(
        "articles", "some", [*files(tmp_path, 3), Input("file", str(lines)), Input("file", "/nowhere")]
    )
    assert (job.state, job.items, job.done) == ("waiting", 5, 0)
    done = jobs.run(job.id)
    assert (done.state, done.done, counts(done), done.passages) == ("done", 5, (4, 0, 0, 0, 3), 4)
    reasons = [each.reason for each in archive.jobs.quarantine()]
    assert [any(word in reason for reason in reasons) for word in ("no body", "already on line 1", "No such file")] == [
        True, True, True,
    ]  # fmt: skip
    again = jobs.run(jobs.start("articles", "some", files(tmp_path, 3)).id)
    assert (counts(again), again.passages) == ((0, 0, 3, 0, 0), 0)


def test_an_upload_is_dropped_when_it_is_stored(jobs: Jobs, archive: SqlArchive) -> None:
    job = jobs.start("articles", "up", [Input("upload", "a.txt", data=b"The dam broke at noon.")])
    assert jobs.run(job.id).new == 1
    assert archive.jobs.due(job.id, after=0, now=9e9, limit=9) == []
    with archive._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT data FROM job_items").scalar() is None


@pytest.mark.parametrize("dies_after", [1, 3, 7])
def test_a_job_that_died_goes_on_and_counts_no_article_twice(
    make_newsroom: MakeNewsroom, archive: SqlArchive, tmp_path: Path, dies_after: int
) -> None:
    """The archive is left as it was in the middle of a file; another process takes the job up."""

    class Died(BaseException):
        pass

    path = tmp_path / "all.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"id": f"a{n}", "text": f"Story {n * 7919}."} if n % 4 else {}) for n in range(10)
        )
    )
    first = make_newsroom()
    job = first.jobs.start("articles", "all", [Input("file", str(path)), *files(tmp_path, 2)])
    put = archive.put
    stored: list[str] = []

    def dying(*given: Any) -> Stored:
        if len(stored) == dies_after:
            raise Died
        stored.append(put(*given).id)
        return Stored(stored[-1], 1, "new")

    archive.put = dying  # type: ignore[method-assign]
    with pytest.raises(Died):
        first.jobs.run(job.id)
    archive.put = put  # type: ignore[method-assign]
    second = make_newsroom()
    assert [found.id for found in second.jobs.unfinished()] == [job.id]
    done = second.jobs.run(job.id)
    assert (done.state, counts(done), archive.count()[0]) == ("done", (9, 0, 0, 0, 3), 9)
    assert second.jobs.unfinished() == []
    assert archive.jobs.quarantined() == 3, "no reason is told twice"


def test_what_can_be_read_now_leaves_quarantine(jobs: Jobs, archive: SqlArchive, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{")
    jobs.run(jobs.start("articles", "a", [Input("file", str(path))]).id)
    assert archive.jobs.quarantined() == 1
    path.write_text('{"text": "Now it is one."}')
    jobs.run(jobs.start("articles", "a", [Input("file", str(path))]).id)
    assert archive.jobs.quarantined() == 0


def test_a_stopped_job_is_not_taken_up_again(jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.start("articles", "some", files(tmp_path, 2))
    jobs.stop(job.id)
    assert (jobs.run(job.id).state, jobs.unfinished()) == ("stopped", [])


def test_an_unknown_job_is_refused(jobs: Jobs) -> None:
    with pytest.raises(NotFound, match="no job"):
        jobs.run("nobody")


# -- what fails --------------------------------------------------------------------------------------------------


def test_what_fails_for_now_is_tried_again_and_others_do_not_wait(jobs: Jobs, newsroom: Newsroom) -> None:
    reader = having(newsroom, {"http://pub.test/b": page("Bell")})
    tried: list[str] = []
    fetch = reader.fetch

    def failing(url: str, **validators: Any) -> Any:
        tried.append(url)
        if url.endswith("/a") and tried.count(url) < 3:
            raise FetchFailed("http://pub.test/a: the server says 503.")
        return fetch("http://pub.test/b", **validators) if url.endswith("/a") else fetch(url, **validators)

    reader.fetch = failing  # type: ignore[method-assign, assignment]
    done = jobs.run(
        jobs.start("articles", "two", [Input("address", f"http://pub.test/{n}") for n in "ab"]).id
    )
    assert (done.refused, done.new + done.unchanged) == (0, 2)
    assert tried == ["http://pub.test/a", "http://pub.test/b", "http://pub.test/a", "http://pub.test/a"]


@pytest.mark.parametrize(
    ("error", "tries", "said"),
    [
        (FetchFailed("it says 503."), 4, "It was tried 4 times"),
        (FetchRefused("it says 403."), 1, "it says 403"),
        (FetchGone("it says 410."), 1, "it says 410"),
    ],
)
def test_what_is_permanent_is_tried_once_and_what_is_not_a_few_times(
    jobs: Jobs, newsroom: Newsroom, archive: SqlArchive, error: Any, tries: int, said: str
) -> None:
    reader = having(newsroom, {"http://pub.test/a": error})
    tried: list[str] = []
    fetch = reader.fetch
    reader.fetch = lambda url, **known: (tried.append(url), fetch(url, **known))[1]  # type: ignore[method-assign, assignment]
    done = jobs.run(jobs.start("articles", "a", [Input("address", "http://pub.test/a")]).id)
    assert (done.refused, len(tried)) == (1, tries)
    assert said in archive.jobs.quarantine()[0].reason


def test_an_article_whose_address_is_gone_stays_and_is_marked(
    jobs: Jobs, newsroom: Newsroom, archive: SqlArchive
) -> None:
    url = "http://pub.test/a"
    having(newsroom, {url: page("Aveley")})
    jobs.run(jobs.start("articles", "a", [Input("address", url)]).id)
    (known,) = newsroom.articles()
    having(newsroom, {url: FetchGone(f"{url} is gone: the server says 404.")})
    done = jobs.run(jobs.start("articles", "a", [Input("address", url)]).id)
    assert (done.refused, newsroom.article(known.id).gone_at is not None) == (1, True)
    assert "The article stays" in archive.jobs.quarantine()[0].reason
    having(newsroom, {url: page("Aveley")})
    assert jobs.run(jobs.start("articles", "a", [Input("address", url)]).id).unchanged == 1
    assert newsroom.article(known.id).gone_at is None


# -- feeds and sitemaps over a real connection -------------------------------------------------------------------


class Site(Pages):
    """A paper with a feed, a sitemap, a page that moved and one that is gone."""

    entries: list[tuple[str, str]] = []  # noqa: RUF012
    feed: bytes = b""
    changed = "2024-05-03"

    def at_feed(self, query: dict[str, list[str]]) -> None:
        if self.headers.get("If-None-Match") == '"v1"':
            self.send_response(304)
            self.end_headers()
            return
        self.say(self.feed or rss(self.entries), ETag='"v1"', Content_Type="application/rss+xml")

    def at_story(self, query: dict[str, list[str]]) -> None:
        self.say(page(query["of"][0]).encode(), Content_Type="text/html")

    def at_moved(self, query: dict[str, list[str]]) -> None:
        self.say(b"", status=301, Location="/story?of=Brackley")

    def at_empty(self, query: dict[str, list[str]]) -> None:
        self.say(b"<!doctype html><html><body></body></html>", Content_Type="text/html")

    def at_sitemap(self, query: dict[str, list[str]]) -> None:
        names = "".join(
            f"<url><loc>http://pub.test/story?of={name}</loc><lastmod>{day}</lastmod></url>"
            for name, day in (("Aveley", "2024-05-03"), ("Corby", self.changed))
        )
        self.say(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{names}</urlset>'.encode())

    def at_index(self, query: dict[str, list[str]]) -> None:
        self.say(
            b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            b"<sitemap><loc>http://pub.test/sitemap</loc></sitemap>"
            b"<sitemap><loc>http://pub.test/none</loc></sitemap></sitemapindex>"
        )


def rss(entries: list[tuple[str, str]]) -> bytes:
    items = "".join(
        f"<item><title>{title}</title>{f'<link>{link}</link>' if link else ''}<description>{STORY} In {title}."
        "</description><pubDate>Fri, 03 May 2024 10:00:00 GMT</pubDate></item>"
        for title, link in entries
    )
    return f'<rss version="2.0"><channel><title>The Paper</title>{items}</channel></rss>'.encode()


FEED = "http://pub.test/feed"


@pytest.fixture
def site(newsroom: Newsroom) -> Iterator[internet.Internet]:
    Site.entries, Site.feed = [], b""
    newsroom.jobs.backoff = 0.01
    with internet.internet(Site) as net:
        reader = Reader(web=Web(fetcher=net.fetcher(limits=Limits(seconds=10)), interval=0.0))
        newsroom.parts.reader = lambda: reader
        yield net
        reader.close()


def refreshed(newsroom: Newsroom) -> Job:
    return newsroom.jobs.run(newsroom.jobs.refresh().id)


def test_a_feed_is_read_and_only_its_news_the_next_time(newsroom: Newsroom, site: internet.Internet) -> None:
    Site.entries = [
        ("Aveley", "http://pub.test/story?of=Aveley"),
        ("Empty", "/empty"),
        ("Gone", "/none"),
        ("Loose", ""),
    ]
    assert newsroom.jobs.follow_feed(FEED)
    done = refreshed(newsroom)
    assert counts(done) == (2, 0, 0, 1, 1), "two are known by nearly the same words of the feed"
    titles = {article.title: newsroom.article(article.id) for article in newsroom.articles()}
    assert set(titles) == {"Aveley", "Empty", "Gone"}
    assert str(titles["Aveley"].published.date) == "2024-05-03", "the feed says when"
    assert titles["Gone"].text == f"{STORY} In Gone.", "what the feed says, where the page is gone"
    assert "'Loose' has no link" in newsroom.parts.archive.jobs.quarantine()[0].reason
    state = newsroom.parts.archive.feeds.feed(FEED)
    assert (state.state, state.title, state.etag, state.entries) == ("ok", "The Paper", '"v1"', 4)
    before = len(Site.requests)
    assert counts(refreshed(newsroom)) == (0, 0, 0, 0, 0)
    assert [path for _, path in Site.requests[before:]] == ["/feed"], "the feed did not change"
    newsroom.parts.archive.feeds.update(replace(state, etag=None))
    Site.entries = [*Site.entries, ("Corby", "/story?of=Corby")]
    before = len(Site.requests)
    assert counts(refreshed(newsroom)) == (1, 0, 0, 0, 0)
    assert [path for _, path in Site.requests[before:]] == ["/feed", "/story?of=Corby"]


def test_a_feed_that_is_a_page_says_so_and_others_are_read(
    newsroom: Newsroom, site: internet.Internet
) -> None:
    Site.entries = [("Aveley", "/story?of=Aveley")]
    for url in ("http://pub.test/story?of=Corby", FEED, "http://pub.test/none"):
        newsroom.jobs.follow_feed(url)
    assert counts(refreshed(newsroom)) == (1, 0, 0, 0, 2)
    states = {feed.url: (feed.state, feed.failures) for feed in newsroom.parts.archive.feeds.all()}
    assert states == {
        "http://pub.test/story?of=Corby": ("failing", 1), FEED: ("ok", 0), "http://pub.test/none": ("gone", 1),
    }  # fmt: skip
    assert (
        "not a feed but a web page"
        in newsroom.parts.archive.feeds.feed("http://pub.test/story?of=Corby").reason
    )


def test_a_feed_that_is_removed_is_forgotten_and_its_articles_stay(
    newsroom: Newsroom, site: internet.Internet
) -> None:
    Site.entries = [("Aveley", "/story?of=Aveley")]
    newsroom.jobs.follow_feed(FEED)
    refreshed(newsroom)
    newsroom.parts.archive.feeds.remove(FEED)
    assert (newsroom.parts.archive.feeds.all(), len(newsroom.articles())) == ([], 1)
    with pytest.raises(NotFound, match="no feed"):
        newsroom.jobs.refresh([FEED])


def test_json_feeds_and_atom_are_read(newsroom: Newsroom, site: internet.Internet) -> None:
    Site.feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
        {"id": "1", "url": "http://pub.test/story?of=Aveley", "title": "A"}]}).encode()  # fmt: skip
    newsroom.jobs.follow_feed(FEED)
    assert refreshed(newsroom).new == 1
    Site.feed = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>C</title><id>2</id>'
        b'<link href="http://pub.test/story?of=Corby"/></entry></feed>'
    )
    newsroom.parts.archive.feeds.update(replace(newsroom.parts.archive.feeds.feed(FEED), etag=None))
    assert refreshed(newsroom).new == 1


def test_a_sitemap_of_sitemaps_is_read_to_its_pages(newsroom: Newsroom, site: internet.Internet) -> None:
    job = newsroom.jobs.start("sitemap", "all", [Input("sitemap", "http://pub.test/index")])
    done = newsroom.jobs.run(job.id)
    assert (counts(done), done.items, done.state) == ((2, 0, 0, 0, 1), 5, "done")
    assert {article.title for article in newsroom.articles()} == {"Aveley", "Corby"}


def test_pages_that_a_sitemap_calls_unchanged_are_not_fetched_again(
    newsroom: Newsroom, site: internet.Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again() -> tuple[Job, list[str]]:
        before = len(Site.requests)
        job = newsroom.jobs.start("sitemap", "all", [Input("sitemap", "http://pub.test/sitemap")])
        return newsroom.jobs.run(job.id), [
            path for _, path in Site.requests[before:] if path != "/robots.txt"
        ]

    assert counts(again()[0]) == (2, 0, 0, 0, 0)
    done, asked = again()
    assert (counts(done), asked) == ((0, 0, 2, 0, 0), ["/sitemap"])
    monkeypatch.setattr(Site, "changed", "2999-05-03")
    done, asked = again()
    assert (counts(done), asked) == ((0, 0, 2, 0, 0), ["/sitemap", "/story?of=Corby"])


def test_a_server_asks_its_feeds_again_by_itself(newsroom: Newsroom, site: internet.Internet) -> None:
    Site.entries = [("Aveley", "/story?of=Aveley")]
    newsroom.jobs.follow_feed(FEED)
    newsroom.jobs.follow_feed("http://pub.test/gone")
    state = newsroom.parts.archive.feeds.feed("http://pub.test/gone")
    newsroom.parts.archive.feeds.update(replace(state, state="gone"))
    newsroom.jobs.refresh_every = 0.3
    newsroom.jobs.serve()
    until = time.monotonic() + 20
    while time.monotonic() < until and not newsroom.articles():
        time.sleep(0.02)
    newsroom.jobs.close()
    assert [article.title for article in newsroom.articles()] == ["Aveley"]
    assert ("pub.test", "/gone") not in Site.requests


def test_an_old_address_leads_to_the_article(newsroom: Newsroom, site: internet.Internet) -> None:
    def asked(url: str) -> tuple[int, int, int, int, int]:
        return counts(newsroom.jobs.run(newsroom.jobs.start("articles", url, [Input("address", url)]).id))

    assert asked("http://pub.test/moved") == (1, 0, 0, 0, 0)
    assert asked("http://pub.test/moved") == (0, 0, 1, 0, 0)
    assert asked("http://pub.test/story?of=Brackley") == (0, 0, 1, 0, 0)
    (article,) = newsroom.articles()
    assert article.url == "http://pub.test/story?of=Brackley"
    known = newsroom.parts.archive.known(replace(draft("x"), url="http://pub.test/moved"))
    assert known is None, "another text under the old address"
    report = newsroom.ingest([replace(draft(newsroom.article(article.id).text), url="http://pub.test/moved")])
    assert (report.changed, report.ids) == (1, (article.id,)), "the old address is a name of the same article"


def test_a_refusal_names_its_address(newsroom: Newsroom, site: internet.Internet) -> None:
    told: list[object] = []
    job = newsroom.jobs.start("articles", "x", [Input("address", "http://pub.test/none")])
    newsroom.jobs.run(job.id, told=told.append)
    (refusal,) = [each for each in told if isinstance(each, Refusal)]
    assert (refusal.source, "404" in refusal.reason) == ("http://pub.test/none", True)
