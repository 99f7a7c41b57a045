"""An answer without a model: the sentences that answer, as they stand, or the reason why none does.

Sentence choice: `cosine + 0.5 * idf overlap + 0.3 * passage score + a bonus for the kind of thing asked for`, which
found the right sentence for .75 of XQuAD's and .53 of NQ's questions (docs/evaluation.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.answer.verify import claim_of
from qa.models import AnswerDraft, Hit
from qa.ports import Vectors

MAX_PASSAGES = 10
MAX_SENTENCES = 48
SENTENCES = 3
OVERLAP, PASSAGE, BONUS = 0.5, 0.3, 0.25
ENOUGH = 0.55
"""Share of the question's words, weighed by rarity, that a sentence with its headline must speak of."""
CLOSE = 0.65
"""How far below the best sentence another one may score and still be shown."""

_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WHEN = re.compile(
    rf"\b(?:{_DAY}|{_MONTH}\.? \d|\d{{1,2}} {_MONTH}|(?:19|20)\d\d|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}"
    r"|yesterday|today|(?:last|this|next) (?:week|month|year))",
    re.I,
)
_NUMBER = re.compile(
    r"\b(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?)\b",
    re.I,
)
_NAME = re.compile(r"\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")
_PLACE = re.compile(r"\b(?:in|at|near|from|of|to|outside)(?: the)?(?: \w+ of)? [A-Z][\w'’-]+")
_SIGNS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\b(?:when|what (?:date|day|year|month))\b", re.I), _WHEN),
    (re.compile(r"\bhow (?:many|much|old|long|far|often)\b", re.I), _NUMBER),
    (
        re.compile(
            r"\bwho(?:m|se)?\b|\bwhich (?:official|person|president|minister|leader|man|woman)\b", re.I
        ),
        _NAME,
    ),
    (re.compile(r"\b(?:where|(?:which|what) (?:city|country|town|place|state))\b", re.I), _PLACE),
)
_EMPTY_WORDS_TEXT = """
a about after all also an and any are as at be been before being but by can could date day did do does for
from had has have he her his how i if in into is it its many me more most much name no not of on or other
our out over said say says she should so some such tell than that the their them then there these they this
those to under up us was we were what when where which while who whom whose why will with would you your
"""
_EMPTY_WORDS = frozenset(_EMPTY_WORDS_TEXT.split())


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    hit: Hit


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words with their rarity, and which of them are names."""

    question: str
    weights: Mapping[str, float]
    names: frozenset[str]


def words_of(text: str) -> list[str]:
    """Content words, lower case, in order, each once."""
    found = (_plain(word) for word in _WORD.findall(text))
    return list(dict.fromkeys(word for word in found if word and word not in _EMPTY_WORDS))


def _plain(word: str) -> str:
    if word.replace(".", "") == "US":
        return "u.s"  # the country, not the pronoun
    return re.sub(r"['’]s?$", "", word.casefold().strip("."))


def names_of(question: str) -> frozenset[str]:
    """Words of the question that are written as names: the first word does not count."""
    rest = _WORD.findall(question)[1:]
    return frozenset(_plain(word) for word in rest if word[:1].isupper()) - _EMPTY_WORDS


def candidates(hits: Sequence[Hit], weights: Mapping[str, float]) -> list[Sentence]:
    """The sentences worth embedding: of the best passages, those that share most with the question."""
    found = [
        Sentence(_sentence(hit, start, end), hit)
        for hit in hits[:MAX_PASSAGES]
        for start, end in hit.passage.sentences
        if end - start >= 15
    ]
    order = sorted(
        range(len(found)), key=lambda n: (-_overlap(found[n].text, weights) - found[n].hit.score, n)
    )
    return [found[n] for n in order[:MAX_SENTENCES]]


def _sentence(hit: Hit, start: int, end: int) -> str:
    return hit.passage.text[start - hit.passage.start : end - hit.passage.start]


def extract(asked: Asked, sentences: Sequence[Sentence], vectors: Vectors, question: Vectors) -> AnswerDraft:
    """The best one to three sentences, one origin not twice, or why there is none.

    `vectors` has shape [len(sentences), dimensions], `question` [dimensions].
    """
    if not sentences:
        return AnswerDraft((), "no_evidence", "No article in the archive speaks of this.")
    sign = next((sign for kind, sign in _SIGNS if kind.search(asked.question)), None)
    scored = sorted(
        ((_score(sentence, float(vector @ question), asked, sign), n) for n, (sentence, vector) in
         enumerate(zip(sentences, vectors, strict=True))),
        key=lambda item: (-item[0], item[1]),
    )  # fmt: skip
    supported = [(score, sentences[n]) for score, n in scored if _speaks_of(sentences[n], asked)]
    if sign is not None:
        supported = [(score, sentence) for score, sentence in supported if sign.search(sentence.text)]
    if not supported:
        return _silence(asked, sentences, scored)
    return AnswerDraft(tuple(claim_of(s.text, (s.hit.passage.id, s.text)) for s in _voices(supported)))


def _score(sentence: Sentence, cosine: float, asked: Asked, sign: re.Pattern[str] | None) -> float:
    bonus = BONUS if sign is not None and sign.search(sentence.text) else 0.0
    return cosine + OVERLAP * _overlap(sentence.text, asked.weights) + PASSAGE * sentence.hit.score + bonus


def _voices(supported: Sequence[tuple[float, Sentence]]) -> list[Sentence]:
    best = supported[0][0]
    kept: dict[str, Sentence] = {}
    for score, sentence in supported:
        if score >= best - CLOSE:
            kept.setdefault(sentence.hit.article.origin, sentence)
    return list(kept.values())[:SENTENCES]


def _overlap(text: str, weights: Mapping[str, float]) -> float:
    """Share of the question's words found in the text, weighed by rarity: 0 to 1."""
    total = sum(weights.values())
    return sum(weights[word] for word in _shared(text, weights)) / total if total else 0.0


def _shared(text: str, weights: Mapping[str, float]) -> set[str]:
    stems = {_stem(word) for word in words_of(text)}
    return {word for word in weights if _stem(word) in stems}


def _stem(word: str) -> str:
    """Rough: the same for `arrive`, `arrived`, `arriving`, `arrival`."""
    short = re.sub(r"(?:ations?|ings?|als?|ers?|ed|es|s|e|ly)$", "", word)
    return short if len(short) >= 3 else word


def _speaks_of(sentence: Sentence, asked: Asked) -> bool:
    near = f"{sentence.hit.article.title}\n{sentence.text}"
    if not asked.names <= _shared(near, dict.fromkeys(asked.names, 1.0)):
        return False
    return _overlap(near, asked.weights) >= ENOUGH


def _silence(asked: Asked, sentences: Sequence[Sentence], scored: Sequence[tuple[float, int]]) -> AnswerDraft:
    best = sentences[scored[0][1]]
    near = f"{best.hit.article.title}\n{best.text}"
    missing = sorted(set(asked.weights) - _shared(near, asked.weights), key=lambda word: -asked.weights[word])
    if _overlap(near, asked.weights) < ENOUGH / 2:
        return AnswerDraft((), "no_evidence", "No article in the archive speaks of this.")
    words = ", ".join(f"“{word}”" for word in missing[:3])
    tail = f": none says it of {words}" if words else ""
    return AnswerDraft((), "no_evidence", f"The nearest articles do not answer this{tail}.")
