"""From a question to the passages that may answer it: both searches side by side, one score, a list that covers it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date as Day
from datetime import timedelta
from functools import lru_cache
from threading import Lock
from typing import Generic, TypeVar

from qa import retrieve
from qa.dates import Interval
from qa.library import Parts
from qa.models import ANY, Filters, Hit
from qa.ports import Archive, KeywordSearch, Place, Scored, Vectors
from qa.telemetry import Stopwatch

FEW = 500
"""Passages that speak of a time and are all scored by their words."""
MATCHING = 2_000
"""Where more speak of it: passages by their words, of which those that speak of it become candidates."""
SLICE = 250
"""Of these looked at at once: mostly the first hold enough."""
REMEMBERED = 500
"""Questions whose passages are kept: a page that is loaded again, a follow-up, a story that many ask about."""
MONTH = 30
"""Days, and the articles in them from which on an archive has news of every day."""
PLACED = 16_384
"""Candidates whose places are kept, some 30 MB: half of a question's were another's before."""
WORKERS = 2
"""Questions that are computed on at the same time. Most of it holds the interpreter, which one thread has at a time."""
V = TypeVar("V")


class Remembered(Generic[V]):
    """What was made for the keys that were asked for last."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most, self._lock = most, Lock()
        self._held: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._lock:
            self._held[key] = made
            if len(self._held) > self._most:
                self._held.popitem(last=False)
        return made

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


class Places:
    """Where passages stand, looked up once while the archive stays as it is."""

    def __init__(self, archive: Archive, most: int = PLACED) -> None:
        self._archive, self._most, self._lock = archive, most, Lock()
        self._of: tuple[int, str] = (-1, "")
        self._held: OrderedDict[int, Place] = OrderedDict()

    def get(self, numbers: Collection[int], *, model: str) -> dict[int, Place]:
        """Those of the passages that are there, each with its vector of the model."""
        now = (self._archive.position(), model)
        with self._lock:
            if self._of != now:
                self._held.clear()
                self._of = now
            found = {number: self._held[number] for number in numbers if number in self._held}
            for number in found:
                self._held.move_to_end(number)
        missing = sorted(number for number in numbers if number not in found)
        new = self._archive.places(missing, model=model) if missing else {}
        with self._lock:
            if self._of == now:
                self._held.update(new)
                while len(self._held) > self._most:
                    self._held.popitem(last=False)
        return found | new

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


