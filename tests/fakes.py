"""Stand-ins for what needs a network or a model. Each behaves, none is a mock."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence

import numpy as np

from qa.errors import ModelError
from qa.models import Usage
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
