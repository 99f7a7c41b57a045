"""Which sentences of other articles speak of the same thing: shared rare words, and the dates beside them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .find import read_lexed
from .grammar import Expr
from .lex import Lexicon, lex, lexicon
from .roles import Role, role_at
from .tense import lean
from .values import Lean, Mention, Story

_SPLIT = re.compile(r"(?<=[.!?”\"])\s+(?=[A-ZÀ-Þ“\"\u2018(])|\n+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_STEM = 5
"""Letters of a word that count: "arrived", "arrival" and "arriving" are then one."""


@dataclass(frozen=True)
class Dated:
    """A date expression in a sentence: what it says, which way it points, what it is the date of."""

    mention: Mention
    expr: Expr
    lean: Lean | None
    role: Role


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article as stems, capitalised ones apart, with its dates."""

    story: Story
    text: str
    stems: frozenset[str]
    names: frozenset[str]
    dates: tuple[Dated, ...]


@dataclass(frozen=True)
class Match:
    """Another article's sentence on the same thing; `score` between 0 and 1."""

    sentence: Sentence
    score: float


@lru_cache(maxsize=256)
def sentences(story: Story) -> Sequence[Sentence]:
    """The sentences of an article; relative dates are resolved when the article is dated."""
    book, made, start = lexicon(story.language), list[Sentence](), 0
    lexed = lex(story.text, story.language)
    dated = [] if lexed is None else [
        Dated(mention, node.expr, lean(lexed, node.low, node.high), role_at(lexed, node.low, node.high))
        for mention, node in read_lexed(lexed, anchor=story.published)
    ]  # fmt: skip
    for match in [*_SPLIT.finditer(story.text), None]:
        end = match.start() if match else len(story.text)
        text = story.text[start:end]
        stems, names = _stems(text, book)
        inside = tuple(each for each in dated if start <= each.mention.start < end)
        if stems:
            made.append(Sentence(story, text, stems, names, inside))
        start = match.end() if match else end
    return tuple(made)


def _stems(text: str, book: Lexicon) -> tuple[frozenset[str], frozenset[str]]:
    """The content words of a text by their first letters; words that the grammar knows are not content."""
    words = [word for word in _WORD.findall(text) if word.lower() not in book.letters]
    names = {word[:_STEM].lower() for word in words if word[0].isupper()}
    return frozenset(word[:_STEM].lower() for word in words if len(word) > 3), frozenset(names)


class Pool:
    """Sentences of all articles at hand, so that a word rare among them counts for more."""

    def __init__(self, all_sentences: Iterable[Sequence[Sentence]]) -> None:
        groups = list(all_sentences)
        self._count = sum(map(len, groups))
        self._seen = Counter(stem for group in groups for sentence in group for stem in sentence.stems)

    def weight(self, stems: Iterable[str]) -> float:
        """The summed rarity of stems."""
        return sum(math.log(1 + self._count / (1 + self._seen[stem])) for stem in stems)

    def rare(self, stem: str) -> bool:
        """Whether few sentences have the stem, so that sharing it says something."""
        return self._seen[stem] <= max(_FEW, _RARE * self._count)

    def alike(self, one: frozenset[str], two: frozenset[str]) -> float:
        """The shared weight of two bags of stems against the geometric mean of theirs (0 to 1)."""
        both = math.sqrt(self.weight(one) * self.weight(two))
        return self.weight(one & two) / both if both else 0.0

    def match(self, own: Sentence, parts: Sequence[Sentence], others: Iterable[Sentence]) -> list[Match]:
        """Sentences on the same thing as `own`, a sentence of the article `parts`; dated ones come first.

        They must share a rare word of the sentence itself that is no name (its event), and three words in
        all; and the article must have three tenths of what the other one says.
        """
        top, article, found = head(parts), whole(parts), list[Match]()
        bag = own.stems | top
        for other in others:
            event = (own.stems & other.stems) - (own.names & other.names)
            if len(bag & other.stems) < _SHARED or not any(map(self.rare, event)):
                continue
            score = max(
                self.alike(each, other.stems) for each in (own.stems, bag, top if own.stems & top else bag)
            )
            if score >= _ALIKE and self.weight(other.stems & article) >= _COVERED * self.weight(other.stems):
                found.append(Match(other, score))
        return sorted(found, key=lambda match: (not match.sentence.dates, -match.score))


_SHARED = 3
_FEW, _RARE = 4, 0.15
_ALIKE = 0.2
_COVERED = 0.3
"""Tuned on the even half of tests/data/date_sets.jsonl: lower joins events of one region, higher misses."""


def head(parts: Sequence[Sentence]) -> frozenset[str]:
    """The stems of an article's headline."""
    return opening(parts)[0].stems if opening(parts) else frozenset()


def opening(parts: Sequence[Sentence]) -> list[Sentence]:
    """The first sentences that say something: no date lines, no section names, no headline twice."""
    kept = list[Sentence]()
    for part in parts:
        if len(part.stems) >= _SHARED and all(part.stems != each.stems for each in kept):
            kept.append(part)
        if len(kept) == _OPENING:
            break
    return kept


_OPENING = 4


def whole(parts: Sequence[Sentence]) -> frozenset[str]:
    """All the stems of an article."""
    return frozenset(stem for part in parts for stem in part.stems)


def akin(one: Sequence[Sentence], two: Sequence[Sentence]) -> bool:
    """Whether each article has the name that the other one has most: no arrival in Mali dates one in Niger."""
    return bool(_subjects(one) & whole(two)) and bool(_subjects(two) & whole(one))


def _subjects(parts: Sequence[Sentence]) -> frozenset[str]:
    """The names in most of an article's sentences (all of the most frequent); all its words when it has none."""
    seen = Counter(name for part in parts for name in part.names)
    most = max(seen.values(), default=0)
    return frozenset(name for name, count in seen.items() if count == most) or whole(parts)


def day_of(dated: Dated) -> date | None:
    """The one day that a date expression means, None for anything wider or open."""
    interval = dated.mention.interval
    return interval.start if interval is not None and interval.days == 1 else None
