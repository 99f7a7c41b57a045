"""What became of a job's items, written so that no article is counted twice, whenever the process dies.

An article that is stored takes the tally of its item along in its own transaction, and so does a refusal. What changed
nothing is written with the next of these, or within half a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from qa.intake import Mark, Outcome
from qa.models import Refusal
from qa.ports import JobShelf, Tally

Told = Callable[[Outcome], None]
"""Called with what became of each article, and where an item begins and ends."""
_WRITE_EVERY = 0.5
_MOST = 200


class Ledger:
    """Used by one thread: the one that stores."""

    def __init__(self, shelf: JobShelf, told: Told | None) -> None:
        self._shelf = shelf
        self._told = told
        self._tally: Tally | None = None
        self._closed: list[tuple[Tally, str]] = []
        self._written = time.monotonic()

    def current(self) -> Tally | None:
        """Of the item whose articles come now."""
        return self._tally

    def add(self, outcome: Outcome, passages: int) -> None:
        if isinstance(outcome, Mark):
            self._turn(outcome)
        elif self._tally is not None:
            self._tally = self._tally.plus(outcome, passages)
            if isinstance(outcome, Refusal):
                self._shelf.refuse(self._tally, outcome)
        if self._told:
            self._told(outcome)
        if len(self._closed) >= _MOST or time.monotonic() - self._written > _WRITE_EVERY:
            self.write()

    def _turn(self, mark: Mark) -> None:
        if not mark.ends:
            self._tally = mark.tally
        elif self._tally is not None:
            self._closed.append((self._tally, mark.name))
            self._tally = None

    def write(self) -> None:
        """Close the items that are done."""
        if self._closed:
            self._shelf.close([tally for tally, _ in self._closed], [name for _, name in self._closed])
        self._closed.clear()
        self._written = time.monotonic()
