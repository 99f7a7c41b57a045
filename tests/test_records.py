"""Answers are written down together, and none of them is lost or taken along by another's fault."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from qa.events import Record
from qa.models import Turn
from qa.records import Records


class Disk:
    """Holds each writing until it is let go on; a question "broken" cannot be kept."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.free = threading.Event()

    def write(self, records: Sequence[Record]) -> None:
        self.free.wait(10)
        asked = [record.turn.question for record in records]
        if "broken" in asked:
            raise OSError("disk full")
        self.batches.append(asked)


def record(question: str) -> Record:
    return Record(Turn(question, question, "an answer"))


async def waiting(records: Records, *questions: str) -> list[asyncio.Task[None]]:
    """Tasks that wait for their records, in this order."""
    tasks = []
    for question in questions:
        tasks.append(asyncio.create_task(records.keep(record(question))))
        await asyncio.sleep(0.05)
    return tasks


async def test_what_comes_while_the_disk_is_busy_is_written_in_one_go() -> None:
    disk = Disk()
    tasks = await waiting(Records(disk.write), "1", "2", "3", "4")
    assert not any(task.done() for task in tasks), "nothing is called kept before it is"
    disk.free.set()
    await asyncio.gather(*tasks)
    assert disk.batches == [["1"], ["2", "3", "4"]]


async def test_one_that_cannot_be_kept_takes_no_other_with_it() -> None:
    disk = Disk()
    tasks = await waiting(Records(disk.write), "1", "2", "broken", "4")
    disk.free.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in found] == [type(None), type(None), OSError, type(None)]
    assert disk.batches == [["1"], ["2"], ["4"]]


async def test_who_no_longer_waits_holds_up_nobody() -> None:
    disk = Disk()
    tasks = await waiting(Records(disk.write), "1", "2", "3")
    tasks[1].cancel()
    await asyncio.sleep(0.05)
    disk.free.set()
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    await asyncio.gather(tasks[0], tasks[2])
    assert disk.batches == [["1"], ["3"]]
