"""Replies to writes that came with an idempotency key, kept until they expire."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from qa.adapters.archive.tables import replies
from qa.ports import Reply


class SqlReplies:
    """See `qa.ports.Replies`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(write=True)

    def find(self, owner: str, key: str, now: datetime) -> Reply | None:
        standing = (replies.c.owner == owner) & (replies.c.key == key) & (replies.c.expires > now.isoformat())
        with self._engine.connect() as connection:
            row = connection.execute(select(replies.c.digest, replies.c.reply).where(standing)).first()
        return Reply(row.digest, row.reply) if row else None

    def keep(self, owner: str, key: str, reply: Reply, *, now: datetime, until: datetime) -> None:
        same = (replies.c.owner == owner) & (replies.c.key == key)
        row = {"owner": owner, "key": key, "digest": reply.digest, "reply": reply.text}
        with self._writing.begin() as connection:
            connection.execute(delete(replies).where(same | (replies.c.expires <= now.isoformat())))
            connection.execute(insert(replies).values(**row, expires=until.isoformat()))
