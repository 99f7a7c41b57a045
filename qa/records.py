"""Answers written down together: the disk takes as long for all that wait as for one.

Each transaction lasts once the disk has it. One for each answer would bound how many a second can be given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock

from qa.events import Record


class Records:
    """One thread that writes, for an archive lets one write at a time. What comes while it writes is its next batch."""

    def __init__(self, write: Callable[[Sequence[Record]], None]) -> None:
        """`write` keeps some records, all or none of them."""
        self._write = write
        self._waiting: list[tuple[Record, Future[None]]] = []
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="record")

    async def keep(self, record: Record) -> None:
        """Returns once it is on the disk. Raises what writing it raised."""
        kept: Future[None] = Future()
        with self._lock:
            self._waiting.append((record, kept))
        self._thread.submit(self._drain)
        await asyncio.wrap_future(kept)

    def _drain(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        wanted = [(record, kept) for record, kept in waiting if kept.set_running_or_notify_cancel()]
        if len(wanted) > 1:
            with suppress(Exception):  # one that cannot be kept takes no other with it: each then goes alone
                self._write([record for record, _ in wanted])
                for _, kept in wanted:
                    kept.set_result(None)
                return
        for record, kept in wanted:
            try:
                self._write([record])
            except Exception as error:  # noqa: BLE001  it is raised where the record is waited for
                kept.set_exception(error)
            else:
                kept.set_result(None)
