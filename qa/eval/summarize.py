"""Outcomes to the table: each measure's mean, its interval, and its paired difference to every baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from qa.eval import metrics
from qa.eval.cases import CaseSet
from qa.eval.run import LOST, OURS, Outcome, Retrieved

CURVE = range(1, 21)
Values = Mapping[str, float]
"""By case id."""


@dataclass(frozen=True, slots=True)
class Row:
    measure: str
    n: int
    value: float
    low: float
    high: float
    """The 95% interval."""
    against: Mapping[str, tuple[float, float, float, float]]
    """By baseline: its value, then our difference to it with its interval."""


RETRIEVAL: Mapping[str, Callable[[int], float]] = {
    "hit@1": lambda rank: metrics.hit(rank, 1),
    "hit@5": lambda rank: metrics.hit(rank, 5),
    "hit@10": lambda rank: metrics.hit(rank, 10),
    "MRR@10": metrics.reciprocal,
}


def values(outcomes: Sequence[Outcome]) -> dict[str, dict[str, dict[str, float]]]:
    """By measure, system and case id: everything that the table is made of."""
    answerable = [outcome for outcome in outcomes if outcome.case.gold]
    found: dict[str, dict[str, dict[str, float]]] = {}
    dated = any(outcome.case.as_of for outcome in answerable)
    for label, side in (("as of the day, ", _given), ("", _never)) if dated else (("", _given),):
        for name, measure in RETRIEVAL.items():
            found[f"{label}{name}"] = _by_system(answerable, side, lambda r, s, m=measure: m(r.rank[s]))  # type: ignore[misc]
    proven = [outcome for outcome in answerable if outcome.case.evidence]
    if proven:
        found["all evidence in 10 passages"] = _by_system(proven, _given, lambda r, s: r.evidence[s])
    found.update(_answers(outcomes, answerable))
    return {measure: systems for measure, systems in found.items() if systems[OURS]}


def _given(outcome: Outcome) -> Retrieved:
    return outcome.given


def _never(outcome: Outcome) -> Retrieved:
    return outcome.never


def _by_system(
    outcomes: Sequence[Outcome],
    side: Callable[[Outcome], Retrieved],
    measure: Callable[[Retrieved, str], float],
) -> dict[str, dict[str, float]]:
    systems = list(side(outcomes[0]).rank) if outcomes else [OURS]
    return {name: {o.case.id: measure(side(o), name) for o in outcomes} for name in systems}


def _answers(
    outcomes: Sequence[Outcome], answerable: Sequence[Outcome]
) -> dict[str, dict[str, dict[str, float]]]:
    with_answer = [o for o in answerable if o.case.answers or o.case.expect]
    with_choices = [o for o in answerable if o.case.choices]
    return {
        "answer contains": {OURS: {o.case.id: o.answered.right for o in with_answer}},
        "right choice": {OURS: {o.case.id: o.answered.picked for o in with_choices}},
        "cited in gold": {OURS: {o.case.id: o.answered.cited_gold for o in answerable if o.answered.cited}},
        "refused, rightly": {OURS: {o.case.id: float(not o.case.gold) for o in outcomes if _refused(o)}},
        "unanswerable, refused": {OURS: {o.case.id: float(_refused(o)) for o in outcomes if not o.case.gold}},
    }


def _refused(outcome: Outcome) -> bool:
    return outcome.answered.status == "not_answered"


def rows(found: Mapping[str, Mapping[str, Values]], earlier: Mapping[str, Values] | None = None) -> list[Row]:
    """The table. `earlier` is another run's `values` of ours, compared on the cases that both have."""
    return [_row(measure, systems, (earlier or {}).get(measure)) for measure, systems in found.items()]


def _row(measure: str, systems: Mapping[str, Values], earlier: Values | None) -> Row:
    ours = systems[OURS]
    against = {name: theirs for name, theirs in systems.items() if name != OURS}
    if earlier:
        against["earlier"] = earlier
    low, high = metrics.interval(list(ours.values()))
    mean = sum(ours.values()) / len(ours)
    return Row(measure, len(ours), mean, low, high, {name: _compared(ours, t) for name, t in against.items()})


def _compared(ours: Values, theirs: Values) -> tuple[float, float, float, float]:
    shared = [case for case in ours if case in theirs]
    baseline = sum(theirs[case] for case in shared) / len(shared) if shared else 0.0
    mean, (low, high) = metrics.difference([ours[c] for c in shared], [theirs[c] for c in shared])
    return baseline, mean, low, high


def summary(
    chosen: CaseSet, outcomes: Sequence[Outcome], earlier: Mapping[str, Values] | None
) -> dict[str, object]:
    """The whole result as JSON. Timings are apart, under `latency`: all else is the same in every run."""
    found = values(outcomes)
    return {
        "set": chosen.name,
        "questions": len(outcomes),
        "table": [asdict(row) for row in rows(found, earlier)],
        "values": found,
        "curves": _curves([outcome for outcome in outcomes if outcome.case.gold]),
        "lost": {stage: sum(outcome.lost == stage for outcome in outcomes) for stage in LOST},
        "misses": [_miss(outcome) for outcome in outcomes if outcome.lost],
        "calibration": metrics.calibration(
            [o.top for o in outcomes], [bool(o.answered.right) for o in outcomes]
        ),
        "latency": {name: _quantiles(times) for name, times in _times(outcomes).items()},
    }


def _curves(answerable: Sequence[Outcome]) -> dict[str, list[float]]:
    """Share of questions with a gold article among the first k, for k from 1, by system."""
    systems = list(answerable[0].given.rank) if answerable else []
    return {
        name: [sum(metrics.hit(o.given.rank[name], k) for o in answerable) / len(answerable) for k in CURVE]
        for name in systems
    }


def _miss(outcome: Outcome) -> dict[str, object]:
    return {
        "id": outcome.case.id,
        "question": outcome.case.question,
        "lost": outcome.lost,
        "rank": outcome.given.rank[OURS],
        "answer": outcome.answered.text,
        "gold": sorted(outcome.case.gold),
    }


def _times(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    return {"search": [o.search_ms for o in outcomes], "ask": [o.ask_ms for o in outcomes]}


def _quantiles(times: Sequence[float]) -> dict[str, float]:
    return {f"p{share}": round(metrics.quantile(times, share / 100), 1) for share in (50, 90, 99)}
