"""Copies and origins: near-identical texts, and articles of one agency, are one voice.

Pure: signatures and their bands are values that the archive stores and looks up; nothing is held here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rensa import RMinHash

from qa.ingest import agencies
from qa.models import Article, Draft, Span

PERMUTATIONS = 128
BANDS = 32
"""Of 4 rows each: two texts that share 30% of their shingles share a band with probability 0.23, at 50% 0.87, at
70% 0.9998 (1 - (1 - s^4)^32); candidates are then compared in full."""
NEAR = 0.55
"""Estimated share of 5-word shingles (Jaccard) from which two texts are copies of one."""
_SHINGLE = 5
_FEWEST_WORDS = 30
"""Of a shorter text no signature is taken: two short notes are easily alike."""
_SEED = 1605
_WORD = re.compile(r"\w+")

Signature = tuple[int, ...]


def origin(draft: Draft | Article) -> str:
    """The name of the draft's voice: its agency, else its publisher; empty where neither is known."""
    agency = agencies.agency_of(draft.text, publisher=draft.publisher)
    if agency:
        return f"agency:{agencies.slug(agency)}"
    name = agencies.slug(draft.publisher)
    return f"publisher:{name}" if name else ""


def signature(text: str, *, furniture: tuple[Span, ...] = ()) -> Signature:
    """MinHash of the story's 5-word shingles, without its furniture; empty where the story is too short.

    Headline, byline and box are furniture, so that a copy under another headline has the same signature.
    """
    words = _WORD.findall(_story(text, furniture).casefold())
    if len(words) < _FEWEST_WORDS:
        return ()
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    sketch.update([" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)])
    return tuple(sketch.digest())


def bands(sketch: Signature) -> list[str]:
    """Keys under which the archive finds candidates: near texts have at least one in common."""
    rows = PERMUTATIONS // BANDS
    return [
        f"{band:02x}-" + "".join(f"{value:08x}" for value in sketch[band * rows : (band + 1) * rows])
        for band in range(BANDS)
        if sketch
    ]


def likeness(one: Signature, other: Signature) -> float:
    """The estimated share of shingles in common, 0 to 1; 0 where either text is too short to tell."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def near(one: Signature, other: Signature) -> bool:
    """Whether two texts are copies of one."""
    return likeness(one, other) >= NEAR


def _story(text: str, furniture: tuple[Span, ...]) -> str:
    return " ".join(_between(text, furniture))


def _between(text: str, furniture: tuple[Span, ...]) -> Iterator[str]:
    last = 0
    for start, end in sorted(furniture):
        yield text[last:start]
        last = max(last, end)
    yield text[last:]
