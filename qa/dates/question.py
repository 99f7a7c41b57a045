"""The time that a question names: "in March", "before April 2024", "as of 15 April", "latest"."""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal

from .find import read
from .lex import lexicon
from .values import Interval, Mention, QuestionTime

Axis = Literal["event", "published", "as_of"]


def question_time(question: str, *, as_of: date | None, language: str = "en") -> QuestionTime:
    """What a question says about time; `as_of` is the day it is asked, which relative words count from.

    `interval` is None when the question names no time, or one that only an event could give ("since the
    coup"). With axis "as_of" it runs from the open past to the end of the named day: only what was
    published by then counts. Where neither verb nor word says otherwise, a time is taken to lie in the
    past. Never raises.
    """
    return _question_time(question, as_of, language)


@lru_cache(maxsize=256)  # the filters, the search, the sentences and the answer ask it of the same question
def _question_time(question: str, as_of: date | None, language: str) -> QuestionTime:
    table = lexicon(language).table
    lowered = _lowered(question)
    asks_when, latest = _says(lowered, table.asks_when), asks_latest(question, language=language)
    mention = _named(question, as_of, language)
    axis = _axis(lowered, mention, table.asks_as_of, table.asks_published)
    interval = mention.interval if mention else None
    why = mention.why if mention else "the question names no date"
    if axis == "as_of" and interval is not None:
        interval, why = _until(interval), f"what was published by then; {why}"
    return QuestionTime(interval, axis, asks_when, latest, mention, why)


def asks_latest(question: str, *, language: str = "en") -> bool:
    """Whether a question asks for the newest there is, as `question_time` says it too."""
    return _says(_lowered(question), lexicon(language).table.asks_latest)


def _lowered(question: str) -> str:
    return question.lower().replace("\u2019", "'")


def timeless(question: str, *, as_of: date | None, language: str = "en") -> str:
    """The question without the words that only choose by time: "latest", "as of 15 April". Its own words if none are left."""
    time, table = question_time(question, as_of=as_of, language=language), lexicon(language).table
    phrases = table.asks_latest if time.latest else ()
    left = question
    if time.axis == "as_of" and time.mention is not None:
        phrases = (*phrases, *table.asks_as_of)
        left = left[: time.mention.start] + " " + left[time.mention.end :]
    for phrase in phrases:
        left = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", left, flags=re.IGNORECASE)
    left = " ".join(left.split())
    return left if len(re.findall(r"\w+", left)) > 2 else question


def _named(question: str, as_of: date | None, language: str) -> Mention | None:
    """The time named; of several the widest frame, since a question's other dates lie within it."""
    found = [mention for mention, _ in read(question, anchor=as_of, language=language, default="past")]
    dated = [mention for mention in found if mention.interval is not None]
    framed = [
        mention for mention in dated if mention.interval and mention.interval.precision in ("range", "open")
    ]
    two = _between(dated)
    return two or next(iter([*framed, *dated, *found]), None)


def _between(dated: list[Mention]) -> Mention | None:
    """ "since March and before June": two open sides make one frame."""
    sides = [mention for mention in dated if mention.interval and mention.interval.precision == "open"]
    if len(sides) != 2:
        return None
    one, two = sides[0].interval, sides[1].interval
    if one is None or two is None:
        return None
    start, end = one.start or two.start, one.end or two.end
    if start is None or end is None or start >= end:
        return None
    return replace(sides[0], interval=Interval(start, end, "range"), why=f"{sides[0].why}; {sides[1].why}")


def _says(lowered: str, phrases: tuple[str, ...]) -> bool:
    return any(
        phrase in lowered and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", lowered) for phrase in phrases
    )


def _axis(lowered: str, mention: Mention | None, as_of: tuple[str, ...], published: tuple[str, ...]) -> Axis:
    if mention is not None and _says(lowered, as_of):
        return "as_of"
    return "published" if _says(lowered, published) else "event"


def _until(interval: Interval) -> Interval:
    """Everything up to the end of the named day; an "as of" read as open keeps its first day only."""
    if interval.end is not None:
        return Interval(None, interval.end, "open")
    return (
        Interval(None, date.fromordinal(interval.start.toordinal() + 1), "open")
        if interval.start
        else interval
    )
