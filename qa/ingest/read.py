"""Bytes to drafts: what a file or a page holds, told by its content and not by its name alone.

`drafts` is the door. Readers of single kinds are imported when the first such file comes: trafilatura takes half a
second. What cannot be read is a `Refusal` with its reason; it never stops the rest.
"""

from __future__ import annotations

import gzip
import importlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO, Literal

from qa.errors import ReadError
from qa.ingest import clean, date, decode, packed, records
from qa.models import Draft, Refusal
from qa.ports import Stored

Kind = Literal["lines", "json", "gzip", "zip", "pdf", "html", "mbox", "text"]

Item = Draft | Refusal | Stored
"""An article, why there is none, or one that needs no reading again."""

DOCUMENT_BYTES = 20_000_000
"""A single document. The longest articles are far below 1 MB; the room is for pictures in a PDF or DOCX."""
PLAIN_BYTES = 5_000_000
"""A text or a page, as for one that is fetched."""
ZIP_BYTES = 100_000_000
EXPANDED_BYTES = 1_000_000_000
"""What a .jsonl.gz may unpack to, all lines together; it is never held at once."""
SNIFFED = 4_096
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|p|h1|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_RECORD = re.compile(rb"^\s*\{\s*[\"}]")
_LINES = (".jsonl", ".ndjson", ".jl")
_MARKDOWN = (".md", ".markdown", ".mkd")
_READABLE = (
    ".txt",
    ".json",
    ".html",
    ".htm",
    ".xhtml",
    ".pdf",
    ".docx",
    ".zip",
    ".mbox",
    *_LINES,
    *_MARKDOWN,
)
_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_FIELD = re.compile(
    r"^(title|date|author|authors|publisher|source|url)\s*:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Input:
    """Some bytes and what is known of them. See `drafts`."""

    file: BinaryIO
    name: str
    source: str = ""
    declared: str | None = None
    url: str | None = None
    known: records.Known = records.nothing_known
    """Asked for each line of a file of lines; other files are known as a whole, or not."""


def drafts(
    data: bytes, *, name: str, source: str = "", declared: str | None = None, url: str | None = None
) -> Iterator[Draft | Refusal]:
    """Read the articles in some bytes.

    Args:
        name: the file's name, for messages, and for what the content leaves open.
        source: where it was read from: an absolute path, an address, or empty.
        declared: the encoding that a server declared.
        url: the address of a page; its own canonical address is preferred where it names one.
    """
    for item in stream(Input(io.BytesIO(data), name, source, declared, url)):
        if not isinstance(item, Stored):
            yield item


def stream(given: Input) -> Iterator[Item]:
    """As `drafts`, from an open file: JSON Lines are read as they come, anything else up to its limit."""
    start = given.file.read(SNIFFED)
    given.file.seek(0)
    try:
        yield from _READERS[kind(start, name=given.name)](given)
    except ReadError as error:
        yield Refusal(given.source or given.name, f"{given.name} {error}.")


def kind(start: bytes, *, name: str = "") -> Kind:
    """What some bytes are, by how they begin; the name decides only between kinds of text."""
    suffix = PurePosixPath(name.lower()).suffix
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if b"%PDF-" in start[:1024]:
        return "pdf"
    start = start.removeprefix(b"\xef\xbb\xbf")
    if suffix in _LINES:
        return "lines"
    if suffix == ".json" or _RECORD.match(start):
        return "json"
    return _text_kind(start, suffix)


def lined(start: bytes, *, name: str = "") -> bool:
    """Whether this is a file of lines, each of them an article to be known again on its own."""
    if start.startswith(b"\x1f\x8b"):
        return not risky(start, name=name)
    return kind(start, name=name) == "lines"


def risky(start: bytes, *, name: str = "") -> bool:
    """Whether it takes a foreign parser to read this, and so a child process with limits."""
    if start.startswith(b"\x1f\x8b"):
        return not name.lower().endswith(tuple(f"{suffix}.gz" for suffix in _LINES))
    return kind(start, name=name) in ("zip", "pdf", "html", "mbox")


def _text_kind(start: bytes, suffix: str) -> Kind:
    if start.startswith(b"From ") and re.search(rb"\n(?:From|Subject|Date): ", start):
        return "mbox"
    if _HTML.match(start) or (suffix in (".html", ".htm", ".xhtml") and b"<" in start):
        return "html"
    return "text"


def _bounded(given: Input, limit: int) -> bytes:
    data = given.file.read(limit + 1)
    if len(data) > limit:
        raise ReadError(f"is over {limit // 10**6} MB, the most that is read of one article")
    return data


def _lines(given: Input) -> Iterator[Item]:
    return records.from_lines(given.file, name=given.name, source=given.source, known=given.known)


def _json(given: Input) -> Iterator[Item]:
    """One JSON document, or lines of them under another name."""
    data = _bounded(given, DOCUMENT_BYTES)
    first, _, rest = data.partition(b"\n")
    if rest.strip() and first.strip().endswith(b"}") and first.strip().startswith(b"{"):
        return records.from_lines(io.BytesIO(data), name=given.name, source=given.source)
    return records.from_document(decode.text(data), name=given.name, source=given.source)


def _gzip(given: Input) -> Iterator[Item]:
    """What is packed: JSON Lines as they come, anything else up to its limit."""
    inner = given.name.removesuffix(".gz")
    try:
        with gzip.GzipFile(fileobj=given.file) as packed:
            start = packed.read(SNIFFED)
            packed.seek(0)
            found = kind(start, name=inner)
            if found == "gzip":
                raise ReadError("is packed twice; unpack it once")
            file = io.BufferedReader(Bounded(packed, EXPANDED_BYTES)) if found == "lines" else None
            unpacked = replace(given, file=file or packed)  # type: ignore[arg-type]
            yield from _READERS[found](unpacked)
    except (EOFError, OSError, zlib.error) as error:
        raise ReadError(f"cannot be unpacked to its end: {error}") from error


class Bounded(io.RawIOBase):
    """A stream that refuses to give more than so many bytes: what a small file may unpack to."""

    def __init__(self, file: gzip.GzipFile, limit: int) -> None:
        self._file = file
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise ReadError(f"unpacks to over {EXPANDED_BYTES // 10**6} MB; the rest was not read")
        buffer[: len(data)] = data
        return len(data)


def _text(given: Input) -> Iterator[Draft | Refusal]:
    """A text, headline and all: its offsets are those of the file as a person sees it."""
    text = decode.text(_bounded(given, PLAIN_BYTES), declared=given.declared)
    front, fields = _front(text) if given.name.lower().endswith(_MARKDOWN) else (0, {})
    page = clean.page(text[front:], title=fields.get("title", ""), url=given.url or fields.get("url"))
    stated = date.given(fields.get("date"))
    published = stated if stated.date else date.from_text(text[front:], url=given.url, seen=stated.seen)
    marked = tuple((start + front, end + front) for start, end in page.furniture)
    yield Draft(
        text=text,
        title=page.title,
        publisher=fields.get("publisher") or fields.get("source") or page.publisher,
        url=given.url or fields.get("url"),
        authors=tuple(filter(None, [fields.get("author") or fields.get("authors")])) or page.authors,
        published=published,
        source=given.source,
        furniture=((0, front), *marked) if front else marked,
    )


def _front(text: str) -> tuple[int, dict[str, str]]:
    """The block of fields that a Markdown file may begin with: where it ends, and what it says."""
    match = _FRONT.match(text)
    if not match:
        return 0, {}
    fields = {key.lower(): value.strip("\"'") for key, value in _FIELD.findall(match[1])}
    return match.end(), fields


def _html(given: Input) -> Iterator[Draft | Refusal]:
    html = importlib.import_module("qa.ingest.html")
    data = _bounded(given, PLAIN_BYTES)
    text = decode.text(data, declared=given.declared or html.charset(data))
    yield html.article(text, source=given.source, url=given.url)


def _pdf(given: Input) -> Iterator[Draft | Refusal]:
    formats = importlib.import_module("qa.ingest.formats")
    yield formats.pdf(_bounded(given, DOCUMENT_BYTES), name=given.name, source=given.source, url=given.url)


def _mbox(given: Input) -> Iterator[Draft | Refusal]:
    formats = importlib.import_module("qa.ingest.formats")
    yield from formats.mail(_bounded(given, DOCUMENT_BYTES), name=given.name, source=given.source)


def _zip(given: Input) -> Iterator[Draft | Refusal]:
    """A Word document, or a folder of files."""
    file = io.BytesIO(given.file.read(ZIP_BYTES + 1))
    if file.getbuffer().nbytes > ZIP_BYTES:
        raise ReadError(f"is over {ZIP_BYTES // 10**6} MB, the most that is read of one zip")
    if packed.is_docx(file):
        formats = importlib.import_module("qa.ingest.formats")
        yield formats.docx(file.getvalue(), name=given.name, source=given.source, url=given.url)
        return
    yield from packed.entries(file, name=given.name, source=given.source, inner=_entry)


def _entry(data: bytes, name: str, source: str) -> Iterator[Draft | Refusal]:
    return drafts(data, name=name, source=source)


def is_readable(name: str) -> bool:
    """Whether a file in a folder is worth opening, by its name: a folder also holds pictures and programs."""
    return name.lower().removesuffix(".gz").endswith(_READABLE)


_READERS: dict[Kind, Callable[[Input], Iterator[Item]]] = {
    "lines": _lines,
    "json": _json,
    "gzip": _gzip,
    "zip": _zip,
    "pdf": _pdf,
    "html": _html,
    "mbox": _mbox,
    "text": _text,
}
