"""What feeds and sitemaps name, as inputs of a job, and how a feed did."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from qa.errors import FetchError, FetchGone, NotFound, ReadError
from qa.models import Draft, Entry, FeedState, Input, JobItem, Published, RawFile, Sitemap
from qa.ports import Archive, Reader, Stored

DEPTH = 3
"""Sitemaps that lead to sitemaps."""
MOST = 50_000
"""Inputs of one job."""
_WEAKER = ("unknown", "guess", "url", "dateline")
"""Bases of a date that a feed's own word is better than."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What something names, and what of it cannot be followed, each in a sentence."""

    found: tuple[Input, ...] = ()
    refused: tuple[str, ...] = ()
    known: tuple[Stored, ...] = ()
    """Articles that did not change since they were stored, by what a sitemap says."""


class Reading:
    def __init__(self, archive: Archive, reader: Reader) -> None:
        self._archive = archive
        self._reader = reader

    def feed(self, item: JobItem, opened: RawFile | FetchError) -> Listed:
        """The entries of a feed that were not read yet; how the feed did is kept."""
        try:
            state = self._archive.feeds.feed(item.input.name)
        except NotFound:
            return Listed()
        now = datetime.now(UTC).replace(microsecond=0)
        try:
            if isinstance(opened, FetchError):
                raise opened
            if opened.unchanged:
                well = replace(state, state="ok", reason="", checked_at=now, failures=0)
                self._archive.feeds.update(well)
                return Listed()
            feed = self._reader.feed(opened)
        except (FetchError, ReadError) as error:
            gone = "gone" if isinstance(error, FetchGone) else "failing"
            bad = replace(state, reason=str(error), checked_at=now, failures=state.failures + 1)
            self._archive.feeds.update(replace(bad, state=gone))  # type: ignore[arg-type]  # one of the two
            return Listed(refused=(str(error),))
        self._archive.feeds.update(
            FeedState(
                state.url, feed.title or state.title, "ok", "", opened.etag, opened.last_modified,
                state.added_at, now, now, 0, state.entries,
            )
        )  # fmt: skip
        return self._entries(state.url, feed.entries)

    def _entries(self, url: str, entries: tuple[Entry, ...]) -> Listed:
        named = {_digest(entry): entry for entry in entries}
        unread = self._archive.feeds.unread(url, list(named))
        found, refused = [], []
        for digest, entry in named.items():
            if digest not in unread:
                continue
            if entry.url:
                found.append(Input("entry", entry.url, _given(url, digest, entry)))
            else:
                refused.append(
                    f"{url}: the entry {entry.title[:80] or entry.id or 'without a title'!r} has no link, "
                    "so there is no page to read."
                )
                self._archive.feeds.mark_read(url, digest)
        return Listed(tuple(found), tuple(refused))

    def sitemap(self, item: JobItem, opened: RawFile | FetchError) -> Listed:
        """The pages and further sitemaps that a sitemap names."""
        try:
            if isinstance(opened, FetchError):
                raise opened
            found = self._reader.sitemap(opened)
        except (FetchError, ReadError) as error:
            return Listed(refused=(str(error),))
        depth = int(str(item.input.given.get("depth", 1)))
        room = MOST - self._archive.jobs.job(item.job).items
        held = self._archive.fetched([address for address, changed in found.pages if changed.date])
        known = {
            address: held[address][0]
            for address, changed in found.pages
            if address in held and changed.date and changed.date < held[address][1].date()
        }
        inputs = tuple(given for given in _named(found, depth) if given.name not in known)
        refused = []
        if found.further and depth >= DEPTH:
            refused.append(f"{item.input.name} lies {DEPTH} sitemaps deep; those that it names are not read.")
        if len(inputs) > room:
            refused.append(f"{item.input.name} names more than {MOST:,} addresses; the rest is not read.")
        return Listed(inputs[: max(0, room)], tuple(refused), tuple(known.values()))


def _named(found: Sitemap, depth: int) -> Iterator[Input]:
    for address, _ in found.pages:
        yield Input("address", address)
    if depth < DEPTH:
        for address in found.further:
            yield Input("sitemap", address, {"depth": depth + 1})


def uploaded(given: Input) -> RawFile:
    """Its file; its source is the path that it was sent with, if any."""
    path = PurePosixPath(given.name)
    return RawFile(
        path.name or given.name, given.name if path.is_absolute() else "", BytesIO(given.data or b"")
    )


def fallback(given: Input) -> Draft | None:
    """An article made of what its feed says of it; None where that is nothing."""
    said = given.given
    text = str(said.get("summary") or "")
    if not text:
        return None
    names = said.get("authors")
    authors = tuple(str(name) for name in names) if isinstance(names, list) else ()
    return Draft(
        text, title=str(said.get("title") or ""), url=given.name, authors=authors, published=_published(said),
        source=given.name,
    )  # fmt: skip


def dated(draft: Draft, given: Input) -> Draft:
    """The article with its feed's date, where the page itself does not say it better."""
    published = _published(given.given)
    if published.date and draft.published.basis in _WEAKER:
        return replace(draft, published=published)
    return draft


def _given(feed: str, digest: str, entry: Entry) -> dict[str, object]:
    return {
        "feed": feed, "digest": digest, "title": entry.title, "summary": entry.summary, "authors": list(entry.authors),
        "day": entry.published.date.isoformat() if entry.published.date else None,
        "at": entry.published.at.isoformat() if entry.published.at else None, "seen": entry.published.seen,
    }  # fmt: skip


def _published(said: dict[str, Any]) -> Published:
    day, at = said.get("day"), said.get("at")
    if not day:
        return Published(seen=str(said.get("seen") or ""))
    return Published(date.fromisoformat(day), "feed", datetime.fromisoformat(at) if at else None)


def _digest(entry: Entry) -> str:
    said = (entry.id or "", entry.url or "", entry.title, entry.summary, str(entry.published.date))
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()
