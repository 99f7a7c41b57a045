"""The evaluation sets as newsrooms on disk, ingested once under bench/out/ by the product's own road.

Embedding all of rtqa2022 takes two busy cores three quarters of an hour, so the vectors are made when they are
needed: of the passages that the keyword leg finds (POOL a question), and kept. The dense leg then ranks that pool
and nothing else, which is a little less than the product does.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha1
from math import exp
from pathlib import Path
from typing import Any

import numpy as np

from qa import bootstrap
from qa.adapters.archive import SqlArchive
from qa.adapters.lexical import KeywordView
from qa.adapters.onnx import OnnxEmbedder
from qa.models import Filters, Hit, RawFile
from qa.ports import KeywordSearch, Scored, Vectors
from qa.service import Newsroom, Parts, drafts, embedded_text
from qa.telemetry import Stopwatch

ROOT = Path(__file__).parent.parent
OUT = ROOT / "bench" / "out"
SETS = ROOT.parent / "shared" / "bench"
POOL = 60


def queries(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / name / "queries.jsonl").read_text("utf-8").splitlines()]


def half(identifier: str, digit: int = -1) -> str:
    """`even` or `odd` by one hex digit of the id's sha1: the last one parts tuning from reporting."""
    return "odd" if int(sha1(identifier.encode()).hexdigest()[digit], 16) % 2 else "even"  # noqa: S324


class NoVectors:
    """Stands in for the embedder while a set is ingested."""

    dimensions = 1
    fingerprint = "bench/none"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 1), dtype=np.float32)

    def embed_question(self, text: str) -> Vectors:
        return np.ones(1, dtype=np.float32)


class Pool:
    """The dense leg over what the keyword leg finds; vectors are kept in a file, by the text they are of."""

    def __init__(self, archive: SqlArchive, keywords: KeywordSearch) -> None:
        self._file, self._archive, self._keywords = OUT / "vectors.npz", archive, keywords
        self.embedder = OnnxEmbedder()
        self.question = ""
        self._kept: dict[str, Vectors] = {}
        if self._file.exists():
            held = np.load(self._file)
            self._kept = dict(zip(held["keys"].tolist(), held["vectors"], strict=True))

    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        ids = [number for number, _ in self._keywords.matching(self.question, k=POOL, filters=filters)]
        found = self._archive.passages(ids)
        texts = {number: embedded_text(article.title, part.text) for number, (part, article) in found.items()}
        self._fill(list(texts.values()))
        scored = [(number, float(self._kept[_key(text)] @ vector)) for number, text in texts.items()]
        return sorted(scored, key=lambda item: (-item[1], item[0]))[:k]

    def _fill(self, texts: Sequence[str]) -> None:
        missing = [text for text in texts if _key(text) not in self._kept]
        if missing:
            self._kept.update(zip(map(_key, missing), self.embedder.embed_passages(missing), strict=True))

    def save(self) -> None:
        if self._kept:
            whole = self._file.with_suffix(".tmp.npz")
            np.savez(whole, keys=np.array(list(self._kept)), vectors=np.array(list(self._kept.values())))
            whole.replace(self._file)


def _key(text: str) -> str:
    return sha1(text.encode()).hexdigest()  # noqa: S324


class Without:
    """A keyword leg to which some articles are not known."""

    def __init__(self, inner: KeywordView, archive: SqlArchive) -> None:
        self._inner, self._archive = inner, archive
        self.hidden: Collection[str] = ()

    def matching(self, question: str, *, k: int, filters: Filters) -> Scored:
        if not self.hidden:
            return self._inner.matching(question, k=k, filters=filters)
        scored = self._inner.matching(question, k=k + 400, filters=filters)
        found = self._archive.passages([number for number, _ in scored])
        return [item for item in scored if found[item[0]][1].id not in self.hidden][:k]

    def rarity(self, words: Any) -> dict[str, float]:
        return self._inner.rarity(words)


class Room(Newsroom):
    """A newsroom that can be asked with some articles hidden."""

    def __init__(self, name: str, archive: SqlArchive, view: KeywordView) -> None:
        self.hide = Without(view, archive)
        self.pool = Pool(archive, self.hide)
        self.recency = 0.0
        super().__init__(
            Parts(
                archive=archive,
                keywords=self.hide,
                vectors=self.pool,
                embedder=lambda: self.pool.embedder,
                splitter=bootstrap.splitter,
            )
        )

    def _find(self, asked: str, filters: Filters, limit: int, watch: Stopwatch) -> tuple[Vectors, list[Hit]]:
        """As the product does, and with `recency` newer articles first: `+ recency * exp(-age / 14 days)`."""
        vector, found = super()._find(asked, filters, limit if not self.recency else 60, watch)
        if self.recency and filters.as_of:
            found = [replace(hit, score=hit.score + self._fresh(hit, filters.as_of)) for hit in found]
            found.sort(key=lambda hit: -hit.score)
        return vector, found[:limit]

    def _fresh(self, hit: Hit, today: date) -> float:
        published = hit.article.published.date
        return self.recency * exp(-(today - published).days / 14) if published else 0.0


@contextlib.contextmanager
def room(name: str) -> Iterator[Room]:
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    archive = SqlArchive.at(folder, fingerprint=NoVectors.fingerprint)
    view = KeywordView(folder / "views", archive=archive.id)
    if not (folder / "DONE").exists():
        _ingest(name, archive, view)
        (folder / "DONE").touch()
    opened = Room(name, archive, view)
    try:
        yield opened
    finally:
        opened.pool.save()
        archive.close()


def _ingest(name: str, archive: SqlArchive, view: KeywordView) -> None:
    started = time.perf_counter()
    nothing = NoVectors()
    parts = Parts(
        archive=archive, keywords=view, vectors=Nowhere(), embedder=lambda: nothing,
        splitter=_splitter(), views=[view],
    )  # fmt: skip
    report = Newsroom(parts).ingest(articles(name))
    print(
        f"{name}: {report.stored} articles, {report.passages} passages, {time.perf_counter() - started:.0f} s"
    )


class Nowhere:
    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        return []


def _splitter() -> Any:
    made = bootstrap.splitter()
    return lambda: made


def articles(name: str) -> Iterator[Any]:
    if name == "seeds":
        paths = sorted((ROOT / "seeds").glob("0*.txt"))
        yield from drafts(RawFile(path.name, path.name, path.open("rb")) for path in paths)
        return
    path = SETS / name / "corpus.jsonl.gz"
    yield from drafts([RawFile(path.name, path.name, path.open("rb"))])
