"""When an article was published, and how that is known. Never the day of fetching.

The order of belief: what was given or stands in the page's metadata, the feed, a dateline in the text, the
address, a guess, nothing. A day that cannot be is kept as it was seen and not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from qa.ingest.months import MONTHS
from qa.models import UNDATED, Draft, Published, PublishedBasis

EARLIEST = date(1600, 1, 1)
"""The first newspapers (Relation, Strasbourg, 1605) are younger."""
_ISO = re.compile(r"^\s*(\d{4})(?P<sep>[-/.]?)(\d{1,2})(?P=sep)(\d{1,2})(?!\d)")
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:1[6-9]|2\d)\d{2})"
_WRITTEN = (
    re.compile(rf"(?<![\d./-])(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}(?!\d)"),
    re.compile(rf"(?<![\d./-]){_YEAR}[-./](?P<month>\d{{1,2}})[-./](?P<day>\d{{1,2}})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°)?\.?,? (?:de |of )?(?P<name>{_MONTH})\b\.?,?"
        rf" (?:de |of )?{_YEAR}(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<name>{_MONTH})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}(?!\d)", re.IGNORECASE
    ),
    re.compile(rf"(?<![\d./-])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/{_YEAR}(?!\d)"),
)
_INLINE = re.compile(
    rf"^[^\d\n]{{2,60}}?,? (?:(?P<name>{_MONTH})\.? (?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})\.? (?P<name2>{_MONTH})\.?)"
    r"(?:,? (?P<year>\d{4}))? ?(?:\([^)\n]{2,30}\)|/[A-Z][\w -]{1,20}/)? ?(?:[-–—:.]|\([^)\n]{2,30}\))",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updated|modified|mis à jour|aktualisiert|actualizado|aggiornato|atualizado|bijgewerkt|обновлено", re.I
)
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([-/_]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_URL_NAMED = re.compile(r"/((?:19|20)\d{2})/([a-z]{3})/(\d{1,2})(?!\d)")
_TOP_LINES = 12
_LINE_LENGTH = 90
_OUTSIDE_WORDS = 8
"""A date line says little else: a place, an agency, a label."""


def given(value: object, *, basis: PublishedBasis = "given") -> Published:
    """Read what a record, a tag or a feed says: ISO 8601, year first with any separator, RFC 2822, or written out.

    Returns a day that could not be read, or cannot be, as undated with `seen`.
    """
    said = str(value or "").strip()
    if not said:
        return UNDATED
    at = _moment(said)
    if at is not None:
        return Published(at.date(), basis, at if at.tzinfo else None)
    day = _year_first(said) or next(days(said), None)
    return Published(day, basis) if day else Published(seen=said[:80])


def of_epoch(seconds: float) -> Published:
    """A time in seconds, or milliseconds, since 1970."""
    value = seconds / 1000 if seconds > 1e11 else seconds
    try:
        at = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return Published(seen=str(seconds))
    return Published(at.date(), "given", at)


def from_text(text: str, *, url: str | None = None, seen: str = "") -> Published:
    """What the text says at its top, else its address, else nothing."""
    if day := dateline(text, url=url):
        return Published(day, "dateline", seen=seen)
    if day := of_address(url):
        return Published(day, "url", seen=seen)
    return Published(seen=seen)


def dateline(text: str, *, url: str | None = None) -> date | None:
    """The day in the lines at the top of a text: `13.04.2024, Niamey.` or `NIAMEY, April 13, 2024 (Agency) -`.

    A dateline without a year counts where the address names that month of a year.
    """
    top = [line.strip() for line in text[:4_000].splitlines() if line.strip()][:_TOP_LINES]
    updated: date | None = None
    for line in top:
        day = _alone(line) or _inline(line, url)
        if day and not _UPDATED.search(line):
            return day
        updated = updated or day
    return updated


def of_address(url: str | None) -> date | None:
    """The day in an address: `/2018/03/15/`, `2018-03-15`, `/2018/mar/15/`."""
    path = re.sub(r"^[a-z]+://[^/]*", "", (url or "").split("?")[0])
    for match in _URL_DAY.finditer(path):
        whole = match[2] or match[0] == match[1] + match[3].zfill(2) + match[4].zfill(2)
        if whole and (day := _day(match[1], match[3], match[4])):
            return day
    named = _URL_NAMED.search(path.lower())
    return _day(named[1], MONTHS.get(named[2], 0), named[3]) if named else None


def settled(draft: Draft, *, today: date, feed: Published = UNDATED) -> Draft:
    """The draft with the best date that can be believed today.

    Args:
        feed: what the feed said of this entry, where it came by one.
    """
    own = draft.published
    sure = [own] if own.basis in ("given", "metadata") else []
    guess = [own] if own.basis not in ("given", "metadata", "unknown") else []
    read = [
        Published(dateline(draft.text, url=draft.url), "dateline"),
        Published(of_address(draft.url), "url"),
    ]
    seen = own.seen
    for found in [*sure, feed, *read, *guess]:
        if found.date is None:
            seen = seen or found.seen
        elif believable(found.date, today=today):
            return replace(draft, published=replace(found, seen=seen))
        else:
            seen = seen or (found.at or found.date).isoformat()
    return replace(draft, published=Published(seen=seen))


def believable(day: date, *, today: date) -> bool:
    """Not before there were newspapers, and not after tomorrow: elsewhere it may be tomorrow already."""
    return EARLIEST <= day <= today + timedelta(days=1)


def _moment(said: str) -> datetime | None:
    if not re.search(r"\d:\d", said):
        return None
    try:
        return datetime.fromisoformat(said.replace("/", "-").replace(" UTC", "+00:00"))
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _year_first(said: str) -> date | None:
    match = _ISO.match(said)
    return _day(match[1], match[3], match[4]) if match else None


def days(said: str) -> Iterator[date]:
    """The days written out in a line, as far as they mean one day only."""
    for rule in _WRITTEN:
        for match in rule.finditer(said):
            if day := _written(match.groupdict()):
                yield day


def _written(parts: dict[str, str | None]) -> date | None:
    if parts.get("a"):
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        if first <= 12 and second <= 12 and first != second:
            return None
        day, month = (first, second) if first > 12 else (second, first)
        return _day(parts["year"], month, day)
    named = MONTHS.get((parts.get("name") or "").casefold())
    return _day(parts["year"], named or parts.get("month"), parts["day"])


def _alone(line: str) -> date | None:
    """A line that is a date, with a place or a label at most."""
    if len(line) > _LINE_LENGTH or len(re.findall(r"[^\W\d_]{3,}", line)) > _OUTSIDE_WORDS:
        return None
    return next(days(line), None)


def _inline(line: str, url: str | None) -> date | None:
    match = _INLINE.match(line)
    if not match:
        return None
    month = MONTHS[(match["name"] or match["name2"]).casefold()]
    year = match["year"] or _year_of(url, month)
    return _day(year, month, match["day"] or match["day2"]) if year else None


def _year_of(url: str | None, month: int) -> str | None:
    match = re.search(rf"/((?:19|20)\d{{2}})[/-]0?{month}(?!\d)", url or "")
    return match[1] if match else None


def _day(year: object, month: object, day: object) -> date | None:
    try:
        return date(int(str(year)), int(str(month)), int(str(day)))
    except ValueError:
        return None
