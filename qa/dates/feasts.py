"""Feasts and named days by year: fixed dates, weekdays of a month, and those that hang on Easter."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum

from .spans import easter, nth_weekday


class Feast(IntEnum):
    """The days that the language tables name."""

    NEW_YEARS_DAY = 1
    NEW_YEARS_EVE = 2
    CHRISTMAS_DAY = 3
    CHRISTMAS_EVE = 4
    BOXING_DAY = 5
    EASTER_SUNDAY = 6
    GOOD_FRIDAY = 7
    EASTER_MONDAY = 8
    PALM_SUNDAY = 9
    ASH_WEDNESDAY = 10
    MAUNDY_THURSDAY = 11
    HOLY_SATURDAY = 12
    ASCENSION = 13
    PENTECOST = 14
    SHROVE_TUESDAY = 15
    THANKSGIVING = 16
    BLACK_FRIDAY = 17
    CYBER_MONDAY = 18
    HALLOWEEN = 19
    VALENTINES = 20
    ST_PATRICKS = 21
    US_INDEPENDENCE = 22
    LABOR_DAY = 23
    MEMORIAL_DAY = 24
    MAY_DAY = 25
    VETERANS_DAY = 26
    JUNETEENTH = 27
    MLK_DAY = 28
    PRESIDENTS_DAY = 29
    COLUMBUS_DAY = 30
    ELECTION_DAY = 31
    SUPER_TUESDAY = 32
    INAUGURATION_DAY = 33
    BASTILLE_DAY = 34
    ALL_SAINTS = 35
    ASSUMPTION = 36
    EPIPHANY = 37
    GUY_FAWKES = 38
    APRIL_FOOLS = 39
    WOMENS_DAY = 40
    CORPUS_CHRISTI = 41
    HISPANIC_DAY = 42
    GROUNDHOG_DAY = 43
    BURNS_NIGHT = 44
    GIVING_TUESDAY = 45
    D_DAY = 46


def feast_day(feast: Feast, year: int) -> date | None:
    """The day of a feast in a year; None in years without it (Election Day, Super Tuesday)."""
    if fixed := _FIXED.get(feast):
        return date(year, *fixed)
    if (offset := _EASTER.get(feast)) is not None:
        return easter(year) + timedelta(days=offset)
    if feast in _PERIOD and (year - _PERIOD[feast][1]) % _PERIOD[feast][0]:
        return None
    return _COUNTED[feast](year)


def _thanksgiving(year: int) -> date:
    return nth_weekday(date(year, 11, 1), 3, 4)


_FIXED = {
    Feast.NEW_YEARS_DAY: (1, 1),
    Feast.NEW_YEARS_EVE: (12, 31),
    Feast.CHRISTMAS_DAY: (12, 25),
    Feast.CHRISTMAS_EVE: (12, 24),
    Feast.BOXING_DAY: (12, 26),
    Feast.HALLOWEEN: (10, 31),
    Feast.VALENTINES: (2, 14),
    Feast.ST_PATRICKS: (3, 17),
    Feast.US_INDEPENDENCE: (7, 4),
    Feast.MAY_DAY: (5, 1),
    Feast.VETERANS_DAY: (11, 11),
    Feast.JUNETEENTH: (6, 19),
    Feast.BASTILLE_DAY: (7, 14),
    Feast.ALL_SAINTS: (11, 1),
    Feast.ASSUMPTION: (8, 15),
    Feast.EPIPHANY: (1, 6),
    Feast.GUY_FAWKES: (11, 5),
    Feast.APRIL_FOOLS: (4, 1),
    Feast.WOMENS_DAY: (3, 8),
    Feast.HISPANIC_DAY: (10, 12),
    Feast.GROUNDHOG_DAY: (2, 2),
    Feast.BURNS_NIGHT: (1, 25),
    Feast.INAUGURATION_DAY: (1, 20),
    Feast.D_DAY: (6, 6),
}
_EASTER = {
    Feast.EASTER_SUNDAY: 0,
    Feast.GOOD_FRIDAY: -2,
    Feast.EASTER_MONDAY: 1,
    Feast.PALM_SUNDAY: -7,
    Feast.ASH_WEDNESDAY: -46,
    Feast.SHROVE_TUESDAY: -47,
    Feast.MAUNDY_THURSDAY: -3,
    Feast.HOLY_SATURDAY: -1,
    Feast.ASCENSION: 39,
    Feast.PENTECOST: 49,
    Feast.CORPUS_CHRISTI: 60,
}
_PERIOD = {Feast.ELECTION_DAY: (2, 0), Feast.SUPER_TUESDAY: (4, 0), Feast.INAUGURATION_DAY: (4, 1)}
"""Every how many years, and a year's remainder. Super Tuesday is taken to follow March's first Monday."""

_COUNTED: dict[Feast, Callable[[int], date]] = {
    Feast.THANKSGIVING: _thanksgiving,
    Feast.BLACK_FRIDAY: lambda year: _thanksgiving(year) + timedelta(days=1),
    Feast.CYBER_MONDAY: lambda year: _thanksgiving(year) + timedelta(days=4),
    Feast.GIVING_TUESDAY: lambda year: _thanksgiving(year) + timedelta(days=5),
    Feast.LABOR_DAY: lambda year: nth_weekday(date(year, 9, 1), 0, 1),
    Feast.MEMORIAL_DAY: lambda year: nth_weekday(date(year, 5, 1), 0, -1),
    Feast.MLK_DAY: lambda year: nth_weekday(date(year, 1, 1), 0, 3),
    Feast.PRESIDENTS_DAY: lambda year: nth_weekday(date(year, 2, 1), 0, 3),
    Feast.COLUMBUS_DAY: lambda year: nth_weekday(date(year, 10, 1), 0, 2),
    Feast.ELECTION_DAY: lambda year: nth_weekday(date(year, 11, 1), 0, 1) + timedelta(days=1),
    Feast.SUPER_TUESDAY: lambda year: nth_weekday(date(year, 3, 1), 0, 1) + timedelta(days=1),
}
_NAMED = {(9, 11): 2001, (1, 6): 2021, (10, 7): 2023}
"""Attacks that English news calls by their day alone: 11 September, 6 January, 7 October."""


def named_day(month: int, day: int) -> date | None:
    """The day that an attack is known by ("the Oct. 7 attack"), when there is one."""
    year = _NAMED.get((month, day))
    return date(year, month, day) if year else None
