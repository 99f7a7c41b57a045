"""Keys in the archive's database. Made and revoked by a command beside a running server, hence never cached here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, delete, insert, select, update

from qa.adapters.archive.tables import keys, sessions, spending
from qa.errors import NotFound
from qa.models import Key


class SqlKeys:
    """Times go in and come out with their zone, UTC."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(write=True)

    def any(self) -> bool:
        with self._engine.connect() as connection:
            return connection.scalar(select(keys.c.id).limit(1)) is not None

    def add(self, key: Key, digest: str) -> None:
        values = {
            "id": key.id, "digest": digest, "name": key.name, "scopes": list(key.scopes),
            "created": key.created.isoformat(), "expires": key.expires.isoformat() if key.expires else None,
            "per_minute": key.per_minute, "tokens_per_day": key.tokens_per_day,
        }  # fmt: skip
        with self._writing.begin() as connection:
            connection.execute(insert(keys).values(values))

    def all(self) -> list[Key]:
        with self._engine.connect() as connection:
            found = connection.execute(select(keys).order_by(keys.c.created, keys.c.id)).all()
        return [_key(row) for row in found]

    def find(self, digest: str) -> Key | None:
        return self._one(select(keys).where(keys.c.digest == digest))

    def _one(self, query: Select[Any]) -> Key | None:
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _key(row) if row else None

    def revoke(self, key_id: str, at: datetime) -> Key:
        with self._writing.begin() as connection:
            standing = (keys.c.id == key_id) & keys.c.revoked.is_(None)
            connection.execute(update(keys).where(standing).values(revoked=at.isoformat()))
            connection.execute(delete(sessions).where(sessions.c.key_id == key_id))
        found = self._one(select(keys).where(keys.c.id == key_id))
        if found is None:
            raise NotFound(f"There is no key {key_id!r}. `qa keys list` names them.")
        return found

    def touch(self, key_id: str, at: datetime) -> None:
        with self._writing.begin() as connection:
            connection.execute(update(keys).where(keys.c.id == key_id).values(used=at.isoformat()))

    def spend(self, key_id: str, day: date, tokens: int) -> None:
        its = (spending.c.key_id == key_id) & (spending.c.day == day)
        more = update(spending).where(its).values(tokens=spending.c.tokens + tokens)
        with self._writing.begin() as connection:
            if connection.execute(more).rowcount == 0:
                connection.execute(insert(spending).values(key_id=key_id, day=day, tokens=tokens))

    def spent(self, key_id: str, day: date) -> int:
        its = (spending.c.key_id == key_id) & (spending.c.day == day)
        with self._engine.connect() as connection:
            return connection.scalar(select(spending.c.tokens).where(its)) or 0

    def open_session(self, digest: str, key_id: str, expires: datetime) -> None:
        with self._writing.begin() as connection:
            connection.execute(
                insert(sessions).values(digest=digest, key_id=key_id, expires=expires.isoformat())
            )

    def session(self, digest: str, now: datetime) -> Key | None:
        opened = (sessions.c.digest == digest) & (sessions.c.expires > now.isoformat())
        return self._one(select(keys).join(sessions, sessions.c.key_id == keys.c.id).where(opened))

    def close_session(self, digest: str) -> None:
        with self._writing.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))


def _key(row: Row[Any]) -> Key:
    return Key(
        row.id, row.name, tuple(row.scopes), datetime.fromisoformat(row.created), _time(row.expires),
        _time(row.revoked), _time(row.used), row.per_minute, row.tokens_per_day,
    )  # fmt: skip


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
