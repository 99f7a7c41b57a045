"""PDF, DOCX and mail: their text, a paragraph a line with a blank line between.

pypdf and python-docx come with the extra `documents`; without it their files are refused with a sentence that says so.
"""

from __future__ import annotations

import importlib
import io
import mailbox
import re
import tempfile
from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr
from pathlib import Path
from types import ModuleType
from typing import Any

from qa.errors import ReadError
from qa.ingest import clean, date, decode, html
from qa.models import Draft, Published, Refusal

_MOST_PAGES = 500
_HYPHEN = re.compile(r"(?<=[a-zà-ÿ])[-\u00ad]\n(?=[a-zà-ÿ])")


def pdf(data: bytes, *, name: str, source: str = "", url: str | None = None) -> Draft:
    """The text of a PDF, its pages one after the other.

    Raises:
        ReadError: it is damaged, locked, only pictures, or the extra is not installed.
    """
    pypdf = _extra("pypdf", "a PDF")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("is locked with a password")
        pages = [page.extract_text() or "" for page in reader.pages[:_MOST_PAGES]]
        said = dict(reader.metadata or {})
    except (ReadError, MemoryError):
        raise
    except Exception as error:
        raise ReadError(
            f"is a PDF that cannot be read: {str(error)[:120] or type(error).__name__}"
        ) from error
    text = _paragraphs("\n".join(pages))
    if not text:
        raise ReadError("holds no text, only pictures; run it through OCR first")
    created = re.sub(
        r"^D:(\d{4})(\d\d)(\d\d).*$",
        r"\1-\2-\3",
        str(
            said.get("/CreationDate", ""),
        ),
    )
    return _draft(text, title=_plain(said.get("/Title")), created=created, source=source, url=url)


def docx(data: bytes, *, name: str, source: str = "", url: str | None = None) -> Draft:
    """The paragraphs and tables of a Word document, in order. Raises as `pdf` does."""
    module = _extra("docx", "a Word document")
    try:
        document = module.Document(io.BytesIO(data))
        parts = [part for block in document.iter_inner_content() for part in _block(block)]
        about = document.core_properties
        title, author, created = about.title, about.author, about.created
    except MemoryError:
        raise
    except Exception as error:
        raise ReadError(
            f"is a Word document that cannot be read: {str(error)[:120] or type(error).__name__}"
        ) from error
    text = decode.harmless("\n\n".join(part.strip() for part in parts if part.strip()))
    if not text:
        raise ReadError("holds no text")
    draft = _draft(text, title=_plain(title), created=str(created or "")[:10], source=source, url=url)
    return draft if draft.authors or not author else _with_author(draft, _plain(author))


def mail(data: bytes, *, name: str, source: str = "") -> Iterator[Draft | Refusal]:
    """The messages of an mbox file, each an article: subject, sender, date, text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mail")
        path.write_bytes(data)
        box = mailbox.mbox(path, create=False)
        try:
            for number, message in enumerate(box, start=1):
                try:
                    yield _letter(message, source=source)
                except ReadError as error:
                    yield Refusal(source, f"{name} message {number}: {error}.")
        finally:
            box.close()


def _letter(message: Message, *, source: str) -> Draft:
    parts = {
        part.get_content_type(): part for part in reversed(list(message.walk())) if not part.is_multipart()
    }
    part = parts.get("text/plain") or parts.get("text/html")
    payload = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(payload, bytes):
        raise ReadError("has no body")
    text = decode.text(payload, declared=part.get_content_charset())
    if part.get_content_type() == "text/html":
        text = html.article(text).text
    title = _plain(_header(message, "Subject"))
    page = clean.page(text, title=title)
    known = _plain(_header(message, "Message-ID")).strip("<>") or None
    sender = parseaddr(_header(message, "From"))[0]
    sent = date.given(_header(message, "Date"))
    published = sent if sent.date else date.from_text(text, seen=sent.seen)
    return Draft(
        text, title or page.title, page.publisher, None, (sender,) if sender else page.authors, published,
        known, source, page.furniture,
    )  # fmt: skip


def _header(message: Message, name: str) -> str:
    found = message.get(name)
    if found is None:
        return ""
    words = importlib.import_module("email.header").decode_header(str(found))
    return "".join(
        part if isinstance(part, str) else part.decode(_known(encoding), errors="replace")
        for part, encoding in words
    )


def _known(encoding: str | None) -> str:
    try:
        return ("".encode(encoding or "utf-8") and "") or (encoding or "utf-8")
    except LookupError:
        return "utf-8"


def _draft(text: str, *, title: str, created: str, source: str, url: str | None) -> Draft:
    page = clean.page(text, title=title if len(title.split()) > 2 else "")
    published = date.from_text(text, url=url)
    if not published.date:
        # The day on which the file was made: often that of the export, not of the article.
        made = date.given(created, basis="guess")
        published = made if made.date else Published(seen=made.seen)
    return Draft(
        text, page.title, page.publisher, url, page.authors, published, None, source, page.furniture,
    )  # fmt: skip


def _with_author(draft: Draft, author: str) -> Draft:
    return Draft(
        draft.text, draft.title, draft.publisher, draft.url, (author,), draft.published, None, draft.source,
        draft.furniture,
    )  # fmt: skip


def _block(block: Any) -> Iterator[str]:
    """The text of a paragraph, or of the cells of a table row by row."""
    if hasattr(block, "rows"):
        for row in block.rows:
            yield "\t".join(dict.fromkeys(cell.text.strip() for cell in row.cells))
    else:
        yield block.text


def _paragraphs(text: str) -> str:
    """Lines of a page set in columns, put together to paragraphs: a line that ends no sentence goes on."""
    text = _HYPHEN.sub("", decode.harmless(text).replace("\r", ""))
    found: list[str] = []
    for line in (line.strip() for line in text.split("\n")):
        if found and found[-1] and line and not re.search(r"[.?!:”\"’)]$", found[-1]) and len(found[-1]) > 40:
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line)
    return "\n\n".join(line for line in found if line)


def _plain(value: object) -> str:
    return " ".join(decode.harmless(str(value or "")).split())


def _extra(module: str, what: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ReadError(f"is {what}, which is read with `pip install 'dateline-qa[documents]'`") from error
