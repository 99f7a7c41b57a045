"""What a number measures: in a question ("how long", "what fine", "how many ships") and where it stands in a text.

"24 months" is no age and "a seven-hour summit" no count of people: a number that measures something else is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from qa.answer.words import COUNTRY, EMPTY, WORD, bare, stem

Measure = Literal[
    "", "count", "money", "share", "age", "time", "length", "weight", "area", "degrees", "label"
]
"""`""` in a question: any number will do. In a text `count` is so many of something, or a bare number; `label` is a time of the
day, or a number that is part of a name: `Line 4`."""

_UNITS: dict[Measure, str] = {
    "time": "second minute hour day night week weekend month year decade century centuries",
    "length": "metre meter kilometre kilometer centimetre centimeter millimetre millimeter km cm mm mile foot feet ft "
    "inch inches yard league",
    "weight": "tonne ton kilo kilogram kilogramme kg gram gramme lb ounce",
    "area": "hectare acre",
    "degrees": "degree",
    "money": "dollar euro yen yuan rouble ruble rupee franc crown krona krone peso lira won shekel riyal dirham naira rand "
    "bitcoin cent pence pound",
    "share": "percent percentage",
}
_MEASURE: dict[str, Measure] = {
    form: measure
    for measure, units in _UNITS.items()
    for unit in units.split()
    for form in (unit, f"{unit}s")
}
_UNIT = re.compile(
    rf"[\s-]?(?:square |cubic |nautical |light |metric |per )?(?P<unit>{'|'.join(sorted(_MEASURE, key=len, reverse=True))})\b",
    re.I,
)
_OLD = re.compile(r"[\s-]?(?:years?[\s-](?:old|of age)|year-olds?)\b", re.I)
_AGED = re.compile(r"(?:\baged?(?: of| at)?|\bat the age of) $", re.I)
_APPOSED = re.compile(r"\b[A-Z][\w'’.-]+, $")
"""`Rolf Hagen, 57, was detained`."""
_CLOCK = re.compile(r"\s?(?:[ap]\.?\s?m\b|o['’]clock\b|:\d\d)", re.I)
_NAMED = re.compile(r"(?:^|[\w,;’'”\"] )(?P<word>[A-Z][a-z]+) $")
"""A capital before a number: `Line 4`, `Flight 12`."""
_NO_LABEL = EMPTY | frozenset(
    ["nearly", "almost", "roughly", "another", "exactly", "fewer", "less", "least", "barely", "nor"]
)
_NO_LABEL_ENDS = ("ed", "day")
"""Of a word with which a sentence begins: `Killed 40 people`, `Monday 40 people were hurt`."""
_AFTER = re.compile(r"\s?(?:,|\.|;|\)|$)")
_WORTH_TEXT = """
price cost income fine fee salary wage budget ransom sum reward revenue profit loss debt damages compensation bail bill
turnover payment subsidy grant deficit pension rent tax
"""
WORTH = frozenset(_WORTH_TEXT.split())
"""Nouns of which "what" asks for money."""
SHARES = frozenset(["percent", "percentage", "share", "proportion", "turnout"])
_HOW: dict[str, Measure] = {
    "old": "age", "long": "time", "far": "length", "tall": "length", "high": "length", "deep": "length",
    "wide": "length", "heavy": "weight",
}  # fmt: skip
_PEOPLE_TEXT = """
people person man woman child passenger civilian victim soldier worker resident patient survivor student pupil migrant
refugee villager protester demonstrator prisoner officer employee crew fan supporter member voter customer user tourist
guest sailor fisherman miner guard firefighter peacekeeper hostage adult inmate troop fighter teenager boy girl others death fatality casualty dead life
"""
_PEOPLE = frozenset(stem(word) for word in _PEOPLE_TEXT.split())
_NOUNS = 4
"""Words after a number among which the thing that it counts is sought."""
_BETWEEN = re.compile(
    r"\s+(?:(?:more|other|further|additional|or so|of (?:the|its|their|his|her|those|these|all))\s+)?"
)
_STOP = re.compile(r"[.,;:()\"“”–—]|\b(?:who|that|which|and|or|but)\b", re.I)
SAME, BARE, ALIKE, OTHER = 1.0, 0.8, 0.7, 0.3
"""How surely a number counts what is asked for: it says so, it says nothing of it, both are people, it counts another thing."""


def is_people(word: str) -> bool:
    """Whether a word is one for people: `passengers`, `girl`."""
    return stem(word) in _PEOPLE


def asked_how(word: str, nouns: list[str], rest: str) -> Measure:
    """Of `how many`, `how much`, `how long` and the like, with the nouns that follow."""
    if word == "many":
        return _MEASURE.get(head(nouns), "count")
    if word == "much":
        if re.search(r"percent|%|\bshare\b", rest):
            return "share"
        return "money" if not nouns or "money" in nouns else ""
    return _HOW.get(word, "")


def head(nouns: list[str]) -> str:
    """What is counted by `how many`: the first plural, for a verb may follow it: `how many vehicles use the bridge`."""
    return next(
        (word for word in nouns if (word.endswith("s") and word not in COUNTRY) or stem(word) in _PEOPLE),
        nouns[-1] if nouns else "",
    )


def asked_what(nouns: list[str]) -> Measure:
    """Of `what fine`, `which share`, `what was the age`."""
    if SHARES.intersection(nouns):
        return "share"
    if "age" in nouns:
        return "age"
    return "money" if WORTH.intersection(nouns) else ""


def told(text: str, start: int, end: int, *, money: bool, share: bool) -> Measure:
    """What the number `text[start:end]` measures."""
    if share:
        return "share"
    if money:
        return "money"
    before, after = text[max(0, start - 30) : start], text[end : end + 40]
    if _CLOCK.match(after) or (text[start].isdigit() and _is_label(before)):
        return "label"
    if _OLD.match(after) or _AGED.search(before) or (_APPOSED.search(before) and _AFTER.match(after)):
        return "age"
    unit = _UNIT.match(after)
    return _MEASURE[unit["unit"].casefold()] if unit else "count"


def _is_label(before: str) -> bool:
    named = _NAMED.search(before)
    word = bare(named["word"]) if named else ""
    return bool(word) and word not in _NO_LABEL and not word.endswith(_NO_LABEL_ENDS)


def counts(text: str, end: int, head: str) -> float:
    """How surely the number that ends there counts what is asked for, whose name is `head`: 0 to 1."""
    after = _STOP.split(_BETWEEN.sub(" ", text[end : end + 80], count=1))[0]
    nouns = _nouns(WORD.findall(after)[:_NOUNS])
    if not nouns:
        return BARE
    found, wanted = set(map(stem, nouns)), stem(head)
    if wanted in found:
        return SAME
    return ALIKE if wanted in _PEOPLE and found & _PEOPLE else OTHER


def _nouns(tokens: Iterable[str]) -> list[str]:
    """What stands next to a number, up to a word of grammar: `132 passengers on board`."""
    found: list[str] = []
    for word in map(bare, tokens):
        if word in EMPTY or (word.endswith("ed") and len(word) > 4):
            break
        found.append(word)
    return found


def same_things(head: str, *fits: float) -> bool:
    """Whether numbers that fit so well all count the things asked for. Of people that is no proof: some die, some are missed."""
    return bool(head) and stem(head) not in _PEOPLE and min(fits) >= SAME
