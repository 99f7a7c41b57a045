"""What a view knows of itself: whose it is and how far it has come, in a file beside its data."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
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
