"""Expressions counted from the article's day, or from the date that the text named last."""

from collections.abc import Callable
from datetime import date, timedelta

from . import spans
from .grammar import Expr
from .scope import Reading, Scope, anchored, counted, side
from .spans import DAY, Unit
from .values import WEEKDAYS, Interval, Lean, spoken, spoken_month


def _weekday(expr: Expr, scope: Scope) -> Reading:
    anchor, weekday = anchored(scope), expr.weekday or 0
    name = WEEKDAYS[weekday]
    back, ahead = (anchor.weekday() - weekday) % 7, (weekday - anchor.weekday()) % 7
    if expr.vague == "near":
        day, said = anchor + timedelta(days=ahead or 7), "after"
    else:
        day, said = _weekday_day(expr.shift, scope.lean, anchor, back, ahead)
    if day == anchor:
        return Reading(spans.day_span(day), f"{name} is the article's own day, {spoken(anchor)}")
    note = ""
    if expr.shift and (other := day + timedelta(days=7 * expr.shift)) and _either(expr.shift, day, anchor):
        note = f" (some would mean {spoken(other)})"
    return Reading(spans.day_span(day), f"{name} {said} the article's date, {spoken(anchor)}{note}")


def _weekday_day(
    shift: int | None, lean: Lean | None, anchor: date, back: int, ahead: int
) -> tuple[date, str]:
    if shift == -1:
        return anchor - timedelta(days=back or 7), "before"
    if shift == 1:
        same_week = anchor.weekday() < (anchor.weekday() + (ahead or 7)) <= 6
        return anchor + timedelta(
            days=(ahead or 7) + (7 if same_week else 0)
        ), "of the week after" if same_week else "after"
    if lean == "future" or (shift == 0 and lean != "past"):
        return anchor + timedelta(days=ahead), "after"
    return anchor - timedelta(days=back), "before"


def _either(shift: int, day: date, anchor: date) -> bool:
    """Whether "last" or "next" with a weekday has a second reading, a week further off."""
    return shift < 0 and spans.monday(day) == spans.monday(anchor)


def _unit(expr: Expr, scope: Scope) -> Reading:
    anchor, shift = anchored(scope), expr.shift
    if expr.unit is Unit.WEEKEND:
        return _weekend(shift, anchor, scope.lean)
    count = shift or 0
    found = spans.around(
        spans.step(spans.around(anchor, expr.unit).start or anchor, expr.unit, count), expr.unit
    )
    side = {-2: "two before", -1: "before", 0: "of", 1: "after", 2: "two after"}[count]
    noun = "new year" if expr.unit is Unit.YEAR and shift == 1 else expr.unit.name.lower()
    return Reading(found, f"the {noun} {side} the article's date, {spoken(anchor)}")


def _weekend(shift: int | None, anchor: date, lean: Lean | None) -> Reading:
    here = spans.weekend_of(anchor)
    running = here.holds(anchor)
    weeks = 0
    if shift == -1 or (shift is None and lean != "future"):
        weeks = -1 if not running or shift == -1 else 0
    if shift == 1:
        weeks = 1
    start = (here.start or anchor) + timedelta(days=7 * weeks)
    found = spans.weekend_of(start)
    return Reading(found, f"{side(found, anchor)} the article's date, {spoken(anchor)}")


def _dayrel(expr: Expr, scope: Scope) -> Reading:
    anchor = anchored(scope)
    said = (
        "the article's own day"
        if not expr.count
        else counted(abs(expr.count), Unit.DAY, expr.count, "the article's date")
    )
    return Reading(spans.day_span(anchor + timedelta(days=expr.count)), f"{said}, {spoken(anchor)}")


def _overnight(expr: Expr, scope: Scope) -> Reading:
    anchor = anchored(scope)
    return Reading(
        Interval(anchor - DAY, anchor + DAY, "range"), f"the night to the article's date, {spoken(anchor)}"
    )


def _ago(expr: Expr, scope: Scope) -> Reading:
    return _distance(expr, scope, -1)


def _ahead(expr: Expr, scope: Scope) -> Reading:
    return _distance(expr, scope, 1)


def _distance(expr: Expr, scope: Scope, sign: int) -> Reading:
    anchor, unit = anchored(scope), expr.unit
    of = f"the article's date, {spoken(anchor)}"
    if expr.vague == "few":
        return Reading(
            few(anchor, unit, sign),
            f"two to six {unit.name.lower()}s {'before' if sign < 0 else 'after'} {of}",
        )
    day = spans.step(anchor, unit, sign * expr.count)
    why = counted(expr.count, unit, sign, of)
    if expr.vague == "more":
        found = Interval(None, day + DAY, "open") if sign < 0 else Interval(day, None, "open")
        return Reading(found, f"more than {why}")
    return Reading(spans.around(day, _coarse(unit)), why)


