"""How rules read tokens: a level's regular expressions make stretches of tokens one, with a meaning."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .clock import Clock
from .lex import LETTER, Lexed, spell
from .spans import Part, Unit


@dataclass(frozen=True, slots=True)
class Expr:
    """What an expression says before it is set against a calendar.

    `kind` names its resolver. `shift` is -1 for "last", 0 for "this", 1 for "next", None when unsaid. `inner`
    and `other` are what it is built on ("late" on "March"; a range's two ends). `fiscal` marks a fiscal
    period.
    """

    kind: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    count: int = 1
    vague: str = ""
    unit: Unit = Unit.DAY
    shift: int | None = None
    part: Part | None = None
    inner: "Expr | None" = None
    other: "Expr | None" = None
    fiscal: bool = False
    text: str = ""
    clock: Clock | None = None


class Node(NamedTuple):
    """A stretch of tokens (half-open) that a rule has made one; `time` is a clock time joined to it."""

    low: int
    high: int
    expr: Expr
    time: Clock | None = None


class State:
    """Tokens and nodes in order, one letter each; `at` gives a place's node or token index."""

    def __init__(self, lexed: Lexed, codes: str, at: Sequence[int | Node]) -> None:
        self.lexed, self.codes, self.at = lexed, codes, at

    def bounds(self, low: int, high: int) -> tuple[int, int]:
        """The tokens that places `low` up to `high` cover."""
        first, last = self.at[low], self.at[high - 1]
        return (
            first.low if isinstance(first, Node) else first,
            last.high if isinstance(last, Node) else last + 1,
        )


class View:
    """What a rule's builder sees: the places it matched."""

    def __init__(self, state: State, low: int, high: int) -> None:
        self.state, self.low, self.high = state, low, high
        self.codes = state.codes[low:high]

    def values(self, *kinds: str) -> list[int]:
        """The values of the tokens of these kinds, in order."""
        letters = {LETTER[kind] for kind in kinds}
        places = (self.state.at[self.low + i] for i, letter in enumerate(self.codes) if letter in letters)
        return [self.state.lexed.value(at) for at in places if not isinstance(at, Node)]

    def value(self, *kinds: str) -> int | None:
        """The first of `values`, or None."""
        return next(iter(self.values(*kinds)), None)

    def has(self, kind: str) -> bool:
        """Whether a token of this kind is there."""
        return LETTER[kind] in self.codes

    @property
    def tokens(self) -> list[tuple[int, str]]:
        """The tokens among the places with their letters."""
        held = zip(self.state.at[self.low : self.high], self.codes, strict=True)
        return [(at, letter) for at, letter in held if not isinstance(at, Node)]

    @property
    def nodes(self) -> list[Node]:
        """The nodes among the places."""
        return [at for at in self.state.at[self.low : self.high] if isinstance(at, Node)]

    @property
    def exprs(self) -> list[Expr]:
        """The meanings of the nodes."""
        return [node.expr for node in self.nodes]

    @property
    def text(self) -> str:
        """The text of the places."""
        low, high = self.state.lexed.offsets(*self.state.bounds(self.low, self.high))
        return self.state.lexed.text[low:high]

    def near(self, words: frozenset[str]) -> bool:
        """Whether one of these words stands within ten tokens of the places."""
        low, high = self.state.bounds(self.low, self.high)
        lexed = self.state.lexed
        around = range(max(low - 10, 0), min(high + 10, len(lexed.codes)))
        return any(lexed.word(at).lower() in words for at in around)

    @property
    def shift(self) -> int | None:
        """-1, 0 or 1 for "last", "this", "next" and their kin; "this past" is last."""
        for kinds, shift in _SHIFTS:
            if any(LETTER[kind] in self.codes for kind in kinds):
                return shift
        return None

    def count(self) -> tuple[int, str]:
        """How many, and how surely: "" for exactly, "few" for no number, "more" for more than the number."""
        number = self.value("CARD", "N31", "NUM")
        if number is None:
            return 1, "" if self.has("AN") and not self.has("FEW") else "few"
        return number, "more" if self.has("MORE") else ""


_CORE = (
    "MONTH MAYBE ABBR WEEKDAY WDABBR YEAR QN UNIT UNITS SEASON FALL DAYREL OVERNIGHT DAYNEXT DAYPREV "
    "NUMDATE DECADES ORDN "
    "DECADE2 DECADEWORD HOLIDAY SLASH NEWYEAR CLOCK HALFCLOCK HM AMPM ZONE NOON DAYPART "
    "RDAY RWD RDATE RMONTH RYEAR RSPAN ROPEN RTIME RREF"
)
_WORTH = spell(f"(?=[^WORD CAP OTHER STOP BREAK NEWLINE NAME MEASURE {_CORE}]{{0,8}}[{_CORE}])")
"""Where a rule may match at all: a word that carries time, a few small words on. Measured: 5 times as fast."""

_SHIFTS = (
    (("PAST", "LAST", "LASTP", "PREV"), -1),
    (("NEXT", "COMING", "FOLLOWING"), 1),
    (("THIS", "THAT", "SAME"), 0),
)

Build = Callable[[View], Expr | None]


class Rule(NamedTuple):
    """A pattern of kinds, the kind it makes, and the builder of its meaning (None: not an expression)."""

    pattern: str
    makes: str
    build: Build


class Level:
    """Rules tried together, the earlier ones first at each place."""

    def __init__(self, macros: dict[str, str], rules: Sequence[Rule]) -> None:
        self._rules = rules
        spelt = [spell(_expand(rule.pattern, macros)) for rule in rules]
        self._pattern = re.compile(f"{_WORTH}(?:{'|'.join(f'({each})' for each in spelt)})")

    def matches(self, state: State) -> Iterator[tuple[int, int, Rule, Expr]]:
        """The stretches that a rule reads, left to right, without overlap."""
        place = 0
        while match := self._pattern.search(state.codes, place):
            rule = self._rules[match.lastindex - 1] if match.lastindex else self._rules[0]
            expr = rule.build(View(state, match.start(), match.end()))
            if expr is not None:
                yield match.start(), match.end(), rule, expr
            place = match.end() if expr is not None else match.start() + 1

    def apply(self, state: State) -> State:
        """The state with each stretch that a rule reads made one node."""
        codes, at, done = list[str](), list[int | Node](), 0
        for low, high, rule, expr in self.matches(state):
            codes += [state.codes[done:low], LETTER[rule.makes]]
            first, last = state.bounds(low, high)
            at += [*state.at[done:low], Node(first, last, expr, _time(state, low, high, expr))]
            done = high
        if not done:
            return state
        return State(state.lexed, "".join([*codes, state.codes[done:]]), [*at, *state.at[done:]])


def _time(state: State, low: int, high: int, expr: Expr) -> Clock | None:
    """The time of day within some places; "8:30 on Friday evening" is after noon."""
    if expr.kind == "time":
        return expr.clock
    clock = next((at.time for at in state.at[low:high] if isinstance(at, Node) and at.time), None)
    if clock is None:
        return None
    first, last = state.bounds(low, high)
    lexed = state.lexed
    parts = (at for at in range(first, last) if lexed.codes[at] == LETTER["DAYPART"])
    return clock.later if any(lexed.value(at) for at in parts) else clock


def _expand(pattern: str, macros: dict[str, str]) -> str:
    for name, meaning in macros.items():
        pattern = re.sub(rf"\b{name}\b", meaning, pattern)
    return pattern


def same_reading(expr: Expr, **changes: object) -> Expr:
    """The expression with some of its fields changed."""
    return replace(expr, **changes)  # type: ignore[arg-type]
