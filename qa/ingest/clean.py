"""Who wrote a scraped text, what it is called, and which of its lines belong to the page.

Furniture is marked, never deleted: the text stays as it came. Lines are judged by their shape, their place and
the tables of `phrases`; a line in doubt stays part of the story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.ingest import phrases, slug, zones
from qa.ingest.lines import Line, lines, spans
from qa.models import Span

_NAMED_CREDIT = "|".join(re.escape(word) for word in sorted(phrases.CREDITS, key=len, reverse=True))
_AGENCY = "|".join(re.escape(word) for word in sorted(phrases.AGENCIES, key=len, reverse=True))
_CREDITS = (
    re.compile(rf"(?:^|[.!?)\]|/]\s*|\s)(?i:{_NAMED_CREDIT})\s?[:©]\s?[A-ZÀ-ÞА-Я@][^:.]{{2,60}}[.]?$"),
    re.compile(rf"[(\[](?:{_NAMED_CREDIT})(?: courtesy of| by|:| /)[^)\]]{{2,80}}[)\]]\.?$", re.IGNORECASE),
    re.compile(r"[(\[](?:AP Photo|AFP|Getty|Reuters|EPA)[^)\]]{0,80}[)\]]\.?$", re.IGNORECASE),
    re.compile(
        r"\((?:file|archive|undated|handout|représentation|archives) ?(?:photo|image|picture)?\)\.?$", re.I
    ),
    re.compile(
        r"\((?:Archivfoto|Symbolbild|Archivbild|photo d'archives|foto de archivo)\)\.?$", re.IGNORECASE
    ),
    re.compile(rf"(?:^|\s)(?:©|\(c\))\s?(?:\d{{4}}\s)?(?:{_AGENCY})\b[^.]{{0,40}}\.?$", re.IGNORECASE),
    re.compile(rf"\s[/|–—-]\s?(?:[^./|]{{2,30}}/)?(?:{_AGENCY})\.?$", re.IGNORECASE),
    re.compile(r"(?:^|\s|/)(?:via )?Getty Images\.?$", re.IGNORECASE),
)
_CREDITED = re.compile(
    rf"^\w{{0,12}}(?:Copyright|Credit|Image source|Image caption|Photo)\s?[:,]\s?(?:{_AGENCY})\b", re.I
)
_CREDIT_LENGTH = 130
_CREDIT_SIGN = re.compile(r"[:©/|()\[\]–—]|\s-|Getty")
"""Every credit has one of these; most lines of a story have none."""
_CAPTION_WORDS = 60
_CAPTION_LENGTH = 600
_CONTROL_LENGTH = 300
_ALONE_LENGTH = 80
_COUNT = re.compile(r"^[\d.,]+\s?[kKmM]?(?:\+)?$")
_COUNTED = re.compile(
    r"^[\d.,]+\s?[kKmM]?\+? (?:shares?|views?|likes?|comments?|reads?|tweets?|partages?|vues|aufrufe|teilungen|"
    r"compartidos?|visitas|condivisioni|udostępnień|просмотр\w*)\b.{0,30}$",
    re.IGNORECASE,
)
_READING = re.compile(
    r"^(?:\w+ ?: ?)?\d+ ?(?:min(?:ute)?s?|Min\.?|Minuten)[ -]?(?:read|Lesezeit|de lecture|de lectura)?$", re.I
)
_CRUMBS = re.compile(r"\s*(?:[>»›→|]|::|\s/\s)\s*")
_STAFF = re.compile(
    r"^[(\[]?(?:Additional )?(?:Reporting|Writing|Editing|Compiled|Edited|Written) by [A-Z][^.]{2,250}[)\]]?\.?$"
    r"|^[^.]{3,120} contributed to this (?:report|story|article)\.?$"
)
_RIGHTS = re.compile(r"^(?:©|\(c\)|copyright)\s.{0,40}\d{4}|all rights reserved\.?$", re.IGNORECASE)
_LABELLED = re.compile(r"^\W{0,3}([^:|]{2,30})\s?[:|]\s?(\S.*)$")
_SUBSCRIBE = re.compile(r"^(?:subscribe|sign up) (?:to|for)\b.{5,160}$", re.IGNORECASE)
_SHARED = re.compile(
    r"^(?:share|click to share|tweet|post|email|pin|follow us)\b.{0,60}\b(?:facebook|twitter|x|whatsapp|linkedin|email|pinterest|telegram|friend|instagram)\b.{0,40}$",
    re.I,
)
_DAY = re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}\b")
_DATELINE = re.compile(
    r"^(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}\.? \w+ \d{4}|\w+ \d{1,2}, \d{4})"
    r"(?:,? [^.,]{2,40}){0,2}\.?$"
)
_SOURCE = re.compile(rf"^(?:{'|'.join(phrases.SOURCE)})\s?:\s?(\S.{{1,80}})$", re.IGNORECASE)
_BYLINE = re.compile(rf"^(?:{'|'.join(phrases.BYLINE)})[ :]\s?(.{{3,80}})$", re.IGNORECASE)
_NAME = re.compile(r"^[^\W\d_]\S*(?: [^\W\d_]\S*){1,4}$")
_HEAD_LINES = 12
"""A longer list of short lines before the first paragraph is a text of its own, not the top of a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a scraped text says about itself. The spans are offsets in that text."""

    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    furniture: tuple[Span, ...] = ()


def page(text: str, *, title: str = "", url: str | None = None) -> Page:
    """Read the headline, the byline and the source of a text, and mark what is not its story.

    Args:
        title: the headline where it is known from elsewhere; else the text's own is found and marked.
        url: its words are the title of a text without a headline.
    """
    found = lines(text)
    if not found:
        return Page(title=title or slug.title(url))
    first = next((line.index for line in found if line.real and not _top(line, found)), len(found))
    headline = title or _headline(found, first)
    marked = _sure(found, headline) | _head(found, headline, first) | _second_head(found, headline)
    sections = zones.headed(found) | zones.boxes(found)
    if _story_left(found, marked | sections):
        marked |= sections
    elif not _story_left(found, marked):
        marked = set()
    return Page(
        title=headline or slug.title(url) or _cut(_first(found)),
        publisher=_publisher(found),
        authors=_authors(found[: first + 8]),
        furniture=spans(line for line in found if line.index in marked),
    )


def _story_left(found: list[Line], marked: set[int]) -> bool:
    return any(line.words >= 5 for line in found if line.index not in marked)


def _headline(found: list[Line], first: int) -> str:
    """The first line, or the line that a breadcrumb above it ends with; empty where there is none."""
    top = found[: max(first, 1)]
    crumb, rest = top[0], top[1:]
    for line in rest:
        if line.words >= 3 and crumb.text != line.text and crumb.text.endswith(line.text):
            return line.text
    for line in top:
        if line.headline and len(found) > 1 and not _never_headline(line):
            return line.text.lstrip("# ").strip("*_ ")
    return ""


def _first(found: list[Line]) -> str:
    return next((line.text for line in found if not _never_headline(line)), found[0].text)


def _never_headline(line: Line) -> bool:
    """A section, a breadcrumb, a control, or the opening of a report: `Washington CNN —`."""
    return _label(line) or _crumbs(line) or _control(line) or line.text.endswith(("—", "–"))


def _top(line: Line, found: list[Line]) -> bool:
    """Looks like a paragraph, but is a caption, a headline that ends in a full stop, or a dateline."""
    if _caption(line) or _DATELINE.match(line.text):
        return True
    if line.many or not line.headline:
        return False
    repeated = any(
        other.text == line.text or other.text.endswith(line.text) for other in found if other is not line
    )
    return repeated or (line.index == 0 and len(found) > 1)


def _sure(found: list[Line], headline: str) -> set[int]:
    """Lines that are furniture wherever they stand."""
    title = " ".join(headline.casefold().split())
    return {
        line.index
        for line in found
        if _control(line)
        or _caption(line)
        or _link(line)
        or _source_line(line, len(found))
        or (line.index < 6 and _DATELINE.match(line.text))
        or _repeats(line, title)
    }


def _repeats(line: Line, title: str) -> bool:
    """The whole title again, and nothing else."""
    if not title or abs(len(line.text) - len(title)) > 10:
        return False
    return line.words > 1 and " ".join(line.text.casefold().lstrip("# ").split()) == title


def _control(line: Line) -> bool:
    if len(line.text) > _CONTROL_LENGTH:
        return False
    return (
        (len(line.text) < _ALONE_LENGTH and line.plain in phrases.ALONE)
        or any(rule.match(line.text) for rule in (_COUNTED, _READING, _STAFF, _SHARED, _SUBSCRIBE))
        or (bool(_RIGHTS.search(line.text)) and line.words <= 25)
    )


def _caption(line: Line) -> bool:
    if len(line.text) > _CAPTION_LENGTH:
        return False
    tail = line.text[-_CREDIT_LENGTH:]
    signed = _CREDIT_SIGN.search(tail) and any(rule.search(tail) for rule in _CREDITS)
    return bool(signed or _CREDITED.match(line.text)) and line.words <= _CAPTION_WORDS


def _link(line: Line) -> bool:
    """`Read also: another headline`."""
    match = _LABELLED.match(line.text) if len(line.text) < 400 else None
    if not match or (line.ended and match[2][0].islower()):
        return False
    label = " ".join(match[1].casefold().split())
    if label in phrases.LISTS or (label.startswith("more from ") and "|" in match[2]):
        return True
    return line.words <= 30 and not line.many and label in phrases.LABELS


def _source_line(line: Line, count: int) -> bool:
    near = line.index < 5 or line.index >= count - 6 or line.gap
    return near and len(line.text) < 150 and bool(_SOURCE.match(line.text)) and line.words <= 12


def _label(line: Line) -> bool:
    """The name of a section, or several glued together: `NewsWorld`."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", line.text).casefold().split()
    return line.words <= 4 and (
        line.plain in phrases.SECTIONS or all(part in phrases.SECTIONS for part in parts)
    )


