"""Bytes to drafts (first version)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from qa.models import UNDATED, Draft, Published, Refusal


def is_readable(name: str) -> bool:
    return name.lower().endswith((".txt", ".md", ".jsonl", ".jsonl.gz"))


def drafts(data: bytes, *, name: str, source: str = "") -> Iterator[Draft | Refusal]:
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    text = data.decode()
    if ".jsonl" in name:
        for n, line in enumerate(text.splitlines(), 1):
            yield record(json.loads(line), name=f"{name} line {n}")
        return
    found = re.search(r"^(\d\d)\.(\d\d)\.(\d{4}), ", text, re.M)
    published = Published(date(int(found[3]), int(found[2]), int(found[1])), "dateline") if found else UNDATED
    agency = re.search(r"^Source: (.+)$", text, re.M)
    yield Draft(
        text,
        title=text.splitlines()[0],
        publisher=agency[1] if agency else "",
        published=published,
        source=source,
    )


def record(item: Mapping[str, Any], *, name: str) -> Draft | Refusal:
    when = str(item.get("published_at") or "").replace("/", "-")
    return Draft(
        str(item["text"]),
        title=str(item["title"]),
        publisher=str(item.get("publisher") or ""),
        url=item.get("url"),
        authors=tuple(item.get("authors") or ()),
        id=item.get("id"),
        published=Published(datetime.fromisoformat(when).date(), "given") if when else UNDATED,
    )
