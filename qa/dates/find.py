"""Every date expression of a text, resolved against the article's own date."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from . import joins, rules, tense
from .feasts import named_day
from .grammar import Expr, Node, State
from .lex import LETTER, Lexed, lex
from .resolve import resolve
from .scope import Reading, Scope, is_stated, leans_on
from .values import Basis, Interval, Lean, Mention, Precision, spoken

_SAMPLES = 40
"""Days tried of an uncertain date of publication; every resolver moves one way with its day."""
_MADE = {
    LETTER[kind] for kind in ["RDAY", "RWD", "RDATE", "RMONTH", "RYEAR", "RSPAN", "ROPEN", "RTIME", "RREF"]
}


def find(
    text: str, *, anchor: date | Interval | None, language: str = "en", day_first: bool | None = None
) -> list[Mention]:
    """All date expressions of `text`, in order, without overlap.

    `anchor` is the article's day of publication; relative expressions are read against it. With an interval
    (an inferred date) they get every day that some day of publication would give, and basis "inferred". With
    None they are "unknown". `day_first` is the order of dates in figures, see `day_order`. `language` is an
    ISO 639-1 code; without a table for it, dates in figures are found and nothing else. Never raises.
    """
    return [mention for mention, _ in read(text, anchor=anchor, language=language, day_first=day_first)]


def read(
    text: str,
    *,
    anchor: date | Interval | None,
    language: str = "en",
    day_first: bool | None = None,
    default: Lean | None = None,
) -> Iterator[tuple[Mention, Node]]:
    """The mentions of `find`, each with what the grammar read; `default` leans where no cue says."""
    lexed = lex(text, language)
    if lexed is not None:
        yield from read_lexed(lexed, anchor=anchor, day_first=day_first, default=default)


def read_lexed(
    lexed: Lexed,
    *,
    anchor: date | Interval | None,
    day_first: bool | None = None,
    default: Lean | None = None,
) -> Iterator[tuple[Mention, Node]]:
    """What `read` gives, of a text that is already in tokens."""
    reader = _Reader(lexed, anchor, day_first, default)
    for node in nodes(lexed):
        if node.expr.kind == "time":
            continue
        mention = reader.mention(node)
        if mention is not None:
            yield mention, node


def nodes(lexed: Lexed) -> list[Node]:
    """What the grammar reads in the tokens, left to right."""
    state = rules.FIRST.apply(State(lexed, lexed.codes, range(len(lexed.codes))))
    for level in joins.LEVELS:
        state = level.apply(state)
    return [at for at in state.at if isinstance(at, Node)]


class _Reader:
    """Resolves a text's nodes in order, keeping the date named last."""

    def __init__(
        self, lexed: Lexed, anchor: date | Interval | None, day_first: bool | None, default: Lean | None
    ) -> None:
        self._lexed, self._day_first, self._default = lexed, day_first, default
        self._days = _days(anchor)
        self._inferred = isinstance(anchor, Interval)
        self._span = anchor if isinstance(anchor, Interval) else None
        self._before: Mention | None = None

    def mention(self, node: Node) -> Mention | None:
        expr = self._special(node)
        scope = Scope(None, None, self._before.interval if self._before else None, self._day_first)
        if not is_stated(expr):
            lean = self._lean(node)
            scope = replace(scope, lean=lean, planned=tense.planned(self._lexed, node.high))
        if expr.kind == "maybe-ahead" and scope.lean != "future":
            return None
        start, end = self._lexed.offsets(node.low, node.high)
        interval, why, basis = self._resolved(expr, scope)
        exact = interval is not None and interval.precision in ("day", "open")
        time = node.time if exact and expr.kind != "range" else None
        found = Mention(self._lexed.text[start:end], start, end, interval, basis, why, time)
        if interval is not None and interval.start is not None and interval.precision != "open":
            self._before = found
        return found

    def _lean(self, node: Node) -> Lean | None:
        if node.expr.kind == "open" and node.expr.text == "since":
            return "past"
        if node.expr.kind == "head" and node.expr.text == "over":  # "the quarter that ended July 31"
            return "past"
        if node.expr.kind == "quarter" and tense.reported(self._lexed, node.high):
            return "past"
        lean = tense.lean(self._lexed, node.low, node.high) or self._default
        start = node.expr.kind == "open" and node.expr.text == "from" and node.expr.inner is not None
        if start and lean is None and node.expr.inner and node.expr.inner.kind == "weekday":
            return "future"
        if node.expr.kind != "open" or node.expr.text not in ("until", "by"):
            return lean
        if lean is None or tense.granted(self._lexed, node.low):
            return "future"
        # A term's end is seldom a year back: "remanded in custody until June 14" means the nearest one.
        dated = node.expr.inner is not None and node.expr.inner.kind == "date"
        return None if dated and lean == "past" else lean

    def _special(self, node: Node) -> Expr:
        """ "the Oct. 7 attack" is one day for ever, whatever the article's date."""
        expr = node.expr
        if expr.kind == "named":
            return replace(expr, day=11)
        if expr.kind == "date" and expr.year is None and named_day(expr.month or 0, expr.day or 0):
            after = [
                self._lexed.word(at).lower()
                for at in range(node.high, min(node.high + 2, len(self._lexed.codes)))
            ]
            if any(word.startswith(_ATTACKS) for word in after):
                return Expr("named", month=expr.month, day=expr.day)
        return expr

    def _resolved(self, expr: Expr, scope: Scope) -> tuple[Interval | None, str, Basis]:
        needs = leans_on(expr)
        if needs == "nothing":
            reading = resolve(expr, replace(scope, anchor=self._days[0] if self._days else None))
            named: Basis = "resolved" if expr.kind == "named" else "stated"
            return reading.interval, reading.why, named if reading.interval else "unknown"
        if needs == "before" and self._before is not None:
            reading = resolve(expr, replace(scope, anchor=self._days[0] if self._days else None))
            basis: Basis = "inferred" if self._before.basis == "inferred" else "resolved"
            return reading.interval, reading.why, basis if reading.interval else "unknown"
        if not self._days:
            return None, "the article's own date is not known, and this is counted from it", "unknown"
        readings = [resolve(expr, replace(scope, anchor=day)) for day in self._days]
        return self._joined(readings)

    def _joined(self, readings: list[Reading]) -> tuple[Interval | None, str, Basis]:
        spans = [reading.interval for reading in readings if reading.interval is not None]
        if len(spans) < len(readings):
            return None, readings[0].why, "unknown"
        if not self._inferred:
            return spans[0], readings[0].why, "resolved"
        return hull(spans), _inferred_why(self._span, spans, readings), "inferred"


