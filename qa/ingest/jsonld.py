"""What a page says of its article in JSON-LD (schema.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from qa.ingest.decode import harmless

_KINDS = re.compile(r"(?:Article|BlogPosting|Report|Posting|Review|Recipe|VideoObject)$")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Said:
    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""


def article(tree: _Element) -> Said:
    """The first object that is an article and has a headline or a date; else an empty one."""
    found = [_said(item) for item in _objects(tree) if _is_article(item)]
    return max(found, key=lambda said: (bool(said.published), bool(said.title)), default=Said())


def dates(tree: _Element) -> Iterator[str]:
    """Every `datePublished`, those of articles first."""
    items = list(_objects(tree))
    for item in sorted(items, key=lambda item: not _is_article(item)):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            if (value := _text(item.get(key))) and (key == "datePublished" or _is_article(item)):
                yield value


def changes(tree: _Element) -> Iterator[str]:
    """Every `dateModified` of an article or its page."""
    for item in _objects(tree):
        if value := _text(item.get("dateModified")):
            yield value


def _objects(tree: _Element) -> Iterator[dict[str, object]]:
    for tag in tree.iter("script"):
        if "ld+json" in (tag.get("type") or "").lower():
            yield from _walk(_loaded(tag.text_content()), 0)


def _loaded(text: str) -> object:
    """JSON as pages write it: within comments, with raw line ends, with a comma too many."""
    text = re.sub(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*;?\s*$", "", text.strip())
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", re.sub(r"[\r\n\t]+", " ", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    found = re.findall(r"\"(datePublished|headline)\"\s*:\s*\"([^\"]{4,300})\"", text)
    return {"@type": "Article", **dict(reversed(found))} if found else None


def _walk(value: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth + 1)


def _is_article(item: dict[str, object]) -> bool:
    kinds = item.get("@type")
    return any(
        isinstance(kind, str) and _KINDS.search(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _said(item: dict[str, object]) -> Said:
    return Said(
        title=_text(item.get("headline")) or _text(item.get("name")),
        publisher=next(_names(item.get("publisher")), ""),
        authors=tuple(dict.fromkeys(_names(item.get("author")))),
        published=_text(item.get("datePublished")),
    )


def _names(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = _text(one.get("name")) if isinstance(one, dict) else _text(one)
        if name and not name.startswith("http"):
            yield name


def _text(value: object) -> str:
    return " ".join(harmless(value).split()) if isinstance(value, str) else ""
