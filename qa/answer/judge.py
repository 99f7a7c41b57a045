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
from math import exp, log

from qa.answer import words
from qa.answer.sentences import Asked, Scored
from qa.answer.values import Group
from qa.models import Hit

FEATURES = (
    "chance", "words", "with headline", "with neighbours", "in a passage", "names", "rarest missing", "best cosine",
    "cosines", "keywords", "five keywords", "headline", "voices", "vote", "gap", "kind", "stale",
)  # fmt: skip
WEIGHTS = (
    0.03, 0.95, 0.20, 0.97, 1.51, 0.73, 0.02, 1.63, 1.12, 0.32, -0.67, -0.87, 0.16, 0.07, 5.36, 0.42, -0.73,
)  # fmt: skip
BIAS = -5.71
THRESHOLD = 0.55
_TOPIC = 0.5
"""Share of the question's words, weighed by rarity, from which on the articles are about its topic."""
_FURNITURE = 0.6
"""Share of the question's words that a stretch of page furniture must hold to speak of it."""
NOTHING = ("no_evidence", "No article in the archive speaks of this.")
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


def seen(asked: Asked, scored: Sequence[Scored], groups: Sequence[Group]) -> tuple[float, ...]:
    """The features of a question with its sentences, in the order of FEATURES. `scored` is not empty."""
    best = scored[0]
    hits = list({one.sentence.hit.passage.id: one.sentence.hit for one in scored}.values())
    total = sum(held.weight for held in groups)
    later = scored[5].chance if len(scored) > 5 else 0.0
    cosines = sorted((hit.cosine or 0.0 for hit in hits), reverse=True)[:5]
    keywords = sorted((_keywords(asked, hit) for hit in hits), reverse=True)[:5]
    return (
        log(best.chance / (1 - best.chance + 1e-9) + 1e-9),
        words.coverage(asked.weights, best.sentence.stems),
        words.coverage(asked.weights, best.sentence.titled),
        words.coverage(asked.weights, best.sentence.near),
        max(words.coverage(asked.weights, _whole(hit)) for hit in hits),
        _names(asked, best),
        _rarest_missing(asked, best),
        cosines[0],
        sum(cosines) / len(cosines),
        keywords[0],
        sum(keywords) / len(keywords),
        words.coverage(asked.weights, words.stems_of(best.sentence.hit.article.title)),
        float(min(len(_origins(groups[0])) if groups else 1, 4)),
        groups[0].weight / total if total else 0.0,
        best.chance - later,
        best.seen[7],
        _stale(asked, best),
    )


def _keywords(asked: Asked, hit: Hit) -> float:
    """BM25 as a share of about the most that the question's words could give."""
    return (hit.bm25 or 0.0) / (2.2 * sum(asked.weights.values()) or 1.0)


def _whole(hit: Hit) -> frozenset[str]:
    return words.stems_of(f"{hit.article.title}\n{hit.passage.text}")


def _stale(asked: Asked, best: Scored) -> float:
    """Months, at most three, by which the article is older than the question that asks for what is new."""
    published = best.sentence.hit.article.published.date
    if asked.as_of is None or published is None or not _NEW.search(asked.question):
        return 0.0
    return min((asked.as_of - published).days / 30, 3.0)


def chance(features: Sequence[float]) -> float:
    """The chance that the question is answered, 0 to 1."""
    total = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, features, strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def _origins(held: Group) -> set[str]:
    return {one.by.sentence.hit.article.origin for one in held.told}


def _names(asked: Asked, best: Scored) -> float:
    names = [words.stem(name) for name in asked.names]
    return sum(name in best.sentence.near for name in names) / len(names) if names else 1.0


def _rarest_missing(asked: Asked, best: Scored) -> float:
    """Rarity of the rarest word of the question that neither sentence, headline nor neighbours say: 0 to 1."""
    highest = max(asked.weights.values(), default=0.0)
    missing = [rare for word, rare in asked.weights.items() if words.stem(word) not in best.sentence.near]
    return max(missing, default=0.0) / highest if highest else 0.0


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
    if beyond and beside.years:
        first, last = beside.years
        years = f"{first}" if first == last else f"{first} to {last}"
        return "out_of_range", f"The question is about {beyond}; the archive's articles are of {years}."
    if not scored:
        return NOTHING
    changed = swapped(asked, scored[0])
    if changed:
        return "false_premise", (
            f"No article says this of “{changed[0]}”. What they tell is of “{changed[1]}”: see {_title(scored[0])}."
        )
    best = max(scored[:5], key=lambda one: words.coverage(asked.weights, one.sentence.near))
    if words.coverage(asked.weights, best.sentence.near) < _TOPIC:
        return NOTHING
    return "missing_fact", f"The archive has {_title(best)}, but no article gives {_lacking(asked, best)}."


def _beyond(question: str, years: tuple[int, int] | None) -> str:
    asked = [int(year) for year in _YEAR.findall(question)]
    if years is None or not asked or any(years[0] <= year <= years[1] for year in asked):
        return ""
    return str(asked[0])


def _title(best: Scored) -> str:
    return f"“{best.sentence.hit.article.title.strip() or best.sentence.text[:80]}”"


def _lacking(asked: Asked, best: Scored) -> str:
    missing = [word for word in asked.weights if words.stem(word) not in best.sentence.near]
    missing.sort(key=lambda word: -asked.weights[word])
    if not missing:
        return "what is asked"
    return "anything on " + ", ".join(f"“{word}”" for word in missing[:3])
