"""Articles as JSON Lines that another archive, or any program, can read: every version whole, the oldest first.

The fields of `records` are on top, so that a line is also an article for `qa ingest`; what only an archive knows is under
`dateline`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

from qa.ingest import language
from qa.ingest.records import LINE_BYTES
from qa.models import Article, Draft, Published, Refusal

FORM = 1
BASES = frozenset({"given", "metadata", "feed", "dateline", "url", "guess"})
"""Of dates that are the article's own; an inferred one is found again."""


def line(article: Article) -> str:
    """One version of an article, without the line's end."""
    own = article.published
    kept = own if own.basis in BASES else Published(seen=own.seen)
    at = kept.at or kept.date
    record = {
        "id": article.id, "url": article.url, "title": article.title, "publisher": article.publisher,
        "authors": list(article.authors), "published_at": at.isoformat() if at else None, "text": article.text,
        "language": article.language,
        "dateline": {
            "form": FORM, "version": article.version, "basis": kept.basis, "seen": kept.seen,
            "furniture": [list(span) for span in article.furniture], "fetched_at": article.fetched_at.isoformat(),
        },
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False)


def drafts(lines: BinaryIO, *, name: str) -> Iterator[Draft | Refusal]:
    """Read what `line` wrote. A line that is something else is refused by its number."""
    number = 0
    while data := lines.readline(LINE_BYTES):
        number += 1
        if not data.strip():
            continue
        try:
            yield _draft(json.loads(data))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            yield Refusal(
                name,
                f"{name} line {number}: is not an article as `qa export` writes it. `qa ingest` reads others.",
            )


def _draft(record: dict[str, Any]) -> Draft:
    own = record["dateline"]
    if own["form"] != FORM or not record["text"] or not record["id"]:
        raise ValueError(own["form"])
    text = _text(record["text"])
    return Draft(
        text, id=_text(record["id"])[:300], title=_text(record["title"]), publisher=_text(record["publisher"]),
        url=_text(record["url"]) if record["url"] else None,
        authors=tuple(_text(author) for author in record["authors"]),
        published=_published(record["published_at"], own), furniture=tuple(_spans(own["furniture"], len(text))),
        language=language.declared(record.get("language")),
    )  # fmt: skip


def _text(value: object) -> str:
    """Raises ValueError for what no database stores."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


def _published(at: str | None, own: dict[str, Any]) -> Published:
    if at is None:
        return Published(seen=_text(own["seen"]))
    if own["basis"] not in BASES:
        raise ValueError(own["basis"])
    time = datetime.fromisoformat(at) if len(at) > len("2024-04-13") else None
    day = time.date() if time else date.fromisoformat(at)
    return Published(day, own["basis"], time, _text(own["seen"]))


def _spans(found: list[list[int]], length: int) -> Iterator[tuple[int, int]]:
    last = 0
    for start, end in found:
        if not last <= start < end <= length:
            raise ValueError(found)
        yield start, end
        last = end
