"""What a view knows of itself: whose it is and how far it has come, in a file beside its data."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    archive: str
    """The id of the archive that it follows."""
    model: str
    """Fingerprint of the vectors it holds; empty where it holds none."""
    layout: int
    """Raised when a view's own layout changes: an older one is rebuilt."""
    position: int = 0
    clean: bool = True
    """Closed in good order. Otherwise its files may be torn, and it is probed before it is opened."""
    folder: str = ""
    """Where its data are, beside this file."""


def named(state: State) -> State:
    """The same under a new name: what was opened under an old one may still be held, by whatever opened it."""
    return replace(state, folder=uuid.uuid4().hex[:8])


def sweep(folder: Path, *, kept: str) -> None:
    """Remove what a view left there that died, or that was of an older layout."""
    for path in folder.iterdir():
        if path.name == kept:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def read(path: Path) -> State | None:
    try:
        return State(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(path: Path, state: State) -> None:
    """Replace the file in one step: after a crash there is the old one or the new one."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(state), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
