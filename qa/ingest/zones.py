"""Furniture that stands under a heading of its own, and boxes that ask the reader for something."""

from __future__ import annotations

import re

from qa.ingest import phrases
from qa.ingest.lines import REAL_WORDS, Line

_COMMENT_COUNT = re.compile(r"^\d+ (comments?|replies|responses|commentaires|kommentare|comentarios)\b")
_TEASER_WORDS = 45
_BIO_WORDS = 120
_BOX_LENGTH = 1_000
_HEADING_LENGTH = 80


def headed(lines: list[Line]) -> set[int]:
    """Sections under a heading: related stories, the author, the takeaways, the comments."""
    marked: set[int] = set()
    at = 0
    while at < len(lines):
        end = at + 1
        for opens, close in _SECTIONS if len(lines[at].text) < _HEADING_LENGTH else ():
            if opens(lines[at]):
                end = close(lines, at)
                marked.update(range(at, end))
                break
        at = end
    return marked


def boxes(lines: list[Line]) -> set[int]:
    """Newsletter, cookie and subscription boxes, with the slogan above them."""
    whole = "\n".join(line.text for line in lines).replace("’", "'").casefold()
    present = [phrase for phrase in (*phrases.BOX_STRONG, *phrases.BOX_WEAK) if phrase in whole]
    marked = {line.index for line in lines if present and _asks(line)}
    for index in sorted(marked):
        above = index - 1
        late = index >= len(lines) / 2
        if late and above > 0 and above not in marked and _slogan(lines[above]):
            marked.add(above)
    return marked


def _asks(line: Line) -> bool:
    """Asks the reader for something, and is not news about those who ask."""
    if len(line.text) > _BOX_LENGTH:
        return False
    said = line.text.replace("’", "'").casefold()
    strong = any(phrase in said for phrase in phrases.BOX_STRONG)
    if not strong and sum(phrase in said for phrase in phrases.BOX_WEAK) < 2:
        return False
    if said.startswith(('"', "“", "«", "„")) or any(word in f" {said} " for word in phrases.SAID):
        return False
    if not any(word in line.tokens for word in phrases.BOX_PERSON):
        return False
    return strong or said.split()[0].strip(",.:!") in phrases.BOX_OPENS


def _slogan(line: Line) -> bool:
    return line.words <= 8 and line.titled and not any(char.isdigit() for char in line.text)


def _related(line: Line) -> bool:
    return line.words <= 8 and (line.plain in phrases.RELATED or line.plain.startswith("more from "))


def _author(line: Line) -> bool:
    return line.plain in phrases.AUTHOR


def _takeaways(line: Line) -> bool:
    return line.plain in phrases.TAKEAWAYS


def _comments(line: Line) -> bool:
    return line.plain in phrases.COMMENTS or (line.words <= 4 and bool(_COMMENT_COUNT.match(line.plain)))


def _after_related(lines: list[Line], at: int) -> int:
    """Where the story goes on: at the first paragraph that does not belong to the title above it."""
    end = at + 1
    while end < len(lines) and not _resumes(lines, at, end):
        end += 1
    return end


def _resumes(lines: list[Line], at: int, here: int) -> bool:
    """Whether the story goes on here, after a list of links to others."""
    line, above = lines[here], lines[here - 1]
    if line.truncated or _asks(line):
        return False
    if _other_heading(line):
        return True
    if not line.real:
        return _speech(line) and (here + 1 < len(lines) and lines[here + 1].real)
    if line.headline and not line.ended:
        return False
    if line.words > _TEASER_WORDS or above.index == at or above.real:
        return True
    return at < len(lines) / 3 or not _tells_of(above, line)


def _tells_of(title: Line, line: Line) -> bool:
    """A teaser repeats words of the title that it stands under."""
    shared = {word[:5] for word in title.tokens if len(word) > 3} & {
        word[:5] for word in line.tokens if len(word) > 3
    }
    return title.headline and len(shared) >= 2


def _speech(line: Line) -> bool:
    return line.ended and line.text[0] in '"“«„‘' and line.words >= 4


def _other_heading(line: Line) -> bool:
    return _author(line) or _takeaways(line) or _comments(line)


def _after_author(lines: list[Line], at: int) -> int:
    """The biography: in the last half of the text, until 120 words or another heading."""
    end, words = at + 1, 0
    if at < len(lines) / 2:
        return end
    while end < len(lines) and not (_related(lines[end]) or _other_heading(lines[end])):
        words += lines[end].words
        if words > _BIO_WORDS:
            break
        end += 1
    return end


def _after_takeaways(lines: list[Line], at: int) -> int:
    """Its bullets; without bullets, the lines that stand together under the heading."""
    end = at + 1
    if end < len(lines) and lines[end].bullet:
        while end < len(lines) and lines[end].bullet:
            end += 1
        return end
    while end < len(lines) and (end == at + 1 or not lines[end].gap) and lines[end].words < 3 * REAL_WORDS:
        end += 1
    return end


def _after_comments(lines: list[Line], at: int) -> int:
    """Everything below, where the heading stands in the second half; else the heading alone."""
    return len(lines) if at >= len(lines) / 2 else at + 1


_SECTIONS = (
    (_author, _after_author),
    (_takeaways, _after_takeaways),
    (_comments, _after_comments),
    (_related, _after_related),
)