def _crumbs(line: Line) -> bool:
    parts = [part for part in _CRUMBS.split(line.text) if part]
    return len(parts) >= 3 or (len(parts) == 2 and parts[0].casefold() in phrases.SECTIONS)


def _head(found: list[Line], headline: str, first: int) -> set[int]:
    """The lines before the first paragraph that say nothing of the story."""
    top = found[:first] if first < len(found) else found[: _alone(found)]
    long = len(top) > _HEAD_LINES
    return {line.index for line in top if _heading(line, found, headline) or (not long and _short(line))}


def _alone(found: list[Line]) -> int:
    """How many lines are the top of a text that has no long paragraph at all: those before a sentence."""
    return next((line.index for line in found if line.index and line.ended and line.words >= 2), 0)


def _heading(line: Line, found: list[Line], headline: str) -> bool:
    if _label(line) or _COUNT.match(line.text) or (line.index == 0 and _crumbs(line) and line.headline):
        return True
    if headline and not line.many and (line.like(headline) or line.text.endswith(headline)):
        return not line.ended or line.headline
    return line.words <= 12 and _meta(line)


def _meta(line: Line) -> bool:
    """Says who or when, not what: the block between a headline and its story."""
    said = line.plain
    if line.ended and line.words > 6:
        return False
    named = any(re.search(rf"\b{word}\b", said) for word in phrases.META)
    return named or bool(_BYLINE.match(line.text)) or (bool(_DAY.search(line.text)) and line.words <= 9)


