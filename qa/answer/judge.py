"""Whether the sentences that were found answer the question, and if not, why not.

The decision is a logistic regression over things a person could check: how much of the question the best sentence
speaks of, how rare the word is that it leaves out, whether the kind of thing asked for stands there, how the votes
fall. bench/fit_answers.py fits it on the even half of rtqa2022, each question once as it is and once with every
article hidden that holds the answer, and prints how it does on the odd half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from qa.answer import sentences, words
from qa.answer.sentences import Asked, Scored
from qa.models import Hit

FEATURES = (
    "words", "with headline", "with neighbours", "in all passages", "names in all", "best cosine", "kind", "stale",
    "length", "passage score",
)  # fmt: skip
WEIGHTS = (0.46, 0.13, -0.51, 0.38, 1.06, 5.04, 0.55, -0.52, 0.37, 10.41)
BIAS = -13.57
THRESHOLD = 0.55
"""Refusal F1 on the even half, each eighth by a fit to the others, at .5, .55, .6, .65: rtqa2022 .744, .768, .764, .762;
multihop47 .947, .951, .930, .894."""
_MOST, _STALE = 0.55, 0.5
_TOPIC = 0.5
"""Share of the question's words, weighed by rarity, from which on the articles are about its topic."""
_FURNITURE = 0.6
"""Share of the question's words that a stretch of page furniture must hold to speak of it."""
_NEW = re.compile(
    r"\b(?:this (?:week|month|year)|recent(?:ly)?|today|yesterday|new(?:est)?|latest|now|current(?:ly)?|soon|next|will|is"
    r"|are|has|have|upcoming|expected)\b",
    re.I,
)
"""A question in the present or the future asks about the time at which it is asked."""
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the passages: which years the archive is of, and what only the page around them says."""

    years: tuple[int, int] | None = None
    """The first and the last year of publication."""
    furniture: Sequence[str] = ()
    """Texts of the page furniture of the articles that were found."""


def seen(asked: Asked, scored: Sequence[Scored]) -> tuple[float, ...]:
    """The features of a question with its sentences, in the order of FEATURES. `scored` is not empty."""
    best = scored[0]
    hits = list({one.sentence.hit.passage.id: one.sentence.hit for one in scored}.values())
    everything = frozenset[str]().union(*(_whole(hit) for hit in hits))
    return (
        words.coverage(asked.weights, best.sentence.stems),
        words.coverage(asked.weights, best.sentence.titled),
        words.coverage(asked.weights, best.sentence.near),
        words.coverage(asked.weights, everything),
        _names(asked, everything),
        max(hit.cosine or 0.0 for hit in hits),
        best.seen[sentences.FEATURES.index("kind")],
        _stale(asked, best),
        min(len(asked.weights), 30) / 10,
        best.sentence.hit.score,
    )


def _whole(hit: Hit) -> frozenset[str]:
    """The stems of a passage and its headline, by sentences: those are known already."""
    passage = hit.passage
    texts = (passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences)
    return frozenset[str]().union(words.stems_of(hit.article.title), *map(words.stems_of, texts))


def _stale(asked: Asked, best: Scored) -> float:
    """Months, at most three, by which the article is older than the question that asks for what is new."""
    published = best.sentence.hit.article.published.date
    if asked.as_of is None or published is None or not _NEW.search(asked.question):
        return 0.0
    return min((asked.as_of - published).days / 30, 3.0)


def answers(asked: Asked, scored: Sequence[Scored]) -> bool:
    """Whether the best sentence answers: what it says is asked of the same, and enough of it. `scored` is not empty."""
    if swapped(asked, scored[0]):
        return False
    features = seen(asked, scored)
    return chance(features) >= THRESHOLD or _says_it(asked, scored[0], features)


def _says_it(asked: Asked, best: Scored, features: Sequence[float]) -> bool:
    """A sentence that speaks of most of the question, of the right kind, in an article with all its names, not stale.

    On the even half of rtqa2022 this brought back 2 of 103 questions and let through 1 of 103 that nothing answers.
    """
    shown = dict(zip(FEATURES, features, strict=True))
    enough = shown["with headline"] >= _MOST and shown["kind"] > 0 and shown["stale"] < _STALE
    return enough and _names(asked, _whole(best.sentence.hit)) >= _MOST


def chance(features: Sequence[float]) -> float:
    """The chance that the question is answered, 0 to 1."""
    total = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, features, strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def _names(asked: Asked, stems: frozenset[str]) -> float:
    names = [words.stem(name) for name in asked.names]
    return sum(name in stems for name in names) / len(names) if names else 1.0


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


def _described(text: str) -> list[tuple[str, str]]:
    """Countries and peoples with the stem of the noun they stand before, at most two words between."""
    found = []
    tokens = words.WORD.findall(text)
    for at, token in enumerate(tokens):
        if words.bare(token) in words.COUNTRY and token[:1].isupper():
            following = [words.bare(word) for word in tokens[at + 1 : at + 4]]
            found += [(token, words.stem(word)) for word in following if word and word not in words.EMPTY]
    return found


# -- the reason ----------------------------------------------------------------------------------------------


def reason(asked: Asked, scored: Sequence[Scored], beside: Beside) -> tuple[str, str]:
    """Why a question is not answered: the name of the reason, and a sentence that says what there is."""
    if any(words.coverage(asked.weights, words.stems_of(text)) >= _FURNITURE for text in beside.furniture):
        return "only_furniture", (
            "Only the page around an article (teasers, menus, newsletter boxes) speaks of this, and that is no news."
        )
    beyond = _beyond(asked.question, beside.years)
    if beyond and beside.years and not any(beyond in one.sentence.stems for one in scored):
        first, last = beside.years
        years = f"{first}" if first == last else f"{first} to {last}"
        return "out_of_range", f"The question is about {beyond}; the archive's articles are of {years}."
    if not scored:
        return "no_evidence", "No article in the archive speaks of this."
    changed = swapped(asked, scored[0])
    if changed:
        return "false_premise", (
            f"No article says this of “{changed[0]}”. What they tell is of “{changed[1]}”: see {_title(scored[0])}."
        )
    best = max(scored[:5], key=lambda one: words.coverage(asked.weights, one.sentence.near))
    if words.coverage(asked.weights, best.sentence.near) < _TOPIC:
        return "no_evidence", (
            f"No article that was found gives {_lacking(asked, best)}. The nearest in the archive is {_title(best)}."
        )
    return "missing_fact", f"The archive has {_title(best)}, but no article gives {_lacking(asked, best)}."


def _beyond(question: str, years: tuple[int, int] | None) -> str:
    asked = [int(year) for year in _YEAR.findall(question)]
    if years is None or not asked or any(years[0] <= year <= years[1] for year in asked):
        return ""
    return str(asked[0])


def _title(best: Scored) -> str:
    return f"“{best.sentence.hit.article.title.strip() or best.sentence.text[:80]}”"


def _lacking(asked: Asked, best: Scored) -> str:
    """The rarest words that are not found, names first and as they were written."""
    missing = [word for word in asked.weights if words.stem(word) not in best.sentence.near]
    missing.sort(key=lambda word: (word not in asked.names, -asked.weights[word]))
    if not missing:
        return "what is asked"
    written = {words.bare(word): word for word in words.WORD.findall(asked.question)}
    return "anything on " + ", ".join(f"“{written.get(word, word)}”" for word in missing[:3])
