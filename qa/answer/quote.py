"""An answer without a model: the value that wins, the sentences that carry it, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import conflicts, judge, sentences, values
from qa.answer.judge import Span
from qa.answer.sentences import Asked, Scored
from qa.answer.values import Group, Told
from qa.models import AnswerDraft, ClaimDraft, ConflictDraft, Hit, QuoteDraft

SENTENCES = 3
CLOSE = 0.35
"""Share of the best sentence's chance that another one needs to be shown."""
HEADLINE = 1.25
"""How much more than any other value must speak for the one that is put first."""


def candidates(asked: Asked, hits: Sequence[Hit]) -> list[Scored]:
    """Every sentence of the passages with its score, best first."""
    return sentences.score(asked, sentences.split(hits))


def extract(asked: Asked, ranked: Sequence[Scored], *, span: Span | None = None) -> AnswerDraft:
    """The value and the sentences that answer, or why there are none."""
    if not ranked:
        return AnswerDraft((), "no_evidence", "No article in the archive speaks of this.")
    groups = values.group(asked.kind, values.told(asked, ranked))
    if judge.chance(judge.seen(asked, ranked, groups)) < judge.THRESHOLD or judge.swapped(asked, ranked[0]):
        reason, explanation = judge.reason(asked, ranked, span)
        return AnswerDraft((), reason, explanation)
    found = conflicts.find(asked, groups)
    shown = _shown(ranked, groups, found)
    return AnswerDraft(
        (*_headline(asked, groups, found, shown), *(_claim(one) for one in shown)), conflicts=found
    )


def disagreements(asked: Asked, scored: Sequence[Scored]) -> tuple[ConflictDraft, ...]:
    """What articles differ about, for an answer that somebody else wrote."""
    return conflicts.find(asked, values.group(asked.kind, values.told(asked, scored)))


def _shown(ranked: Sequence[Scored], groups: Sequence[Group], found: Sequence[ConflictDraft]) -> list[Scored]:
    """The best sentence of each value in conflict; else the best one to three, one origin not twice."""
    if found:
        wanted = [value.quotes[0] for value in found[0].values]
        return [next(one for one in ranked if _is(one, quote)) for quote in wanted]
    best = ranked[0].chance
    kept: dict[str, Scored] = {}
    for one in ranked:
        if one.chance >= CLOSE * best:
            kept.setdefault(one.sentence.hit.article.origin, one)
    return list(kept.values())[:SENTENCES]


def _is(one: Scored, quote: QuoteDraft) -> bool:
    return one.sentence.hit.passage.id == quote.passage and one.sentence.text == quote.quote


def _headline(
    asked: Asked, groups: Sequence[Group], found: Sequence[ConflictDraft], shown: Sequence[Scored]
) -> list[ClaimDraft]:
    """The value as a claim of its own, on the sentences that carry it."""
    if found:
        quotes = tuple(quote for value in found[0].values for quote in value.quotes[:1])
        return [ClaimDraft("; ".join(value.value for value in found[0].values), quotes)]
    if not groups or asked.kind.name in ("what", "why", "yes_no"):
        return []
    first = groups[0]
    if len(groups) > 1 and first.weight < HEADLINE * groups[1].weight:
        return []
    told = [one for one in first.told if one.by in shown] or list(first.told[:1])
    return [ClaimDraft(values.rough(told[0]), tuple(_quote(one) for one in told))]


def _quote(told: Told) -> QuoteDraft:
    return QuoteDraft(told.by.sentence.hit.passage.id, told.by.sentence.text)


def _claim(one: Scored) -> ClaimDraft:
    text = one.sentence.text
    return ClaimDraft(text, (QuoteDraft(one.sentence.hit.passage.id, text),))
