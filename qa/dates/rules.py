"""The first level of the grammar: days, months, years and spans as words and numbers name them.

Patterns are written with the kinds of `kinds.KINDS`; the same patterns serve every language, since a word
that a language does not have never occurs.
"""

import re

from . import clock
from .feasts import Feast
from .grammar import Expr, Level, Rule, View
from .lex import LETTER
from .spans import Part, Unit

MACROS = {
    "ANYM": "(?:[MONTH MAYBE]|ABBR DOT?)",
    "DAYN": "[N31 ORDN]",
    "WD": "(?:WEEKDAY|(?<=ON)WDABBR DOT?|WDABBR DOT?(?=COMMA?(?:[MONTH MAYBE ABBR]|N31 OF?[MONTH MAYBE ABBR])))",
    "SHIFT": "[LAST LASTP THIS NEXT COMING PREV FOLLOWING THAT SAME PAST]",
    "POST": "(?:[LASTP COMING PREV]|FOLLOWING(?!THE|AN|HER))",
    "UN": "[UNIT UNITS]",
    "COUNT": "(?:[MORE ABOUT]?AN?[CARD N31 NUM FEW]OF?(?:AND AN UNIT)?|[MORE ABOUT]?AN)",
    "ABOUTIME": "(?:(?:SOON|ABOUT)?[BEFORE AFTER]|ABOUT)?",
    "UPTO": "[TO DASH UNTIL]",
    "HARD": "[DOT COMMA STOP SEMI CLOSE COLON BREAK]",
}


def _numeric(v: View) -> Expr | None:
    return Expr("numeric", text=v.text)


def _calendar(v: View) -> Expr:
    day, month = v.value("N31", "ORDN", "ORD"), v.value("MONTH", "MAYBE", "ABBR")
    return Expr("date", v.value("YEAR"), month, day)


def _days(v: View) -> Expr | None:
    month, year = v.value("MONTH", "MAYBE", "ABBR"), v.value("YEAR")
    first, last = v.values("N31", "ORDN")
    if last <= first:
        return None
    return Expr("range", inner=Expr("date", year, month, first), other=Expr("date", year, month, last))


def _month(v: View) -> Expr:
    return Expr("month", v.value("YEAR"), v.value("MONTH", "MAYBE", "ABBR"), shift=v.shift)


def _year(v: View) -> Expr | None:
    return Expr("year", v.value("YEAR"), fiscal=v.has("FISCAL"))


def _named_year(v: View) -> Expr | None:
    return _year(v) if v.value("UNIT") == Unit.YEAR else None


def _years(v: View) -> Expr | None:
    first, *rest = v.values("YEAR")
    last = rest[0] if rest else first // 100 * 100 + (v.value("N31", "NUM") or 0)
    if not first < last < first + 150:
        return None
    return Expr("range", inner=Expr("year", first), other=Expr("year", last))


def _counted(v: View) -> Expr | None:
    """ "third quarter", "15th century", "Q3"; a half needs its year named beside it."""
    unit = Unit.QUARTER if v.has("QN") else Unit(v.value("UNIT") or 0)
    number, year = v.value("QN", "ORD", "ORDN") or 0, v.value("YEAR")
    if unit is Unit.CENTURY:
        return Expr("century", count=number) if number < 22 else None
    if unit is Unit.QUARTER and number <= 4:
        return Expr("quarter", year, count=number, fiscal=v.has("FISCAL"))
    if unit is Unit.HALF and number <= 2:
        return Expr("nth", count=number, unit=unit, inner=Expr("year", year)) if year else _half(v, number)
    return None


def _half(v: View, number: int) -> Expr | None:
    """ "the second half" is a company's where the sentence speaks of money, else a match's."""
    return Expr("half", count=number) if v.near(v.state.lexed.lexicon.table.money) else None


def _day_of_month(v: View) -> Expr | None:
    """ "on the 22nd" where no floor or hole is meant."""
    greens = v.state.lexed.lexicon.table.greens
    return None if v.near(greens) else Expr("month-day", day=v.value("ORDN"))


def _season(v: View) -> Expr:
    year, season = v.value("YEAR"), v.value("SEASON", "FALL") or 0
    if year is None and (v.has("FOLLOWING") or v.has("PREV")):
        return Expr("season-beside", count=season, shift=v.shift)
    return Expr("season", year, count=season, shift=v.shift)


def _weekday(v: View) -> Expr:
    # "jeudi prochain" and "el próximo jueves" are the Thursday to come, "next Thursday" may be the one after.
    near = v.has("COMING") and v.state.lexed.lexicon.table.language != "en"
    return Expr("weekday", weekday=v.value("WEEKDAY", "WDABBR"), shift=v.shift, vague="near" if near else "")


