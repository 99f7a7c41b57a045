"""One score for each candidate: both legs, its article's own score, and what the question prefers.

A convex combination of scores beats reciprocal rank fusion when few weights can be measured (Bruch et al. 2022,
arXiv 2210.11934). The weights were chosen on the even half of rtqa2022 and of multihop47, and kept where a neighbour
does as well: docs/evaluation.md has the numbers, and what did not help.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Day
from datetime import timedelta
from math import exp, log
from typing import NamedTuple

import numpy as np

from qa.dates import QuestionTime
from qa.ports import Place, Scored, Vectors
from qa.retrieve.parse import REPORTED_DAYS, Wanted

CANDIDATES = 100
"""Passages taken from the keyword leg."""
NEAREST = 50
"""Passages taken from the vector leg; 100 found no more."""

DENSE, WORDS, ARTICLE = 0.5, 0.3, 0.2
LEAD = 0.08
"""An article's first passage says what it is about."""
SECOND = 0.1
"""Of an article's second best passage, added to each of its passages: one that has two is more about the question.
Not where a question has parts, which want several articles."""
CLAUSE = 0.4
"""Weight of the best part, where a question has several."""
NAMED, MENTIONED = 0.4, 0.1
"""Of an outlet that the question names: as its source, or perhaps as its subject."""
DATED = 0.1
"""Of the time that a question names: whole for a passage that speaks of it, or that was published then where the question
asks what was reported; half for one of then or of the week after."""

RECENT = {False: 0.4, True: 0.6}
"""Weight of the prior; the second where the question says "this week", as it does for `TAILS`."""
WEEK, FADE, TAIL = 7, 2, 60
"""Days: what is asked about stays news for a week, give or take two, and then fades over two months."""
EVER = 0.03
"""Share of questions about articles of any age. The tail keeps what is older findable: on rtqa2022 with every question
asked 14 to 200 days later, this ranks no worse than no prior at all (MRR .698 to .644 against .646 to .641); a plain
14-day decay of the same weight falls to .585."""
TAILS = {False: 0.2, True: 0.07}
"""Share of questions about the last months; smaller where the question says "this week"."""


@dataclass(frozen=True, slots=True)
class Legs:
    """What the searches found; all by passage id."""

    vector: Vectors
    words: Mapping[int, float]
    """BM25 of every candidate that has one of the question's words."""
    articles: Scored = field(default_factory=list)
    """BM25 of whole articles, each under its first passage."""
    clauses: Sequence[Mapping[int, float]] = ()
    """BM25 of the candidates for each part of the question."""
    speaking: Collection[int] = frozenset()
    """The candidates that speak of the time at which, as the question names it, something happened."""


class Ranked(NamedTuple):
    """A candidate with its scores. A tuple, for every question makes hundreds."""

    place: Place
    score: float
    """0 to 1: of the most that a passage could reach for this question."""
    cosine: float


def rank(
    places: Mapping[int, Place], legs: Legs, wanted: Wanted, *, as_of: Day | None = None
) -> list[Ranked]:
    """Score every candidate, best first, ties by passage id."""
    cosines = _cosines(places, legs.vector)
    relevance = _relevance(places, legs, cosines)
    most = (
        (1 + LEAD) * (1 + SECOND)
        + (RECENT[wanted.this_week] if as_of else 0)
        + (_named(wanted) if wanted.publishers else 0)
        + DATED
    )
    if wanted.publishers or wanted.time or as_of:
        for number, place in places.items():
            relevance[number] += _preferred(place, wanted, as_of, speaks=number in legs.speaking)
    scored = [Ranked(place, relevance[number] / most, cosines[number]) for number, place in places.items()]
    return sorted(scored, key=lambda found: (-found.score, found.place.passage))


def _cosines(places: Mapping[int, Place], vector: Vectors) -> dict[int, float]:
    if not places:
        return {}
    rows = np.concatenate([place.vector for place in places.values()]).reshape(len(places), -1)
    return dict(zip(places, (rows @ vector).tolist(), strict=True))


def _relevance(places: Mapping[int, Place], legs: Legs, cosines: Mapping[int, float]) -> dict[int, float]:
    near, words = _minmax(cosines), _of_best(legs.words)
    whole = _of_best({number: score for number, score in legs.articles if number in places})
    by_article = {places[number].article_id: score for number, score in whole.items()}
    parts = [_of_best(part) for part in legs.clauses]
    found = {}
    for number, place in places.items():
        score = DENSE * near[number] + WORDS * words.get(number, 0.0)
        score += ARTICLE * by_article.get(place.article_id, 0.0)
        if parts:
            score = (1 - CLAUSE) * score + CLAUSE * max(part.get(number, 0.0) for part in parts)
        found[number] = score + LEAD * (place.ordinal == 0)
    return found if parts else _with_seconds(places, found)


def _with_seconds(places: Mapping[int, Place], scores: Mapping[int, float]) -> dict[int, float]:
    best: dict[str, float] = {}
    second: dict[str, float] = {}
    for number, place in places.items():
        article, score = place.article_id, scores[number]
        first = best.get(article, 0.0)
        if score > first:
            best[article], second[article] = score, first
        elif score > second.setdefault(article, 0.0):
            second[article] = score
    return {number: scores[number] + SECOND * second[place.article_id] for number, place in places.items()}


def _minmax(scores: Mapping[int, float]) -> dict[int, float]:
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    return {number: (score - low) / (high - low) if high > low else 1.0 for number, score in scores.items()}


def _of_best(scores: Mapping[int, float]) -> dict[int, float]:
    best = max(scores.values(), default=0.0) or 1.0
    return {number: score / best for number, score in scores.items()}


def _preferred(place: Place, wanted: Wanted, as_of: Day | None, *, speaks: bool) -> float:
    score = 0.0
    if place.publisher in wanted.publishers:
        score += _named(wanted)
    if wanted.time:
        score += DATED * timely(wanted.time, place.day, speaks=speaks)
    if as_of and place.day:
        score += RECENT[wanted.this_week] * recency((as_of - place.day).days, this_week=wanted.this_week)
    return score


def timely(time: QuestionTime, day: Day | None, *, speaks: bool) -> float:
    """How well a passage fits a time: 1 where it speaks of it, 0.5 where its article is of then, 0."""
    span = time.interval
    if span is None:
        return 0.0
    fits = bool(day and span.holds(day)) if time.axis == "published" else speaks
    near = replace(span, end=span.end + timedelta(days=REPORTED_DAYS)) if span.end else span
    return 1.0 if fits else 0.5 if day and near.holds(day) else 0.0


def _named(wanted: Wanted) -> float:
    return NAMED if wanted.reporting else MENTIONED


def recency(age: int, *, this_week: bool = False) -> float:
    """How likely a question is about an article of that age in days: a log-probability, scaled to 0 (any age) to 1.

    A mixture: a week that ends softly, an exponential tail of two months, and a floor for everything older.
    """
    tail = TAILS[this_week]
    week = 1 / (1 + exp(min((max(age, 0) - WEEK) / FADE, 50)))
    chance = (1 - tail - EVER) * week + tail * exp(-max(age, 0) / TAIL) + EVER
    return 1 - log(chance) / log(EVER)
