"""The archive's tables of jobs, and of what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Integer, Row, Select, cast, delete, func, insert, select, update

from qa.adapters.archive.intake_tables import COUNTS, job_items, jobs, quarantine
from qa.errors import NotFound
from qa.models import Input, Job, JobItem, JobState, Quarantined, Refusal
from qa.ports import Tally

SLICE = 500
"""Rows or names in one statement."""
_WITHOUT_DATA = [column for column in job_items.c if column.name != "data"]
T = TypeVar("T")


class JobTables:
    """See `qa.ports.JobShelf`."""

    def __init__(self, engine: Engine, writing: Engine) -> None:
        self._engine, self._writing = engine, writing

    def add(self, job: Job, inputs: Iterable[Input]) -> None:
        with self._writing.begin() as connection:
            connection.execute(
                insert(jobs).values(
                    id=job.id, kind=job.kind, what=job.what, state=job.state,
                    created=job.created.isoformat(), updated=job.updated.isoformat(),
                )
            )  # fmt: skip
            _append(connection, job.id, 1, inputs)

    def job(self, job_id: str) -> Job:
        with self._engine.connect() as connection:
            row = connection.execute(_summed().where(jobs.c.id == job_id)).first()
        if row is None:
            raise NotFound(f"There is no job {job_id!r}.")
        return _job(row)

    def jobs(self, *, before: str | None = None, limit: int = 50) -> list[Job]:
        query = _summed().order_by(jobs.c.number.desc()).limit(limit)
        with self._engine.connect() as connection:
            if before is not None:
                last = connection.scalar(select(jobs.c.number).where(jobs.c.id == before))
                if last is None:
                    raise NotFound(f"There is no job {before!r}.")
                query = query.where(jobs.c.number < last)
            return [_job(row) for row in connection.execute(query)]

    def items(self, job_id: str, *, after: int = 0, limit: int = 100) -> list[JobItem]:
        query = select(*_WITHOUT_DATA).where(job_items.c.job_id == job_id, job_items.c.number > after)
        with self._engine.connect() as connection:
            return [_item(row) for row in connection.execute(query.order_by(job_items.c.number).limit(limit))]

    def due(self, job_id: str, *, after: int, now: float, limit: int) -> list[JobItem]:
        query = select(job_items).where(
            job_items.c.job_id == job_id, ~job_items.c.done, job_items.c.number > after, job_items.c.next_try <= now
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [_item(row) for row in connection.execute(query.order_by(job_items.c.number).limit(limit))]

    def next_try(self, job_id: str) -> float | None:
        query = select(func.min(job_items.c.next_try)).where(job_items.c.job_id == job_id, ~job_items.c.done)
        with self._engine.connect() as connection:
            found: float | None = connection.scalar(query)
        return found

    def expand(self, item: JobItem, found: Sequence[Input]) -> None:
        with self._writing.begin() as connection:
            last = select(func.max(job_items.c.number)).where(job_items.c.job_id == item.job)
            _append(connection, item.job, (connection.scalar(last) or 0) + 1, found)
            connection.execute(
                update(job_items).where(*_is(item.job, item.number)).values(done=True, reason="")
            )

    def append(self, job_id: str, found: Sequence[Input]) -> None:
        with self._writing.begin() as connection:
            last = select(func.max(job_items.c.number)).where(job_items.c.job_id == job_id)
            _append(connection, job_id, (connection.scalar(last) or 0) + 1, found)

    def refuse(self, tally: Tally, refusal: Refusal) -> None:
        with self._writing.begin() as connection:
            row = {"source": refusal.source, "reason": refusal.reason, "job_id": tally.job, "at": _now()}
            connection.execute(insert(quarantine).values(row))
            write(connection, tally)

    def close(self, tallies: Sequence[Tally], names: Sequence[str]) -> None:
        with self._writing.begin() as connection:
            for tally in tallies:
                write(connection, tally)
                ended = {"done": True, "data": None, "reason": ""}
                connection.execute(update(job_items).where(*_is(tally.job, tally.item)).values(ended))
            for some in _sliced(names):
                earlier = (
                    quarantine.c.source.in_(some),
                    quarantine.c.job_id.not_in([t.job for t in tallies[:1]]),
                )
                connection.execute(delete(quarantine).where(*earlier))

    def retry(self, item: JobItem, *, at: float, reason: str) -> None:
        later = {"next_try": at, "tries": item.tries + 1, "reason": reason}
        with self._writing.begin() as connection:
            connection.execute(update(job_items).where(*_is(item.job, item.number)).values(later))

    def set_state(self, job_id: str, state: JobState) -> None:
        with self._writing.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(state=state, updated=_now()))

    def unfinished(self) -> list[str]:
        query = select(jobs.c.id).where(jobs.c.state.in_(("waiting", "running"))).order_by(jobs.c.number)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def quarantine(
        self, *, job: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Quarantined]:
        query = select(quarantine).order_by(quarantine.c.id.desc()).limit(limit)
        if job is not None:
            query = query.where(quarantine.c.job_id == job)
        if before is not None:
            query = query.where(quarantine.c.id < before)
        with self._engine.connect() as connection:
            return [
                Quarantined(row.id, row.source, row.reason, row.job_id, datetime.fromisoformat(row.at))
                for row in connection.execute(query)
            ]

    def quarantined(self) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(quarantine)) or 0


def write(connection: Connection, tally: Tally) -> None:
    """Replace the counts of an item."""
    counts = {name: getattr(tally, name) for name in COUNTS}
    connection.execute(update(job_items).where(*_is(tally.job, tally.item)).values(counts))


def _append(connection: Connection, job_id: str, first: int, inputs: Iterable[Input]) -> None:
    blank = {
        "job_id": job_id,
        "done": False,
        "tries": 0,
        "next_try": 0.0,
        "reason": "",
        **dict.fromkeys(COUNTS, 0),
    }
    found = ({**blank, "number": number, **_row(one)} for number, one in enumerate(inputs, first))
    for some in _sliced(found):
        connection.execute(insert(job_items), some)


def _row(given: Input) -> dict[str, object]:
    return {"kind": given.kind, "name": given.name, "given": given.given, "data": given.data}


def _sliced(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, SLICE)):
        yield some


def _summed() -> Select[Any]:
    sums = [func.coalesce(func.sum(job_items.c[name]), 0).label(name) for name in COUNTS if name != "step"]
    done = func.coalesce(func.sum(cast(job_items.c.done, Integer)), 0).label("done")
    waiting = func.coalesce(func.sum(cast(~job_items.c.done & (job_items.c.tries > 0), Integer)), 0).label(
        "waiting"
    )
    query = select(jobs, func.count(job_items.c.number).label("items"), done, waiting, *sums)
    return query.outerjoin(job_items, job_items.c.job_id == jobs.c.id).group_by(jobs.c.number)


def _job(row: Row[Any]) -> Job:
    sums = {name: int(getattr(row, name)) for name in COUNTS if name != "step"}
    created, updated = datetime.fromisoformat(row.created), datetime.fromisoformat(row.updated)
    return Job(
        row.id, row.kind, row.what, row.state, created, updated,
        items=row.items, done=int(row.done), waiting=int(row.waiting), **sums,
    )  # fmt: skip


def _item(row: Row[Any]) -> JobItem:
    given = Input(row.kind, row.name, row.given, row._mapping.get("data"))
    counts = {name: getattr(row, name) for name in COUNTS}
    return JobItem(row.job_id, row.number, given, row.done, row.tries, row.next_try, row.reason, **counts)


def _is(job_id: str, number: int) -> tuple[Any, Any]:
    return job_items.c.job_id == job_id, job_items.c.number == number


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
