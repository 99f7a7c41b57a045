"""Fit the coefficients of qa/answer/vote.py on the even halves, report on the odd ones.

    python -m bench.fit_values

Of every value that is found for a question: is it one of those that are accepted. Of rtqa2022, of our own sets and of ramdocs,
whose documents give values that differ. Reported is how often the value that is put first is right, beside the one for which
most speaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bench import ramdocs
from bench.cases import HELD, TUNED, cases, contains, half, own, plain, room
from bench.fit_answers import asked, logistic, shown
from qa.answer import candidates, quote, values, vote
from qa.answer.kinds import PROPER
from qa.answer.sentences import Asked
from qa.answer.values import Group
from qa.models import Hit

OWN_COUNTS = 2.0
"""What a value of our sets weighs, one of the others 1."""


class Question(NamedTuple):
    source: str
    part: str
    asked: Asked
    hits: Sequence[Hit]
    accepted: Sequence[str]


class Rows(NamedTuple):
    source: str
    part: str
    features: np.ndarray
    right: np.ndarray
    votes: np.ndarray


def questions() -> Iterator[Question]:
    for name in (*TUNED, *HELD):
        for case in own(name):
            if case.gold:
                part = "held" if name in HELD else half(case.id)
                yield Question("ours", part, asked(case), case.hits, case.expect or case.answers)
    for case in cases("rtqa2022"):
        if not case.hidden:
            yield Question("rtqa2022", half(case.id), asked(case), case.hits, case.answers)
    with room("rtqa2022") as opened:
        for question, known, hits, accepted in ramdocs.asked_of(opened.parts.keywords.rarity):
            yield Question("ramdocs", half(question), known, hits, accepted)


def right(known: Asked, group: Group, accepted: Sequence[str]) -> bool:
    """Whether a value is one that is accepted: numbers and times by what they mean, the rest by their words."""
    if known.kind.name in ("number", "clock"):
        keys = {one.value.key for one in group.told}
        meant = (candidates.values(f"at {text}.", known.kind) for text in accepted)
        return any(value.key in keys for found in meant for value in found)
    texts = [text for one in group.told for text in (values.rough(one), one.shown)]
    return any(
        contains(text, (one,)) or contains(one, (text,)) for text in texts for one in accepted if plain(one)
    )


def rows(made: Iterator[Question]) -> Iterator[Rows]:
    for source, part, known, hits, accepted in made:
        if known.kind.name in ("what", "why", "yes_no"):
            continue
        if known.kind.name == "which" and known.kind.head not in PROPER:
            continue
        groups = values.group(known.kind, values.told(known, quote.candidates(known, hits)))
        if groups:
            good = [right(known, held, accepted) for held in groups]
            votes = [held.weight for held in groups]
            yield Rows(
                source, part, np.array(vote.seen(known, groups)), np.array(good, float), np.array(votes)
            )


def report(made: Sequence[Rows], theta: np.ndarray) -> None:
    for source in ("ours", "rtqa2022", "ramdocs"):
        for part in ("even", "odd", "held"):
            some = [one for one in made if (one.source, one.part) == (source, part)]
            if some:
                most = sum(one.right[one.votes.argmax()] for one in some)
                first = sum(one.right[(one.features @ theta[:-1]).argmax()] for one in some)
                print(f"{source} {part} n={len(some)} right first: by votes {most:.0f}, fitted {first:.0f}")


def main() -> None:
    made = list(rows(questions()))
    even = [one for one in made if one.part == "even"]
    each = np.concatenate(
        [np.full(len(one.right), OWN_COUNTS if one.source == "ours" else 1.0) for one in even]
    )
    theta = logistic(
        np.vstack([one.features for one in even]), np.concatenate([one.right for one in even]), each
    )
    print(shown(vote.FEATURES, theta))
    report(made, theta)


if __name__ == "__main__":
    main()
