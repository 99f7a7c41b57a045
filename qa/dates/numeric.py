"""Dates in figures: ISO, dotted, slashed; and which of day and month comes first."""

import re
from collections.abc import Iterable
from datetime import date

from .spans import day_span
from .values import Interval, spoken

_PARTS = re.compile(r"(\d+)([./-])(\d+)[./-](\d+)")
_LOOSE = re.compile(r"(?<![\w./-])(\d\d?)([./-])(\d\d?)\2(\d{4}|\d\d)(?![\w/-]|\.\d)")


def numeric_date(
    text: str, day_first: bool | None, weekday: int | None = None
) -> tuple[Interval | None, str]:
    """The day that a date in figures means, and why; None with both readings when the order is open.

    A weekday written beside it (Monday 0) decides when it fits one reading only.
    """
    match = _PARTS.match(text)
    if match is None:
        return None, "no such date"
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        found = _day(first, second, third)
        return (day_span(found), "year, month and day in figures") if found else (None, "no such date")
    year = third if len(match[4]) == 4 else _century(third)
    by_day, by_month = _day(year, second, first), _day(year, first, second)
    fitting = [
        each for each in (by_day, by_month) if each and weekday is not None and each.weekday() == weekday
    ]
    if len(fitting) == 1 and by_day != by_month:
        return day_span(fitting[0]), "the weekday beside it fits this reading only"
    return _two_ways(by_day, by_month, match[2], day_first)


def _century(year: int) -> int:
    """Two figures of a year as POSIX reads them: 69 to 99 are 19xx."""
    return year + (1900 if year >= 69 else 2000)


def _two_ways(
    by_day: date | None, by_month: date | None, mark: str, day_first: bool | None
) -> tuple[Interval | None, str]:
    if by_day is None or by_month is None or by_day == by_month:
        found = by_day or by_month
        return (day_span(found), "only one reading is a date") if found else (None, "no such date")
    if day_first is None and mark == ".":
        return day_span(by_day), "dates with dots are written day first"
    if day_first is None:
        return (
            None,
            f"either {spoken(by_day)} or {spoken(by_month)}: nothing here says whether the day comes first",
        )
    order = "day first" if day_first else "month first"
    return day_span(by_day if day_first else by_month), f"{order}, as the other dates in figures show"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_order(texts: Iterable[str]) -> bool | None:
    """Whether the dates in figures of one outlet or article put the day first.

    Only dates that have one reading count (a number above 12). True: day first; False: month first; None: no
    such date, or they contradict each other.
    """
    seen = set[bool]()
    for text in texts:
        for match in _LOOSE.finditer(text):
            first, second = int(match[1]), int(match[3])
            year = int(match[4]) if len(match[4]) == 4 else _century(int(match[4]))
            by_day, by_month = _day(year, second, first), _day(year, first, second)
            if (by_day is None) != (by_month is None):
                seen.add(by_day is not None)
    return seen.pop() if len(seen) == 1 else None
