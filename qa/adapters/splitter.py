"""Passages: llama-index's sentence splitter, with sentences by nupunkt and offsets of our own.

llama-index finds `start_char_idx` with `str.find`, which is wrong where a text repeats itself, and its default
sentence tokenizer is an untrained Punkt (3 of 14 news snippets right against nupunkt's 12): see
docs/dependencies.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import nupunkt
from llama_index.core.node_parser import SentenceSplitter

from qa.models import Cut, Span

WORDS = 180
"""The embedder reads 256 tokens: about 190 words of news with its headline in front."""

_LINE = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")


class NewsSplitter:
    """`NewsSplitter()(text, furniture)` gives passages in order, none of them touching furniture."""

    def __init__(self, *, words: int = WORDS) -> None:
        self._splitter = SentenceSplitter(
            chunk_size=words,
            chunk_overlap=0,
            tokenizer=str.split,
            chunking_tokenizer_fn=_pieces,
            paragraph_separator="\n\n",
        )

    def __call__(self, text: str, furniture: Sequence[Span] = ()) -> list[Cut]:
        cuts = []
        for start, end in _between(furniture, len(text)):
            cursor = start
            for chunk in self._splitter.split_text(text[start:end]):
                at = text.index(chunk, cursor, end)
                cursor = at + len(chunk)
                cuts.append(Cut(at, cursor, sentence_spans(text, at, cursor)))
        return cuts


def sentence_spans(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Spans of the sentences of `text[start:end]`, as offsets in `text`, without the space around them.

    A blank line always ends a sentence: headlines and list items carry no full stop.
    """
    found = []
    for block in _LINE.finditer(text, start, end):
        for left, right in nupunkt.sent_spans(block.group()):
            piece = block.group()[left:right]
            lead = len(piece) - len(piece.lstrip())
            if piece.strip():
                found.append((block.start() + left + lead, block.start() + left + lead + len(piece.strip())))
    return tuple(found)


def _pieces(text: str) -> list[str]:
    """The text cut after each sentence; joined again it is the same text."""
    ends = [right for _, right in nupunkt.sent_spans(text)]
    starts = [0, *ends[:-1]]
    if not ends:
        return [text]
    ends[-1] = len(text)
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _between(spans: Sequence[Span], length: int) -> Iterator[Span]:
    """What the spans leave of a text of that length."""
    cursor = 0
    for start, end in sorted(spans):
        if start > cursor:
            yield cursor, start
        cursor = max(cursor, end)
    if cursor < length:
        yield cursor, length
