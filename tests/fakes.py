"""Stand-ins for what needs a network or a model. Each behaves, none is a mock."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from qa.adapters import addresses, sources
from qa.errors import FetchError, FetchRefused, ModelError, ModelUnavailable
from qa.ingest import feeds, read
from qa.models import Draft, Feed, RawFile, Refusal, Sitemap, Usage
from qa.ports import Chunk, Vectors


class FakeEmbedder:
    """Words to buckets: texts that share words are near each other."""

    def __init__(self, dimensions: int = 64, fingerprint: str = "fake/64") -> None:
        self.dimensions = dimensions
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        rows = [self._row(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def embed_question(self, text: str) -> Vectors:
        return self._row(text)

    def _row(self, text: str) -> Vectors:
        row = np.full(self.dimensions, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.casefold()):
            row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimensions] += 1
        unit: Vectors = row / np.linalg.norm(row)
        return unit


class FakeModel:
    """Says what it is told to, the last again and again; an exception is raised. Keeps what it was asked."""

    name = "fake-model"

    def __init__(self, *replies: object) -> None:
        self._replies = list(replies)
        self.asked: list[Sequence[Mapping[str, str]]] = []

    async def stream(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> AsyncGenerator[Chunk]:
        self.asked.append(messages)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, ModelError):
            raise reply
        text = reply if isinstance(reply, str) else json.dumps(reply)
        for at in range(0, len(text), 7):
            yield Chunk(text[at : at + 7])
        yield Chunk(model=self.name, usage=Usage(100, 20))


class SlowModel:
    """Never answers by itself; knows how many wait for it, and how many were cancelled."""

    name = "slow-model"

    def __init__(self) -> None:
        self.started = 0
        self.cancelled = 0
        self.go = threading.Event()
        self.reply = "{}"

    async def stream(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> AsyncGenerator[Chunk]:
        self.started += 1
        try:
            while not self.go.is_set():  # noqa: ASYNC110  a test sets it from its own thread
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        yield Chunk(self.reply)
        yield Chunk(model=self.name, usage=Usage())


class StutteringModel:
    """Says the first `stop` characters of its reply, and then fails or says nothing more."""

    name = "stuttering"

    def __init__(self, reply: str, *, stop: int, hangs: bool = False) -> None:
        self._said, self._hangs = reply[:stop], hangs

    async def stream(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> AsyncGenerator[Chunk]:
        for char in self._said:
            yield Chunk(char)
        if self._hangs:
            await asyncio.sleep(3600)
        raise ModelUnavailable("The line broke.")


class BrokenModel:
    """Fails as nobody expected."""

    name = "broken-model"

    async def stream(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> AsyncGenerator[Chunk]:
        raise RuntimeError("SECRET of the inside")
        yield Chunk()  # which makes it a generator


class FakeReader:
    """Parses in this process, and has the pages it is given: address to text, or to what is raised for it."""

    def __init__(self, pages: Mapping[str, str | FetchError] | None = None) -> None:
        self._pages = dict(pages or {})

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> RawFile:
        found = self._pages.get(url)
        if isinstance(found, FetchError):
            raise found
        if found is None:
            raise FetchRefused(f"{url} is not an address that may be fetched.")
        return RawFile("page.html", url, BytesIO(found.encode()), url=url)

    def check(self, url: str) -> None:
        addresses.target(url)

    def open(self, path: str) -> RawFile:
        return sources.opened(Path(path))

    def feed(self, file: RawFile) -> Feed:
        assert file.file
        return feeds.feed(file.file.read(), url=file.url or "")

    def sitemap(self, file: RawFile) -> Sitemap:
        assert file.file
        return feeds.sitemap(file.file.read())

    def parse(self, file: RawFile, data: bytes) -> list[Draft | Refusal]:
        return list(
            read.drafts(data, name=file.name, source=file.source, declared=file.declared, url=file.url)
        )
