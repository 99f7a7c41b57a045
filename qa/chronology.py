"""When undated articles were published, and the days that passages speak of: found once, when the archive changes.

It follows the archive's sequence as the views do, and what it finds is kept beside the articles. A new article may be
what dates an older one, so every undated article is placed again when an article comes nearer to it than the farthest
that was looked at, or when one of those goes away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event

import numpy as np

from qa import dates
from qa.models import ANY, UNDATED, Filters, Published, Span, Spoken, TimeOfDay
from qa.ports import Archive, DateIndex, Page, Placement, Settled, Vectors, VectorSearch

NEIGHBOURS = 60
"""Passages around an undated article among which dated articles are looked for."""
STORIES = 24
"""Of these the articles that are read."""
SAMPLE = 40
"""Articles of an outlet that are read to learn whether it writes the day or the month first."""
BATCH = 50
"""Articles settled in one transaction."""


class Chronology:
    """Keeps an archive's dates. `vectors` may be behind the archive for what it must not lose, never ahead."""

    def __init__(self, archive: Archive, vectors: VectorSearch) -> None:
        self._archive, self._vectors = archive, vectors

    @property
    def _dates(self) -> DateIndex:
        return self._archive.dates

    def catch_up(self, stop: Event | None = None) -> bool:
        """Settle what changed since the last time. False where nothing did, or `stop` was set before it was done."""
        since = self._dates.position()
        last, touched = self._dates.touched(since)
        if not touched:
            return False
        # Only an article with a date of its own says anything about another's. From the beginning, all are settled,
        # and where others were placed may be told in vectors of an older model.
        stale = (
            self._dates.considering(touched) | self._reached(self._dates.dated(touched)) if since else set()
        )
        wanted = sorted({*touched, *stale})
        for start in range(0, len(wanted), BATCH):
            if stop is not None and stop.is_set():
                return False
            pages = self._dates.pages(wanted[start : start + BATCH])
            self._dates.settle([self._settled(page) for page in pages])
        self._dates.settle((), position=last)
        return True

    def _reached(self, touched: list[str]) -> set[str]:
        """The undated articles to which something that is new comes nearer than what they were placed by."""
        names, middles, reaches = self._dates.middles()
        found: set[str] = set()
        for start in range(0, len(touched) if names else 0, BATCH):
            _, rows = self._archive.vectors(Filters(articles=tuple(touched[start : start + BATCH])))
            if len(rows):
                nearest = (middles @ rows.T).max(axis=1)
                found |= {names[row] for row in np.flatnonzero(nearest >= reaches).tolist()}
        return found

    def _settled(self, page: Page) -> Settled:
        if page.day is not None:
            return Settled(page.article_id, None, tuple(self._spoken(page, page.day)))
        placement = self._placement(page)
        published = placement.published
        spoken = [
            (passage, replace(said, why=f"{said.why}; placed there since {published.why}"))
            if said.basis == "inferred"
            else (passage, said)
            for passage, said in self._spoken(page, anchor(published))
        ]
        return Settled(page.article_id, placement, tuple(spoken))

    # -- where an undated article belongs ------------------------------------------------------------------

    def _placement(self, page: Page) -> Placement:
        _, rows = self._archive.vectors(Filters(articles=(page.article_id,)))
        if not len(rows):
            return Placement(UNDATED, np.zeros(rows.shape[1], dtype=np.float32), 2.0, ())
        middle = _unit(rows.mean(axis=0))
        near = self._vectors.nearest(middle, k=NEIGHBOURS, filters=ANY)
        held = self._archive.passages([number for number, _ in near])
        others = dict.fromkeys(held[number][1].id for number, _ in near if number in held)
        considered = self._dates.dated([other for other in others if other != page.article_id])
        reach = near[-1][1] if len(near) == NEIGHBOURS else -1.0
        chosen = [other for other in others if other in set(considered)][:STORIES]
        stories = {other.article_id: _story(other) for other in self._dates.pages(chosen)}
        found = dates.infer_published(_story(page), [stories[other] for other in chosen if other in stories])
        return Placement(_published(found), middle, reach, tuple(considered))

    # -- what passages speak of ----------------------------------------------------------------------------

    def _spoken(self, page: Page, day: dates.Anchor) -> Iterator[tuple[int, Spoken]]:
        cuts = iter(sorted(page.passages, key=lambda cut: cut[1]))
        passage, (start, end) = next(cuts, (0, (0, 0)))
        for mention, role in self._told(page, day):
            while passage and end <= mention.start:
                passage, (start, end) = next(cuts, (0, (0, 0)))
            if passage and start <= mention.start:
                span = mention.interval
                first, until = (span.start, span.end) if span else (None, None)
                at, time = (mention.start, mention.end), _time(mention.time)
                yield passage, Spoken(*at, first, until, mention.basis, role, mention.why, time)

    def _told(self, page: Page, day: dates.Anchor) -> list[tuple[dates.Mention, dates.Role]]:
        language = dates.language_of(page.text)
        order = dates.day_order([page.text])
        found = list(dates.told(page.text, anchor=day, language=language, day_first=order))
        if order is None and page.publisher and any(_either(mention) for mention, _ in found):
            order = dates.day_order(self._dates.outlet(page.publisher, limit=SAMPLE))
            found = list(dates.told(page.text, anchor=day, language=language, day_first=order))
        return found


def anchor(published: Published) -> dates.Anchor:
    """What the words of an article are read against: its day, or the days between which it was published."""
    if published.basis == "inferred" and published.start is not None:
        return dates.Interval(published.start, published.end, "range")
    return published.date


def _time(clock: dates.Clock | None) -> TimeOfDay | None:
    if clock is None:
        return None
    start, end = dates.hhmm(clock.start), dates.hhmm(clock.end)
    return TimeOfDay(clock.text, start, end, clock.precision, clock.zone)


def _either(mention: dates.Mention) -> bool:
    """Whether a date in figures has two readings."""
    return mention.basis == "unknown" and mention.text[:1].isdigit() and mention.why.startswith("either")


def _unit(vector: Vectors) -> Vectors:
    length = np.linalg.norm(vector)
    unit: Vectors = vector / length if length else vector
    return unit


def _story(page: Page) -> dates.Story:
    """An article as others are placed by it: what is not its own is blanked."""
    return dates.Story(
        page.article_id, _blanked(page.text, page.furniture), page.day, dates.language_of(page.text)
    )


def _blanked(text: str, furniture: Sequence[Span]) -> str:
    for start, end in furniture:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _published(found: dates.Placed | None) -> Published:
    """A placed article's date: a single day where there is one, else the days it lies between."""
    if found is None:
        return UNDATED
    span = found.interval
    day = span.start if span.days == 1 else None
    return Published(day, "inferred", start=span.start, end=span.end, why=found.why, rests_on=found.rests_on)
