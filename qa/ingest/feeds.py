"""Feeds and sitemaps: bytes to the addresses they name. RSS, Atom, JSON Feed; sitemaps and their indexes.

What a stranger wrote is parsed here, bounded in size and number: run it in a child process like any other parser.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import urljoin, urlsplit

import feedparser
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from qa.errors import ReadError
from qa.ingest import date, decode
from qa.models import UNDATED, Entry, Feed, Published, Refusal, Sitemap

FEED_BYTES = 5_000_000
MOST_ENTRIES = 1_000
MOST_ADDRESSES = 50_000
"""As many as the sitemap protocol allows in one file (sitemaps.org)."""
_SITEMAP_BYTES = 50_000_000
_TAGS = re.compile(r"<[^>]{0,2000}>")


def parsed(
    data: bytes, *, name: str, source: str, declared: str | None, url: str | None
) -> Iterator[Feed | Sitemap | Refusal]:
    """What is run in a child process: `name` says which of the two is expected. One value, or why there is none."""
    try:
        yield sitemap(data) if name == "sitemap" else feed(data, url=url or "")
    except ReadError as error:
        yield Refusal(source, f"{source} {error}.")


def feed(data: bytes, *, url: str = "") -> Feed:
    """Read a feed.

    Args:
        url: its own address; relative links are joined to it.

    Raises:
        ReadError: too big, or not a feed. The message is the end of a sentence about it.
    """
    if len(data) > FEED_BYTES:
        raise ReadError(f"is over {FEED_BYTES // 10**6} MB, the most that is read of a feed")
    if not data.strip():
        raise ReadError("is empty")
    found = _json_feed(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _xml_feed(data)
    return replace(found, entries=tuple(_joined(entry, url) for entry in found.entries[:MOST_ENTRIES]))


def sitemap(data: bytes) -> Sitemap:
    """Read a sitemap, a sitemap index, or a plain list of addresses; packed or not. Raises as `feed` does."""
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data)
    if len(data) > _SITEMAP_BYTES:
        raise ReadError(f"is over {_SITEMAP_BYTES // 10**6} MB, the most that is read of a sitemap")
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = [line.strip() for line in decode.text(data).splitlines()]
        plain = [line for line in lines if _http(line)]
        if not plain:
            raise ReadError("is not a sitemap: it names no address")
        return Sitemap(tuple((line, UNDATED) for line in plain[:MOST_ADDRESSES]), ())
    pages: list[tuple[str, Published]] = []
    further: list[str] = []
    for kind, address, changed in _locations(data):
        if kind == "sitemap":
            further.append(address)
        else:
            pages.append((address, changed))
        if len(pages) + len(further) >= MOST_ADDRESSES:
            break
    return Sitemap(tuple(dict(pages).items()), tuple(dict.fromkeys(further)))


def _xml_feed(data: bytes) -> Feed:
    # A stream, never a str: feedparser takes a str that looks like an address for one and fetches it.
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version") and not found.entries:
        kind = (
            "a web page"
            if re.match(rb"\s*<(?:!doctype html|html)", data, re.IGNORECASE)
            else "something else"
        )
        raise ReadError(f"is not a feed but {kind}")
    entries = [_xml_entry(entry) for entry in found.entries[:MOST_ENTRIES]]
    return Feed(_plain(found.feed.get("title")), tuple(entries))


def _xml_entry(entry: feedparser.FeedParserDict) -> Entry:
    contents = [part.get("value", "") for part in entry.get("content", [])]
    names = tuple(name for author in entry.get("authors", []) if (name := _plain(author.get("name"))))
    return Entry(
        url=_http(entry.get("link")) or _http(entry.get("id")),
        title=_plain(entry.get("title")),
        summary=max([_plain(entry.get("summary")), *map(_plain, contents)], key=len),
        published=date.given(entry.get("published"), basis="feed"),
        authors=names,
        id=_plain(entry.get("id")) or None,
    )


def _json_feed(data: bytes) -> Feed:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"is not a feed: its JSON cannot be read ({error})") from None
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise ReadError("is not a feed: it is JSON without `items`")
    entries = tuple(_json_entry(item) for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    return Feed(_plain(found.get("title")), entries)


def _json_entry(item: dict[str, object]) -> Entry:
    authors = item.get("authors")
    known = authors if isinstance(authors, list) else [item.get("author")]
    names = tuple(name for one in known if isinstance(one, dict) and (name := _plain(one.get("name"))))
    return Entry(
        url=_http(item.get("url")) or _http(item.get("external_url")) or _http(item.get("id")),
        title=_plain(item.get("title")),
        summary=max((_plain(item.get(key)) for key in ("content_text", "content_html", "summary")), key=len),
        published=date.given(item.get("date_published"), basis="feed"),
        authors=names,
        id=_plain(item.get("id")) or None,
    )


def _joined(entry: Entry, base: str) -> Entry:
    if entry.url and base:
        return replace(entry, url=_http(urljoin(base, entry.url)) or None)
    return entry if entry.url and urlsplit(entry.url).scheme else replace(entry, url=None)


def _http(said: object) -> str:
    """An http address, or a relative one; empty for anything else."""
    address = said.strip() if isinstance(said, str) else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https") and parts.hostname:
        return address
    return address if address.startswith("/") else ""


def _locations(data: bytes) -> Iterator[tuple[str, str, Published]]:
    """Kind (url or sitemap), address and last change of each element."""
    address, changed = "", ""
    try:
        for _, element in iterparse(io.BytesIO(data), forbid_dtd=True):
            kind = str(element.tag).rpartition("}")[2]
            if kind == "loc":
                address = address or (element.text or "").strip()
            elif kind in ("lastmod", "publication_date"):
                changed = (element.text or "").strip()
            elif kind in ("url", "sitemap"):
                if _http(address):
                    yield kind, address, date.given(changed, basis="feed")
                address, changed = "", ""
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ReadError(f"is not a sitemap that can be read: {error}") from None


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(_SITEMAP_BYTES + 1)
    except (OSError, EOFError) as error:
        raise ReadError(f"cannot be unpacked: {error}") from error


def _plain(value: object) -> str:
    """Markup to one line of text."""
    said = decode.harmless(value) if isinstance(value, str) else ""
    return " ".join(unescape(_TAGS.sub(" ", said)).split())
