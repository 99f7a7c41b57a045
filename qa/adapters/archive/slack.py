"""What the Slack door remembers: deliveries it has seen, threads it answers in, and what it is posting where."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from qa.adapters.archive.slack_tables import slack_postings, slack_seen, slack_threads
from qa.ports import SlackPosting, SlackThread


class SqlSlack:
    """`SlackRecords` in the archive's own database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(write=True)

    def admit(self, names: tuple[str, ...], posting: SlackPosting | None = None) -> bool:
        with self._writing.begin() as connection:
            if connection.scalar(select(slack_seen.c.name).where(slack_seen.c.name.in_(names)).limit(1)):
                return False
            connection.execute(insert(slack_seen), [{"name": name, "at": _now()} for name in names])
            if posting is not None:
                _begin(connection, posting)
        return True

    def conversation(self, thread: SlackThread) -> str | None:
        with self._engine.connect() as connection:
            found: str | None = connection.scalar(select(slack_threads.c.conversation_id).where(_is(thread)))
        return found

    def posted(self, posting_id: str, ts: str) -> None:
        self._change(posting_id, ts=ts)

    def answered(self, posting: SlackPosting, conversation: str, answer: str) -> None:
        with self._writing.begin() as connection:
            values = {"conversation_id": conversation, "answer_id": answer}
            mine = slack_postings.c.id == posting.id
            connection.execute(update(slack_postings).where(mine).values(values))
            values = {"conversation_id": conversation, "at": _now()}
            connection.execute(update(slack_threads).where(_is(posting.thread)).values(values))

    def finished(self, posting_id: str) -> None:
        self._change(posting_id, finished=True)

    def unfinished(self, *, since: datetime) -> list[SlackPosting]:
        open_ = slack_postings.c.finished.is_(False) & (slack_postings.c.thread_ts != "")
        recent = slack_postings.c.at >= _stamp(since)
        query = select(slack_postings).where(open_, recent).order_by(slack_postings.c.at)
        with self._engine.connect() as connection:
            return [
                SlackPosting(
                    id=row.id, thread=SlackThread(row.team, row.channel, row.thread_ts), user=row.user_id,
                    asked_ts=row.asked_ts, ts=row.ts, answer=row.answer_id,
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def owned(self, ts: set[str], channel: str) -> set[str]:
        mine = slack_postings.c.channel == channel
        with self._engine.connect() as connection:
            return set(
                connection.scalars(select(slack_postings.c.ts).where(mine, slack_postings.c.ts.in_(ts)))
            )

    def asked(self, team: str, user: str, *, limit: int) -> list[str]:
        mine = (slack_postings.c.team == team) & (slack_postings.c.user_id == user)
        query = select(slack_postings.c.answer_id).where(mine, slack_postings.c.answer_id.is_not(None))
        with self._engine.connect() as connection:
            return list(connection.scalars(query.order_by(slack_postings.c.at.desc()).limit(limit)))

    def forget(self, *, seen_before: datetime, used_before: datetime) -> list[str]:
        seen, used = _stamp(seen_before), _stamp(used_before)
        with self._writing.begin() as connection:
            connection.execute(delete(slack_seen).where(slack_seen.c.at < seen))
            # A conversation is as old as the last question in it, wherever that was asked.
            fresh = select(slack_postings.c.conversation_id).where(
                slack_postings.c.at >= used, slack_postings.c.conversation_id.is_not(None)
            )
            old = (slack_postings.c.at < used) & (
                slack_postings.c.conversation_id.is_(None) | slack_postings.c.conversation_id.not_in(fresh)
            )
            names = connection.scalars(select(slack_postings.c.conversation_id).where(old).distinct()).all()
            connection.execute(delete(slack_postings).where(old))
            connection.execute(delete(slack_threads).where(slack_threads.c.at < used))
        return [name for name in names if name]

    def _change(self, posting_id: str, **values: object) -> None:
        with self._writing.begin() as connection:
            connection.execute(
                update(slack_postings).where(slack_postings.c.id == posting_id).values(**values)
            )


def _begin(connection: Connection, posting: SlackPosting) -> None:
    thread = posting.thread
    place = {"team": thread.team, "channel": thread.channel, "thread_ts": thread.ts}
    connection.execute(
        insert(slack_postings).values(
            id=posting.id, **place, user_id=posting.user, asked_ts=posting.asked_ts, finished=False, at=_now()
        )
    )
    if thread.ts:
        known = connection.execute(update(slack_threads).where(_is(thread)).values(at=_now()))
        if known.rowcount == 0:
            connection.execute(insert(slack_threads).values(**place, conversation_id="", at=_now()))


def _is(thread: SlackThread) -> ColumnElement[bool]:
    columns = slack_threads.c
    return (
        (columns.team == thread.team) & (columns.channel == thread.channel) & (columns.thread_ts == thread.ts)
    )


def _now() -> str:
    return _stamp(datetime.now(UTC))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
