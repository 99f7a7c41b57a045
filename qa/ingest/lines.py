"""The lines of a scraped text and what their shape says: a headline, a paragraph, a label, a teaser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from qa.models import Span

_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDED = re.compile(r"[.?!。！？…][\"'”’»)\]]*$")
_INNER_END = re.compile(r"[.?!。！？][\"'”’»)]*\s+[\"'“‘«(]?[A-ZÀ-ÞА-Я\u4e00-\u9fff]")
_TRUNCATED = re.compile(r"(?:\.\.\.|…|\[\.\.\.\]|\[…\])$")
_BULLET = re.compile(r"^[•▪‣◦●*\-–—·✓►]\s+")
_EDGES = ' \t:;.,!|*#=_~-–—»«>›<[](){}"“”'
_ABBREVIATED = re.compile(r"(?:\b[A-Z]\.){2,}$|\b(?:Jr|Sr|Inc|Ltd|Co|St|No)\.$")
_SMALL_WORDS = frozenset(
    ["a", "an", "the", "of", "in", "on", "at", "to", "for", "with", "and", "or", "by", "as"]
)
_JUDGED = 1_000
_MOST_LINES = 20_000
REAL_WORDS = 10
"""From this many words on, a line that ends like a sentence is a paragraph of a story."""


@dataclass(frozen=True)
class Line:
    """A line of the text from `start` to `end`, without the spaces at its ends."""

    index: int
    start: int
    end: int
    text: str
    gap: bool
    """A blank line, or the beginning of the text, stands before it."""

    @cached_property
    def words(self) -> int:
        return len(_WORD.findall(self.text)) + len(_WIDE.findall(self.text)) // 2

    @cached_property
    def plain(self) -> str:
        """Lower case, without marks at its ends: how a line is looked up in the tables."""
        return " ".join(self.text.replace("’", "'").casefold().strip(_EDGES).split())

    @cached_property
    def tokens(self) -> frozenset[str]:
        return frozenset(token.casefold() for token in _WORD.findall(self.text))

    @cached_property
    def ended(self) -> bool:
        return bool(_ENDED.search(self.text)) and not self.truncated

    @cached_property
    def truncated(self) -> bool:
        return bool(_TRUNCATED.search(self.text))

    @cached_property
    def bullet(self) -> bool:
        return bool(_BULLET.match(self.text))

    @cached_property
    def many(self) -> bool:
        """More than one sentence."""
        return bool(_INNER_END.search(self.text))

    @cached_property
    def real(self) -> bool:
        """A paragraph of a story by its shape: long, and ended or of several sentences."""
        if self.words >= 25:
            return True
        return self.words >= REAL_WORDS and self.ended

    @cached_property
    def titled(self) -> bool:
        """Most of its longer words begin with a capital, as in an English headline."""
        longer = [word for word in _WORD.findall(self.text) if word.casefold() not in _SMALL_WORDS]
        return bool(longer) and sum(word[0].isupper() or word[0].isdigit() for word in longer) >= 0.7 * len(
            longer
        )

    @cached_property
    def headline(self) -> bool:
        """Could be a headline: one sentence at most, and no full stop unless it is written like one."""
        if not 2 <= self.words <= 30 or self.truncated:
            return False
        stop = self.text.rstrip("\"'”’»)]").endswith((".", "。"))
        return not stop or (self.titled and self.words >= 3) or bool(_ABBREVIATED.search(self.text))

    def like(self, title: str) -> bool:
        """Says what the title says, in nearly the same words (Jaccard 0.6 of the words)."""
        other = frozenset(token.casefold() for token in _WORD.findall(title))
        both = self.tokens | other
        return bool(other) and len(self.tokens & other) >= 0.6 * len(both)


def lines(text: str) -> list[Line]:
    """The lines that are not blank, in order; what follows the first 20,000 is no article and is not judged."""
    found: list[Line] = []
    last_end = 0
    for match in _LINE.finditer(text):
        words = match.group().strip()
        if not words:
            continue
        start = match.start() + match.group().index(words[0])
        gap = not found or text.count("\n", last_end, start) > 1 or text.count("\r", last_end, start) > 1
        found.append(Line(len(found), start, start + len(words), _judged(words), gap))
        last_end = match.end()
        if len(found) == _MOST_LINES:
            break
    return found


def _judged(words: str) -> str:
    """A very long line is judged by its beginning and its end: no pattern takes long on what remains."""
    return words if len(words) <= 2 * _JUDGED else f"{words[:_JUDGED]} {words[-_JUDGED:]}"


def spans(marked: Iterable[Line]) -> tuple[Span, ...]:
    """One span for each run of neighbouring lines."""
    found: list[tuple[int, int, int]] = []
    for line in sorted(marked, key=lambda line: line.index):
        if found and found[-1][2] == line.index - 1:
            found[-1] = (found[-1][0], line.end, line.index)
        else:
            found.append((line.start, line.end, line.index))
    return tuple((start, end) for start, end, _ in found)