def _short(line: Line) -> bool:
    return line.words <= 6 and not line.ended and not line.bullet and not re.search(r":.*\d|\d.*:", line.text)


def _second_head(found: list[Line], headline: str) -> set[int]:
    """The author's block and the headline once more, between a standfirst and the story."""
    run: list[Line] = []
    seen = 0
    marked: set[int] = set()
    for line in found[:20]:
        if not line.real or (headline and line.text == headline):
            run.append(line)
            continue
        if 0 < seen < 3 and len(run) > 1 and any(_heading(other, found, headline) for other in run):
            marked |= {other.index for other in run if _short(other) or _heading(other, found, headline)}
        run, seen = [], seen + 1
    return marked


def _publisher(found: list[Line]) -> str:
    for line in reversed(found):
        match = _SOURCE.match(line.text) if _source_line(line, len(found)) else None
        if match and "://" not in match[1] and len(match[1].split()) <= 8:
            return match[1].strip(" .")
    return ""


def _authors(top: list[Line]) -> tuple[str, ...]:
    for line in top:
        match = _BYLINE.match(line.text) if line.words <= 12 and not line.ended else None
        if match:
            names = re.split(r",| and | et | und | y | & ", re.split(r"\s[|–—-]\s|\s\d", match[1])[0])
            return tuple(name.strip() for name in names if _NAME.match(name.strip()))
    return ()


def _cut(words: str) -> str:
    return words if len(words) <= 120 else words[:120].rsplit(" ", 1)[0] + "…"
