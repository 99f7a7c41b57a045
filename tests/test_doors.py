"""No address from outside reaches anything inside, whichever door it comes through."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import internet
import pytest
from click.testing import CliRunner
from conftest import shared
from fastapi.testclient import TestClient
from internet import PUBLIC, Pages

from qa import bootstrap
from qa.adapters.reader import Reader
from qa.adapters.web import Web
from qa.interfaces import cli, rest
from qa.models import Input
from qa.service import Newsroom


class Listing(Pages):
    """Names an address in a feed, a sitemap, or a redirect."""

    def at_feed(self, query: dict[str, list[str]]) -> None:
        link = escape(query["to"][0])
        self.say(
            f'<rss version="2.0"><channel><title>F</title><item><title>T</title><link>{link}</link></item></channel></rss>'
            .encode("utf-8", "replace")
        )  # fmt: skip

    def at_jsonfeed(self, query: dict[str, list[str]]) -> None:
        self.say(json.dumps({"version": "1", "items": [{"id": "1", "url": query["to"][0]}]}).encode())

    def at_sitemap(self, query: dict[str, list[str]]) -> None:
        self.say(
            f"<urlset><url><loc>{escape(query['to'][0])}</loc></url></urlset>".encode("utf-8", "replace")
        )

    def at_index(self, query: dict[str, list[str]]) -> None:
        loc = escape(query["to"][0])
        self.say(
            f"<sitemapindex><sitemap><loc>{loc}</loc></sitemap></sitemapindex>".encode("utf-8", "replace")
        )

    def at_redir(self, query: dict[str, list[str]]) -> None:
        to = (
            query["to"][0].replace("\t", "").encode("utf-8").decode("latin-1")
        )  # no header can hold a tab like that
        self.say(b"", status=int(query.get("c", ["302"])[0]), Location=to)


@pytest.fixture
def net() -> Iterator[internet.Internet]:
    with internet.internet(Listing) as found:
        yield found


@pytest.fixture
def reader(net: internet.Internet) -> Iterator[Reader]:
    made = Reader(web=Web(fetcher=net.fetcher(), interval=0.0))
    yield made
    made.close()


def addresses() -> list[str]:
    cases = json.loads(shared("security/own/ssrf_urls.json").read_text(encoding="utf-8"))
    return [case["url"].replace("%25s", str(n)).replace("%s", str(n)) for n, case in enumerate(cases)]


def named(path: str) -> list[str]:
    return [f"http://pub.test/{path}?to={quote(url, safe='')}" for url in addresses()]


def assert_nothing_inside(net: internet.Internet) -> None:
    assert set(net.reached) <= {PUBLIC}


@pytest.mark.parametrize(
    ("kind", "path"),
    [("address", ""), ("address", "redir"), ("sitemap", ""), ("sitemap", "sitemap"), ("sitemap", "index")],
)
def test_jobs_reach_nothing_inside(
    newsroom: Newsroom, net: internet.Internet, reader: Reader, kind: Any, path: str
) -> None:
    newsroom.parts.reader = lambda: reader
    newsroom.jobs.backoff = 0.001
    urls = named(path) if path else addresses()
    done = newsroom.jobs.run(newsroom.jobs.start("articles", "x", [Input(kind, url) for url in urls]).id)
    assert (done.state, done.done) == ("done", done.items)
    assert_nothing_inside(net)
    assert PUBLIC in net.reached, "the list is not merely refused as a whole"


@pytest.mark.parametrize("path", ["", "redir", "feed", "jsonfeed"])
def test_feeds_reach_nothing_inside(
    newsroom: Newsroom, net: internet.Internet, reader: Reader, path: str
) -> None:
    newsroom.parts.reader = lambda: reader
    newsroom.jobs.backoff = 0.001
    with TestClient(rest.app(newsroom)) as client:
        for url in named(path) if path else addresses():
            reply = client.post("/v1/feeds", json={"url": url})
            assert reply.status_code in (202, 400)
        newsroom.jobs.close()
    for job_id in newsroom.parts.archive.jobs.unfinished():
        newsroom.jobs._stop.clear()
        newsroom.jobs.run(job_id)
    assert_nothing_inside(net)
    assert {article.url for article in newsroom.articles()} <= {"http://pub.test/"}


def test_rest_reaches_nothing_inside(newsroom: Newsroom, net: internet.Internet, reader: Reader) -> None:
    newsroom.parts.reader = lambda: reader
    newsroom.jobs.backoff = 0.001
    with TestClient(rest.app(newsroom)) as client:
        job = client.post("/v1/articles", json={"urls": [*addresses(), *named("redir")]}).json()
        with client.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
            told = list(stream.iter_lines())
    assert "event: done" in told
    assert_nothing_inside(net)


def test_the_command_reaches_nothing_inside(
    tmp_path: Path, net: internet.Internet, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "reader", lambda _closing: reader)
    monkeypatch.setitem(os.environ, "QA_HOME", str(tmp_path / "home"))
    urls = [url for url in addresses() if url.startswith("http")]
    done = CliRunner().invoke(cli.cli, ["ingest", "--json", *urls, *named("redir")])
    report = json.loads(done.stdout)
    reached = len(urls) + len(named("redir")) - len(report["refused"])
    assert (done.exit_code, reached) == (0, 2), "the public page with a fragment, asked for in two ways"
    for url in [*(url for url in addresses() if url not in urls), *urls[:3]]:
        assert CliRunner().invoke(cli.cli, ["ingest", url]).exit_code != 0
        assert CliRunner().invoke(cli.cli, ["ingest", "--sitemap", url]).exit_code != 0
        assert CliRunner().invoke(cli.cli, ["feeds", "add", url]).exit_code != 0
    assert_nothing_inside(net)
