"""Expressions built on others: parts, nth units, ranges and open ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from . import spans
from .absolute import ABSOLUTE
from .grammar import Expr
from .relative import RELATIVE
from .scope import Reading, Scope, leans_on
from .spans import DAY, Unit
from .values import WEEKDAYS, Interval, Lean, Precision, spoken


def resolve(expr: Expr, scope: Scope) -> Reading:
    """The interval of an expression; None inside when it does not exist (30 February) or cannot be known."""
    build = ABSOLUTE.get(expr.kind) or RELATIVE.get(expr.kind) or _COMPOUND[expr.kind]
    try:
        return build(expr, scope)
    except (ValueError, OverflowError):
        return Reading(None, _NOWHERE if leans_on(expr) == "before" else "no such date")


_NOWHERE = "counted from a date named before, and none is"


def _inside(expr: Expr, scope: Scope) -> tuple[date, date, Interval, str]:
    """The closed inner interval and its reason; ValueError when there is none."""
    reading = resolve(expr.inner, scope) if expr.inner is not None else Reading(None, "")
    span = reading.interval
    if span is None or span.start is None or span.end is None:
        raise ValueError(reading.why)
    return span.start, span.end, span, reading.why


def _weekday_of(expr: Expr, scope: Scope) -> Reading:
    inner = resolve(_inner(expr), scope)
    if inner.interval is None or inner.interval.start is None:
        return inner
    day = inner.interval.start + timedelta(days=expr.weekday or 0)
    return Reading(spans.day_span(day), f"{WEEKDAYS[expr.weekday or 0]} of that week; {inner.why}")


def _inner(expr: Expr) -> Expr:
    if expr.inner is None:
        raise ValueError(expr.kind)
    return expr.inner


def _within(expr: Expr, scope: Scope) -> Reading:
    """ "July last year"."""
    outer = resolve(expr.other or expr, scope)
    if outer.interval is None or outer.interval.start is None:
        return outer
    inner = resolve(replace(_inner(expr), year=outer.interval.start.year), scope)
    return Reading(inner.interval, f"the year is {outer.interval.start.year}; {outer.why}")


def _part(expr: Expr, scope: Scope) -> Reading:
    _, _, span, why = _inside(expr, scope)
    part = expr.part or spans.Part.MID
    words = {1: "the first third", 2: "the middle third", 3: "the last third", 4: "the start", 5: "the end"}
    return Reading(spans.third(span, part), f"{words[part]} of it; {why}")


def _clip(expr: Expr, scope: Scope) -> Reading:
    """ "earlier this month", "later that year": the side of a span that lies before or after the day."""
    start, end, _, why = _inside(expr, scope)
    day = scope.before.start if scope.before and expr.inner and expr.inner.kind == "beside" else scope.anchor
    if day is None or not start <= day < end:
        return Reading(Interval(start, end, "part"), why)
    precision: Precision = "day" if end - start == DAY else "part"
    if (expr.shift or 0) < 0:
        return Reading(Interval(start, max(day, start + DAY), precision), f"before the day itself; {why}")
    return Reading(Interval(min(day + DAY, end - DAY), end, precision), f"after the day itself; {why}")


def _to_the(expr: Expr, scope: Scope) -> Reading:
    """ "three years ago this week": the week of that day, not of the article's."""
    if scope.anchor is None or expr.inner is None:
        raise ValueError("no anchor")
    if expr.inner.kind == "weekday":
        start, _, _, why = _inside(expr, scope)
        return Reading(
            spans.day_span(spans.step(start, expr.unit, -expr.count)), f"counted back from it; {why}"
        )
    back = spans.step(scope.anchor, expr.unit, -expr.count)
    found = resolve(expr.inner, replace(scope, anchor=back)).interval
    noun = expr.unit.name.lower() + ("" if expr.count == 1 else "s")
    return Reading(found, f"{expr.count} {noun} before the article's date, {spoken(scope.anchor)}")


def _so_far(expr: Expr, scope: Scope) -> Reading:
    start, end, _, why = _inside(expr, scope)
    anchor = scope.anchor or start
    if not start <= anchor < end:  # "so far in 2023" of an article of 2024
        raise ValueError("the article is of another time")
    return Reading(Interval(start, anchor + DAY, "part"), f"up to the article's date; {why}")


def _nth(expr: Expr, scope: Scope) -> Reading:
    start, end, span, why = _inside(expr, scope)
    flag = "; a fiscal period, read as the calendar's" if expr.fiscal else ""
    count, unit = expr.count, expr.unit
    if unit in (Unit.WEEK, Unit.DAY) and count > 0:
        days = 7 if unit is Unit.WEEK else 1
        low = start + timedelta(days=days * (count - 1))
        found = Interval(low, min(low + timedelta(days=days), end), "week" if days == 7 else "day")
    elif unit in (Unit.WEEK, Unit.DAY):
        days = 7 if unit is Unit.WEEK else 1
        found = Interval(end - timedelta(days=days), end, "week" if days == 7 else "day")
    else:
        low = spans.step(start if count > 0 else end, unit, count - 1 if count > 0 else count)
        precision = "part" if unit is Unit.HALF else spans.around(low, unit).precision
        found = Interval(low, spans.step(low, unit, 1), precision)
    if found.start is None or not span.holds(found.start):
        return Reading(None, "no such date")
    return Reading(found, f"counted within it; {why}{flag}")