def _decade(v: View) -> Expr | None:
    year, short = v.value("DECADES"), v.value("DECADE2", "DECADEWORD")
    if v.has("UNITS"):
        if v.value("UNITS") != Unit.YEAR or (v.value("YEAR") or 1) % 10:
            return None
        year = v.value("YEAR")
    count = (short or 0) if v.has("DECADEWORD") else (short or 0) // 10
    expr = Expr("decade", year, count=count)
    part = v.value("PART")
    return Expr("part", part=Part(part), inner=expr) if part else expr


def _unit(v: View) -> Expr | None:
    if v.has("DAYPART"):
        return Expr("dayrel", count=v.shift or 0)
    unit = Unit(v.value("UNIT") or 0)
    if unit <= Unit.HOUR or unit is Unit.HALF or v.shift is None:
        return None
    back = (
        v.has("FOLLOWING")
        or v.has("PREV")
        or v.has("THAT")
        or v.has("SAME")
        or (v.has("THE") and v.has("NEXT"))
    )
    if back or (unit is Unit.DAY and not v.has("THIS")):
        return Expr("beside", unit=unit, shift=v.shift)
    return Expr("unit", unit=unit, shift=v.shift)


def _over_next(v: View) -> Expr | None:
    """ "the week after next", "the month before last"."""
    unit = Unit(v.value("UNIT") or 0)
    known = unit in (Unit.WEEK, Unit.MONTH, Unit.YEAR)
    return Expr("unit", unit=unit, shift=2 if v.has("AFTER") else -2) if known else None


def _weekend(v: View) -> Expr | None:
    return Expr("unit", unit=Unit.WEEKEND) if v.value("UNIT") == Unit.WEEKEND else None


def _window(v: View) -> Expr | None:
    unit = Unit(v.value("UNIT", "UNITS") or 0)
    if v.has("RECENT"):
        return Expr("window", count=6, vague="few", unit=unit, shift=-1)
    number = v.value("CARD", "N31", "NUM")
    if number is None and (v.has("UNITS") or v.has("FEW")):
        return Expr("window", count=6, vague="few", unit=unit, shift=v.shift)
    return Expr("window", count=number or 1, unit=unit, shift=v.shift)


def _ago(v: View) -> Expr:
    count, vague = v.count()
    return Expr("ago", count=count, vague=vague, unit=Unit(v.value("UNIT", "UNITS") or 0))


def _ahead(v: View) -> Expr:
    count, vague = v.count()
    sure = v.has("FROMNOW") or v.has("TIMEWORD")
    return Expr(
        "ahead" if sure else "maybe-ahead", count=count, vague=vague, unit=Unit(v.value("UNIT", "UNITS") or 0)
    )


def _apart(v: View) -> Expr:
    """ "three days later", "a week earlier": counted from the date named before."""
    count, vague = v.count()
    back = v.has("EARLIER") or v.has("BEFORE")
    return Expr(
        "apart", count=count, vague=vague, unit=Unit(v.value("UNIT", "UNITS") or 0), shift=-1 if back else 1
    )


def _unit_beside(v: View) -> Expr | None:
    """ "the month before", where a month was named."""
    unit = Unit(v.value("UNIT") or 0)
    return Expr("beside", unit=unit, shift=-1 if v.has("BEFORE") else 1) if unit > Unit.HOUR else None


def _dayrel(v: View) -> Expr:
    return Expr("dayrel", count=v.value("DAYREL") or 0)


def _beside(v: View) -> Expr:
    return Expr("apart", count=abs(v.value("DAYNEXT", "DAYPREV") or 1), shift=1 if v.has("DAYNEXT") else -1)


def _feast(v: View) -> Expr:
    return Expr("feast", v.value("YEAR"), count=Feast(v.value("HOLIDAY") or 1), shift=v.shift)


def _nickname(v: View) -> Expr | None:
    return Expr("named", month=9, day=11, text="9/11") if v.values("N31") == [9, 11] else None


def _clock(v: View) -> Expr | None:
    """A time of day with its zone, "o'clock" left out; None for figures that are none."""
    text = re.sub(r"\s+", " ", v.text)
    zones = [v.state.lexed.word_at(at) for at, kind in v.tokens if kind == LETTER["ZONE"]]
    zone = next((each.upper() if len(each) < 6 and " " not in each else each for each in zones), "")
    side, near = v.has("AFTER") - v.has("BEFORE"), v.has("SOON") or v.has("ABOUT")
    if v.has("UNITS") and v.value("UNITS") != Unit.HOUR:
        return None
    zone = "" if zone.lower().startswith("o'") else zone
    if (hour := v.value("NOON")) is not None:
        found = clock.named(text, hour, zone=zone, side=side, near=near)
    else:
        found = clock.told(text, zone=zone, side=side, near=near)
    return Expr("time", clock=found) if found else None


