"""Asks every question of a set and records what came back, case by case.

What is measured comes over the wire. Where the archive is at hand too, the baselines run beside it on the same
passages, and each miss is traced to the step that lost it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol

from qa.eval import metrics
from qa.eval.cases import Case
from qa.eval.door import Door
from qa.models import ANY, Filters, Passage

DEPTH = 100
"""Passages asked for: the first ten distinct articles are counted."""
SHOWN = 10
"""Passages that evidence must be in."""
OURS = "dateline"
LOST = ("not in the archive", "not in the candidates", "cut by fusion", "cut by diversity", "not cited")
Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What one system found for one question: articles in order, and the passages that count for evidence."""

    articles: tuple[str, ...]
    passages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """By system: the rank of the first gold article (0: none), and whether all evidence was within the passages."""

    rank: Mapping[str, int]
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answered:
    status: str
    text: str
    right: float
    """An accepted string is in the answer."""
    picked: float
    """The right one of the choices is the one that the answer speaks for."""
    cited: tuple[str, ...]
    cited_gold: float
    """Share of the citations that are of gold articles."""


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    given: Retrieved
    """With the question's `as_of`."""
    never: Retrieved
    """Without it; the same where the question has none."""
    answered: Answered
    top: float
    """Score of the best passage."""
    search_ms: float
    ask_ms: float
    lost: str = ""
    """The step that lost the gold article, where the answer cites none."""


class Inside(Protocol):
    """The archive behind the door, where it is at hand."""

    def baselines(self, question: str, filters: Filters) -> Mapping[str, Sequence[Passage]]: ...

    def holds(self, article: str) -> bool: ...

    def ranked(self, question: str, filters: Filters) -> Sequence[str]:
        """Every candidate's article, in the order of the fused scores, before diversity; each may come again."""
        ...


def run(
    cases: Iterable[Case],
    door: Door,
    inside: Inside | None = None,
    *,
    mode: str = "auto",
    on_case: Callable[[int], None] = lambda _: None,
) -> list[Outcome]:
    """Outcomes in the order of the cases. Raises QaError where the server does not answer."""
    found = []
    for case in cases:
        found.append(_outcome(case, door, inside, mode))
        on_case(1)
    return found


def _outcome(case: Case, door: Door, inside: Inside | None, mode: str) -> Outcome:
    as_of = case.as_of.isoformat() if case.as_of else None
    body = {"as_of": as_of, "mode": mode, "conversation_id": _conversation(case, door)}
    began = perf_counter()
    answer = door.post("/v1/ask", {**body, "question": case.question})
    asked = perf_counter()
    case = replace(case, question=answer["standalone_question"])  # searching knows no conversation
    hits = _search(door, case.question, as_of)
    searched = perf_counter()
    given = _retrieved(case, hits, inside, Filters(as_of=case.as_of))
    never = given if as_of is None else _retrieved(case, _search(door, case.question, None), inside, ANY)
    outcome = Outcome(
        case, given, never, _answered(case, answer, hits), top=float(hits[0]["score"]) if hits else 0.0,
        search_ms=(searched - asked) * 1000, ask_ms=(asked - began) * 1000,
    )  # fmt: skip
    return replace(outcome, lost=_lost(outcome, hits, inside) if inside else "")


def _conversation(case: Case, door: Door) -> str | None:
    """The conversation in which the questions before this one were asked; None where there were none."""
    name = None
    for question in case.history:
        name = door.post("/v1/ask", {"question": question, "conversation_id": name})["conversation_id"]
    return name


def _search(door: Door, question: str, as_of: str | None) -> Sequence[Wire]:
    body = {"question": question, "as_of": as_of, "limit": DEPTH}
    hits: Sequence[Wire] = door.post("/v1/search", body)["hits"]
    return hits


def _retrieved(case: Case, hits: Sequence[Wire], inside: Inside | None, filters: Filters) -> Retrieved:
    ranked = {OURS: [(hit["article_id"], hit["text"]) for hit in hits]}
    if inside is not None:
        for name, passages in inside.baselines(case.question, filters).items():
            ranked[name] = [(passage.article_id, passage.text) for passage in passages]
    return Retrieved(
        {name: metrics.first_rank(articles(found), case.gold) for name, found in ranked.items()},
        {name: metrics.all_evidence(case.evidence, found[:SHOWN]) for name, found in ranked.items()},
    )


def articles(found: Sequence[tuple[str, str]]) -> list[str]:
    """Distinct articles in the order of their best passages."""
    return list(dict.fromkeys(article for article, _ in found))


def _answered(case: Case, answer: Wire, hits: Sequence[Wire]) -> Answered:
    cited = tuple(citation["article_id"] for citation in answer["citations"])
    text = answer["text"] if answer["status"] != "not_answered" else ""
    around = " ".join(f"{c['before']} {c['quote']} {c['after']}" for c in answer["citations"])
    picked = metrics.pick(case.choices, [text, around, *(hit["text"] for hit in hits[:SHOWN])])
    return Answered(
        answer["status"], answer["text"],
        right=metrics.right_answer(text, case.answers, case.expect),
        picked=float(picked is not None and _same(case.choices[picked], case.answers)),
        cited=cited,
        cited_gold=sum(article in case.gold for article in cited) / len(cited) if cited else 0.0,
    )  # fmt: skip


def _same(choice: str, answers: Sequence[str]) -> bool:
    return metrics.normalised(choice) in {metrics.normalised(answer) for answer in answers}


def _lost(outcome: Outcome, hits: Sequence[Wire], inside: Inside) -> str:
    """The first step after which no gold article was left; empty where one is cited, or there is none to cite."""
    gold = outcome.case.gold
    if not gold or gold & set(outcome.answered.cited):
        return ""
    if not any(inside.holds(article) for article in gold):
        return LOST[0]
    ranked = inside.ranked(outcome.case.question, Filters(as_of=outcome.case.as_of))
    if not gold & set(ranked):
        return LOST[1]
    if gold & {hit["article_id"] for hit in hits[:SHOWN]}:
        return LOST[4]
    return LOST[3] if gold & set(ranked[:SHOWN]) else LOST[2]
