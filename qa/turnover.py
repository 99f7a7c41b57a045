"""What questions are answered from is replaced in one step, while questions go on, and embedded for beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event
from typing import Generic, TypeVar

from qa.errors import Interrupted
from qa.intake import embedded_text
from qa.ports import Archive, Embedder

T = TypeVar("T")
BATCH = 32
"""Passages embedded between two looks at whether to stop; what was embedded before is kept."""


class InUse(Generic[T]):
    """One value that many use at once. Who began with one ends with it, and it is known when nobody does any more."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._users: dict[int, int] = {}
        self._changed = Condition()

    @property
    def value(self) -> T:
        return self._value

    @contextmanager
    def held(self) -> Iterator[T]:
        """The value of now, which is not thrown away before the block ends."""
        with self._changed:
            value = self._value
            self._users[id(value)] = self._users.get(id(value), 0) + 1
        try:
            yield value
        finally:
            with self._changed:
                self._users[id(value)] -= 1
                if not self._users[id(value)]:
                    del self._users[id(value)]
                    self._changed.notify_all()

    def replace(self, value: T) -> Callable[[], None]:
        """Whoever begins from now on uses this one. Returns what waits until nobody uses the one of before."""
        with self._changed:
            before, self._value = self._value, value

        def wait() -> None:
            with self._changed:
                self._changed.wait_for(lambda: id(before) not in self._users)

        return wait


def embed_missing(
    archive: Archive, embedder: Embedder, *, on_passages: Callable[[int], None], stop: Event | None = None
) -> int:
    """Give every passage a vector of this embedder's model; what has one keeps it. Returns how many were embedded.

    Raises:
        Interrupted: `stop` was set; the next time goes on from there.
        ModelError: the embedding server failed; likewise.
    """
    embedded = 0
    while batch := archive.unembedded(embedder.fingerprint, limit=BATCH):
        unless(stop)
        vectors = embedder.embed_passages(
            [embedded_text(article, passage.text) for passage, article in batch]
        )
        archive.add_vectors([passage.id for passage, _ in batch], vectors, model=embedder.fingerprint)
        embedded += len(batch)
        on_passages(len(batch))
    return embedded


def unless(stop: Event | None) -> None:
    """Raises Interrupted where it is set."""
    if stop is not None and stop.is_set():
        raise Interrupted("It was stopped before it was done. Start it again, and it goes on from there.")
