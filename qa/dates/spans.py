"""Calendar arithmetic on half-open intervals: units, thirds, seasons. Weeks begin on Monday (ISO 8601).

Seasons are the meteorological ones of the northern hemisphere: the texts do not say which is meant, so the
reader is told. "Early", "mid" and "late" are thirds (days 1-10, 11-20, 21 on; four months of a year; four,
three and three years of a decade); a "late" week is Thursday to Sunday.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import IntEnum

from .values import Interval, Lean, Precision

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Unit(IntEnum):
    """The units that count time in the language tables."""

    MINUTE = 1
    HOUR = 2
    DAY = 3
    WEEK = 4
    WEEKEND = 5
    MONTH = 6
    QUARTER = 7
    YEAR = 8
    DECADE = 9
    CENTURY = 10
    HALF = 11
    FORTNIGHT = 12


class Part(IntEnum):
    """Early, mid and late are thirds; start and end are the outermost stretch ("the end of the year")."""

    EARLY = 1
    MID = 2
    LATE = 3
    START = 4
    END = 5


def day_span(day: date) -> Interval:
    """One day."""
    return Interval(day, day + DAY, "day")


def days_from(start: date, count: int, precision: Precision) -> Interval:
    """`count` days beginning with `start`."""
    return Interval(start, start + timedelta(days=count), precision)


def months_from(year: int, month: int, count: int, precision: Precision) -> Interval:
    """`count` calendar months beginning with `month`."""
    start = date(year, month, 1)
    return Interval(start, plus_months(start, count), precision)


def month_span(year: int, month: int) -> Interval:
    """One calendar month."""
    return months_from(year, month, 1, "month")


def years_from(year: int, count: int, precision: Precision) -> Interval:
    """`count` calendar years beginning with `year`."""
    return Interval(date(year, 1, 1), date(year + count, 1, 1), precision)


def season_span(year: int, season: int) -> Interval:
    """Spring 1, summer 2, autumn 3, winter 4; a winter is named for the year in which it begins."""
    return months_from(year, season * 3, 3, "season")


def quarter_span(year: int, quarter: int) -> Interval:
    """A calendar quarter, 1 to 4."""
    return months_from(year, quarter * 3 - 2, 3, "quarter")


def century_span(number: int) -> Interval:
    """The nth century; the 20th is 1901 to 2000."""
    return years_from(number * 100 - 99, 100, "century")


def plus_months(day: date, count: int) -> date:
    """The same day of the month `count` months on, or the month's last day when it has none."""
    index = day.year * 12 + day.month - 1 + count
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - DAY)


def step(day: date, unit: Unit, count: int) -> date:
    """The day `count` units on; hours and minutes do not leave the day unless there are many."""
    if unit in _MONTHS_IN:
        return plus_months(day, count * _MONTHS_IN[unit])
    if unit in (Unit.MINUTE, Unit.HOUR):
        return day + timedelta(days=int(count / 24) if unit is Unit.HOUR else 0)
    return day + timedelta(days=count * _DAYS_IN.get(unit, 7))


def around(day: date, unit: Unit) -> Interval:
    """The calendar unit that holds `day`: its week, its month, its decade."""
    return _AROUND[unit](day)


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def weekend_of(day: date) -> Interval:
    """Saturday and Sunday of the day's week."""
    return days_from(monday(day) + timedelta(days=5), 2, "range")


def third(span: Interval, part: Part) -> Interval:
    """The early, middle or late third of a span, or its start or end; a day is not cut."""
    if span.start is None or span.end is None or span.precision == "day":
        return span
    low, high = _cut(span.start, span.end, part)
    return Interval(low, high, "part")


def _cut(start: date, end: date, part: Part) -> tuple[date, date]:
    days = (end - start).days
    if days <= 7:
        offsets = {
            Part.EARLY: (0, 2),
            Part.START: (0, 2),
            Part.MID: (2, 3),
            Part.LATE: (3, 7),
            Part.END: (4, 7),
        }
        low, high = offsets[part]
        return start + timedelta(days=low), start + timedelta(days=high)
    if days <= 31:
        marks = (start, start + timedelta(days=10), start + timedelta(days=20), end)
        return _between(marks, part)
    months = (end.year - start.year) * 12 + end.month - start.month
    if months <= 12 and part in (Part.START, Part.END):
        return (start, plus_months(start, 1)) if part is Part.START else (plus_months(end, -1), end)
    cuts = {120: (48, 84), 1200: (396, 792)}.get(months, (months // 3, months - months // 3))
    return _between((start, plus_months(start, cuts[0]), plus_months(start, cuts[1]), end), part)


def _between(marks: tuple[date, date, date, date], part: Part) -> tuple[date, date]:
    at = {Part.EARLY: 0, Part.START: 0, Part.MID: 1, Part.LATE: 2, Part.END: 2}[part]
    return marks[at], marks[at + 1]


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 20 April 1876)."""
    century, rest = divmod(year, 100)
    leap, over = divmod(century, 4)
    moon = (19 * (year % 19) + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * over + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(first: date, weekday: int, nth: int) -> date:
    """The nth weekday (Monday 0) of the month that begins on `first`; nth -1 is the last one."""
    if nth < 0:
        last = plus_months(first, 1) - DAY
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def choose(spans: Iterable[Interval], anchor: date, lean: Lean | None) -> Interval | None:
    """The reading that the tense asks for: the last one begun, the next one not over, else the nearest.

    A day after the anchor still counts as past: papers are dated in another time zone than their news.
    """
    dated = [(span, span.start, span.end) for span in spans if span.start and span.end]
    if lean == "past":
        begun = [
            span for span, start, end in dated if start <= (anchor + DAY if (end - start) == DAY else anchor)
        ]
        return begun[-1] if begun else None
    if lean == "future":
        return next((span for span, _, end in dated if end > anchor), None)
    return min(dated, key=lambda each: _gap(each[1], each[2], anchor))[0] if dated else None


def _gap(start: date, end: date, anchor: date) -> int:
    return max((start - anchor).days, (anchor - end).days + 1, 0)


_MONTHS_IN = {
    Unit.MONTH: 1,
    Unit.QUARTER: 3,
    Unit.HALF: 6,
    Unit.YEAR: 12,
    Unit.DECADE: 120,
    Unit.CENTURY: 1200,
}
_DAYS_IN = {Unit.DAY: 1, Unit.FORTNIGHT: 14}
_AROUND: dict[Unit, Callable[[date], Interval]] = {
    Unit.MINUTE: day_span,
    Unit.HOUR: day_span,
    Unit.DAY: day_span,
    Unit.WEEK: lambda day: days_from(monday(day), 7, "week"),
    Unit.FORTNIGHT: lambda day: days_from(monday(day), 7, "week"),
    Unit.WEEKEND: weekend_of,
    Unit.MONTH: lambda day: month_span(day.year, day.month),
    Unit.QUARTER: lambda day: quarter_span(day.year, (day.month + 2) // 3),
    Unit.HALF: lambda day: months_from(day.year, 1 if day.month < 7 else 7, 6, "part"),
    Unit.YEAR: lambda day: years_from(day.year, 1, "year"),
    Unit.DECADE: lambda day: years_from(day.year // 10 * 10, 10, "decade"),
    Unit.CENTURY: lambda day: century_span((day.year + 99) // 100),
}
