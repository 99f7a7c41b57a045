"""An answer without a model: the value that wins, the sentences that carry it, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Day
from datetime import timedelta

from qa.answer import conflicts, judge, sentences, values, vote
from qa.answer.sentences import Asked, Scored
from qa.answer.silence import Beside, reason
from qa.answer.support import stands_on
from qa.answer.values import Group, Told
from qa.dates import asks_latest
from qa.models import AnswerDraft, ClaimDraft, ConflictDraft, Hit, Published, QuoteDraft

SENTENCES = 3
CLOSE = 0.4
"""Share of the best sentence's chance that another one needs to be shown."""
AS_GOOD = 0.9
"""The same for one of another article than those that are quoted."""
BESIDE = 0.3
"""Share of the winner's weight that its report, or its event, needs to be shown beside it."""
TOLD_WITHIN = timedelta(days=60)
"""After an event within which a report of it is told beside it."""
_ASKS_TOLD = re.compile(
    r"\b(?:announc|report|reveal|declar|confirm|publish|inform|claim|disclos)\w*|\b(?:say|said|tell|told|state[ds]?|speak|spoke|speech)\b",
    re.I,
)
"""A question that itself asks when something was told."""
HEADLINE = 1.25
"""How much likelier than any other value the one that is put first must be."""


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
        return AnswerDraft(tuple(_claim(one) for one in _newest_first(asked, _best(ranked))))
    if asked.kind.name == "when":
        heads, carriers = _dated(asked, winner, groups)
    else:
        heads, carriers = (
            (ClaimDraft(values.rough(whole[0]), tuple(_quote(one) for one in whole)),),
            [one.by for one in whole],
        )
    return AnswerDraft((*heads, *(_claim(one) for one in _best(ranked, carriers))))


def apart(asked: Asked, ranked: Sequence[Scored], draft: AnswerDraft) -> tuple[ClaimDraft, ...]:
    """For an answer that somebody else wrote: when it happened and when it was told, as far as it quotes neither."""
    groups = values.group(asked.kind, values.told(asked, ranked)) if asked.kind.name == "when" else []
    winner = _winner(asked, groups) if judge.answers(asked, ranked) else None
    other = _other(asked, winner, groups) if winner else None
    if winner is None or other is None:
        return ()
    quoted = " ".join(quote.quote for claim in draft.claims for quote in claim.quotes)
    return tuple(
        _headline(held)
        for held in _in_order(winner, other)
        if not any(one.shown in quoted for one in held.told)
    )


def _dated(
    asked: Asked, winner: Group, groups: Sequence[Group]
) -> tuple[tuple[ClaimDraft, ...], list[Scored]]:
    """When it happened and, told apart from it, when it was told; and the sentences that say so."""
    other = _other(asked, winner, groups)
    held = _in_order(winner, other) if other else [winner]
    plain = other is None and (not winner.reported or _ASKS_TOLD.search(asked.question))
    heads = (
        [ClaimDraft(values.rough(winner.told[0]), _quotes(winner))]
        if plain
        else [_headline(one) for one in held]
    )
    shown = [one.by for group in held for one in _carriers(group)[:SENTENCES]]
    return tuple(heads), shown[: SENTENCES + 1]


def _in_order(winner: Group, other: Group) -> list[Group]:
    return sorted((winner, other), key=lambda group: group.reported)


def _headline(group: Group) -> ClaimDraft:
    """A date with the word that tells what it is the date of."""
    first = group.told[0]
    words = values.rough(first)
    if words[:3].casefold() not in ("in ", "bet", "sin"):
        single = first.days is None or (first.days[1] - first.days[0]).days == 1
        words = f"{'on' if single else 'in'} {words}"
    return ClaimDraft(f"{'Reported' if group.reported else 'Happened'} {words}", _quotes(group))


def _quotes(group: Group) -> tuple[QuoteDraft, ...]:
    return tuple(_quote(one) for one in _carriers(group))


