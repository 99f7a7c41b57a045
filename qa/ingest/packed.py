"""Zip files: each entry on its own, within limits; an entry that would land elsewhere is refused by its name."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from qa.errors import ReadError
from qa.models import Draft, Refusal

ENTRIES = 10_000
ENTRY_BYTES = 20_000_000
TOTAL_BYTES = 500_000_000
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db")

Inner = Callable[[bytes, str, str], Iterator[Draft | Refusal]]
"""Reads the bytes of an entry, given its name and source."""


def is_docx(file: BinaryIO) -> bool:
    """Whether a zip is a Word document."""
    try:
        with zipfile.ZipFile(file) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    finally:
        file.seek(0)


def entries(file: BinaryIO, *, name: str, source: str, inner: Inner) -> Iterator[Draft | Refusal]:
    """Read every file of a zip. What cannot be read is refused; the others go in.

    Raises:
        ReadError: the zip itself is damaged, or holds too many entries.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError(f"is a zip that cannot be opened: {error}") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > ENTRIES:
            raise ReadError(f"holds {len(infos):,} files; at most {ENTRIES:,} are read of one zip")
        left = TOTAL_BYTES
        for info in infos:
            if any(part in info.filename for part in _SKIPPED):
                continue
            where = f"{source}!/{info.filename}" if source else ""
            try:
                data = _data(archive, info, left)
            except ReadError as error:
                yield Refusal(source or name, f"{name}: {info.filename} {error}.")
                continue
            left -= len(data)
            yield from inner(data, info.filename.rsplit("/", 1)[-1], where)


def _data(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes of one entry, as many as are allowed."""
    plain = info.filename.replace("\\", "/")
    if plain.startswith("/") or ":" in plain.split("/")[0] or ".." in plain.split("/"):
        raise ReadError("would land outside of the zip; it was not read")
    if (info.external_attr >> 28) == 0xA:
        raise ReadError("is a link, not a file; it was not read")
    if info.flag_bits & 1:
        raise ReadError("is locked with a password")
    most = min(ENTRY_BYTES, left)
    try:
        with archive.open(info) as entry:
            data = entry.read(most + 1)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise ReadError(f"cannot be unpacked: {error}") from error
    if len(data) > most:
        raise ReadError(f"unpacks to over {most // 10**6} MB; it was not read")
    if data.startswith(b"PK\x03\x04") and not is_docx(io.BytesIO(data)):
        raise ReadError("is a zip within a zip; unpack it first")
    return data
