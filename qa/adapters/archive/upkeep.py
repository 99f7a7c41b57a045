"""The archive as one file: copied while it is in use, checked, put back, and swept of what belongs to nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Engine, delete, func, select

from qa.adapters.archive import migrate
from qa.adapters.archive.tables import articles, facts, passages, vectors, versions
from qa.errors import ArchiveError, SchemaTooNew

FILE = "archive.db"


def backup(engine: Engine, target: Path) -> None:
    """Copy the archive as it is at one moment, while others read and write, into one new file.

    Raises:
        ArchiveError: the file exists or cannot be written, or the archive is not SQLite.
    """
    if engine.dialect.name != "sqlite":
        raise ArchiveError(
            "Only an archive in SQLite is copied here. Use the backup of your database server, such as pg_dump."
        )
    if target.exists():
        raise ArchiveError(f"{target} exists already. Name a new file; nothing was written.")
    part = target.with_name(f".{target.name}.part")
    try:
        with contextlib.closing(_new(part)) as copy, engine.connect() as connection:
            # All pages at once are one moment: a copy in steps starts again whenever somebody writes.
            cast("sqlite3.Connection", connection.connection.driver_connection).backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file that needs no other beside it
        _flushed(part)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(f"{target} cannot be written: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _new(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)  # articles, conversations and the digests of keys are nobody else's
    return sqlite3.connect(path)


def _flushed(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def restore(source: Path, home: Path, *, replace: bool) -> Path | None:
    """Make a copy the archive of a data folder that the caller holds. Returns where the archive of before is now.

    The views are removed: an index may have come as far as the copy, and yet along another way.

    Raises:
        SchemaTooNew: the copy is of a newer Dateline.
        ArchiveError: it is damaged or no archive, or the folder has one and `replace` is not set.
    """
    _inspect(source)
    held = home / FILE
    if held.exists() and not replace:
        raise ArchiveError(
            f"{home} has an archive already. With --replace it is set aside and this one put in its place."
        )
    part = home / f".{FILE}.part"
    try:
        shutil.copyfile(source, part)
        part.chmod(0o600)
        _flushed(part)
        shutil.rmtree(home / "views", ignore_errors=True)
        aside = _set_aside(held)
        part.replace(held)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(f"{source} cannot be put back: {error}. The archive is as it was.") from error
    finally:
        part.unlink(missing_ok=True)
    return aside


def _set_aside(held: Path) -> Path | None:
    if not held.exists():
        return None
    # One that is damaged is why it is replaced: then its log stays beside it, and goes with it.
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(sqlite3.connect(held)) as old:
        # What stands in the log beside it goes into the file, which is then alone.
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.execute("PRAGMA journal_mode=DELETE")
    aside = held.with_name(f"archive-until-{datetime.now(UTC):%Y%m%dT%H%M%S}.db")
    for beside in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            held.with_name(f"{held.name}{beside}").rename(aside.with_name(f"{aside.name}{beside}"))
    held.rename(aside)
    return aside


def _inspect(source: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            (sound,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            (schema,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            copy.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise ArchiveError(f"{source} is not a Dateline archive, or it is damaged: {error}.") from error
    if sound != "ok":
        raise ArchiveError(f"{source} is damaged: {sound}. Nothing was changed.")
    newest = migrate.newest()
    if newest is None or schema > newest:
        raise SchemaTooNew(
            f"{source} has schema {schema}; this Dateline knows up to {newest}. Upgrade dateline-qa. Nothing was changed."
        )


# -- checking ----------------------------------------------------------------------------------------------


def faults(engine: Engine) -> list[str]:
    """What is wrong within the archive, each in a sentence."""
    found = []
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            told = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            if told != "ok":
                found.append(f"The archive's file is damaged: {told}. Put back a backup with `qa restore`.")
        for name, query in _LOST.items():
            if count := connection.scalar(select(func.count()).select_from(query.subquery())):
                found.append(f"{count} {name}. Run `qa doctor --fix`.")
    return found


def sweep(engine: Engine) -> int:
    """Delete what belongs to nothing. Returns the rows."""
    swept = 0
    with engine.execution_options(write=True).begin() as connection:
        for table, query in (
            (passages, _LOST["passages without their article"]),
            (vectors, _LOST["vectors without their passage"]),
            (versions, _LOST["versions without their article"]),
        ):
            key = next(iter(query.selected_columns))
            swept += connection.execute(delete(table).where(table.c[key.name].in_(query))).rowcount
        known = select(facts.c.value).where(facts.c.name == "model").scalar_subquery()
        swept += connection.execute(delete(vectors).where(vectors.c.model != known)).rowcount
    return swept


_LOST = {
    "passages without their article": select(passages.c.id).where(
        ~select(versions.c.version)
        .where(versions.c.article_id == passages.c.article_id, versions.c.version == passages.c.version)
        .exists()
    ),
    "vectors without their passage": select(vectors.c.passage_id).where(
        ~select(passages.c.id).where(passages.c.id == vectors.c.passage_id).exists()
    ),
    "versions without their article": select(versions.c.article_id).where(
        ~select(articles.c.id).where(articles.c.id == versions.c.article_id).exists()
    ),
    "articles without their text": select(articles.c.id).where(
        ~select(versions.c.version)
        .where(versions.c.article_id == articles.c.id, versions.c.version == articles.c.version)
        .exists()
    ),
}
