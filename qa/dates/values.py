"""The values that the date grammar takes and gives: all frozen, none of them knows a clock."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .clock import Clock

Precision = Literal[
    "day", "week", "month", "quarter", "season", "year", "decade", "century", "part", "range", "open"
]
Basis = Literal["stated", "resolved", "inferred", "unknown"]
Lean = Literal["past", "future"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Whole days, half-open: `start` is the first day in, `end` the first day out; None is open-ended.

    `precision` says what the words claimed ("in March" is a month, "late March" a part, "since March" open),
    so that a month is never shown as a day. Raises ValueError when `end` is not after `start`.
    """

    start: date | None
    end: date | None
    precision: Precision

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(f"an interval must hold a day: {self.start} to {self.end}")

    @property
    def days(self) -> int | None:
        """How many days it holds; None when it is open-ended."""
        return None if self.start is None or self.end is None else (self.end - self.start).days

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the interval."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def meets(self, other: "Interval") -> bool:
        """Whether the two intervals share a day."""
        before = self.end is not None and other.start is not None and self.end <= other.start
        after = other.end is not None and self.start is not None and other.end <= self.start
        return not (before or after)


Anchor = date | Interval | None
"""The day of an article, the days between which it was published, or neither."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A date expression in a text and what it means.

    `start` and `end` are code-point offsets, half-open, with `text == source[start:end]`. `interval` is None
    exactly when `basis` is "unknown". `why` is a sentence fragment for a reader. `time` is the time of day
    on the day that it names, or on the last day of an "until": never converted.
    """

    text: str
    start: int
    end: int
    interval: Interval | None
    basis: Basis
    why: str
    time: Clock | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What placing an article needs to know of it; `published` is None for an undated one."""

    id: str
    text: str
    published: date | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an undated article was placed: `interval` of publication, `why` in words, ids in `rests_on`."""

    interval: Interval
    why: str
    rests_on: tuple[str, ...]
    basis: Literal["inferred"] = "inferred"


@dataclass(frozen=True, slots=True)
class QuestionTime:
    """The time that a question names.

    `axis` says which date of an article it constrains: "event" (when things happened), "published" (what was
    reported then) or "as_of" (only what was published by then counts). `asks_when` is set when the answer
    itself is to be a date; `latest` when the newest report is wanted. `mention` is where the question says
    it.
    """

    interval: Interval | None
    axis: Literal["event", "published", "as_of"]
    asks_when: bool
    latest: bool
    mention: Mention | None
    why: str


def spoken(day: date, *, weekday: bool = True) -> str:
    """A date as a reader says it: "Saturday 13 April 2024"."""
    text = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def spoken_month(day: date) -> str:
    """The month of a date in words: "March 2024"."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
