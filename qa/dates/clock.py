"""Times of day as texts write them: "14:30 GMT", "3 p.m. ET", "shortly before midnight", "à 14h30"."""

import re
from dataclasses import dataclass, replace
from typing import Literal

DAY = 24 * 60
"""Minutes."""
_HOUR = 60
_SAID = re.compile(
    r"(?P<hour>\d{1,2})(?:(?::|\.|\s?(?:[hH]|heures?|horas)\s?)(?P<minute>\d\d)?(?::\d\d)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_FOUR = re.compile(r"(?P<hour>[012]\d)(?P<minute>[0-5]\d)\b")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, never converted: `start` to `end` in minutes after the day's midnight, half-open, 0 to 1440.

    `zone` is as the text gives it ("GMT", "local time"), empty where it gives none. `text` is what it says.
    "3 p.m." holds its hour, "14:30" its minute, "before noon" what lies before.
    """

    text: str
    start: int
    end: int
    zone: str = ""

    @property
    def precision(self) -> Literal["minute", "hour", "range"]:
        """What the words claimed."""
        held: dict[int, Literal["minute", "hour"]] = {1: "minute", _HOUR: "hour"}
        return held.get(self.end - self.start, "range")

    @property
    def later(self) -> "Clock":
        """The same time after noon: "8:30 on Friday evening"."""
        if self.end > DAY // 2 or self.precision == "range" or _half(self.text):
            return self
        return replace(self, start=self.start + DAY // 2, end=self.end + DAY // 2)


def hhmm(minutes: int) -> str:
    """Minutes after midnight as "14:30"; the end of a day is "24:00"."""
    return f"{minutes // _HOUR:02d}:{minutes % _HOUR:02d}"


def minute(time: str) -> int:
    """Minutes after midnight of "14:30"."""
    hours, minutes = time.split(":")
    return int(hours) * _HOUR + int(minutes)


def named(text: str, hour: int, *, zone: str = "", side: int = 0, near: bool = False) -> Clock | None:
    """Noon (12) or midnight (0). Midnight ends the day that it is named with (The Associated Press Stylebook)."""
    at = (hour or 24) * _HOUR
    return _beside(Clock(text, at, at, zone), side, near=near) if side else Clock(text, *_at(at), zone)


def _at(minutes: int) -> tuple[int, int]:
    return (DAY - 1, DAY) if minutes == DAY else (minutes, minutes + 1)


def told(text: str, *, zone: str = "", side: int = 0, near: bool = False) -> Clock | None:
    """The time that figures say; None where they say none ("25:10").

    `side` is -1 for "before" and 1 for "after"; `near` is set for "shortly before".
    """
    match = _FOUR.search(text) or _SAID.search(text)
    if match is None:
        return None
    hour, minute = int(match["hour"]), match["minute"]
    half = _half(text)
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half == "p") if half else hour
    start = hour * _HOUR + int(minute or 0)
    if start >= DAY:
        return None
    if side:
        return _beside(Clock(text, start, start, zone), side, near=near)
    return Clock(text, start, start + (1 if minute else _HOUR), zone)


def _half(text: str) -> str:
    """ "a" or "p" where the text says which half of the day."""
    found = re.search(r"\d\s?([ap])\.?\s?m\b", text, re.IGNORECASE)
    return found[1].lower() if found else ""


def _beside(clock: Clock, side: int, *, near: bool) -> Clock | None:
    at = clock.start
    low, high = (at - _HOUR if near else 0, at) if side < 0 else (at, at + _HOUR if near else DAY)
    low, high = max(low, 0), min(high, DAY)
    return replace(clock, start=low, end=high) if low < high else None
