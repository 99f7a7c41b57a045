"""The vector view: Chroma as a server of its own (`chroma run`).

What the server holds is written down on the server, with the rows: whose archive, which model, how far. A server that lost
its data, or that has another's, is filled again from the archive. It may go away at any time, so that every call of it has
a time limit and fails as `ViewAway`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from chromadb.api import ServerAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings as ChromaSettings
from chromadb.config import System
from chromadb.errors import NotFoundError
from llama_index.vector_stores.chroma import ChromaVectorStore

from qa.adapters import state
from qa.adapters.chroma import HNSW, LAYOUT, nearest, node
from qa.errors import ViewAway
from qa.models import Filters
from qa.ports import Indexed, Scored, Vectors

API = "chromadb.api.fastapi.FastAPI"
ASKING = (1.0, 2.0, 1.0, 2.0)
"""Seconds to connect, read, write, and wait for a connection: a question goes on with the archive's own vectors."""
WRITING = (1.0, 60.0, 60.0, 60.0)
SLICE = 500
"""Rows of one request."""


class ChromaServer:
    """A collection of a server at an address. The server has no keys: whoever reaches it may do anything."""

    name = "vectors"

    def __init__(self, url: str, folder: Path, *, archive: str, model: str, beside: bool = False) -> None:
        """`beside` makes a new collection, which is opened by others once it is adopted.

        Raises:
            ViewAway: the server does not answer.
        """
        self._url, self._file, self._adopted = url, folder / "chroma-server.json", not beside
        self._writing = Lock()
        blank = state.State(archive, model, LAYOUT)
        found = None if beside else state.read(self._file)
        known = found is not None and (found.archive, found.model, found.layout) == (archive, model, LAYOUT)
        self._state = found if found is not None and known else state.named(blank)
        self._asking, self._filling = _system(url, ASKING), _system(url, WRITING)
        try:
            self._connect()
        except ViewAway:
            self.close()
            raise
        if found is not None and not known:
            self._forget(_named(found))
        folder.mkdir(parents=True, exist_ok=True)
        self._write_down()

    def _connect(self) -> None:
        with self._reaching():
            asking, filling = self._asking.instance(ServerAPI), self._filling.instance(ServerAPI)
            asking.heartbeat()
            name = _named(self._state)
            made = _kept(asking, name) or filling.create_collection(
                name, configuration={"hnsw": HNSW}, metadata=self._told(0)
            )
            self._asked = Collection(asking, made, embedding_function=None)
            self._filled = Collection(filling, made, embedding_function=None)
            self._store = ChromaVectorStore.from_collection(self._filled)
            self._position = int((made.metadata or {}).get("position", 0))

    def _told(self, position: int) -> dict[str, str | int]:
        """What the server is told of the collection."""
        return {"archive": self._state.archive, "model": self._state.model, "position": position}

    def _write_down(self) -> None:
        if self._adopted:
            state.write(self._file, self._state)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise ViewAway(
                f"The Chroma server at {self._url} does not do what it is asked: {type(error).__name__}. "
                "Look whether it runs, and whether QA_CHROMA_URL is its address."
            ) from error

    def beat(self) -> None:
        """Raises ViewAway where the server, or the collection, is not there."""
        with self._reaching():
            self._asked.count()

    def adopt(self) -> None:
        """Be the one that is opened from now on."""
        self._adopted = True
        self._write_down()

    def discard(self) -> None:
        """Remove it from the server, if that answers, and close it."""
        self._forget(_named(self._state))
        self.close()

    def _forget(self, name: str) -> None:
        with suppress(ViewAway), self._reaching():
            self._filling.instance(ServerAPI).delete_collection(name)

    def position(self) -> int:
        return self._position

    def count(self) -> int:
        with self._reaching():
            return int(self._filled.count())

    def reset(self) -> None:
        with self._writing:
            self._forget(_named(self._state))
            self._connect()

    def apply(self, removed: Sequence[str], added: Sequence[Indexed]) -> None:
        with self._writing, self._reaching():
            if removed:
                self._filled.delete(where={"document_id": {"$in": list(removed)}})
            for start in range(0, len(added), SLICE):
                self._store.add([node(item) for item in added[start : start + SLICE]])

    def mark(self, position: int) -> None:
        with self._reaching():
            self._filled.modify(metadata=self._told(position))
        self._position = position

    def close(self) -> None:
        for system in (self._asking, self._filling):
            system.stop()
            _session(system).close()

    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        return nearest(self._asked, vector, k=k, filters=filters)


def _named(found: state.State) -> str:
    return f"dateline-{hashlib.sha256(found.archive.encode()).hexdigest()[:12]}-{found.folder}"


def _kept(server: ServerAPI, name: str) -> Any:
    try:
        return server.get_collection(name)
    except NotFoundError:
        return None


def _system(url: str, seconds: tuple[float, float, float, float]) -> System:
    """Chroma's client, with time limits. `chromadb.HttpClient` has none, and asks the server before one could be set."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    chosen = ChromaSettings(
        chroma_api_impl=API, chroma_server_host=parts.hostname, chroma_server_ssl_enabled=secure,
        chroma_server_http_port=parts.port or (443 if secure else 80), anonymized_telemetry=False,
    )  # fmt: skip
    made = System(chosen)
    _session(made).timeout = seconds
    made.start()
    return made


def _session(system: System) -> Any:
    """The client's connections; there is no public way to them."""
    return system.instance(ServerAPI)._session