FIRST = Level(
    MACROS,
    [
        Rule("NUMDATE", "RDATE", _numeric),
        Rule("ANYM DAYN UPTO DAYN (?:COMMA?YEAR)?", "RSPAN", _days),
        Rule("BETWEEN ANYM THE?DAYN AND THE?DAYN (?:COMMA?YEAR)?(?!MEASURE)", "RSPAN", _days),
        Rule("BETWEEN THE?DAYN AND THE?DAYN OF?ANYM(?:[OF COMMA]?YEAR)?", "RSPAN", _days),
        Rule("THE?DAYN UPTO THE?DAYN OF?ANYM(?:[OF COMMA]?YEAR)?", "RSPAN", _days),
        Rule("ANYM THE?DAYN COMMA?YEAR(?!MEASURE)", "RDATE", _calendar),
        Rule("THE?DAYN(?:OF|DASH)?ANYM(?:[OF COMMA DASH]?YEAR)?(?!MEASURE)", "RDATE", _calendar),
        Rule("THE ORD OF[MONTH MAYBE](?:[OF COMMA]?YEAR)?(?!POSS|MEASURE)", "RDATE", _calendar),
        Rule("ANYM(?:N31(?!MEASURE|PERCENT|DASH N31)|THE?ORDN)", "RDATE", _calendar),
        Rule("(?<=ON)THE ORDN(?=HARD|AND|[IN AT PREP]|$)", "RDATE", _day_of_month),
        Rule("ANYM[OF COMMA]?YEAR(?!MEASURE)", "RMONTH", _month),
        Rule("FISCAL?QN(?:[OF COMMA]?FISCAL?YEAR)?", "RSPAN", _counted),
        Rule("THE?FISCAL?[ORD ORDN]DASH?FISCAL?UNIT(?:OF?YEAR(?!MEASURE)|(?!OF))", "RSPAN", _counted),
        Rule("THE?[SEASON FALL][OF COMMA]?YEAR(?:[DASH SLASH][N31 NUM YEAR])?(?!MEASURE)", "RSPAN", _season),
        Rule("SHIFT PAST?[SEASON FALL]", "RSPAN", _season),
        Rule("SEASON POST", "RSPAN", _season),
        Rule("(?<=[IN SINCE UNTIL BY PART OVER BEFORE AFTER TO])THE?QUOTE?SEASON(?!DASH)", "RSPAN", _season),
        Rule("(?<=[IN SINCE UNTIL BY OVER PART])THE FALL(?!OF)", "RSPAN", _season),
        Rule("(?<!EVERY)(?:SHIFT[PAST COMING]?|PART)?WD(?:POST)?(?:DAYPART)?", "RWD", _weekday),
        Rule("SHIFT PAST?[MONTH MAYBE](?!CAP)", "RMONTH", _month),
        Rule("MONTH POST?", "RMONTH", _month),
        Rule("(?<=[IN SINCE UNTIL BACK PART BETWEEN])MAYBE", "RMONTH", _month),
        Rule("(?<=[BY FROM OF BEFORE AFTER TO OVER])MAYBE(?!CAP|BE|OVER|WORD)", "RMONTH", _month),
        Rule("(?:(?<=[MONTH MAYBE][AND TO DASH])|(?<=THE))MAYBE(?=[WORD DASH]|HARD)", "RMONTH", _month),
        Rule("MAYBE(?=[AND TO DASH][MONTH MAYBE])", "RMONTH", _month),
        Rule("(?<=[UNIT UNITS][TO ENDED])MAYBE(?!CAP)|(?<=WEEKDAY[OF IN])MAYBE", "RMONTH", _month),
        Rule("MAYBE(?=POSS)", "RMONTH", _month),
        Rule("(?<=PART DASH)(?:MONTH|MAYBE)", "RMONTH", _month),
        Rule("(?<=IN)ABBR DOT", "RMONTH", _month),
        Rule("(?<=[IN ON OVER AT FROM])THE?(?:PAST|LAST|NEXT|COMING)UNIT(?=HARD|WORD|AND|PREP|IN|AT|THE|CAP)", "RSPAN",
             lambda v: _window(v) if v.has("THE") and v.value("UNIT") != Unit.WEEKEND else _unit(v)),
        Rule("(?:OVER|IN)?(?:THE|THIS)?(?:[PAST LAST RECENT NEXT COMING])COUNT?UNITS", "RSPAN", _window),
        Rule("(?:OVER|IN)?(?:THE|THIS)[CARD N31](?:LAST|COMING)UN", "RSPAN", _window),
        Rule("OVER[CARD N31](?:LAST|COMING)UN", "RSPAN", _window),
        Rule("(?:THE|OVER)PAST UNIT", "RSPAN", _window),
        Rule("COUNT UN AGO", "RSPAN", _ago),
        Rule("UNITS AGO", "RSPAN", _ago),
        Rule("AGOPRE COUNT UN", "RSPAN", _ago),
        Rule("COUNT UN(?:EARLIER|LATER)", "RREF", _apart),
        Rule("COUNT UN(?:BEFORE|AFTER)(?=HARD)", "RREF", _apart),
        Rule("THE UNIT(?:BEFORE|AFTER)(?=HARD)", "RREF", _unit_beside),
        Rule("UNITS(?:EARLIER|LATER)", "RREF", _apart),
        Rule("COUNT UN FROMNOW", "RSPAN", _ahead),
        Rule("IN COUNT UNITS(?:QUOTE|POSS)?(?:TIMEWORD)?(?!OF|AGO|EARLIER|LATER)", "RSPAN", _ahead),
        Rule("IN AN UNIT(?:QUOTE|POSS)?(?:TIMEWORD|(?=HARD|QUOTE|$))", "RSPAN", _ahead),
        Rule("THE?QUOTE?SHIFT PAST?(?:UNIT|DAYPART)", "RSPAN", _unit),
        Rule("THE?QUOTE?UNIT POST", "RSPAN", _unit),
        Rule("THE UNIT(?:AFTER NEXT|BEFORE LAST)(?!UN)", "RSPAN", _over_next),
        Rule("THE UNIT YEAR", "RYEAR", _named_year),
        Rule("(?<=[OVER AT ON IN BY SINCE UNTIL])THE UNIT(?!OF)", "RSPAN", _weekend),
        Rule("DAYREL DAYPART?", "RDAY", _dayrel),
        Rule("(?<!AN)OVERNIGHT(?!WORD WORD)", "RSPAN", lambda _: Expr("overnight")),
        Rule("[DAYNEXT DAYPREV](?!OF)", "RREF", _beside),
        Rule("THE?UNITS YEAR", "RYEAR", _decade),
        Rule("DECADES", "RYEAR", _decade),
        Rule("THE(?:PART DASH?)?QUOTE?DECADE2", "RYEAR", _decade),
        Rule("THE?(?:PART DASH?)?DECADEWORD", "RYEAR", _decade),
        Rule("SHIFT?HOLIDAY(?:POST)?(?:[OF COMMA]?YEAR)?", "RDAY", _feast),
        Rule("N31 SLASH N31(?!SLASH)", "RDAY", _nickname),
        Rule("THE?NEWYEAR(?!POSS)", "RSPAN", lambda _: Expr("unit", unit=Unit.YEAR, shift=1)),
        Rule("FISCAL UNIT?YEAR|YEAR FISCAL UNIT", "RYEAR", _year),
        Rule("YEAR(?:UPTO)YEAR(?!MEASURE)|YEAR[DASH SLASH][N31 NUM](?!MEASURE)", "RSPAN", _years),
        Rule("(?<=[IN SINCE UNTIL BY FROM BETWEEN BEFORE AFTER PART BACK OF])YEAR(?!MEASURE|PERCENT|ZONE)", "RYEAR", _year),
        Rule("(?<=[YEAR][AND COMMA])YEAR(?!MEASURE)", "RYEAR", _year),
        Rule("(?:(?<=PART DASH)|(?<=BETWEEN YEAR AND))YEAR", "RYEAR", _year),
        Rule("(?<=[THE AN HER POSS THIS])YEAR(?=[WORD CAP SEASON MONTH AND DASH])", "RYEAR", _year),
        Rule("(?<=PAREN)YEAR(?=[CLOSE COMMA SEMI])", "RYEAR", _year),
        Rule("(?:^|(?<=[DOT STOP BREAK]))YEAR(?=BE)", "RYEAR", _year),
        Rule("(?<=[PREP ON])YEAR(?=HARD)", "RYEAR", _year),
        Rule("ABOUTIME(?:[CLOCK N31 HM]AMPM|HALFCLOCK)(?:DOT?ZONE)?|ABOUTIME[CLOCK YEAR HM]ZONE", "RTIME", _clock),
        Rule("(?:SOON|ABOUT)?[BEFORE AFTER](?:CLOCK|NOON)ZONE?|(?<=[AT BY UNTIL FROM TO ABOUT])(?:CLOCK|NOON)ZONE?", "RTIME", _clock),
        Rule("(?<=TO THE)CLOCK|(?:CLOCK|NOON|N31 UNITS)(?=WEEKDAY|DAYREL)", "RTIME", _clock),
        Rule("(?<=TO)N31 UNITS N31?ZONE?|(?:ABOUT|(?<=ABOUT))CLOCK", "RTIME", _clock),
    ],
)  # fmt: skip
