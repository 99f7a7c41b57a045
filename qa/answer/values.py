"""Candidate answers of several sentences brought together: what is one value, who says it, how much speaks for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Day
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from qa.answer import attach, candidates, days, event
from qa.answer.candidates import HONORIFICS, Value
from qa.answer.kinds import Kind
from qa.answer.sentences import Asked, Scored
from qa.answer.words import COUNTRY, bare
from qa.models import Spoken

NAMED = frozenset({"who", "where", "which"})
COMPARED = 0.25
"""What a name counts for that is of an event with which the one that is asked for is only compared."""
CONSIDERED = 16
"""Sentences whose values are counted."""
_NEAR = 0.25
"""What a value counts for when no word asked for stands by it."""
_SAYS = 0.5
"""What it counts for that the whole sentence speaks of the question."""
_ROUGHLY = re.compile(
    r"\b(?:about|around|approximately|nearly|almost|some|roughly|over|more than|up to|at least|under|an estimated)\s*$",
    re.I,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Told:
    """A value where it stands, with its share of the vote."""

    value: Value
    by: Scored
    weight: float
    when: Spoken | None = None
    """Of a date: the days that it means."""

    @property
    def days(self) -> tuple[Day, Day] | None:
        """Half-open, where it is known and closed."""
        if self.when is None or self.when.first is None or self.when.until is None:
            return None
        return self.when.first, self.when.until

    @property
    def shown(self) -> str:
        return self.value.shown


@dataclass(frozen=True, slots=True)
class Group:
    """One value in all its spellings, the strongest first."""

    told: tuple[Told, ...]

    @property
    def shown(self) -> str:
        return self.told[0].shown

    @property
    def weight(self) -> float:
        """One origin counts once, with its strongest sentence. "last year" does not speak for a day in it."""
        best: dict[str, float] = {}
        for one in self.told:
            if _wider(one, self.told[0]):
                continue
            origin = one.by.sentence.hit.article.origin
            best[origin] = max(best.get(origin, 0.0), one.weight)
        return sum(best.values())

    @property
    def reported(self) -> bool:
        """Whether nobody dates the event by it, only its being told."""
        return all(one.when is not None and one.when.role == "report" for one in self.told)

    @property
    def articles(self) -> frozenset[str]:
        return frozenset(one.by.sentence.hit.article.id for one in self.told)


def _wider(one: Told, other: Told) -> bool:
    if one.days is None or other.days is None:
        return False
    return one.days != other.days and one.days[0] <= other.days[0] and other.days[1] <= one.days[1]


def told(asked: Asked, scored: Sequence[Scored]) -> list[Told]:
    """Every candidate of the best sentences, each weighed by its sentence and the words asked for beside it."""
    found = []
    for one in scored[:CONSIDERED]:
        said = [_when(asked, one, value) for value in one.values]
        for value, when, counts in zip(one.values, said, _counts(asked, one, said), strict=True):
            near = candidates.nearness(value, one.sentence.text, asked.content)
            weight = one.chance * (_NEAR + near + _SAYS * one.seen[0])
            if counts:
                found.append(Told(value, one, weight * counts * value.fits, when))
    return found


def _counts(asked: Asked, one: Scored, said: Sequence[Spoken | None]) -> list[float]:
    """What each value counts for: of dates and names by the clause that they stand in, all the same of the rest."""
    if asked.kind.name in NAMED:
        return [COMPARED if event.compared(asked, one.sentence, value) else 1.0 for value in one.values]
    if asked.kind.name != "when" or not one.values:
        return [1.0] * len(one.values)
    sentence = one.sentence
    start = sentence.hit.passage.sentences[sentence.place][0]
    spans = [
        (when.start - start, when.end - start) if when else (value.start, value.end)
        for value, when in zip(one.values, said, strict=True)
    ]
    if any(low < 0 or high > len(sentence.text) for low, high in spans) or _overlap(spans):
        return [1.0] * len(one.values)
    found = attach.shares(
        asked.weights, asked.name_stems, sentence.text, spans, language=sentence.hit.article.language or "en"
    )
    return attach.kept(found, said)


def _overlap(spans: Sequence[tuple[int, int]]) -> bool:
    return any(later[0] < early[1] for early, later in pairwise(spans))


def _when(asked: Asked, one: Scored, value: Value) -> Spoken | None:
    """What was read, when the article came, where a date stands."""
    if asked.kind.name != "when":
        return None
    passage = one.sentence.hit.passage
    start = passage.sentences[one.sentence.place][0]
    low, high = start + value.start, start + value.end
    touching = [said for said in asked.spoken.get(passage.id, ()) if said.start < high and low < said.end]
    return max(touching, key=lambda said: min(said.end, high) - max(said.start, low), default=None)


def group(kind: Kind, found: Iterable[Told]) -> list[Group]:
    """The values, spellings of one brought together, the one with the most behind it first."""
    groups: list[list[Told]] = []
    for one in sorted(found, key=lambda item: -item.weight):
        home = next((held for held in groups if one_value(kind, held[0], one)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return sorted((Group(tuple(held)) for held in groups), key=lambda item: -item.weight)


def one_value(kind: Kind, one: Told, other: Told) -> bool:
    """Whether two candidates where they stand are one value: dates by the days they mean, where that is known."""
    relation = _of_days(one, other)
    return relation == "same" if relation else same(kind, one.value, other.value)


def against(kind: Kind, one: Told, other: Told) -> bool:
    """Whether two candidates where they stand cannot both be so. An event and its being told can."""
    relation = _of_days(one, other)
    return relation == "differ" if relation else differ(kind, one.value, other.value)


def _of_days(one: Told, other: Told) -> str:
    """`same`, `differ`, `open`, or nothing where the days of one are not known."""
    if one.days is None or other.days is None or one.when is None or other.when is None:
        return ""
    (first, until), (low, high) = one.days, other.days
    if one.days == other.days:
        return "same"
    if (first <= low and high <= until) or (low <= first and until <= high):
        return "same"  # "last year" and the day: also where one is told as a report
    if one.when.role != other.when.role:
        return "open"
    return "differ" if until <= low or high <= first else "open"


def same(kind: Kind, one: Value, other: Value) -> bool:
    """Whether two candidates are one value."""
    if one.key == other.key:
        return True
    if kind.name == "clock":
        return False
    if kind.name == "number":
        return _close(one.key, other.key)
    if kind.name == "when":
        return _relation(one.shown, other.shown) == "same"
    return one_name(one.shown, other.shown)


def differ(kind: Kind, one: Value, other: Value) -> bool:
    """Whether two candidates cannot both be the answer: `Wednesday` and `12 April` can."""
    if kind.name == "when":
        return _relation(one.shown, other.shown) == "differ"
    if kind.name == "clock":
        return one.key != other.key
    if kind.name == "number":
        return one.key.endswith("%") == other.key.endswith("%") and not _close(one.key, other.key)
    return not one_name(one.shown, other.shown)


def _close(one: str, other: str) -> bool:
    if one.endswith("%") != other.endswith("%"):
        return False
    left, right = float(one.rstrip("%")), float(other.rstrip("%"))
    return left == right


def rough(told: Told) -> str:
    """The value with the word that makes it rough: `about 700`. A date whole: `Friday, 12 April 2024`."""
    if told.when is not None:
        return days.in_words(told.when, told.shown)
    text = told.by.sentence.text
    found = _ROUGHLY.search(text[: told.value.start])
    return text[found.start() : told.value.end] if found else told.shown


# -- names ---------------------------------------------------------------------------------------------------


def one_name(one: str, other: str) -> bool:
    """Whether two names may be spellings of one: `Mohammed Toumba`, `Mohamed Toumba`, `Minister Toumba`."""
    left, right = _parts(one), _parts(other)
    if not left or not right:
        return one.casefold() == other.casefold()
    shorter, longer = sorted((left, right), key=len)
    if not all(any(word and _spelt_alike(word, part) for word in longer) for part in shorter):
        return False
    return len(shorter) > 1 or _spelt_alike(shorter[0], longer[-1]) or len(longer) < 3


@lru_cache(maxsize=10_000)
def _parts(name: str) -> tuple[str, ...]:
    words = [bare(word) for word in re.findall(r"[\w'’-]+", name)]
    return tuple(COUNTRY.get(word, word) for word in words if word not in HONORIFICS)


@lru_cache(maxsize=20_000)
def _spelt_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 5:
        return False
    left, right = _skeleton(one), _skeleton(other)
    if not left or not right or left[0] != right[0]:
        return False
    return left == right or SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.88


@lru_cache(maxsize=10_000)
def _skeleton(word: str) -> str:
    """Its consonants without doubles: the same for Mohammed, Mohamed, Muhammad."""
    plain = "".join(char for char in unicodedata.normalize("NFD", word) if char.isalpha())
    return re.sub(r"(.)\1+", r"\1", plain[:1] + re.sub(r"[aeiouyh]", "", plain[1:]))


# -- dates ---------------------------------------------------------------------------------------------------


def _relation(one: str, other: str) -> str:
    """`same`, `differ`, or `open` where two dates share no part that could tell."""
    left, right = _date(one), _date(other)
    shared = left.keys() & right.keys()
    if not shared:
        return "open"
    if any(left[part] != right[part] for part in shared):
        return "differ"
    fine = {"day", "weekday", "relative"}
    return "same" if "year" in shared or "day" in shared or shared & fine or left == right else "open"


def relative(text: str) -> bool:
    """Whether a time is told from the day of the article alone: `last year`, `yesterday`."""
    return "relative" in _date(text)


@lru_cache(maxsize=10_000)
def _date(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in re.findall(r"[a-z]+|\d+", text.casefold()):
        if (
            word[:3] in _MONTHS
            and (len(word) == 3 or word[3:4].isalpha())
            and word not in ("mond", "mon", "sun")
        ):
            found["month"] = word[:3]
        elif word[:3] in _WEEKDAYS and word.endswith("day"):
            found["weekday"] = word[:3]
        elif word.isdigit() and len(word) == 4:
            found["year"] = word
        elif word.isdigit() and len(word) <= 2 and "day" not in found:
            found["day"] = word.lstrip("0")
    if not found:
        found["relative"] = text.casefold()
    return found
