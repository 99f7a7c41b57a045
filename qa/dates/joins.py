"""The upper levels of the grammar: "late" + "March", "Tuesday" + "last week", "from" + ... + "to" + ..."""

from dataclasses import replace

from .grammar import Expr, Level, Rule, View, same_reading
from .rules import MACROS
from .spans import Part, Unit

_MACROS = MACROS | {
    "DAYISH": "[RDAY RDATE RWD]",
    "SPANISH": "[RMONTH RYEAR RSPAN RREF]",
    "ANYR": "[RDAY RDATE RWD RMONTH RYEAR RSPAN RREF]",
}


def _this(v: View) -> Expr:
    """The node, or "the year" and its kin as this year."""
    if v.exprs:
        return v.exprs[-1]
    return Expr("unit", unit=Unit(v.values("UNIT")[-1]), shift=0)


def _dated_weekday(v: View) -> Expr | None:
    exprs = sorted(v.exprs, key=lambda expr: expr.kind == "weekday")
    date, weekday = exprs
    if weekday.shift is not None or date.kind not in ("date", "numeric"):
        return None
    return same_reading(date, weekday=weekday.weekday)


def _weekday_of(v: View) -> Expr | None:
    weekday, span = v.exprs
    known = span.kind in ("unit", "beside") and span.unit is Unit.WEEK
    return (
        Expr("weekday-of", weekday=weekday.weekday, inner=span) if known and weekday.shift is None else None
    )


def _month_of(v: View) -> Expr | None:
    month, span = v.exprs
    known = span.kind in ("unit", "beside") and span.unit is Unit.YEAR
    if not known or month.kind not in ("month", "date") or month.year or month.shift is not None:
        return None
    return Expr("within", inner=month, other=span)


def _part(v: View) -> Expr | None:
    inner, part = _this(v), Part(v.value("PART", "EDGE") or 1)
    if inner.kind in ("weekday", "dayrel"):
        return inner
    return None if inner.kind in ("window", "ago", "range", "part") else Expr("part", part=part, inner=inner)


def _clip(v: View) -> Expr | None:
    inner = _this(v)
    if inner.kind in ("window", "ago", "range", "part"):
        return None
    return Expr("clip", shift=-1 if v.has("EARLIER") else 1, inner=inner)


def _nth(v: View) -> Expr | None:
    inner, unit = _this(v), Unit(v.values("UNIT")[0])
    if inner.kind in ("window", "ago", "range", "part") or unit >= _size(inner):
        return (
            None
            if unit is not Unit.HALF
            else Expr("nth", count=v.value("ORD", "ORDN") or 1, unit=unit, inner=inner)
        )
    return Expr("nth", count=v.value("ORD", "ORDN") or -1, unit=unit, inner=inner, fiscal=v.has("FISCAL"))


def _size(expr: Expr) -> Unit:
    known = {"month": Unit.MONTH, "year": Unit.YEAR, "decade": Unit.DECADE, "season": Unit.QUARTER}
    return known.get(expr.kind, Unit.CENTURY if expr.kind == "century" else expr.unit)


def _last_of(v: View) -> Expr | None:
    """ "the last week of March": the first level has read "last week" on its own."""
    span, inner = v.exprs[0], v.exprs[-1] if len(v.exprs) > 1 else _this(v)
    if len(v.exprs) < 2:
        inner = Expr("unit", unit=Unit(v.values("UNIT")[-1]), shift=0)
    if span.shift != -1 or span.kind not in ("unit", "beside"):
        return None
    return Expr("nth", count=-1, unit=span.unit, inner=inner)


def _nth_weekday(v: View) -> Expr | None:
    weekday, month = v.exprs
    number = v.value("ORD", "ORDN") or (-1 if weekday.shift == -1 else None)
    known = number is not None and number <= 5 and month.kind == "month"
    return Expr("nth-weekday", weekday=weekday.weekday, count=number or 1, inner=month) if known else None


def _head(v: View) -> Expr:
    """ "the first three months of the year"."""
    number, unit = v.value("CARD", "N31"), Unit(v.value("UNITS") or 0)
    return Expr(
        "head",
        count=number or 1,
        unit=unit,
        inner=_this(v),
        shift=-1 if v.has("LAST") or v.has("FINAL") else 1,
    )


def _eve(v: View) -> Expr:
    return Expr("offset", count=1, shift=-1, unit=Unit.DAY, inner=v.exprs[-1])


