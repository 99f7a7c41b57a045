"""The vector view: Chroma, embedded, filled through llama-index's vector-store interface.

Chroma's files are torn by a crash in mid-write and can end the process that opens them, so a folder that was not
closed in good order is first opened by a child process (`probe`). What is lost is rebuilt from the archive.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from qa.adapters import state
from qa.errors import ViewError
from qa.models import Filters
from qa.ports import Indexed, Scored, Vectors

LAYOUT = 2
COLLECTION = "passages"
SLICE = 5_000
"""Chroma refuses more than 5,461 rows at once; llama-index would send 41,665."""
HNSW = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}
"""The defaults (100, 16, 100) lose recall on some data; cannot be changed once the collection exists."""
PROBE_SECONDS = 60


class ChromaView:
    """Chroma in this process, in files of its own."""

    name = "vectors"

    def __init__(self, folder: Path, *, archive: str, model: str, beside: bool = False) -> None:
        """`beside` builds a new one in a folder of its own, which is opened by others once it is adopted."""
        self._folder, self._file = folder / "chroma", folder / "chroma.json"
        blank = state.State(archive, model, LAYOUT)
        self._writing, self._adopted = Lock(), not beside
        found = None if beside else state.read(self._file)
        known = found is not None and (found.archive, found.model, found.layout) == (archive, model, LAYOUT)
        self._state = found if found is not None and known and self._sound(found) else state.named(blank)
        self._connect()
        if self._adopted:
            state.sweep(self._folder, kept=self._state.folder)

    def _sound(self, found: state.State) -> bool:
        return (found.clean and (self._folder / found.folder).is_dir()) or probe(self._folder / found.folder)

    def _connect(self) -> None:
        path = self._folder / self._state.folder
        path.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(
            str(path), settings=ChromaSettings(anonymized_telemetry=False)
        )
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
        )
        self._store = ChromaVectorStore.from_collection(self._collection)
        self._record(self._state.position, clean=False)

    def beat(self) -> None:
        """Raises ViewAway where it is not there; in this process it always is."""

    def adopt(self) -> None:
        """Be the one that is opened from now on."""
        self._adopted = True
        self._record(self._state.position, clean=False)

    def discard(self) -> None:
        """Close it and remove its files."""
        self._client.close()
        shutil.rmtree(self._folder / self._state.folder, ignore_errors=True)

    def position(self) -> int:
        return self._state.position

    def count(self) -> int:
        return int(self._collection.count())

    def reset(self) -> None:
        with self._writing:
            self._client.delete_collection(COLLECTION)
            self._state = replace(self._state, position=0)
            self._connect()

    def apply(self, removed: Sequence[str], added: Sequence[Indexed]) -> None:
        with self._writing:
            for article_id in removed:
                self._store.delete(article_id)
            for start in range(0, len(added), SLICE):
                self._store.add([node(item) for item in added[start : start + SLICE]])

    def mark(self, position: int) -> None:
        self._record(position, clean=False)

    def close(self) -> None:
        self._client.close()
        self._record(self._state.position, clean=True)

    def _record(self, position: int, *, clean: bool) -> None:
        self._state = replace(self._state, position=position, clean=clean)
        if self._adopted:
            state.write(self._file, self._state)

    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        return nearest(self._collection, vector, k=k, filters=filters)


def nearest(collection: Any, vector: Vectors, *, k: int, filters: Filters) -> Scored:
    """Ids and cosines of the passages of a collection that are nearest to a vector, best first."""
    # Asked of the collection itself: llama-index would have every row's metadata read and parsed into a node,
    # which took as long again as the search, to hand out the ids.
    try:
        found = collection.query(
            query_embeddings=[vector.tolist()], n_results=k, where=_walls(filters), include=["distances"]
        )
    except Exception as error:
        raise ViewError("The vector index did not answer; the archive's own vectors are used.") from error
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return [(int(number), 1 - float(distance)) for number, distance in pairs]


def node(item: Indexed) -> TextNode:
    node = TextNode(
        id_=str(item.passage.id),
        text="",  # the words are the archive's; a second copy could only disagree
        embedding=item.vector.tolist(),
        metadata={
            "publisher": item.publisher.casefold(),
            "first": item.first.toordinal() if item.first else 0,
            "last": item.last.toordinal() if item.last else 0,
        },
    )
    node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=item.passage.article_id)
    return node


def _walls(filters: Filters) -> dict[str, Any] | None:
    """Chroma's `where`; None lets everything in. An article that nothing dates has day 0."""
    found: list[dict[str, Any]] = []
    if filters.publishers:
        found.append({"publisher": {"$in": [name.casefold() for name in filters.publishers]}})
    if filters.articles:
        found.append({"document_id": {"$in": list(filters.articles)}})
    if filters.published_from:
        found.append({"first": {"$gte": filters.published_from.toordinal()}})
    if filters.latest:
        found += [{"last": {"$gte": 1}}, {"last": {"$lte": filters.latest.toordinal()}}]
    return {"$and": found} if len(found) > 1 else next(iter(found), None)


def probe(folder: Path) -> bool:
    """Whether a Chroma folder opens and finds what it holds, tried in a child that may die of it."""
    if not folder.is_dir():
        return False
    command = [sys.executable, "-m", "qa.adapters.probe", str(folder)]
    try:
        done = subprocess.run(command, timeout=PROBE_SECONDS, capture_output=True, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
