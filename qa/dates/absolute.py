"""Expressions that name a date of the calendar: days, months, years, seasons, quarters, feasts."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from . import spans
from .feasts import Feast, feast_day, named_day
from .grammar import Expr
from .numeric import numeric_date
from .scope import Reading, Scope, anchored, expected, shifted, side
from .spans import Unit, choose
from .values import WEEKDAYS, Interval, spoken


def _numeric(expr: Expr, scope: Scope) -> Reading:
    return Reading(*numeric_date(expr.text, scope.day_first, expr.weekday))


def _date(expr: Expr, scope: Scope) -> Reading:
    month, day = expr.month or 1, expr.day or 1
    if expr.year is not None:
        named = date(expr.year, month, day)
        return Reading(spans.day_span(named), f"written out in full{_misnamed(expr, named)}")
    anchor = anchored(scope)
    spread = 9 if (month, day) == (2, 29) else 2
    days = list(_existing(anchor.year, month, day, spread))
    if expr.weekday is not None and (fitting := [each for each in days if each.weekday() == expr.weekday]):
        days = fitting
    found = choose(map(spans.day_span, days), anchor, expected(scope))
    return Reading(found, f"the year taken from the article's date, {spoken(anchor)}")


def _month_day(expr: Expr, scope: Scope) -> Reading:
    """ "on the 22nd": of the month named before, else of the month that the tense asks for."""
    before, day = scope.before, expr.day or 1
    if before is not None and before.start is not None and before.precision == "month":
        return Reading(spans.day_span(before.start.replace(day=day)), "of the month named before")
    anchor = anchored(scope)
    months = (spans.plus_months(anchor.replace(day=1), each) for each in (-2, -1, 0, 1, 2))
    days = [
        first.replace(day=day) for first in months if (spans.plus_months(first, 1) - spans.DAY).day >= day
    ]
    found = choose(map(spans.day_span, days), anchor, expected(scope) or "past")
    return Reading(found, f"the month taken from the article's date, {spoken(anchor)}")


def _misnamed(expr: Expr, found: date) -> str:
    """A remark when the weekday beside a date is not that date's."""
    wrong = expr.weekday is not None and expr.weekday != found.weekday()
    return f", though the text calls it a {WEEKDAYS[expr.weekday or 0]}" if wrong else ""


def _existing(year: int, month: int, day: int, spread: int) -> Iterator[date]:
    for each in range(year - spread, year + spread + 1):
        try:
            yield date(each, month, day)
        except ValueError:
            continue


def _month(expr: Expr, scope: Scope) -> Reading:
    month = expr.month or 1
    if expr.year is not None:
        return Reading(spans.month_span(expr.year, month), "month and year written out")
    anchor = anchored(scope)
    months = [spans.month_span(anchor.year + each, month) for each in (-2, -1, 0, 1, 2)]
    found = shifted(months, Unit.MONTH, expr.shift, scope)
    said = {-1: "the last one before", 0: "this year's at", 1: "the next one after"}.get(expr.shift or 9)
    return Reading(found, f"{said or side(found, anchor)} the article's date, {spoken(anchor)}")


def _year(expr: Expr, scope: Scope) -> Reading:
    span = spans.years_from(expr.year or 0, 1, "year")
    return Reading(span, _FISCAL if expr.fiscal else "the year written out")


_FISCAL = "read as the calendar period; this is a fiscal one, and fiscal years differ from house to house"


def _decade(expr: Expr, scope: Scope) -> Reading:
    if expr.year is not None:
        return Reading(spans.years_from(expr.year, 10, "decade"), "the decade written out")
    anchor = anchored(scope)
    start = anchor.year // 100 * 100 + expr.count * 10
    start -= 100 if start > anchor.year else 0
    return Reading(spans.years_from(start, 10, "decade"), f"the latest such decade by {anchor.year}")


def _century(expr: Expr, scope: Scope) -> Reading:
    return Reading(spans.century_span(expr.count), "the century written out")


def _quarter(expr: Expr, scope: Scope) -> Reading:
    flag = f"; {_FISCAL}" if expr.fiscal else ""
    if expr.year is not None:
        return Reading(spans.quarter_span(expr.year, expr.count), f"quarter and year written out{flag}")
    anchor = anchored(scope)
    quarters = [spans.quarter_span(anchor.year + each, expr.count) for each in (-1, 0, 1)]
    if scope.lean == "future":
        found = choose(quarters, anchor, "future")
    else:
        found = [each for each in quarters if each.end is not None and each.end <= anchor][-1]
    return Reading(found, f"{side(found, anchor)} the article's date, {spoken(anchor)}{flag}")


def _half(expr: Expr, scope: Scope) -> Reading:
    anchor = anchored(scope)
    years = (anchor.year + each for each in (-1, 0, 1))
    halves = [spans.months_from(year, 6 * expr.count - 5, 6, "part") for year in years]
    found = choose(halves, anchor, scope.lean)
    return Reading(found, f"{side(found, anchor)} the article's date, {spoken(anchor)}")


def _season(expr: Expr, scope: Scope) -> Reading:
    north = "months of the northern hemisphere"
    if expr.year is not None:
        return Reading(spans.season_span(expr.year, expr.count), f"season and year written out, {north}")
    anchor = anchored(scope)
    options = [spans.season_span(anchor.year + each, expr.count) for each in (-2, -1, 0, 1, 2)]
    if expr.shift == 1:
        after = [
            each for each in options if each.start is not None and each.start > anchor + timedelta(days=60)
        ]
        found: Interval | None = after[0]
    elif expr.shift == -1:
        found = [each for each in options if each.end is not None and each.end <= anchor][-1]
    else:
        found = choose(options, anchor, None if expr.shift == 0 else scope.lean)
    return Reading(found, f"{side(found, anchor)} the article's date, {spoken(anchor)}; {north}")


def _feast(expr: Expr, scope: Scope) -> Reading:
    feast = Feast(expr.count)
    if expr.year is not None:
        day = feast_day(feast, expr.year)
        return Reading(spans.day_span(day) if day else None, "the feast's day in the year written out")
    anchor = anchored(scope)
    days = [day for each in range(-4, 5) if (day := feast_day(feast, anchor.year + each))]
    found = shifted([spans.day_span(day) for day in days], Unit.DAY, expr.shift or None, scope)
    return Reading(found, f"{side(found, anchor)} the article's date, {spoken(anchor)}")


def _named(expr: Expr, scope: Scope) -> Reading:
    day = named_day(expr.month or 0, expr.day or 0)
    if day is None or (scope.anchor is not None and scope.anchor < day):
        return Reading(None, "not yet known by its day")
    return Reading(spans.day_span(day), f"the day that the attack is known by, {spoken(day, weekday=False)}")


ABSOLUTE: dict[str, Callable[[Expr, Scope], Reading]] = {
    "numeric": _numeric,
    "date": _date,
    "month-day": _month_day,
    "half": _half,
    "month": _month,
    "year": _year,
    "decade": _decade,
    "century": _century,
    "quarter": _quarter,
    "season": _season,
    "feast": _feast,
    "named": _named,
}
"""The resolvers by kind of expression; each may raise ValueError or OverflowError for a date that is none."""
