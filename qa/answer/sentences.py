"""The sentences of the passages that were found, and how well each of them may answer.

The score is linear in what can be seen without a model; its coefficients come from bench/fit_answers.py (rtqa2022 and our
own sets, even halves), which prints how they do on the odd halves. They are fitted on the sentences of one question against
each other, for what they are is their order. No sentence is embedded: the cosines of the 8 best moved the first sentence's
accuracy from .417 to .417 (even) and .466 to .505 (odd), that of the first three from .650 to .670 and .602 to .602, and
24 no further, for 2 to 4 ms a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from functools import cached_property, reduce
from math import exp
from operator import or_

import numpy as np

from qa.answer import candidates, kinds, names, words
from qa.answer.candidates import Value
from qa.answer.kinds import Kind
from qa.answer.orders import is_order
from qa.models import Hit, Spoken

MAX_PASSAGES = 10
SHORTEST, LONGEST = 15, 700
"""Characters of a sentence that can be an answer."""


@dataclass(frozen=True)
class Asked:
    """A question with the rarity of its words (inverse document frequency)."""

    question: str
    weights: Mapping[str, float]
    as_of: Day | None = None
    """The day on which it is asked, where that was said and the age of an article tells something."""
    spoken: Mapping[int, Sequence[Spoken]] = field(default_factory=dict, repr=False)
    """By passage id, the days that the passages speak of."""

    @cached_property
    def names(self) -> frozenset[str]:
        return words.names_of(self.question)

    @cached_property
    def name_stems(self) -> tuple[str, ...]:
        return tuple(map(words.stem, self.names))

    @cached_property
    def kind(self) -> Kind:
        return kinds.kind_of(self.question)

    @cached_property
    def stems(self) -> frozenset[str]:
        return words.stems_of(self.question)

    @cached_property
    def said(self) -> frozenset[str]:
        return frozenset(map(words.bare, words.WORD.findall(self.question)))

    @cached_property
    def content(self) -> frozenset[str]:
        return frozenset(words.stem(word) for word in self.weights)

    @cached_property
    def asking(self) -> Mapping[str, float]:
        """Those of the words that stand in the sentence that asks, for many questions first tell what they are about."""
        said = frozenset(words.words_of(kinds.asking(self.question)))
        return {word: weight for word, weight in self.weights.items() if word in said}

    @cached_property
    def asks_said(self) -> bool:
        """Whether it asks for somebody's words."""
        return _ASKS_SAID.search(self.question) is not None

    @cached_property
    def sought(self) -> Sought:
        return Sought(self)


class Sought:
    """What of a question stands in a text, as a number with a bit for each of its words and then each of its names.

    What a sentence, its headline and its neighbours hold together is then `|`, and each text is looked at once.
    """

    def __init__(self, asked: Asked) -> None:
        self._words, self._weights = list(asked.weights), list(asked.weights.values())
        stems = [*map(words.stem, asked.weights), *asked.name_stems]
        self._bits = [(stem, 1 << place) for place, stem in enumerate(stems)]
        self._names = len(asked.name_stems)
        self._held: dict[str, int] = {}
        self._shares: dict[tuple[int, int], float] = {}
        self.all = self._of(asked.weights)
        self.asking = self._of(asked.asking) or self.all
        self.plain = self._of(word for word in asked.weights if words.stem(word) not in asked.name_stems)
        """The question's words, those of the sentence that asks, and those that are no names."""

    def _of(self, some: Iterable[str]) -> int:
        wanted = set(some)
        return sum(1 << place for place, word in enumerate(self._words) if word in wanted)

    def held(self, text: str) -> int:
        found = self._held.get(text)
        if found is None:
            stems = words.stems_of(text)
            found = self._held[text] = sum(bit for stem, bit in self._bits if stem in stems)
        return found

    def coverage(self, held: int, of: int | None = None) -> float:
        """Share of the question's words, or of some of them, weighed by rarity: 0 to 1, as `words.coverage`; 0 of none."""
        wanted = self.all if of is None else of
        key = held & wanted, wanted
        found = self._shares.get(key)
        if found is None:
            found = self._shares[key] = self._weight(key[0]) / (self._weight(wanted) or 1.0)
        return found

    def _weight(self, held: int) -> float:
        return sum(weight for place, weight in enumerate(self._weights) if held >> place & 1)

    def names(self, held: int) -> float:
        """Share of the question's names; 1 where it names nothing."""
        return (held >> len(self._weights)).bit_count() / self._names if self._names else 1.0


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage; `near` are the stems of its headline and its neighbours."""

    text: str
    hit: Hit
    rank: int
    """Of its passage among those that were found, from 0."""
    place: int
    """In its passage, from 0."""
    around: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def stems(self) -> frozenset[str]:
        return words.stems_of(self.text)

    @cached_property
    def titled(self) -> frozenset[str]:
        return self.stems | words.stems_of(self.hit.article.title)

    @cached_property
    def near(self) -> frozenset[str]:
        return self.titled | self.beside

    @cached_property
    def beside(self) -> frozenset[str]:
        return frozenset[str]().union(*map(words.stems_of, self.around))


@dataclass(frozen=True)
class Scored:
    """A sentence with what was seen in it. `chance` is the regression's, 0 to 1."""

    sentence: Sentence
    seen: tuple[float, ...]
    chance: float
    values: tuple[Value, ...]
    """Candidate answers in the sentence that the question does not already say."""


