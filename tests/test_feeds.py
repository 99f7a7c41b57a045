"""Feeds and sitemaps give their addresses; what is none is refused with a sentence."""

from __future__ import annotations

import gzip
import json
from datetime import date

import pytest

from qa.errors import ReadError
from qa.ingest import feeds

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Valley Post</title>
<item><title>The river &amp; the dam</title><link>https://post.test/flood</link><guid>g1</guid>
<pubDate>Fri, 03 May 2024 10:12:00 +0000</pubDate><description>&lt;p&gt;Two &lt;b&gt;metres&lt;/b&gt;.&lt;/p&gt;</description>
<author>jane@post.test (Jane Roe)</author></item>
<item><title>No link</title><description>Only a summary.</description></item>
<item><title>Relative</title><link>/dam</link></item>
<item><title>Elsewhere</title><link>file:///etc/passwd</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>The Valley Post</title><entry><id>urn:1</id>
<title>The river</title><link href="https://post.test/flood"/><published>2024-05-03T10:12:00Z</published>
<updated>2024-05-04T00:00:00Z</updated><summary>Two metres.</summary></entry></feed>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1", "title": "The Valley Post",
    "items": [{"id": "1", "url": "https://post.test/flood", "title": "The river", "content_html": "<p>Two metres.</p>",
               "date_published": "2024-05-03T10:12:00Z", "authors": [{"name": "Jane Roe"}]}, 5],
}  # fmt: skip


@pytest.mark.parametrize("data", [RSS.encode(), ATOM.encode(), json.dumps(JSON).encode()])
def test_each_kind_of_feed_gives_address_title_day_and_summary(data: bytes) -> None:
    found = feeds.feed(data)
    first = found.entries[0]
    assert found.title == "The Valley Post"
    assert first.url == "https://post.test/flood"
    assert first.title.startswith("The river")
    assert first.summary in ("Two metres.", "Two metres .")
    assert (first.published.date, first.published.basis) == (date(2024, 5, 3), "feed")
    assert first.published.at is not None


def test_entries_without_an_http_link_keep_their_summary_and_have_no_address() -> None:
    found = feeds.feed(RSS.encode(), url="https://post.test/feed.xml")
    assert [entry.url for entry in found.entries] == [
        "https://post.test/flood",
        None,
        "https://post.test/dam",
        None,
    ]
    assert found.entries[1].summary == "Only a summary."


def test_an_update_is_no_publication() -> None:
    entry = ATOM.replace("<published>2024-05-03T10:12:00Z</published>", "")
    assert feeds.feed(entry.encode()).entries[0].published.date is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<!doctype html><html><body>News</body></html>", "not a feed but a web page"),
        (b"", "is empty"),
        (b"just words", "not a feed"),
        (b'{"items": 5}', "without `items`"),
        (b"{", "cannot be read"),
        (b"x" * 5_000_001, "over 5 MB"),
    ],
)
def test_what_is_no_feed_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        feeds.feed(data)


@pytest.mark.parametrize(
    "data", [b"http://127.0.0.1:9/feed", b"file:///etc/passwd", b"https://post.test/feed"]
)
def test_an_address_in_place_of_a_feed_is_not_fetched(data: bytes) -> None:
    with pytest.raises(ReadError, match="not a feed"):
        feeds.feed(data)


def test_an_entity_bomb_is_not_expanded() -> None:
    bomb = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>'
    assert "haha" not in feeds.feed(bomb).title


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://post.test/flood </loc><lastmod>2024-05-03</lastmod></url>
<url><loc>ftp://post.test/x</loc></url><url><lastmod>2024-05-03</lastmod></url><url><loc>https://post.test/dam</loc></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://post.test/may.xml.gz</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize("data", [SITEMAP.encode(), gzip.compress(SITEMAP.encode())])
def test_a_sitemap_gives_its_pages(data: bytes) -> None:
    found = feeds.sitemap(data)
    assert [address for address, _ in found.pages] == ["https://post.test/flood", "https://post.test/dam"]
    assert found.pages[0][1].date == date(2024, 5, 3)


def test_an_index_gives_further_sitemaps() -> None:
    assert feeds.sitemap(INDEX.encode()) == feeds.Sitemap((), ("https://post.test/may.xml.gz",))


def test_a_plain_list_is_a_sitemap_too() -> None:
    found = feeds.sitemap(b"https://post.test/a\nnot an address\nhttps://post.test/b\n")
    assert [address for address, _ in found.pages] == ["https://post.test/a", "https://post.test/b"]


@pytest.mark.parametrize(
    "data",
    [
        b"<urlset><url><loc>https://post.test/a</loc>",
        b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://post.test/&x;</loc></url></urlset>',
        b"only words",
        gzip.compress(b"\0" * 60_000_000),
    ],
)
def test_what_is_no_sitemap_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError):
        feeds.sitemap(data)