def _other(asked: Asked, winner: Group, groups: Sequence[Group]) -> Group | None:
    """The report of an event, or the event of a report: the nearest in time, of enough weight."""
    days = winner.told[0].days
    if days is None or _ASKS_TOLD.search(asked.question):
        return None
    weighty = [one for one in groups if one.told[0].weight >= BESIDE * winner.told[0].weight]
    for one in weighty:
        found = one.told[0].days
        if found and one.reported != winner.reported:
            event, report = (days, found) if one.reported else (found, days)
            if event[0] <= report[0] <= event[1] + TOLD_WITHIN:
                return one
    return None


def silence(asked: Asked, ranked: Sequence[Scored], beside: Beside) -> AnswerDraft:
    """Why nothing answers, and what the archive does have."""
    why, explanation = reason(asked, ranked, beside)
    return AnswerDraft((), why, explanation)


def disagreements(asked: Asked, ranked: Sequence[Scored]) -> tuple[ConflictDraft, ...]:
    """What articles differ about, for an answer that somebody else wrote."""
    return conflicts.find(asked, values.group(asked.kind, values.told(asked, ranked)))


def _both_sides(ranked: Sequence[Scored], found: tuple[ConflictDraft, ...]) -> AnswerDraft:
    """Every value of a conflict as the headline, then the best sentence of each."""
    quotes = tuple(value.quotes[0] for value in found[0].values)
    headline = ClaimDraft("; ".join(value.value for value in found[0].values), quotes)
    shown = [next(one for one in ranked if _is(one, quote)) for quote in dict.fromkeys(quotes)]
    return AnswerDraft((headline, *(_claim(one) for one in _best(ranked, shown))), conflicts=found)


def _is(one: Scored, quote: QuoteDraft) -> bool:
    return one.sentence.hit.passage.id == quote.passage and one.sentence.text == quote.quote


def _best(ranked: Sequence[Scored], carriers: Sequence[Scored] = ()) -> list[Scored]:
    """The sentences that carry the headline, and the best others of the same articles beside them, up to three."""
    kept = {one.sentence.text: one for one in carriers[: SENTENCES + 1]}
    articles = {one.sentence.hit.article.id for one in carriers or ranked[:1]}
    for one in ranked:
        if len(kept) >= SENTENCES or one.chance < CLOSE * ranked[0].chance:
            break
        if one.sentence.hit.article.id in articles or one.chance >= AS_GOOD * ranked[0].chance:
            kept.setdefault(one.sentence.text, one)
    return list(kept.values())


def _newest_first(asked: Asked, best: list[Scored]) -> list[Scored]:
    """The sentences as they are, for a question that asks for the latest by the day of publication."""
    if not asks_latest(asked.question):
        return best
    return sorted(best, key=lambda one: _day(one.sentence.hit.article.published), reverse=True)


def _day(published: Published) -> Day:
    return published.date or published.start or Day.min


def _winner(asked: Asked, groups: Sequence[Group]) -> Group | None:
    """The value that is put first: it must lead clearly, and a name for `which` must have two voices."""
    if asked.kind.name in ("what", "why", "yes_no"):
        return None
    ranked = vote.ranked(asked, groups)
    if not ranked:
        return None
    first, chance = ranked[0]
    if asked.kind.name == "which" and len({one.by.sentence.hit.article.origin for one in first.told}) < 2:
        return None
    rivals = [other for held, other in ranked[1:] if held.reported == first.reported]
    return first if not rivals or chance >= HEADLINE * rivals[0] else None


def _carriers(winner: Group) -> list[Told]:
    """Those that carry the value as it is put first: `July 2023` does not carry `July 26, 2023`."""
    first = winner.told[0]
    if first.days is not None:
        return [one for one in _voices(winner.told) if one.days == first.days]
    return [one for one in _voices(winner.told) if stands_on(values.rough(one), [one.by.sentence.text])
            and stands_on(winner.shown, [one.by.sentence.text])]  # fmt: skip


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
