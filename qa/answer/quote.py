"""An answer without a model: the value that wins, the sentences that carry it, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import conflicts, judge, sentences, values
from qa.answer.judge import Beside
from qa.answer.sentences import Asked, Scored
from qa.answer.support import stands_on
from qa.answer.values import Group, Told
from qa.models import AnswerDraft, ClaimDraft, ConflictDraft, Hit, QuoteDraft

SENTENCES = 3
CLOSE = 0.6
"""Share of the best sentence's chance that another one needs to be shown."""
BESIDE = 0.3
"""Share of the winner's weight that another date needs to be shown beside it."""
HEADLINE = 1.25
"""How much more than any other value must speak for the one that is put first."""


def candidates(asked: Asked, hits: Sequence[Hit]) -> list[Scored]:
    """Every sentence of the passages with its score, best first."""
    return sentences.score(asked, sentences.split(hits))


def extract(asked: Asked, ranked: Sequence[Scored]) -> AnswerDraft | None:
    """The value and the sentences that answer; None where nothing does, and `silence` says why."""
    if not ranked:
        return None
    if not judge.answers(asked, ranked):
        return None
    groups = values.group(asked.kind, values.told(asked, ranked))
    found = conflicts.find(asked, groups)
    if found:
        return _both_sides(ranked, found)
    winner = _winner(asked, groups)
    whole = [] if winner is None else _carriers(winner)
    if winner is None or not whole:
        return AnswerDraft(tuple(_claim(one) for one in _best(ranked)))
    told = [*whole, *_voices(_beside(asked, winner, groups))]
    headline = ClaimDraft(values.rough(told[0]), tuple(_quote(one) for one in whole))
    sentences_ = list(dict.fromkeys(one.by for one in told))
    return AnswerDraft((headline, *(_claim(one) for one in sentences_[:SENTENCES])))


def silence(asked: Asked, ranked: Sequence[Scored], beside: Beside) -> AnswerDraft:
    """Why nothing answers, and what the archive does have."""
    reason, explanation = judge.reason(asked, ranked, beside)
    return AnswerDraft((), reason, explanation)


def disagreements(asked: Asked, ranked: Sequence[Scored]) -> tuple[ConflictDraft, ...]:
    """What articles differ about, for an answer that somebody else wrote."""
    return conflicts.find(asked, values.group(asked.kind, values.told(asked, ranked)))


def _both_sides(ranked: Sequence[Scored], found: tuple[ConflictDraft, ...]) -> AnswerDraft:
    """Every value of a conflict as the headline, then the best sentence of each."""
    quotes = tuple(value.quotes[0] for value in found[0].values)
    headline = ClaimDraft("; ".join(value.value for value in found[0].values), quotes)
    shown = [next(one for one in ranked if _is(one, quote)) for quote in dict.fromkeys(quotes)]
    return AnswerDraft((headline, *(_claim(one) for one in shown)), conflicts=found)


def _is(one: Scored, quote: QuoteDraft) -> bool:
    return one.sentence.hit.passage.id == quote.passage and one.sentence.text == quote.quote


def _best(ranked: Sequence[Scored]) -> list[Scored]:
    """The best one to three sentences, one origin not twice."""
    kept: dict[str, Scored] = {}
    best = ranked[0]
    for one in ranked:
        if one.chance >= CLOSE * best.chance and one.seen[0] >= CLOSE * best.seen[0]:
            kept.setdefault(one.sentence.hit.article.origin, one)
    return list(kept.values())[:SENTENCES]


def _winner(asked: Asked, groups: Sequence[Group]) -> Group | None:
    """The value that is put first: it must lead clearly, and a name for `which` must have two voices."""
    if not groups or asked.kind.name in ("what", "why", "yes_no"):
        return None
    first = groups[0]
    if asked.kind.name == "which" and len({one.by.sentence.hit.article.origin for one in first.told}) < 2:
        return None
    clear = len(groups) == 1 or first.weight >= HEADLINE * groups[1].weight
    return first if clear else None


def _carriers(winner: Group) -> list[Told]:
    """Those that carry the value as it is put first: `July 2023` does not carry `July 26, 2023`."""
    return [one for one in _voices(winner.told) if stands_on(values.rough(one), [one.by.sentence.text])
            and stands_on(winner.shown, [one.by.sentence.text])]  # fmt: skip


def _beside(asked: Asked, winner: Group, groups: Sequence[Group]) -> list[Told]:
    """What is told beside the winner and can be so as well: `12 April` beside `Wednesday`."""
    if asked.kind.name != "when":
        return []
    first = winner.told[0]
    others = [one for held in groups[1:] for one in held.told[:1] if one.weight >= BESIDE * first.weight]
    return [
        one
        for one in others
        if not values.differ(asked.kind, first.value, one.value) and not values.relative(one.shown)
    ]


def _voices(told: Sequence[Told]) -> list[Told]:
    """The first of each origin, and of each value."""
    kept: dict[tuple[str, str], Told] = {}
    for one in told:
        kept.setdefault((one.by.sentence.hit.article.origin, one.value.key), one)
    return list(kept.values())


def _quote(told: Told) -> QuoteDraft:
    return QuoteDraft(told.by.sentence.hit.passage.id, told.by.sentence.text)


def _claim(one: Scored) -> ClaimDraft:
    text = one.sentence.text
    return ClaimDraft(text, (QuoteDraft(one.sentence.hit.passage.id, text),))
