"""Which names of the passages are people, by what stands around them wherever they are named.

A capital tells no person from a city, a ship or a film. "Minister Toumba", "Toumba said" and "Mohammed Toumba" do; "in
Halvern", "the Stella Morena" and "“Night Ferry”" tell that it is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from qa.answer.candidates import HONORIFICS, Value
from qa.answer.gazetteer import KNOWN
from qa.answer.words import bare

_TITLES_TEXT = """
spokesman spokeswoman spokesperson lawyer attorney prosecutor economist scientist researcher driver survivor resident
witness farmer nurse pilot commander commissioner chairman chairwoman manager trainer striker goalkeeper midfielder
opposition candidate lawmaker deputy auditor engineer historian owner inspector detective sheriff bishop imam
"""
_TITLES = HONORIFICS | frozenset(_TITLES_TEXT.split())
_BEFORE = re.compile(r"(?P<word>[\w-]+),? $")
_AFTER = re.compile(
    r"(?:,? (?:said|says|told|added|wrote|tweeted|who|whose|himself|herself|resigned|testified)\b|, \d\d(?:,|\b))"
)
_SAYS = re.compile(r"\b(?:said|says|told|added|asked) $")
_PLACED = re.compile(r"\b(?:in|at|near|outside|across|off|from|city of|town of|capital,?) $", re.I)
_THE = re.compile(r"\bthe $", re.I)
_QUOTES = ("“", '"', "‘", "«")


def people(found: Sequence[tuple[str, Sequence[Value]]]) -> list[list[Value]]:
    """Of the names of each text those that are people's, by what all the texts tell of them."""
    known = _Known(found)
    return [[value for value in values if known.person(text, value)] for text, values in found]


def bodies(found: Sequence[tuple[str, Sequence[Value]]]) -> list[list[Value]]:
    """Of the names of each text those that may be a company's, a team's or a paper's: neither people's nor places'."""
    known = _Known(found)
    return [[value for value in values if not known.other(value)] for _, values in found]


class _Known:
    """What the texts tell of each name: how often it stands where a person does, where a place does, where a thing does."""

    def __init__(self, found: Iterable[tuple[str, Sequence[Value]]]) -> None:
        self._surnames = frozenset[str]()
        self._told, self._acts, self._placed, self._things, self._titled = (Counter[str]() for _ in range(5))
        for text, values in found:
            for value in values:
                before, after = text[max(0, value.start - 30) : value.start], text[value.end : value.end + 12]
                titled = _BEFORE.search(before)
                self._told[value.key] += 1
                self._titled[value.key] += bool(titled and bare(titled["word"]) in _TITLES)
                self._acts[value.key] += bool(_AFTER.match(after) or _SAYS.search(before))
                self._placed[value.key] += _placed(before)
                self._things[value.key] += bool(_THE.search(before)) or before.endswith(_QUOTES)
        self._surnames = frozenset(key.split()[-1] for key in self._told if " " in key and self._is_one(key))

    def person(self, text: str, value: Value) -> bool:
        if _placed(text[max(0, value.start - 30) : value.start]):
            return False
        return self._is_one(value.key)

    def other(self, value: Value) -> bool:
        """Whether a name is a person's by its title or deeds, or a place's."""
        parts = value.key.split()
        titled = len(parts) > 1 and (parts[0] in _TITLES or bool(self._titled[value.key]))
        return titled or value.key in KNOWN or 3 * self._placed[value.key] >= self._told[value.key]

    def _is_one(self, key: str) -> bool:
        parts = key.split()
        if key in KNOWN or parts[-1] in HONORIFICS:
            return False
        if self._acts[key] or self._titled[key]:
            return True
        if 2 * self._things[key] >= self._told[key] or 3 * self._placed[key] >= self._told[key]:
            return False
        return len(parts) > 1 or key in self._surnames


def _placed(before: str) -> bool:
    return _PLACED.search(before) is not None
