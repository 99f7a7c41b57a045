"""What became of answers: logged one by one, counted by day, stage and reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Row, Select, case, func, insert, select, update

from qa.adapters.archive.answer_tables import answer_log, dropped_quotes
from qa.adapters.archive.tables import feedback, turns
from qa.events import Account, Record
from qa.figures import Activity, Dropped, Logged, OfDay, OfOutcome, OfStage

TIMED = 2_000
"""The newest answers, from which the times of stages are taken."""


def keep(connection: Connection, records: Sequence[Record]) -> None:
    """Log answers; the words of what was dropped only where the question itself is kept."""
    logged = [(record.told, record) for record in records if record.told]
    if logged:
        connection.execute(insert(answer_log), [_row(told, record.owner) for told, record in logged])
    drops = [
        {
            "answer_id": told.answer.id, "why": each.why,
            "words": each.words if record.conversation else "",
        }
        for told, record in logged
        for each in told.dropped
    ]  # fmt: skip
    if drops:
        connection.execute(insert(dropped_quotes), drops)


def _row(told: Account, owner: str) -> dict[str, object]:
    answer = told.answer
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "answer_id": answer.id, "owner": owner,
        "status": answer.status, "reason": answer.reason or "", "mode": answer.mode, "model": answer.model or "",
        "model_error": told.model_error, "dropped": len(told.dropped), "citations": len(answer.citations),
        "prompt_tokens": answer.usage.prompt_tokens, "completion_tokens": answer.usage.completion_tokens,
        "timings": answer.timings,
    }  # fmt: skip


def forget(connection: Connection, given: Select[Any]) -> None:
    """Blank the words that belong to some answers. That and why something was dropped stays."""
    connection.execute(update(dropped_quotes).where(dropped_quotes.c.answer_id.in_(given)).values(words=""))


class SqlAnswerLog:
    """See `qa.ports.AnswerLog`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(
        self, *, status: str | None = None, rated: bool | None = None, before: int | None = None, limit: int = 50
    ) -> list[Logged]:  # fmt: skip
        query = select(answer_log, turns.c.question, feedback.c.good, feedback.c.reason.label("said"))
        query = query.outerjoin(turns, turns.c.answer_id == answer_log.c.answer_id)
        query = query.outerjoin(feedback, feedback.c.answer_id == answer_log.c.answer_id)
        if status:
            query = query.where(answer_log.c.status == status)
        if rated is not None:
            query = query.where(feedback.c.good == rated)
        if before is not None:
            query = query.where(answer_log.c.number < before)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(answer_log.c.number.desc()).limit(limit)).all()
            drops = _drops(connection, [row.answer_id for row in found if row.dropped])
        return [_logged(row, drops.get(row.answer_id, ())) for row in found]

    def outcomes(self) -> list[OfOutcome]:
        columns = (answer_log.c.status, answer_log.c.reason, answer_log.c.mode)
        query = select(*columns, func.count()).group_by(*columns).order_by(func.count().desc(), *columns)
        with self._engine.connect() as connection:
            return [OfOutcome(*row) for row in connection.execute(query)]

    def ratings(self) -> tuple[int, int]:
        query = select(feedback.c.good, func.count()).group_by(feedback.c.good)
        with self._engine.connect() as connection:
            found = {bool(good): count for good, count in connection.execute(query)}
        return found.get(True, 0), found.get(False, 0)

    def conversations(self) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count(turns.c.conversation_id.distinct()))) or 0

    def activity(self, *, days: int, today: date) -> Activity:
        since = (today - timedelta(days=days - 1)).isoformat()
        timed = select(answer_log.c.timings).where(answer_log.c.at >= since)
        with self._engine.connect() as connection:
            stages = _stages(connection.scalars(timed.order_by(answer_log.c.number.desc()).limit(TIMED)))
            reasons = _counted(connection, answer_log.c.reason, since, status="not_answered")
            why = select(dropped_quotes.c.why, func.count()).group_by(dropped_quotes.c.why)
            why = why.join(answer_log, answer_log.c.answer_id == dropped_quotes.c.answer_id)
            dropped = _pairs(connection, why.where(answer_log.c.at >= since))
            by_day = _by_day(connection, since)
        every = [today - timedelta(days=back) for back in reversed(range(days))]
        return Activity(
            tuple(by_day.get(day, OfDay(day)) for day in every), stages, reasons,
            dropped,
        )  # fmt: skip


def _counted(connection: Connection, column: Any, since: str, *, status: str) -> dict[str, int]:
    query = select(column, func.count()).where(answer_log.c.at >= since, answer_log.c.status == status)
    return _pairs(connection, query.group_by(column))


def _pairs(connection: Connection, query: Select[Any]) -> dict[str, int]:
    """Names with their counts, the most frequent first."""
    return dict(Counter({row[0]: row[1] for row in connection.execute(query)}).most_common())


def _by_day(connection: Connection, since: str) -> dict[date, OfDay]:
    day = func.substr(answer_log.c.at, 1, 10)
    sums = (answer_log.c.dropped, answer_log.c.prompt_tokens, answer_log.c.completion_tokens)
    failed = func.sum(case((answer_log.c.model_error != "", 1), else_=0))
    query = select(day, answer_log.c.status, func.count(), failed, *map(func.sum, sums))
    found: dict[date, OfDay] = {}
    for at, status, count, errors, dropped, prompt, completion in connection.execute(
        query.where(answer_log.c.at >= since).group_by(day, answer_log.c.status)
    ):
        on = date.fromisoformat(at)
        known = found.get(on, OfDay(on))
        found[on] = replace(
            known, **{status: count}, dropped=known.dropped + dropped, model_errors=known.model_errors + errors,
            prompt_tokens=known.prompt_tokens + prompt, completion_tokens=known.completion_tokens + completion,
        )  # fmt: skip
    rated = func.substr(feedback.c.at, 1, 10)
    query = select(rated, feedback.c.good, func.count()).where(feedback.c.at >= since)
    for at, good, count in connection.execute(query.group_by(rated, feedback.c.good)):
        on = date.fromisoformat(at)
        found[on] = replace(found.get(on, OfDay(on)), **{"good" if good else "bad": count})
    return found


def _stages(timings: Iterable[dict[str, float]]) -> tuple[OfStage, ...]:
    held: dict[str, list[float]] = defaultdict(list)
    for each in timings:
        for stage, took in each.items():
            held[stage].append(took)
    return tuple(
        OfStage(stage, len(took), *(round(float(at), 1) for at in np.percentile(took, (50, 95, 100))))
        for stage, took in held.items()
    )


def _drops(connection: Connection, ids: list[str]) -> dict[str, tuple[Dropped, ...]]:
    found: dict[str, tuple[Dropped, ...]] = defaultdict(tuple)
    query = select(dropped_quotes).where(dropped_quotes.c.answer_id.in_(ids)).order_by(dropped_quotes.c.id)
    for row in connection.execute(query):
        found[row.answer_id] += (Dropped(row.words, row.why),)
    return found


def _logged(row: Row[Any], drops: tuple[Dropped, ...]) -> Logged:
    return Logged(
        row.number, datetime.fromisoformat(row.at), row.answer_id, row.owner, row.status, row.reason, row.mode,
        row.model, row.model_error, drops, row.citations, row.prompt_tokens, row.completion_tokens, row.timings,
        row.question or "", row.good, row.said or "",
    )  # fmt: skip
