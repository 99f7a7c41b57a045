"""Values of one thing that differ between articles, as data: about what, who says which, and when.

Newer does not silently win and many copies do not outvote one voice: every value that enough speaks for is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Day
from math import log

from qa.answer import event, kinds, measures, places, sentences, values, vote, words
from qa.answer.sentences import Asked
from qa.answer.values import NAMED, Group, Told
from qa.models import Conflict, ConflictDraft, ConflictValueDraft, QuoteDraft

COMPARED = frozenset({"when", "clock", "number", "who", "where", "which"})
_TITLED = sentences.FEATURES.index("with headline")
MAX_VALUES = 5
SPEAKS = 0.45
"""Share of the strongest value's weight that another one needs, sentence against sentence."""
SAYS = 0.45
EVENT = 0.6
"""Share of what the strongest value's clause holds of the question that another place's clause needs to tell of the same
event: where something is is told of many things."""
ALIKE = 0.35
"""Share of what the strongest value's sentence holds of the question that another one's needs to hold, its words weighed by
how few of these sentences have them."""
_EACH = 3
"""Quotes shown for a value."""


def find(asked: Asked, groups: Sequence[Group]) -> tuple[ConflictDraft, ...]:
    """The one conflict over what was asked, if articles differ about it."""
    if asked.kind.name not in COMPARED or not groups:
        return ()
    if asked.kind.name == "which" and asked.kind.head not in kinds.PROPER:
        return ()
    firsts = vote.firsts(groups)
    ranked = [held for held, _ in vote.ranked(asked, groups)]
    best = ranked[0].told[0]
    local = _local(asked, groups)
    heard = [held for held in ranked if not firsts.isdisjoint(held.told) and _heard(held, asked, best, local)]
    texts = {one.by.sentence.text for held in groups for one in held.told}
    kept: list[Group] = []
    for held in heard:
        if all(_against(asked, held, other) and not _together(asked, held, other, texts) for other in kept):
            kept.append(held)
    if len(kept) < 2:
        return ()
    drafts = tuple(_value(held) for held in kept[:MAX_VALUES])
    return (ConflictDraft(_about(asked), drafts),)


def _local(asked: Asked, groups: Sequence[Group]) -> dict[str, float]:
    """What each of the question's stems weighs where only these sentences are compared: what all of them hold tells nothing."""
    sentences_ = {one.by.sentence.text: one.by.sentence.stems for held in groups for one in held.told}
    found = {}
    for word, weight in asked.weights.items():
        stem = words.stem(word)
        having = sum(stem in stems for stems in sentences_.values())
        found[stem] = weight * log(1 + (len(sentences_) - having + 0.5) / (having + 0.5))
    return found


def _alike(asked: Asked, local: Mapping[str, float], told: Told, best: Told) -> bool:
    """Whether a sentence tells of what the best one tells of: it counts the same things, or holds most of what that holds."""
    if measures.same_things(asked.kind.head, told.value.fits, best.value.fits):
        return True
    both = {stem: weight for stem, weight in local.items() if stem in _stems(asked, best)}
    held = sum(weight for stem, weight in both.items() if stem in _stems(asked, told))
    return held >= ALIKE * sum(both.values())


def _stems(asked: Asked, told: Told) -> frozenset[str]:
    """Those of its sentence; of one that points back, as "announced this" does, with what it points to."""
    sentence = told.by.sentence
    points_back = told.by.seen[0] > words.coverage(asked.weights, sentence.stems)
    return sentence.near if points_back else sentence.stems


def _heard(held: Group, asked: Asked, best: Told, local: Mapping[str, float]) -> bool:
    first = held.told[0]
    return (
        first.weight >= SPEAKS * best.weight
        and _of_the_thing(asked, first)
        and _as_much(asked, first, best)
        and _alike(asked, local, first, best)
    )


def _as_much(asked: Asked, told: Told, best: Told) -> bool:
    """Whether its sentence, with its headline, speaks of about as much of the question as the best one does."""
    if told.by.seen[_TITLED] < SAYS * best.by.seen[_TITLED]:
        return False
    return asked.kind.name not in NAMED or _same_event(asked, told, best)


def _same_event(asked: Asked, told: Told, best: Told) -> bool:
    least = EVENT * event.share(asked, best.by.sentence, best.value) if asked.kind.name == "where" else 0.0
    return event.same(asked, told.by.sentence, told.value, least)


def _of_the_thing(asked: Asked, told: Told) -> bool:
    """A number must stand in a sentence that counts the thing asked for, and a place be one."""
    if asked.kind.name == "where":
        return told.value.fits >= places.PLAIN
    if asked.kind.name != "number":
        return True
    head = asked.kind.head
    return told.value.fits >= measures.ALIKE and (not head or words.stem(head) in told.by.sentence.stems)


def _against(asked: Asked, one: Group, other: Group) -> bool:
    """Whether two groups are told by different articles and cannot both be so."""
    if not one.articles - other.articles or not other.articles - one.articles:
        return False
    return values.against(asked.kind, one.told[0], other.told[0])


def _together(asked: Asked, one: Group, other: Group, texts: Iterable[str]) -> bool:
    """Whether an article has both: a place within another, two who did it."""
    if asked.kind.name not in NAMED:
        return False
    where = asked.kind.name == "where"
    pairs = {(left.shown, right.shown) for left in one.told for right in other.told}
    if where and any(places.seat(*pair) for pair in pairs):
        return True
    return any(places.together(text, *pair, places=where) for text in texts for pair in pairs)


def _value(held: Group) -> ConflictValueDraft:
    best: dict[str, Told] = {}
    for one in held.told:
        best.setdefault(one.by.sentence.hit.article.id, one)
    quotes = tuple(QuoteDraft(one.by.sentence.hit.passage.id, one.by.sentence.text) for one in best.values())
    return ConflictValueDraft(values.rough(held.told[0]), quotes[:_EACH])


def _about(asked: Asked) -> str:
    return asked.question.strip().rstrip("?").strip()


def told(conflict: Conflict) -> str:
    """A sentence for people: `The articles differ: about 700 (Paper, 13 April 2024); 1,000 (Paper, 1 May 2024).`"""
    parts = [f"{value.value} ({_who(value.publishers, value.published)})" for value in conflict.values]
    if conflict.update:
        return f"This is told differently over time: {'; '.join(parts)}."
    return f"The articles differ: {'; '.join(parts)}."


def _who(publishers: Sequence[str], published: Day | None) -> str:
    who = ", ".join(name for name in publishers if name) or "publisher not known"
    return f"{who}, {published.day} {published:%B %Y}" if published else f"{who}, undated"
