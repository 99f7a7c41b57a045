"""What a question asks for beside its words: outlets, a time, several things at once. Rules, no model.

Each is a preference: it lifts what agrees with it and removes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date as Day
from datetime import timedelta
from functools import lru_cache

from qa import dates
from qa.models import Filters

MOST_CLAUSES = 4
RECENT_DAYS = 14
"""Searched for besides everything before `as_of`; 30 days found the same on rtqa2022."""
MOST_PUBLISHERS = 6
MOST_WORDS = 6
"""Of an outlet's name in a question."""
_REPORTED = re.compile(
    r"^\W*what (?:was|were|has been|had been|have been) (?:being )?(?:reported|published|written|in the news)\b"
    r"|^\W*what (?:did|do|does) (?:the )?(?:papers?|press|media|news|outlets?) (?:report|say|write|publish)\b"
    r"|^\W*(?:what (?:was|were|is|are) )?(?:the )?(?:news|headlines|coverage|articles|stories|reports)"
    r" (?:from|of|on|published)\b",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_REPORTING = re.compile(
    r"\b(?:according|articles?|report(?:s|ed|ing)?|coverage|cover(?:s|ed)|published|story|stories|piece|review"
    r"|sa(?:ys|id)|writes?|wrote|suggests?|claim(?:s|ed)?|mention(?:s|ed)?)\b",
    re.I,
)
_SEVERAL = re.compile(
    r"\b(?:both|while|whereas|compared (?:to|with)|respectively|as well as|(?:and|is|are|was) also|difference)\b",
    re.I,
)
_CLAUSE = re.compile(
    r",? (?:and|while|but|whereas|compared (?:to|with)|than)"
    r"(?: (?:is|are|was|also|has|had|the|that|who|which|another|a))? |[,;:] ",
    re.I,
)
_WEEK = re.compile(r"\bthis (?:past )?week|\b(?:past|last) (?:few|seven|7) days\b", re.I)
_NOW = re.compile(r"(?:earlier |later )?(?:this|today|tonight)\b", re.I)
REPORTED_DAYS = 7
"""Days after an event within which it is news: articles of these are searched for it too."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, read."""

    question: str
    publishers: frozenset[str] = frozenset()
    """Outlets it names, as the archive keys them (casefolded)."""
    reporting: bool = False
    """It asks what was reported, so an outlet that it names is a source and not the subject."""
    clauses: tuple[str, ...] = ()
    """The parts of a question that asks several things at once; none where it asks one."""
    this_week: bool = False
    time: dates.QuestionTime | None = None
    """The time that it names; "this week" is told apart, above."""
    latest: bool = False
    """It asks for the newest, so that an article's age counts though no day was given."""

    @property
    def happened(self) -> dates.Interval | None:
        """The days of which it asks what happened, and not what was reported."""
        return self.time.interval if self.time and self.time.axis == "event" else None


def parse(
    question: str, *, publishers: Iterable[str] = (), as_of: Day | None = None, newest: Day | None = None
) -> Wanted:
    """Read a question against the archive's own outlets.

    `as_of` tells which March "in March" is, else `newest`, the newest day in the archive. What "this month" is only
    `as_of` tells: the newest day need not be the one on which somebody asks.
    """
    named = _publishers(question, aliases(tuple(publishers)))
    several = bool(named) or bool(_SEVERAL.search(question))
    this_week = bool(_WEEK.search(question))
    found = dates.question_time(question, as_of=as_of or newest)
    timed = found.interval is not None and found.axis != "as_of" and not this_week
    if as_of is None and found.mention and _NOW.match(found.mention.text):
        timed = False
    return Wanted(
        question,
        publishers=frozenset(named[:MOST_PUBLISHERS]),
        reporting=bool(_REPORTING.search(question)),
        clauses=_clauses(question) if several else (),
        this_week=this_week,
        time=found if timed else None,
        latest=found.latest,
    )


def reported(question: str) -> bool:
    """Whether it asks what was reported, and not for something in it; of which days, its time says."""
    return _REPORTED.search(question) is not None


def until(question: str, filters: Filters, *, today: Day | None = None) -> Filters:
    """The filters, with the days by which, or on which, the question itself asks what was told: walls, as the caller's are."""
    found = dates.question_time(question, as_of=filters.as_of or today)
    if found.interval is None:
        return filters
    if found.axis != "as_of" and reported(question):
        return _within(filters, found.interval)
    if found.axis != "as_of" or found.interval.end is None:
        return filters
    last = found.interval.end - timedelta(days=1)
    return filters if filters.as_of and filters.as_of <= last else replace(filters, as_of=last)


def _within(filters: Filters, days: dates.Interval) -> Filters:
    narrower = _after(filters, days.start) if days.start else filters
    return _before(narrower, days.end - timedelta(days=1)) if days.end else narrower


def narrowed(wanted: Wanted, filters: Filters) -> list[Filters]:
    """Narrower filters to search besides the caller's, so that what is preferred is among the candidates at all."""
    found = []
    if wanted.publishers and not filters.publishers:
        found.append(replace(filters, publishers=tuple(sorted(wanted.publishers))))
    if filters.as_of:
        found.append(_after(filters, filters.as_of - timedelta(days=RECENT_DAYS)))
    if wanted.time and wanted.time.interval:
        first, end = wanted.time.interval.start, wanted.time.interval.end
        later = REPORTED_DAYS if wanted.time.axis == "event" else 0
        within = _after(filters, first) if first else filters
        found.append(_before(within, end + timedelta(days=later - 1)) if end else within)
    return [one for one in dict.fromkeys(found) if one != filters]


def _after(filters: Filters, day: Day) -> Filters:
    first = filters.published_from
    return filters if first and first >= day else replace(filters, published_from=day)


def _before(filters: Filters, day: Day) -> Filters:
    last = filters.published_to
    return filters if last and last <= day else replace(filters, published_to=day)


@lru_cache(maxsize=4)
def aliases(publishers: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """By spelling without spaces and signs, the outlets that it may mean: `usatoday` is `usatoday.com`."""
    found: dict[str, tuple[str, ...]] = {}
    for name in publishers:
        short = re.split(r" [|-] ", name)[0]
        host = name.removeprefix("www.").rsplit(".", 1)[0] if " " not in name and "." in name else ""
        for spelling in dict.fromkeys(_squeezed(part) for part in (name, short, host)):
            if len(spelling) > 2:
                found[spelling] = (*found.get(spelling, ()), name)
    return found


def _publishers(question: str, known: dict[str, tuple[str, ...]]) -> list[str]:
    words = _WORD.findall(question)
    squeezed = [_squeezed(word) for word in words]
    found: list[str] = []
    for first, word in enumerate(words):
        for last in range(first, min(first + MOST_WORDS, len(words))):
            if (
                last > first or not word[0].islower()
            ):  # one word alone is a name only where it is written as one
                found += known.get("".join(squeezed[first : last + 1]), ())
    return list(dict.fromkeys(found))


def _squeezed(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _clauses(question: str) -> tuple[str, ...]:
    """The parts between commas and conjunctions; one of fewer than four words joins the one before."""
    found: list[str] = []
    for part in _CLAUSE.split(question):
        if found and min(len(part.split()), len(found[-1].split())) < 4:
            found[-1] += f" {part}"
        else:
            found.append(part)
    longest = sorted(found, key=len)[-MOST_CLAUSES:]
    return tuple(part for part in found if part in longest) if len(found) > 1 else ()
