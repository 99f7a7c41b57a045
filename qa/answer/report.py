"""What was reported on some days: what the articles that were published then say first, one of each origin."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answer import sentences, words
from qa.answer.sentences import Asked, Scored
from qa.models import AnswerDraft, ClaimDraft, Hit, QuoteDraft

PASSAGES = 60
"""Passages of which the articles are chosen."""
LEAD = 4
"""Sentences at the head of an article of which the one that says most of its headline tells what it is about."""
CLAIMS = 5
"""Origins that are told."""
ABOUT = 0.5
"""Share of the topic's words, weighed by rarity, that a sentence with its headline and its neighbours holds."""
_ASKING = re.compile(
    r"\b(?:what|was|were|has|have|had|been|being|reported|published|written|report|publish|write|papers?|press|media"
    r"|news|headlines|coverage|articles|stories|reports|outlets?|about)\b",
    re.I,
)


def topic(question: str, time: str) -> str:
    """What it is to be about: nothing, where all of some days is asked for."""
    return " ".join(_ASKING.sub(" ", question.replace(time, " ")).split())


def tell(asked: Asked, hits: Sequence[Hit]) -> AnswerDraft:
    """The claims, in the order of publication. `asked` is the topic, and `hits` are of the days."""
    found: dict[str, Scored] = {}
    for one in sorted(
        sentences.score(asked, sentences.split(hits, most=len(hits))), key=lambda one: _order(asked, one)
    ):
        if _about(asked, one):
            found.setdefault(one.sentence.hit.article.origin, one)
    kept = sorted(list(found.values())[:CLAIMS], key=lambda one: str(one.sentence.hit.article.published.date))
    claims = (_claim(one) for one in kept)
    nothing = "No article of those days in the archive speaks of this."
    return AnswerDraft(tuple(claims)) if kept else AnswerDraft((), "no_evidence", nothing)


def _order(asked: Asked, one: Scored) -> tuple[float, ...]:
    """On a topic the best sentence; else an article's lead, the articles as they were found."""
    sentence = one.sentence
    if asked.weights:
        return (-one.chance, sentence.rank, sentence.place)
    titled = words.stems_of(sentence.hit.article.title)
    own = len(titled & sentence.stems) / len(titled) if titled else 0.0
    return (
        sentence.hit.passage.ordinal,
        -round(own, 1) if sentence.place < LEAD else 1.0,
        sentence.place,
        sentence.rank,
    )


def _about(asked: Asked, one: Scored) -> bool:
    return not asked.weights or words.coverage(asked.weights, one.sentence.near) >= ABOUT


def _claim(one: Scored) -> ClaimDraft:
    text = one.sentence.text
    return ClaimDraft(text, (QuoteDraft(one.sentence.hit.passage.id, text),))
