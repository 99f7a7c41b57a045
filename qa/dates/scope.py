"""What an expression is read against, and what it needs to be read at all."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from . import spans
from .grammar import Expr
from .spans import Unit, choose
from .values import Interval, Lean


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is read against.

    `anchor` is the article's day, `lean` the tense's direction, `before` the date that the text named last,
    `day_first` the order of numeric dates when it is known.
    """

    anchor: date | None
    lean: Lean | None = None
    before: Interval | None = None
    day_first: bool | None = None
    planned: bool = False


class Reading(NamedTuple):
    """An interval (None: it cannot be known) and why."""

    interval: Interval | None
    why: str


_STATED = frozenset(["date", "month", "year", "season", "quarter", "century", "decade", "feast"])
_BUILT = frozenset(["part", "nth", "nth-weekday", "range", "open", "offset", "offset-span", "head", "clip"])


def is_stated(expr: Expr) -> bool:
    """Whether the words hold the whole date, so that no other date is needed to read them."""
    if expr.kind == "numeric":
        return True
    if expr.kind in _BUILT:
        inner = [each for each in (expr.inner, expr.other) if each is not None]
        return all(is_stated(each) for each in inner) or (
            expr.kind == "range"
            and any(each.year for each in inner)
            and all(each.kind in ("date", "month", "year") for each in inner)
        )
    return expr.kind == "century" or (expr.kind in _STATED and expr.year is not None)


def leans_on(expr: Expr) -> str:
    """What an expression needs beside itself: "nothing", "anchor" or "before" (the date named last)."""
    if expr.kind in ("apart", "beside", "season-beside"):
        return "before"
    inner = [leans_on(each) for each in (expr.inner, expr.other) if each is not None]
    if "before" in inner:
        return "before"
    return "nothing" if is_stated(expr) or expr.kind == "named" else "anchor"


def anchored(scope: Scope) -> date:
    """The article's day; ValueError when there is none."""
    if scope.anchor is None:
        raise ValueError("no anchor")
    return scope.anchor


def expected(scope: Scope) -> Lean | None:
    """The direction, unless the expression names something set beforehand: then the nearest is meant."""
    return None if scope.planned else scope.lean


def side(found: Interval | None, anchor: date) -> str:
    """On which side of the article's date an interval lies, in words."""
    if found is None or found.start is None or found.holds(anchor):
        return "the one running at"
    return "the latest one before" if found.start <= anchor else "the next one after"


def shifted(options: list[Interval], unit: Unit, shift: int | None, scope: Scope) -> Interval | None:
    """ "last", "this" and "next" among spans in order; without them what the tense says."""
    anchor = anchored(scope)
    if shift is None:
        return choose(options, anchor, expected(scope))
    now = spans.around(anchor, unit)
    if shift < 0:
        past = [
            each
            for each in options
            if each.end is not None and now.start is not None and each.end <= now.start
        ]
        return past[-1] if past else None
    if shift > 0:
        return next((each for each in options if each.start and now.end and each.start >= now.end), None)
    return choose(options, anchor, None)


def counted(count: int, unit: Unit, sign: int, of: str) -> str:
    """A distance in words: "3 days before the article's date"."""
    noun = unit.name.lower() + ("" if count == 1 else "s")
    return f"{count} {noun} {'before' if sign < 0 else 'after'} {of}"
