"""The words of an address, for a page that does not say what it is called.

Pages whose text failed to load still have an address that says what they were about:
`/2022/10/10/stromboli-volcano-eruption/index.html`. Six of rtqa2022's gold articles can be found by nothing else.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_ENDING = re.compile(r"\.\w{2,5}$")
_WORDS = re.compile(r"[^\W_]+")
_LONGEST = 30
"""Letters of a word; what is longer is an id."""


def title(url: str | None) -> str:
    """The words of the path's wordiest part, if they are at least two; else empty."""
    parts = [_WORDS.findall(_ENDING.sub("", part)) for part in _path(url or "").split("/")]
    best = max(parts, key=_spelled)
    words = " ".join(best) if _spelled(best) >= 2 else ""
    return words[:1].upper() + words[1:]


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


def _spelled(words: list[str]) -> int:
    return sum(word.isalpha() and 1 < len(word) <= _LONGEST for word in words)