def _offset(v: View) -> Expr | None:
    count, vague = v.count()
    if vague == "few" and not v.has("THE"):
        return None
    unit = Unit(v.value("UNIT", "UNITS") or 0)
    kind = "offset-span" if v.has("THE") and unit is not Unit.DAY and not v.value("CARD", "N31") else "offset"
    return Expr(kind, count=count, unit=unit, shift=-1 if v.has("BEFORE") else 1, inner=v.exprs[-1])


def _ended(v: View) -> Expr | None:
    """ "the three months to 31 December", "the year ended June": what the last day closes."""
    unit, inner = Unit(v.values("UNIT", "UNITS")[0]), v.exprs[-1]
    count = v.count()[0] if v.has("UNITS") else 1
    known = unit in (Unit.MONTH, Unit.QUARTER, Unit.YEAR) and inner.kind in ("date", "month")
    known = known or (unit is Unit.WEEK and inner.kind in ("date", "weekday"))
    over = "over" if v.value("ENDED") == -1 else ""
    return Expr("head", count=count, unit=unit, inner=inner, shift=-1, text=over) if known else None


def _week_on(v: View) -> Expr | None:
    """ "a week on Monday", "Monday week": the Monday to come, and a week."""
    weekday = v.exprs[-1]
    known = weekday.kind == "weekday" and weekday.shift is None
    unit = Unit(v.value("UNIT") or 0)
    if not known or unit not in (Unit.WEEK, Unit.FORTNIGHT):
        return None
    return Expr("offset", count=1, shift=1, unit=unit, inner=replace(weekday, shift=0))


def _years_to(v: View) -> Expr | None:
    """ "three years ago this week", "a week ago Friday"."""
    ago, at = v.exprs
    near = at.kind in ("unit", "dayrel") and not at.shift and not (at.kind == "dayrel" and at.count)
    weekday = at.kind == "weekday" and at.shift is None and ago.unit in (Unit.WEEK, Unit.FORTNIGHT)
    if ago.kind != "ago" or ago.vague or not (near or weekday):
        return None
    return Expr("to-the", count=ago.count, unit=ago.unit, inner=at)


def _so_far(v: View) -> Expr | None:
    inner = v.exprs[-1]
    return Expr("so-far", inner=inner) if inner.kind in ("unit", "year") else None


SECOND = Level(
    _MACROS,
    [
        Rule("RWD COMMA?THE?RDATE|RDATE PAREN RWD CLOSE", "RDATE", _dated_weekday),
        Rule("RWD OF?RSPAN", "RWD", _weekday_of),
        Rule("[RMONTH RDATE](?:[OF FROM]THE?QUOTE?)?RSPAN", "RMONTH", _month_of),
        Rule("THE?PART DASH?(?:IN|OF)?THE?QUOTE?(?:SPANISH|RWD)", "RSPAN", _part),
        Rule("THE?EDGE[OF FROM]THE?QUOTE?SPANISH", "RSPAN", _part),
        Rule("THE?EDGE OF THE?[RWD RDAY]", "RWD", lambda v: v.exprs[-1]),
        Rule("THE?(?:EDGE[OF FROM]|PART OF)THE QUOTE?UNIT|PART UNIT(?=HARD)", "RSPAN", _part),
        Rule("(?<=[BY AT BEFORE UNTIL SINCE TO])THE?UNIT[POSS DASH]EDGE(?!DASH)", "RSPAN", _part),
        Rule("(?:EARLIER|LATER|PART)IN THE UNIT", "RSPAN", lambda v: _part(v) if v.has("PART") else _clip(v)),
        Rule("(?:EARLIER|LATER)(?:IN|ON)?(?:RSPAN|RMONTH|RREF)", "RSPAN", _clip),
        Rule("THE?[ORD ORDN]RWD(?:OF|IN)RMONTH|THE?RWD(?:OF|IN)RMONTH", "RDAY", _nth_weekday),
        Rule(
            "THE?FISCAL?[ORD ORDN FINAL]DASH?FISCAL?UNIT OF(?:THE?QUOTE?SPANISH|THE QUOTE?UNIT)",
            "RSPAN",
            _nth,
        ),
        Rule("THE?RSPAN OF(?:THE?SPANISH|THE UNIT)", "RSPAN", _last_of),
        Rule("THE?(?:ORD|LAST|FINAL)[CARD N31]UNITS OF(?:THE?SPANISH|THE UNIT)", "RSPAN", _head),
        Rule("THE COUNT UNITS UNTIL[RDATE RMONTH]", "RSPAN", _ended),
        Rule(
            "THE?FISCAL?(?:COUNT UN|UNIT)(?:TO|THAT?ENDED[ON IN]?)THE?(?:[RDATE RMONTH]|(?<=ENDED)RWD)",
            "RSPAN",
            _ended,
        ),
        Rule("AN UNIT[ON FROM]RWD|RWD UNIT(?=HARD)", "RDAY", _week_on),
        Rule("(?:ON|AT)?THE?EVE OF DAYISH", "RDAY", _eve),
        Rule("(?:COUNT UN|THE UNIT)(?:BEFORE|AFTER)THE?DAYISH(?!POSS)", "RDAY", _offset),
        Rule("THE RWD[BEFORE AFTER](?=THE|HER|AN)", "RREF", lambda _: Expr("unanchored")),
        Rule("RSPAN(?:RSPAN|RDAY|ON?RWD)", "RSPAN", _years_to),
        Rule("SOFAR(?:IN)?[RSPAN RYEAR]", "RSPAN", _so_far),
    ],
)

