"""The language a story is in, by py3langid: offline, right on sentences and wrong on a few words."""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

from qa.models import Span

_READ = 800
"""Characters of the story that are looked at."""
_FEWEST = 20
"""Letters of which nothing is told: "Bridge opens" was taken for German."""
_CLOSE = 5.0
"""Log-likelihood: of languages nearer to each other than this (Bosnian and Croatian) the source knows best."""
_CODE = re.compile(r"[a-z]{2}(?![a-z])")
_SAME = {"nb": "no", "iw": "he", "in": "id"}
"""Codes by their name in the model."""
_LETTER = re.compile(r"[^\W\d_]")


def declared(said: object) -> str:
    """The ISO 639-1 code of a language tag (`fr-NE`, `pt_BR`); empty where it is none."""
    match = _CODE.match(said.strip().lower()) if isinstance(said, str) else None
    return _SAME.get(match[0], match[0]) if match else ""


def language_of(text: str, *, furniture: tuple[Span, ...] = (), said: str = "") -> str:
    """The ISO 639-1 code; empty where there is too little to tell.

    `said` is what its source says. Pages say `en` whatever they are in, so the words decide where they are clear.
    """
    story = ""
    last = 0
    for start, end in [*sorted(furniture), (len(text), len(text))]:
        story += text[last : min(start, last + _READ)]
        last = max(last, end)
        if len(story) >= _READ:
            break
    if len(_LETTER.findall(story[:_READ])) < _FEWEST:
        return said
    ranked = dict(_classifier().rank(story[:_READ]))
    first = str(next(iter(ranked)))
    return said if said in ranked and ranked[first] - ranked[said] <= _CLOSE else first


@cache
def _classifier() -> Any:
    # When the first article comes: the model takes 0.8 s to unpack.
    return importlib.import_module("py3langid")
