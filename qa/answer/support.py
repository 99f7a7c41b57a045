"""Whether a claim stands on its quotes: its numbers, dates, names and negations are theirs, its addresses too.

This is not entailment: it is what can be checked without a model, and a claim that fails it is not shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qa.answer.words import COUNTRY, EMPTY, NUMBER, WORD, amount, bare, stems_of, words_of

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_CAPITAL = re.compile(r"[^\W\d_a-z]")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z+.-]*://|\bwww\.|\bmailto:|\bjavascript:|\bdata:)\S+|\b[\w.+-]+@[\w-]+\.\w+"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|example|ru|cn|info|biz|co|me|ly|xyz|app|dev|gov|edu|onion|site|top)\b(?:/\S*)?",
    re.I,
)
_MARKUP = re.compile(r"!?\[[^\]]*\]\s*[(\[]|<\s*/?\s*[a-z!][^>]*>|<\|[^|]*\|>", re.I)
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|fail(?:s|ed)?|den(?:y|ies|ied)"
    r"|refus(?:e|es|ed)|false(?:ly)?|hardly|no longer)\b|n['’]t\b",
    re.I,
)
_CLAUSE = re.compile(r"[,;:—–]|\b(?:and|but|while|although|whereas|which|who)\b", re.I)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SHARED = 0.6
"""Share of the claim's words that a clause holds when it says the same thing."""


def stands_on(claim: str, quotes: Sequence[str]) -> bool:
    """Whether every number, date, name, negation and address of the claim is in its quotes."""
    said = " ".join(quotes)
    return (
        not _foreign_address(claim, said)
        and _numbers_held(claim, said)
        and _days_held(claim, said)
        and _names_held(claim, said)
        and _negations_held(claim, said)
    )


def _foreign_address(claim: str, said: str) -> bool:
    """A link that the quotes do not give, or markup that would become one."""
    if _MARKUP.search(claim) and not all(found.group() in said for found in _MARKUP.finditer(claim)):
        return True
    return any(found.group() not in said for found in _ADDRESS.finditer(claim))


def _numbers_held(claim: str, said: str) -> bool:
    """Numbers in any writing: `two` is `2`, `1,000` is `1000`, `$5m` is `$5 million`, `10%` is `10 percent`."""
    held = {amount(found) for found in NUMBER.finditer(said)}
    bare_digits = set(_DIGITS.findall(said))
    taken = []
    for found in NUMBER.finditer(claim):
        taken.append(found.span())
        if amount(found) not in held and not _idle(found.group(), said):
            return False
    return all(
        found.group() in bare_digits
        for found in _DIGITS.finditer(claim)
        if not any(start <= found.start() < end for start, end in taken)
    )


def _idle(number: str, said: str) -> bool:
    """`one` is mostly a pronoun; other words must be there."""
    return number.strip().casefold() == "one" or bool(
        re.search(rf"(?<!\w){re.escape(number.strip())}(?!\w)", said, re.I)
        and not number.strip()[-1:].isdigit()
    )


def _days_held(claim: str, said: str) -> bool:
    spoken = {bare(word) for word in WORD.findall(said)}
    asked = {bare(word) for word in WORD.findall(claim) if word[:1].isupper()}
    return all(_day_said(day, spoken) for day in (*_MONTHS, *_WEEKDAYS) if day in asked)


def _day_said(day: str, spoken: set[str]) -> bool:
    return day in spoken or day[:3] in spoken or (day == "september" and "sept" in spoken)


def _names_held(claim: str, said: str) -> bool:
    spoken = _forms(WORD.findall(_level(said)))
    return all(_form(name) in spoken for name in _names(_level(claim)))


def _names(claim: str) -> list[str]:
    """Words with a capital. The first of a sentence counts where a second one follows, or where it is a country."""
    found = []
    whole = WORD.findall(claim)
    for sentence in re.split(r"(?<=[.!?])\s+", claim):
        tokens = WORD.findall(sentence)
        capital = [bool(_CAPITAL.match(token)) and len(token) > 1 for token in tokens]
        for at, token in enumerate(tokens):
            first = at == 0 and len(whole) > 1 and not (any(capital[1:2]) or bare(token) in COUNTRY)
            if capital[at] and not first and bare(token) not in EMPTY and not NUMBER.fullmatch(token):
                found.append(token)
    return found


def _forms(tokens: Sequence[str]) -> set[str]:
    return {form for token in tokens for form in (_form(token), *map(_form, re.split(r"[-.’']", token)))}


def _form(word: str) -> str:
    """One form for a name: without possessive and accents; a country and its people are one."""
    plain = bare(word)
    return COUNTRY.get(plain, plain)


def _level(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _negations_held(claim: str, said: str) -> bool:
    """A denial stands on a denial, and what a quote denies is not affirmed."""
    if _NOT.search(claim):
        return bool(_NOT.search(said))
    if not _NOT.search(said):
        return True
    wanted = stems_of(" ".join(words_of(claim)))
    clauses = [(_share(clause, wanted), bool(_NOT.search(clause))) for clause in _CLAUSE.split(said)]
    best = max((share for share, _ in clauses), default=0.0)
    return best < _SHARED or any(share == best and not denied for share, denied in clauses)


def _share(clause: str, wanted: frozenset[str]) -> float:
    return len(stems_of(clause) & wanted) / len(wanted) if wanted else 0.0
