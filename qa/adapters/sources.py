"""Files and folders as open files. What cannot be opened is said, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from qa.models import RawFile

MAX_FILE = 2 * 1024**3
"""Bytes. Larger archives come in several files."""


def files(paths: Iterable[Path], *, readable: Callable[[str], bool]) -> Iterator[RawFile]:
    """The named files, and of folders every file whose name is readable, in the order of their names."""
    return (opened(path) for path in named(paths, readable=readable))


def named(paths: Iterable[Path], *, readable: Callable[[str], bool]) -> Iterator[Path]:
    """The paths of these files."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.is_file() and not hidden and readable(file.name):
                yield file


def opened(file: Path) -> RawFile:
    """The file, open, or why it cannot be."""
    source = str(file.resolve())
    try:
        if file.stat().st_size > MAX_FILE:
            return RawFile(file.name, source, refused=f"larger than {MAX_FILE // 1024**3} GiB: split it")
        return RawFile(file.name, source, file.open("rb"))
    except OSError as error:
        return RawFile(file.name, source, refused=f"cannot be opened: {error.strerror}")