def _coarse(unit: Unit) -> Unit:
    return {Unit.DECADE: Unit.YEAR, Unit.CENTURY: Unit.YEAR}.get(unit, unit)


def few(day: date, unit: Unit, sign: int) -> Interval:
    """Two to six units away from a day: what "a few weeks ago" leaves open."""
    near, far = sorted((spans.step(day, unit, sign * 2), spans.step(day, unit, sign * 6)))
    return Interval(near, far + DAY, "range")


def _window(expr: Expr, scope: Scope) -> Reading:
    anchor = anchored(scope)
    far = spans.step(anchor, expr.unit, (expr.shift or 1) * expr.count)
    count = "a few" if expr.vague else str(expr.count)
    noun = f"{count} {expr.unit.name.lower()}{'' if count == '1' else 's'}"
    low, high = sorted((far, anchor))
    side = "up to" if low == far else "from"
    return Reading(
        Interval(low, high + DAY, "range"), f"the {noun} {side} the article's date, {spoken(anchor)}"
    )


def _apart(expr: Expr, scope: Scope) -> Reading:
    """ "three days later": from the date named before, else from the article's own."""
    sign = expr.shift or 1
    start, of, exact = _origin(scope, back=sign < 0)
    if expr.vague == "few":
        return Reading(few(start, expr.unit, sign), f"two to six {expr.unit.name.lower()}s from {of}")
    day = spans.step(start, expr.unit, sign * expr.count)
    unit = _finest(expr, exact)
    return Reading(spans.around(day, unit), counted(expr.count, expr.unit, sign, of))


def _finest(expr: Expr, exact: Unit) -> Unit:
    """How exactly a distance lands: a week after a day is a day, a year after a month is a month."""
    if expr.unit in (Unit.WEEK, Unit.FORTNIGHT) and expr.count == 1 and exact is Unit.DAY:
        return Unit.DAY
    if expr.unit is Unit.YEAR and exact in (Unit.MONTH, Unit.QUARTER):
        return exact
    return max(exact, _coarse(expr.unit))


def _origin(scope: Scope, *, back: bool) -> tuple[date, str, Unit]:
    before = scope.before
    if (before is None or before.start is None) and not back:
        raise ValueError("no date named before")
    if before is None or before.start is None:
        anchor = anchored(scope)
        return anchor, f"the article's date, {spoken(anchor)}", Unit.DAY
    unit = _UNITS.get(before.precision) or _unit_by_width(before.days or 999)
    said = {
        Unit.DAY: spoken(before.start),
        Unit.MONTH: spoken_month(before.start),
        Unit.YEAR: str(before.start.year),
    }
    return before.start, f"the date named before, {said.get(unit, spoken(before.start))}", unit


_UNITS = {"day": Unit.DAY, "week": Unit.WEEK, "month": Unit.MONTH, "quarter": Unit.QUARTER, "year": Unit.YEAR}


def _unit_by_width(days: int) -> Unit:
    if days <= 7:
        return Unit.DAY
    return Unit.MONTH if days <= 100 else Unit.YEAR


def _beside(expr: Expr, scope: Scope) -> Reading:
    """ "the following day", "that year", "the previous month"."""
    start, of, exact = _origin(scope, back=expr.shift == -1)
    if expr.unit < exact and expr.unit is not Unit.WEEKEND:
        return Reading(None, f"{of} is less exact than that")
    first = spans.around(start, expr.unit).start or start
    found = spans.around(spans.step(first, expr.unit, expr.shift or 0), expr.unit)
    side = {-1: "before", 0: "of", 1: "after"}[expr.shift or 0]
    return Reading(found, f"the {expr.unit.name.lower()} {side} {of}")


def _season_beside(expr: Expr, scope: Scope) -> Reading:
    """ "the following spring": the first one after the date named before, which a year holds none of."""
    start, of, exact = _origin(scope, back=expr.shift == -1)
    end = scope.before.end if scope.before and scope.before.end and exact is not Unit.DAY else start
    options = [spans.season_span(start.year + each, expr.count) for each in (-2, -1, 0, 1, 2)]
    if expr.shift == -1:
        return Reading(
            [each for each in options if each.end and each.end <= start][-1], f"the one before {of}"
        )
    return Reading(next(each for each in options if each.start and each.start >= end), f"the one after {of}")


def _unanchored(expr: Expr, scope: Scope) -> Reading:
    return Reading(None, "counted from an event whose date is not given")


RELATIVE: dict[str, Callable[[Expr, Scope], Reading]] = {
    "weekday": _weekday,
    "unit": _unit,
    "dayrel": _dayrel,
    "overnight": _overnight,
    "ago": _ago,
    "ahead": _ahead,
    "maybe-ahead": _ahead,
    "window": _window,
    "apart": _apart,
    "beside": _beside,
    "season-beside": _season_beside,
    "unanchored": _unanchored,
}
"""The resolvers by kind of expression; each may raise ValueError or OverflowError for a date that is none."""