_ATTACKS = (
    "attack",
    "massacre",
    "riot",
    "insurrection",
    "terror",
    "hijack",
    "storming",
    "rampage",
    "assault",
)


def _days(anchor: date | Interval | None) -> list[date]:
    """The days of publication to try; none for an open interval."""
    if anchor is None or isinstance(anchor, date):
        return [anchor] if anchor is not None else []
    if anchor.start is None or anchor.end is None:
        return []
    count = (anchor.end - anchor.start).days
    stride = max(1, count // _SAMPLES)
    days = [anchor.start + timedelta(days=each) for each in range(0, count, stride)]
    return [*days, anchor.end - timedelta(days=1)]


def hull(spans: list[Interval]) -> Interval:
    """The smallest interval that holds all; its precision is theirs only when they agree."""
    first = spans[0]
    if all((span.start, span.end) == (first.start, first.end) for span in spans):
        return first
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    start = min([each for each in starts if each]) if all(starts) else None
    end = max([each for each in ends if each]) if all(ends) else None
    precision: Precision = "range" if start and end else "open"
    return Interval(start, end, precision)


def _inferred_why(anchor: Interval | None, spans: list[Interval], readings: list[Reading]) -> str:
    if anchor is None or anchor.start is None or anchor.end is None:
        return readings[0].why
    last = anchor.end - timedelta(days=1)
    between = (
        f"between {spoken(anchor.start)} and {spoken(last)}" if last != anchor.start else f"on {spoken(last)}"
    )
    placed = f"the article is placed {between}"
    same = all(span == spans[0] for span in spans)
    return (
        f"{placed}, and every day of that gives this"
        if same
        else f"{placed}, and each day of that gives another"
    )
