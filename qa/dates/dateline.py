"""The date that an article carries on top: "13.04.2024, Niamey.", "NIAMEY, April 13 (Agency) -"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from .find import read
from .grammar import Expr
from .lex import lexicon
from .numeric import day_order
from .spans import choose, day_span
from .values import Interval, Mention, spoken

_HEAD = 1_500
"""Characters from the top in which a dateline is looked for."""
_LINES = 14
_LONGEST = 80
"""Characters before a dateline's date, and after it to the dash."""
_DASH = re.compile(
    r"[\s,.]*(?:\([^()\n]{1,40}\))?[\s,.]*(?:[A-Z][\w.]{0,20}[\s,/]*){0,3}(?:[-\u2013\u2014]|--)(?:\s|$)"
)
_WORD = re.compile(r"[^\W\d_]+")
_PLACE = re.compile(r"[A-ZÀ-Þ][^.!?\n]{0,60}")


def dateline(
    text: str, *, language: str = "en", day_first: bool | None = None, near: date | None = None
) -> Mention | None:
    """The day an article says it is of, from its first lines; None when it says none.

    Offsets are those of `text`. A date without a year gets the year that brings it nearest to `near` (the
    day of the feed or the fetch), else the one that the full dates of the text ask for ("inferred"), else
    it is "unknown". `day_first` is the order of dates in figures, see `day_order`; without it the text's
    own evidence counts: dates with one reading, and past days that an article cannot precede.
    """
    order = day_order([text]) if day_first is None else day_first
    for start, line in _lines(text):
        for mention, expr in _stamps(line, language, order, near):
            moved = replace(mention, start=mention.start + start, end=mention.end + start)
            return moved if moved.interval is not None else _settled(moved, expr, text, language)
    return None


def stands_on_top(text: str, start: int, end: int) -> bool:
    """Whether a date opens its paragraph as a dateline does: "NIAMEY, April 13 (Agency) -"."""
    line = text.rfind("\n", 0, start) + 1
    return (
        start - line <= _LONGEST
        and _opens(text[line:start])
        and _DASH.match(text[end : end + _LONGEST]) is not None
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    count = 0
    for match in re.finditer(r"[^\n]+", text[:_HEAD]):
        if match[0].strip():
            yield match.start(), match[0]
            count += 1
        if count == _LINES:
            return


def _stamps(
    line: str, language: str, order: bool | None, near: date | None
) -> Iterator[tuple[Mention, Expr]]:
    """The day expressions of a line that stand where datelines do."""
    for mention, node in read(line, anchor=near, language=language, day_first=order):
        if node.expr.kind not in ("date", "numeric"):
            continue
        before, after = line[: mention.start], line[mention.end :]
        if (_opens(before) and _DASH.match(after)) or _bare(before + " " + after, language):
            yield mention, node.expr


def _opens(before: str) -> bool:
    """Whether a line's beginning is at most a place: capitals, no verb, a few words."""
    words = _WORD.findall(before)
    if not before.strip(" \t,.(-\u2013\u2014"):
        return True
    small = [word for word in words if word[0].islower()]
    return (
        bool(_PLACE.match(before.lstrip()))
        and len(words) <= 7
        and len(small) <= 2
        and before[-1:] in " \t,(-\u2013\u2014"
    )


def _bare(rest: str, language: str) -> bool:
    """Whether the rest of a line holds only a place, a name and the words of a time stamp."""
    stamps = lexicon(language).table.stamps
    words = _WORD.findall(rest)
    return len(words) <= 12 and all(word[0].isupper() or word.lower() in stamps for word in words)


def _settled(mention: Mention, expr: Expr, text: str, language: str) -> Mention:
    """A dateline without its year, or of two readings, placed by the past days that the text names."""
    past = [
        other.interval.start
        for other, _ in read(text, anchor=None, language=language)
        if other.basis == "stated" and other.interval is not None and other.interval.precision == "day"
        and other.interval.start is not None and other.start != mention.start
    ]  # fmt: skip
    if not past:
        return mention
    latest = max(past)
    if expr.kind == "numeric":
        return _ordered(mention, latest)
    options = [each for each in _years(expr, latest) if each >= latest]
    found = choose(map(day_span, options), latest, "future")
    if found is None or found.start is None or (found.start - latest).days > 300:
        return mention
    return _inferred(mention, found, latest)


def _ordered(mention: Mention, latest: date) -> Mention:
    readings = [
        each.interval
        for order in (True, False)
        for each, _ in read(mention.text, anchor=None, day_first=order)
        if each.interval is not None and each.interval.start is not None and each.interval.start >= latest
    ]
    return _inferred(mention, readings[0], latest) if len(readings) == 1 else mention


def _years(expr: Expr, latest: date) -> Iterator[date]:
    for year in (latest.year, latest.year + 1):
        try:
            yield date(year, expr.month or 1, expr.day or 1)
        except ValueError:
            continue


def _inferred(mention: Mention, found: Interval, latest: date) -> Mention:
    why = f"the reading on or after the latest day that the text names in full, {spoken(latest)}"
    return replace(mention, interval=found, basis="inferred", why=why)
