"""Bytes to text: UTF-8 strictly, then what was declared, then Windows-1252.

Statistical detectors are left out on purpose: on news, they are wrong more often than this order.
"""

from __future__ import annotations

import codecs
import re

from qa.errors import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a sound, film or picture file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (save it as .docx)"),
    (b"{\\rtf", "an RTF document (save it as .docx or .txt)"),
    (b"SQLite format 3\x00", "a database"),
    (b"ID3", "a sound file"),
)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOST_CONTROLS = 0.01
"""Share of control characters above which bytes are no text; running text has none."""


def text(data: bytes, *, declared: str | None = None) -> str:
    """Decode the bytes of a text; offsets in the result are those that a person sees.

    Raises:
        ReadError: empty, or not text. The message says which, as the end of a sentence about the file.
    """
    if not data.strip():
        raise ReadError("is empty")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(encoding, errors="replace"))
    for magic, kind in _BINARY:
        if data.startswith(magic):
            raise ReadError(f"is {kind}, which holds no article that can be read")
    return _checked(_decoded(data, declared))


def harmless(value: str) -> str:
    """Text from JSON with what no store takes replaced: lone surrogates by U+FFFD, NULs by a space."""
    return _SURROGATES.sub("\ufffd", value).replace("\x00", " ")


def _decoded(data: bytes, declared: str | None) -> str:
    for encoding in ("utf-8", declared):
        try:
            if encoding:
                return data.decode(codecs.lookup(encoding.strip("\"' ")).name)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("cp1252", errors="replace")


def _checked(decoded: str) -> str:
    if "\x00" in decoded:
        raise ReadError("is not text: it holds NUL bytes")
    if not decoded.strip():
        raise ReadError("is empty")
    if len(_CONTROLS.findall(decoded)) > _MOST_CONTROLS * len(decoded):
        raise ReadError("is not text: it is full of control characters")
    return _SURROGATES.sub("\ufffd", decoded)
