"""What SQLite says when it cannot go on, as our own errors with what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy import ExceptionContext

from qa.errors import ArchiveError, Busy

_BUSY = "The archive is being written to by others all the time. Try again in a moment."
_DAMAGED = "The archive's file is damaged ({error}). Put back a backup with `qa restore --replace FILE`; the damaged one is set aside."
_SAID = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: "The disk that the archive is on is full. Nothing was half written: make room, and go on.",
    sqlite3.SQLITE_READONLY: "The archive cannot be written to ({error}). Look who owns its folder, and its permissions.",
    sqlite3.SQLITE_IOERR: "The disk that the archive is on does not read or write ({error}).",
}  # fmt: skip


def told(context: ExceptionContext) -> None:
    """For SQLAlchemy's `handle_error`. Raises Busy and ArchiveError; leaves alone what is a fault of ours."""
    error = context.original_exception
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it tells more than is of use here
    if code == sqlite3.SQLITE_BUSY:
        raise Busy(_BUSY) from error
    if code in _SAID:
        raise ArchiveError(_SAID[code].format(error=error)) from error
