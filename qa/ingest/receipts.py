"""Digests of inputs: what was read before, byte for byte, is not read again."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

READING = "1"
"""Raised when the same bytes would give another draft: cleaning, dating or a reader changed. Then all is read anew."""


def of(data: bytes, *about: str) -> str:
    """The digest of some bytes and of what else decides how they are read: where they are from, their encoding."""
    return _seeded(about, hashlib.sha256(data).hexdigest())


def of_file(file: BinaryIO, *about: str) -> str:
    """As `of`, of an open file from its start, where it is left again."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any readable file will do
    file.seek(0)
    return _seeded(about, found)


def _seeded(about: tuple[str, ...], digest: str) -> str:
    return hashlib.sha256("\0".join((READING, *about, digest)).encode("utf-8", "replace")).hexdigest()
