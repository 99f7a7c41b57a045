"""The prompts, one file a step, from `prompts/` (shipped inside the wheel)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    text: str
    version: str
    """The first 8 hex digits of the text's sha256: which wording wrote an answer."""


@cache
def load(name: str) -> Prompt:
    """Load a prompt by its step's name. Raises FileNotFoundError for a name that is not shipped."""
    text = (shipped("prompts") / f"{name}.md").read_text("utf-8")
    return Prompt(name, text, hashlib.sha256(text.encode()).hexdigest()[:8])


def shipped(folder: str) -> Path:
    """A folder that travels with the package: inside the wheel, or beside it in a checkout."""
    packed = Path(str(files("qa"))) / "shipped" / folder
    return packed if packed.is_dir() else Path(str(files("qa"))).parent / folder