def _nth_weekday(expr: Expr, scope: Scope) -> Reading:
    start, end, _, why = _inside(expr, scope)
    day = spans.nth_weekday(start, expr.weekday or 0, expr.count)
    return Reading(spans.day_span(day) if day < end else None, f"counted within the month; {why}")


def _head(expr: Expr, scope: Scope) -> Reading:
    start, end, _, why = _inside(expr, scope)
    if (expr.shift or 1) < 0:
        return Reading(
            Interval(spans.step(end, expr.unit, -expr.count), end, "range"), f"its last part; {why}"
        )
    return Reading(
        Interval(start, spans.step(start, expr.unit, expr.count), "range"), f"its first part; {why}"
    )


def _offset(expr: Expr, scope: Scope) -> Reading:
    start, _, _, why = _inside(expr, scope)
    sign = expr.shift or 1
    day = spans.step(start, expr.unit, sign * expr.count)
    if expr.kind == "offset-span":
        low, high = sorted((day, start))
        found = Interval(low, high, spans.around(low, expr.unit).precision) if sign < 0 else Interval(
            low + DAY, high + DAY, spans.around(low, expr.unit).precision
        )  # fmt: skip
        return Reading(found, f"counted from that day; {why}")
    unit = (
        Unit.DAY
        if expr.unit in (Unit.DAY, Unit.WEEK) and expr.count * (expr.unit is Unit.WEEK) < 2
        else expr.unit
    )
    return Reading(spans.around(day, unit), f"counted from that day; {why}")


def _range(expr: Expr, scope: Scope) -> Reading:
    first, last = _with_year(expr.inner, expr.other)
    low, high = resolve(first, scope), resolve(last, scope)
    if low.interval is None or high.interval is None:
        return Reading(None, low.why if low.interval is None else high.why)
    start, end = _ordered(low.interval, high.interval, first, scope.lean)
    return Reading(Interval(start, end, "range"), f"from the first to the last; {high.why}")


def _with_year(first: Expr | None, last: Expr | None) -> tuple[Expr, Expr]:
    """A year said once serves both ends."""
    if first is None or last is None:
        raise ValueError("a range has two ends")
    if last.year and not first.year and first.kind in ("date", "month"):
        over = (first.month or 1) > (last.month or 1)
        return replace(first, year=last.year - over), last
    if first.year and not last.year and last.kind in ("date", "month"):
        over = (last.month or 1) < (first.month or 1)
        return first, replace(last, year=first.year + over)
    return first, last


def _ordered(low: Interval, high: Interval, first: Expr, lean: Lean | None) -> tuple[date, date]:
    """Both ends on the same side: of "Friday to Monday" in the past, Friday goes back a week."""
    if low.start is None or low.end is None or high.end is None or high.start is None:
        raise ValueError("a range has two ends")
    step = (lambda day, sign: day + timedelta(days=7 * sign)) if first.kind == "weekday" else (
        lambda day, sign: spans.plus_months(day, 12 * sign)
    )  # fmt: skip
    if low.start < high.end and low.start <= high.start:
        return low.start, high.end
    return (low.start, step(high.end, 1)) if lean == "future" else (step(low.start, -1), high.end)


def _open(expr: Expr, scope: Scope) -> Reading:
    side = expr.text
    if expr.inner is not None and expr.inner.kind == "range":
        raise ValueError("a range is not an end")
    start, end, span, why = _inside(expr, scope)
    if side == "from" and scope.lean != "future" and (span.precision != "year" or _compared(expr.inner)):
        return Reading(span, why)
    found = {
        "since": (start, None),
        "from": (start, None),
        "onward": (start, None),
        "until": (None, end),
        "by": (None, end),
        "before": (None, start),
        "after": (end, None),
    }[side]
    return Reading(Interval(*found, "open"), f"open on one side; {why}")


def _compared(expr: Expr | None) -> bool:
    """Whether a time gone by is named that figures are compared with: "up 4% from a year earlier"."""
    if expr is None:
        return False
    return expr.kind in ("ago", "apart") or (expr.kind in ("unit", "beside") and expr.shift == -1)


_COMPOUND: dict[str, Callable[[Expr, Scope], Reading]] = {
    "weekday-of": _weekday_of,
    "within": _within,
    "part": _part,
    "clip": _clip,
    "so-far": _so_far,
    "to-the": _to_the,
    "nth": _nth,
    "nth-weekday": _nth_weekday,
    "head": _head,
    "offset": _offset,
    "offset-span": _offset,
    "range": _range,
    "open": _open,
}