class Search:
    """Finds passages in an archive. All of a search is done with the same parts: a question's vector never meets one of
    another model."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._vector = lru_cache(maxsize=REMEMBERED)(
            lambda held, asked: held.embedder().embed_question(asked)
        )
        self._found = Remembered[tuple[Hit, ...]]()
        self._places = Places(archive)
        self._beside = ThreadPoolExecutor(WORKERS, thread_name_prefix="vectors")

    def clear(self) -> None:
        """Forget what was found, and the parts that it was found with."""
        self._found.clear()
        self._places.clear()
        self._vector.cache_clear()

    def find(
        self, held: Parts, asked: str, filters: Filters, limit: int, watch: Stopwatch
    ) -> tuple[Hit, ...]:
        """Passages one by one: more than `limit` where some of them follow each other.

        What was found for the same words is found again, as long as the archive and its views stay as they are.
        """

        def embed() -> Vectors:
            with watch.stage("embed"):
                found: Vectors = self._vector(held, asked)
            return found

        def made() -> tuple[Hit, ...]:
            ranked, legs = self._ranked(held, asked, embed, filters)
            chosen = retrieve.choose(ranked, limit=limit)
            passages = self._archive.passages([found.place.passage for found in chosen])
            return tuple(retrieve.hits(chosen, passages, legs))

        with watch.stage("search"):
            return self._found.get((held, asked, filters, limit, self.state(held)), made)

    def ranked(self, held: Parts, asked: str, filters: Filters) -> list[retrieve.Ranked]:
        """Every candidate, best first, before the list is cut. Nothing of it is remembered."""
        return self._ranked(held, asked, lambda: held.embedder().embed_question(asked), filters)[0]

    def state(self, held: Parts) -> tuple[int, ...]:
        """Of the archive and the views: as long as it is the same, the same is found."""
        return (self._archive.position(), *(view.position() for view in held.views))

    def asked_on(self, filters: Filters) -> Day | None:
        """The day from which the age of an article counts: that of asking, or the last that the archive knows of.

        An archive that ends in May answers in December as it did then: nothing in it has become older than the rest.
        """
        newest = self.today()
        return min(filters.as_of, newest) if filters.as_of and newest else filters.as_of

    def aged_from(self, filters: Filters) -> Day | None:
        """The same where it tells whether an article is too old to answer: where the archive has news of every day.

        Where few articles are of the month before, that none of them answers tells nothing of the older ones.
        """
        day = self.asked_on(filters)
        if day is None:
            return None
        month = timedelta(days=MONTH)
        dense = self._archive.published_between(day - month, day, most=MONTH) >= MONTH
        return day if dense else None

    def today(self) -> Day | None:
        """The day from which a question's "last week" is counted where nobody says one: the archive's newest."""
        days = self._archive.published()
        return days[1] if days else None

    def _ranked(
        self, held: Parts, asked: str, embed: Callable[[], Vectors], filters: Filters
    ) -> tuple[list[retrieve.Ranked], retrieve.Legs]:
        keywords, today = held.keywords, filters.as_of or self.today()

        def near() -> tuple[Vectors, Scored]:
            vector = embed()
            return vector, held.vectors.nearest(vector, k=retrieve.NEAREST, filters=filters)

        # The interpreter is free while a text is embedded and while an index is searched, so that the one leg costs no
        # more time than the other.
        beside = self._beside.submit(copy_context().run, near)
        wanted = retrieve.parse(
            asked, publishers=self._archive.publishers(), as_of=filters.as_of, newest=today
        )
        whole = keywords.articles(asked, k=retrieve.NEAREST, filters=filters)
        best = self._by_words(keywords, asked, wanted, filters)
        by_words = {*best, *(number for number, _ in whole)}
        places = self._places.get(by_words, model=held.fingerprint)
        vector, nearest = beside.result()
        also = {number for number, _ in nearest} - by_words
        scores = self._beside.submit(keywords.scores, asked, sorted((by_words | also) - best.keys()))
        places |= self._places.get(also, model=held.fingerprint)
        places = dict(sorted(places.items()))
        words = best | scores.result()
        legs = retrieve.Legs(
            vector, {number: score for number, score in words.items() if number in places}, whole,
            clauses=[keywords.scores(clause, list(places)) for clause in wanted.clauses],
            speaking=self._speak(places, wanted.happened),
        )  # fmt: skip
        asked_on = self.asked_on(filters) or (today if wanted.latest else None)
        return retrieve.rank(places, legs, wanted, as_of=asked_on), legs

    def _by_words(
        self, keywords: KeywordSearch, asked: str, wanted: retrieve.Wanted, filters: Filters
    ) -> dict[int, float]:
        """Passages with their scores: the best by their words, and the best of those that are preferred."""
        speaking = (
            self._archive.dates.speaking(wanted.happened, filters, limit=FEW + 1) if wanted.happened else []
        )
        many = len(speaking) > FEW
        best = keywords.matching(asked, k=MATCHING if many else retrieve.CANDIDATES, filters=filters)
        found = dict(best[: retrieve.CANDIDATES])
        for restricted in retrieve.narrowed(wanted, filters):
            found.update(keywords.matching(asked, k=retrieve.CANDIDATES, filters=restricted))
        if many and wanted.happened:  # to score them all would take longer than the rest of the search
            happened = self._speaking(best, wanted.happened)
        else:
            happened = sorted(keywords.scores(asked, speaking).items(), key=lambda item: -item[1])
        return found | dict(happened[: retrieve.NEAREST])

    def _speak(self, numbers: Collection[int], days: Interval | None) -> frozenset[int]:
        """Those of some passages that speak of these days."""
        if days is None or not numbers:
            return frozenset()
        return frozenset(self._archive.dates.speaking(days, ANY, among=list(numbers)))

    def _speaking(self, best: Scored, days: Interval) -> list[tuple[int, float]]:
        """Those of the best that speak of these days; as many as are needed, the best first."""
        found, at = list[tuple[int, float]](), 0
        while at < len(best) and len(found) < retrieve.NEAREST:
            some = best[at : at + SLICE]
            among = self._speak([number for number, _ in some], days)
            found += [item for item in some if item[0] in among]
            at += SLICE
        return found