_POINTS = re.compile(r"\b(?:this|that|these|those|he|she|they|it|his|her|their|its)\b", re.I)
LEANING = 0.8
"""What a neighbour's words count for in a sentence that points back to it."""
_ASKS_SAID = re.compile(
    r"\b(?:say|said|call(?:ed)?|describe[sd]?|comment(?:ed)?|write|wrote|tell|told|words)\b", re.I
)
_QUOTES = re.compile(r"[“”\"]")
MANY, LATE = 4, 8
"""Values of a sentence, and sentences before it in its passage, of which more tell nothing more."""
FEATURES = (
    "words", "with headline", "kind", "with neighbours", "all names", "other words", "asking", "passage score", "first found",
    "place", "values", "fits", "value near", "number near", "person", "said",
)  # fmt: skip
"""What is seen in a sentence. The first three are for others to look at and count for nothing here."""
WEIGHTS = (
    0.0, 0.0, 0.0, 1.39, -0.35, 1.14, 0.55, 2.81, 0.64, -0.38, 2.09, 1.00, -0.01, 3.78, 0.96, 2.06,
)  # fmt: skip
BIAS = -4.38


def split(hits: Sequence[Hit], *, most: int = MAX_PASSAGES) -> list[Sentence]:
    """Every sentence of the best passages that is long enough to say something."""
    return [sentence for rank, hit in enumerate(hits[:most]) for sentence in _sentences(hit, rank)]


def _sentences(hit: Hit, rank: int) -> Iterator[Sentence]:
    texts = [
        hit.passage.text[start - hit.passage.start : end - hit.passage.start]
        for start, end in hit.passage.sentences
    ]
    for place, text in enumerate(texts):
        if SHORTEST <= len(text) <= LONGEST and not is_order(text):
            yield Sentence(
                text, hit, rank, place, (*texts[max(place - 1, 0) : place], *texts[place + 1 : place + 2])
            )


def score(asked: Asked, sentences: Sequence[Sentence]) -> list[Scored]:
    """Every sentence with its chance, best first, by what its words show."""
    if not sentences:
        return []
    highest = max(sentence.hit.score for sentence in sentences) or 1.0
    seen = []
    for sentence, values in zip(sentences, _values(asked, sentences), strict=True):
        new = tuple(
            value for value in values if not candidates.given(value, asked.kind, asked.stems, asked.said)
        )
        fits = bool(new) or (not values and candidates.answers(sentence.text, asked.kind))
        # A sentence whose values all stand in the question already says nothing new.
        seen.append((sentence, new, _seen(asked, sentence, new, fits, highest)))
    sums = np.array([row for *_, row in seen]) @ np.array(WEIGHTS) + BIAS
    made = [
        Scored(sentence, row, 1 / (1 + exp(-total)), new)
        for (sentence, new, row), total in zip(seen, sums.tolist(), strict=True)
    ]
    return sorted(made, key=lambda one: (-one.chance, one.sentence.rank, one.sentence.place))


def _values(asked: Asked, sentences: Sequence[Sentence]) -> list[list[Value]]:
    """The candidate answers of each sentence; of names, whether they are people is told by all of them."""
    found = [candidates.values(sentence.text, asked.kind) for sentence in sentences]
    told = [(sentence.text, values) for sentence, values in zip(sentences, found, strict=True)]
    if asked.kind.name == "who":
        return names.people(told)
    return names.bodies(told) if asked.kind.head in kinds.BODIES else found


def _seen(
    asked: Asked, sentence: Sentence, new: Sequence[Value], fits: bool, highest: float
) -> tuple[float, ...]:
    hit, text, kind = sentence.hit, sentence.text, asked.kind.name
    sought = asked.sought
    held, beside = sought.held(text), reduce(or_, map(sought.held, sentence.around), 0)
    titled = held | sought.held(hit.article.title)
    own = sought.coverage(held)
    leaning = LEANING * sought.coverage(held | beside)
    if leaning > own and _POINTS.search(text):  # it points back: `Colonel Abdraman announced this`
        own = leaning
    near = max((candidates.nearness(value, text, asked.content) for value in new), default=0.0)
    return (
        own,
        sought.coverage(titled),
        1.0 if fits else 0.0,
        sought.coverage(titled | beside),
        sought.names(titled),
        sought.coverage(held, sought.plain) if sought.plain else 1.0,
        sought.coverage(held, sought.asking),
        hit.score / highest,
        1.0 / (1 + sentence.rank),
        min(sentence.place, LATE) / LATE,
        min(len(new), MANY) / MANY,
        max((value.fits for value in new), default=0.0),
        near,
        near if kind == "number" else 0.0,
        1.0 if fits and kind == "who" else 0.0,
        1.0 if asked.asks_said and _QUOTES.search(text) else 0.0,
    )