_FOLLOWS = {"weekday": ("weekday", 7), "month": ("month", 12)}


_ENDS = frozenset(
    {"date", "numeric", "weekday", "feast", "dayrel", "month", "part", "year", "decade", "season", "quarter"}
    | {"within", "weekday-of"}
)
"""The kinds of expression that can be the end of a range."""


def _range(v: View) -> Expr | None:
    first, last = v.exprs
    if not {first.kind, last.kind} <= _ENDS or (v.has("DASH") and first.kind != last.kind):
        return None
    return Expr("range", inner=first, other=last)


def _pair(v: View) -> Expr | None:
    """Two days or months in a row, joined by "and"."""
    first, last = v.exprs
    if (
        first.kind != last.kind
        or first.kind not in _FOLLOWS
        or first.shift is not None
        or last.shift is not None
    ):
        return None
    name, cycle = _FOLLOWS[first.kind]
    low, high = (getattr(first, name), getattr(last, name))
    return Expr("range", inner=first, other=last) if (high - low) % cycle == 1 else None


def _open(v: View) -> Expr | None:
    inner = v.exprs[-1]
    side = next(kind for kind in ("SINCE", "UNTIL", "BY", "BEFORE", "AFTER", "FROM") if v.has(kind))
    if inner.kind in ("time", "window", "named", "range", "open") or (side == "UNTIL" and _moved(v)):
        return None
    return Expr("open", text="onward" if v.has("ONWARD") else side.lower(), inner=inner)


def _moved(v: View) -> bool:
    """Whether "up to" goes with a verb: "was moved up to Friday"."""
    before = v.state.bounds(v.low, v.low + 1)[0] - 1
    return before >= 0 and v.state.lexed.word(before).lower() in v.state.lexed.lexicon.table.moved


def _timed(v: View) -> Expr | None:
    return next(expr for expr in v.exprs if expr.kind != "time")


_AFTER = "(?!POSS|DASH WORD)"
THIRD = Level(
    _MACROS,
    [
        Rule(
            "(?:RTIME(?:PAREN RTIME CLOSE)?(?:ON|IN|COMMA)?|DAYPART ON|(?:THE|AT)?RTIME OF)THE?DAYISH",
            "RDAY",
            _timed,
        ),
        Rule("DAYISH(?:COMMA|AT|ON|TO)?(?:AT)?(?:TO?THE)?(?:RTIME|PAREN RTIME CLOSE)", "RDAY", _timed),
    ],
)
FOURTH = Level(
    _MACROS,
    [
        Rule("BETWEEN THE?ANYR AND THE?ANYR", "RSPAN", _range),
        Rule("[FROM OF]?ANYR UPTO THE?ANYR", "RSPAN", _range),
        Rule("RWD AND RWD|RMONTH AND RMONTH", "RSPAN", _pair),
    ],
)
FIFTH = Level(
    _MACROS,
    [
        Rule(f"(?:SINCE|(?<!DASH)UNTIL|BY)ABOUT?THE?ANYR{_AFTER}", "ROPEN", _open),
        Rule(f"(?:BEFORE|AFTER)ANYR(?!WORD|CAP){_AFTER}", "ROPEN", _open),
        Rule(f"FROM THE?ANYR ONWARD|FROM ANYR(?!WORD){_AFTER}", "ROPEN", _open),
    ],
)
LEVELS = (SECOND, SECOND, THIRD, FOURTH, FIFTH)
