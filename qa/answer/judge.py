"""Whether the sentences that were found answer the question.

The decision is a logistic regression over things a person could check: how well the best sentence and its passage fit, how
much of the question they and their article speak of, which rare word they lack. bench/fit_answers.py fits it on the even
halves of the sets and prints how it does on the odd ones. Questions with a day are judged by a rule of their own, fitted on
questions asked on the day, a month and a quarter later: fitted on those of the day alone it would refuse what is older.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import NamedTuple

from qa.answer import candidates, sentences, values, words
from qa.answer.sentences import Asked, Scored
from qa.models import Hit

FEATURES = (
    "passage score", "in article", "best cosine", "long cosine", "chance", "kind", "with headline", "other words", "missing",
    "said", "yes or no",
)  # fmt: skip
LONG = 14
"""Content words from which on a question tells of more than one sentence can hold: then how near the passages lie says
more."""


class Rule(NamedTuple):
    """What each of FEATURES counts for, and from which chance on a question is answered."""

    weights: tuple[float, ...]
    bias: float
    threshold: float


DATED = Rule((7.07, 2.17, 0.0, 0.0, 0.0, 3.43, 1.07, 0.62, 0.0, 0.0, 0.0), -11.41, 0.44)
"""Where the day of asking is given, in an archive with news of every day. A passage's score then holds how old its article
is."""
UNDATED = Rule((6.40, 0.0, 4.54, 1.83, 0.28, 0.0, 0.0, 0.78, -1.86, 1.50, 1.35), -7.56, 0.5)
_RARE = 10.0
"""Rarity of a word that hardly any article has: one passage of 20,000."""
_KIND = sentences.FEATURES.index("kind")
_MOST = 0.7
_NAMING = frozenset({"who", "where", "when", "clock"})


def seen(asked: Asked, scored: Sequence[Scored]) -> tuple[float, ...]:
    """The features of a question with its sentences, in the order of FEATURES. `scored` is not empty."""
    best = scored[0]
    shown = dict(zip(sentences.FEATURES, best.seen, strict=True))
    hits = list({one.sentence.hit.passage.id: one.sentence.hit for one in scored}.values())
    article = [hit for hit in hits if hit.article.id == best.sentence.hit.article.id]
    cosine = max(hit.cosine or 0.0 for hit in hits)
    lacking = [weight for word, weight in asked.weights.items() if words.stem(word) not in best.sentence.near]
    return (
        best.sentence.hit.score,
        words.coverage(asked.weights, frozenset[str]().union(*map(whole, article))),
        cosine,
        cosine if len(asked.weights) >= LONG else 0.0,
        log(best.chance / (1 - best.chance)),
        shown["kind"],
        shown["with headline"],
        shown["other words"],
        max(lacking, default=0.0) / _RARE,
        shown["said"],
        1.0 if asked.kind.name == "yes_no" else 0.0,
    )


def whole(hit: Hit) -> frozenset[str]:
    """The stems of a passage and its headline, by sentences: those are known already."""
    passage = hit.passage
    texts = (passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences)
    return frozenset[str]().union(words.stems_of(hit.article.title), *map(words.stems_of, texts))


def answers(asked: Asked, scored: Sequence[Scored]) -> bool:
    """Whether the best sentence answers: what it says is asked of the same, and enough of it. `scored` is not empty."""
    if swapped(asked, scored[0]) or unheard(asked, scored):
        return False
    features, rule = seen(asked, scored), rule_for(asked)
    return chance(features, rule) >= rule.threshold or _most_of_it(asked, scored[0])


def rule_for(asked: Asked) -> Rule:
    return UNDATED if asked.as_of is None else DATED


def _most_of_it(asked: Asked, best: Scored) -> bool:
    """A sentence that itself speaks of most of what is asked, and names one where a name or a day is asked for.

    Not where the age of an article counts: what was said in another week may be said in the same words.
    """
    fits = best.seen[_KIND] > 0 or asked.kind.name not in _NAMING
    return asked.as_of is None and fits and words.coverage(asked.weights, best.sentence.stems) >= _MOST


def chance(features: Sequence[float], rule: Rule) -> float:
    """The chance that the question is answered, 0 to 1."""
    total = rule.bias + sum(weight * value for weight, value in zip(rule.weights, features, strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


# -- false premises ------------------------------------------------------------------------------------------


def swapped(asked: Asked, best: Scored) -> tuple[str, str] | None:
    """A country of the question for which the sentence tells the same of another: (`French`, `Russian`).

    `French instructors` is asked for, the sentence says `Russian instructors` and neither it nor its headline
    speaks of the French.
    """
    told = {noun: country for country, noun in _described(best.sentence.text)}
    for country, noun in _described(asked.question):
        other = told.get(noun)
        mine = words.stem(words.bare(country))
        if other and words.stem(words.bare(other)) != mine and mine not in best.sentence.titled:
            return country, other
    return None


def unheard(asked: Asked, scored: Sequence[Scored]) -> str:
    """A name of the question that none of the passages has, nor their outlets, in any spelling; empty where there is none.

    Asked of Bremen, the flood of Aveley is no answer. Abbreviations do not count, for a text may have them in full, nor does
    a question that writes every word with a capital.
    """
    tokens = [token for token in words.WORD.findall(asked.question) if token[0].isalpha()]
    names = [
        token for token in tokens[1:]
        if words.bare(token) in asked.names and not token.isupper() and words.bare(token) not in candidates.CALENDAR
    ]  # fmt: skip
    if not names or all(token[0].isupper() for token in tokens if words.bare(token) not in words.EMPTY):
        return ""
    hits = list({one.sentence.hit.passage.id: one.sentence.hit for one in scored}.values())
    held = frozenset[str]().union(*map(whole, hits), *(words.stems_of(hit.article.publisher) for hit in hits))
    lacking = [name for name in names if words.stem(words.bare(name)) not in held]
    if not lacking:
        return ""
    said = {
        words.bare(word)
        for hit in hits
        for word in words.WORD.findall(f"{hit.article.title} {hit.passage.text}")
    }
    return next((name for name in lacking if not any(values.one_name(name, word) for word in said)), "")


def _described(text: str) -> list[tuple[str, str]]:
    """Countries and peoples with the stem of the noun they stand before, at most two words between."""
    found = []
    tokens = words.WORD.findall(text)
    for at, token in enumerate(tokens):
        if words.bare(token) in words.COUNTRY and token[:1].isupper():
            following = [words.bare(word) for word in tokens[at + 1 : at + 4]]
            found += [(token, words.stem(word)) for word in following if word and word not in words.EMPTY]
    return found
