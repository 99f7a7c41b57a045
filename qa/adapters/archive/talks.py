"""Conversations, their answers as they were given, and what readers thought of them."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, true, update

from qa.adapters.archive import answers
from qa.adapters.archive.tables import feedback, turns
from qa.errors import NotFound
from qa.events import Record
from qa.models import Answer, Feedback, Talk, Turn
from qa.ports import Owners


def history(connection: Connection, conversation_id: str, owners: Owners, *, whole: bool) -> list[Turn]:
    """In the order of asking; with `whole`, each with the answer as it was given."""
    query = select(turns).where(turns.c.conversation_id == conversation_id, _of(owners)).order_by(turns.c.id)
    found = [_turn(row, whole=whole) for row in connection.execute(query)]
    if not found:
        raise _no_conversation(conversation_id)
    return found


def keep(connection: Connection, records: Sequence[Record]) -> None:
    """Keep the turns of those that belong to a conversation."""
    found = [_row(record) for record in records if record.conversation]
    if found:
        connection.execute(insert(turns), found)


def _row(record: Record) -> dict[str, object]:
    turn = record.turn
    return {
        "conversation_id": record.conversation,
        "question": turn.question,
        "standalone": turn.standalone,
        "answer": turn.answer,
        "at": _now(),
        "answer_id": turn.given.id if turn.given else None,
        "given": _form().dump_json(turn.given).decode() if turn.given else None,
        "owner": record.owner,
    }


def conversations(connection: Connection, before: str | None, limit: int, owners: Owners) -> list[Talk]:
    """By their last question, the newest first."""
    last = func.max(turns.c.id)
    query = select(turns.c.conversation_id, func.min(turns.c.id), last, func.count(), func.max(turns.c.at))
    query = query.where(_of(owners)).group_by(turns.c.conversation_id)
    if before is not None:
        newest = connection.scalar(select(last).where(turns.c.conversation_id == before, _of(owners)))
        if newest is None:
            raise _no_conversation(before)
        query = query.having(last < newest)
    found = connection.execute(query.order_by(last.desc()).limit(limit)).all()
    firsts = select(turns.c.id, turns.c.question).where(turns.c.id.in_([row[1] for row in found]))
    titles = {row.id: row.question for row in connection.execute(firsts)}
    return [
        Talk(name, titles[first], count, datetime.fromisoformat(at)) for name, first, _, count, at in found
    ]


def forget(connection: Connection, conversation_id: str, owners: Owners) -> None:
    its = (turns.c.conversation_id == conversation_id) & _of(owners)
    given = select(turns.c.answer_id).where(its)
    answers.forget(connection, given)
    connection.execute(delete(feedback).where(feedback.c.answer_id.in_(given)))
    if connection.execute(delete(turns).where(its)).rowcount == 0:
        raise _no_conversation(conversation_id)


def answer(connection: Connection, answer_id: str, owners: Owners) -> Answer:
    row = connection.execute(select(turns).where(turns.c.answer_id == answer_id, _of(owners))).first()
    given = _turn(row, whole=True).given if row else None
    if given is None:
        raise _no_answer()
    return given


def rate(connection: Connection, said: Feedback, owners: Owners) -> None:
    its = (turns.c.answer_id == said.answer_id) & _of(owners)
    if connection.scalar(select(turns.c.id).where(its)) is None:
        raise _no_answer()
    values = {"good": said.good, "reason": said.reason, "at": _now()}
    changed = connection.execute(
        update(feedback).where(feedback.c.answer_id == said.answer_id).values(values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(feedback).values(answer_id=said.answer_id, **values))


def _of(owners: Owners) -> ColumnElement[bool]:
    return true() if owners is None else turns.c.owner.in_(owners)


def _turn(row: Row[Any], *, whole: bool) -> Turn:
    given: Answer | None = _form().validate_json(row.given) if whole and row.given else None
    return Turn(row.question, row.standalone, row.answer, given)


@cache
def _form() -> Any:
    # By name and once: `qa --help` loads no pydantic, and its form of an answer takes 20 ms to make.
    return importlib.import_module("pydantic").TypeAdapter(Answer)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _no_conversation(name: str) -> NotFound:
    return NotFound(f"There is no conversation {name!r}. Leave it out to start a new one.")


def _no_answer() -> NotFound:
    return NotFound("There is no such answer. It may have been deleted with its conversation.")
