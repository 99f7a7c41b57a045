"""One owner of the data folder: a lock that the system frees when its owner dies, and that names the owner."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from qa.errors import Busy


@dataclass(frozen=True, slots=True)
class Served:
    """Where the owner answers over HTTP, if it does, and the secret of this run by which its gate lets in whoever can
    read the data folder."""

    url: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    what: str
    """The command that holds the folder."""
    pid: int
    since: str
    url: str = ""
    """Where it answers over HTTP, if it does."""
    secret: str = ""


class FolderLock:
    """`with FolderLock(home, what="qa ingest"): ...` or `acquire()` and `release()`.

    Raises:
        Busy: another process holds it. Says who, since when, and what to do. Never waits.
    """

    def __init__(self, home: Path, *, what: str, served: Served | None = None) -> None:
        self._path = home / "lock"
        since, where = datetime.now(UTC).isoformat(timespec="seconds"), served or Served()
        self._owner = Owner(what, os.getpid(), since, where.url, where.secret)
        self._file: int | None = None

    def acquire(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            raise Busy(_held(self._path, owner(self._path.parent))) from error
        os.ftruncate(file, 0)
        os.write(file, json.dumps(asdict(self._owner)).encode())
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def owner(home: Path) -> Owner | None:
    """Who holds the folder now; None where nobody does."""
    path = home / "lock"
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _read(path)
    else:
        return None
    finally:
        os.close(file)


def _read(path: Path) -> Owner:
    try:
        return Owner(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Owner("another process", 0, "")


def _held(path: Path, holder: Owner | None) -> str:
    if holder is None:
        return f"The data folder {path.parent} was in use a moment ago. Try again."
    since = f" since {holder.since}" if holder.since else ""
    where = f" It answers at {holder.url}." if holder.url else ""
    return (
        f"The data folder {path.parent} is in use by `{holder.what}` (process {holder.pid}){since}.{where} "
        "Wait until it is done, stop it, or set QA_HOME to another folder."
    )
