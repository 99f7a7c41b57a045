"""Parsers that misbehave, for the children that contain them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from qa.models import Draft, Refusal


def drafts(
    data: bytes, *, name: str, source: str, declared: str | None, url: str | None
) -> Iterator[Draft | Refusal]:
    if data == b"sleep":
        time.sleep(60)
    if data == b"spin":
        while True:
            pass
    if data == b"die":
        os.abort()
    if data == b"hog":
        yield Draft(str(len(bytearray(2_000_000_000))))
    if data == b"raise":
        raise KeyError("a bug")
    yield Draft(f"{os.getpid()} {data.decode()[:20]}", source=source)
