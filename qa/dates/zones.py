"""How far the zones that news names lie from UTC; those of several meanings (IST, CST) are left open."""

from datetime import date

from .spans import nth_weekday

_FIXED = {
    "gmt": 0, "utc": 0, "z": 0, "bst": 60, "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180,
    "moscow time": 180, "wat": 60, "cat": 120, "eat": 180, "sast": 120, "jst": 540, "kst": 540, "aest": 600,
    "aedt": 660, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "greenwich mean time": 0, "central european time": 60, "eastern daylight time": -240,
}  # fmt: skip
_AMERICAN = {"et": -300, "eastern": -300, "eastern time": -300, "ct": -360, "mt": -420, "pt": -480}


def zone_offset(zone: str, day: date) -> int | None:
    """Minutes by which a zone is ahead of UTC on a day; None where its name does not tell."""
    name = zone.lower()
    if name in _AMERICAN:
        return _AMERICAN[name] + 60 * _summer(day)
    return _FIXED.get(name)


def _summer(day: date) -> bool:
    """Whether American clocks are forward: second Sunday of March to first of November (Energy Policy Act of 2005)."""
    return nth_weekday(date(day.year, 3, 1), 6, 2) <= day < nth_weekday(date(day.year, 11, 1), 6, 1)
