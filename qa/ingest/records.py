"""Articles as JSON: one a line, or a list of them.

An article is `{id, url, title, publisher, authors, published_at, text}`; only `text` must be there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from qa.errors import ReadError
from qa.ingest import clean, date, decode, language, receipts
from qa.models import Draft, Published, Refusal
from qa.ports import Stored

LINE_BYTES = 10_000_000
Known = Callable[[str], Sequence[Stored]]
"""The articles that an input of this digest gave before, where the archive still holds them as they were."""


def nothing_known(_digest: str) -> Sequence[Stored]:
    return ()


def from_lines(
    stream: BinaryIO, *, name: str, source: str, known: Known = nothing_known
) -> Iterator[Draft | Refusal | Stored]:
    """Read JSON Lines as they come; a line that is not an article is refused by its number.

    A line that the archive knows is not read again, unless its article stood earlier in the same file.
    """
    seen: dict[str, str] = {}
    number = 0
    while line := stream.readline(LINE_BYTES):
        number += 1
        where = f"line {number}"
        if len(line) >= LINE_BYTES:
            yield Refusal(
                source, f"{name} {where}: is longer than {LINE_BYTES // 10**6} MB; the rest was not read."
            )
            return
        if not line.strip():
            continue
        digest = receipts.of(line, source, "line")
        held = known(digest)
        if len(held) == 1 and held[0].id not in seen:
            seen[held[0].id] = where
            yield held[0]
            continue
        try:
            draft = article(_loaded(decode.text(line)), source=source)
        except ReadError as error:
            yield Refusal(source, f"{name} {where}: {error}.")
            continue
        yield _once(replace(draft, digest=digest), seen, where=where, name=name)


def from_document(text: str, *, name: str, source: str) -> Iterator[Draft | Refusal]:
    """Read one JSON document: an article, or a list of articles.

    Raises:
        ReadError: it is not JSON, or a single article that is none.
    """
    value = _loaded(text)
    if not isinstance(value, list):
        yield article(value, source=source)
        return
    seen: dict[str, str] = {}
    for number, item in enumerate(value, start=1):
        where = f"item {number}"
        try:
            draft = article(item, source=source)
        except ReadError as error:
            yield Refusal(source, f"{name} {where}: {error}.")
            continue
        yield _once(draft, seen, where=where, name=name)


def article(value: object, *, source: str = "") -> Draft:
    """One article from a JSON value. Without an id or address of its own, it is known by its words.

    Raises:
        ReadError: it has no text, or is not an object.
    """
    if not isinstance(value, dict):
        raise ReadError(f"is {_kind(value)}, not an article (an object with `text`)")
    text = value.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ReadError("has no body: its `text` is missing, empty or not a string")
    text = decode.harmless(text)
    title, url, own = _said(value, "title"), _said(value, "url") or None, _id(value.get("id"))
    page = clean.page(text, title=title, url=url)
    known = own or url or not source
    return Draft(
        text=text,
        title=title or page.title,
        publisher=_said(value, "publisher") or page.publisher,
        url=url,
        authors=_names(value.get("authors")) or page.authors,
        published=_published(value.get("published_at"), text, url),
        id=own,
        source=source if known else f"{source}#{hashlib.sha256(text.encode()).hexdigest()[:12]}",
        furniture=page.furniture,
        language=language.declared(value.get("language")),
    )


def _once(draft: Draft, seen: dict[str, str], *, where: str, name: str) -> Draft | Refusal:
    """The draft, or why not, where its id stood earlier in the same file."""
    if draft.id is None:
        return draft
    first = seen.setdefault(draft.id, where)
    if first == where:
        return draft
    return Refusal(
        draft.source, f"{name} {where}: the id {draft.id!r} was already on {first}; the first one is kept."
    )


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise ReadError("is not JSON that can be read: it is nested too deep") from None
    except json.JSONDecodeError as error:
        raise ReadError(f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    except ValueError:
        raise ReadError("is not JSON that can be read: a number is too long") from None


def _published(value: object, text: str, url: str | None) -> Published:
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = date.of_epoch(value)
    else:
        found = date.given(decode.harmless(value)) if isinstance(value, str) else Published()
    return found if found.date else date.from_text(text, url=url, seen=found.seen)


def _said(value: dict[str, object], key: str) -> str:
    found = value.get(key)
    return " ".join(decode.harmless(found).split()) if isinstance(found, str) else ""


def _names(value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    said = [" ".join(decode.harmless(name).split()) for name in names if isinstance(name, str)]
    return tuple(name for name in said if name)


def _id(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return decode.harmless(str(value)).strip() or None


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
