"""`qa ingest` beside a running server: files are sent to it, and it reads the addresses; the summary is the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa.adapters import sources
from qa.errors import QaError
from qa.ingest import read
from qa.interfaces import bar
from qa.interfaces.client import Client
from qa.interfaces.intake_schemas import JobOut
from qa.interfaces.schemas import RefusalOut, ReportOut
from qa.models import RawFile

FILES = 100
BYTES = 8_000_000
"""Of files that are sent together, beyond the first."""
LARGEST = 31_000_000
"""Bytes of one file: a server takes 32 MiB at once."""
ADDRESSES = 1_000
POLL = 0.3

Files = list[tuple[str, bytes]]
Reply = ReportOut | JobOut


@dataclass(slots=True)
class Sum:
    """What became of everything that was sent."""

    reports: list[Reply] = field(default_factory=list)
    refused: list[RefusalOut] = field(default_factory=list)

    def add(self, reply: Reply) -> None:
        self.reports.append(reply)
        told = reply.problems if isinstance(reply, JobOut) else reply.refused
        self.refused += told
        if isinstance(reply, JobOut) and (more := reply.refused - len(told)) > 0:
            reason = f"and {more} more of it; `qa status` shows the newest"
            self.refused.append(RefusalOut(source=reply.what, reason=reason))

    def report(self) -> ReportOut:
        """`ids` are of what was stored before its reply; a job does not name its articles."""
        ids = tuple(one for reply in self.reports if isinstance(reply, ReportOut) for one in reply.ids)
        return ReportOut(
            new=sum(reply.new for reply in self.reports), changed=sum(reply.changed for reply in self.reports),
            unchanged=sum(reply.unchanged for reply in self.reports), copies=sum(reply.copies for reply in self.reports),
            passages=sum(reply.passages for reply in self.reports), refused=tuple(self.refused), ids=ids,
        )  # fmt: skip


def sent(client: Client, paths: Sequence[Path], urls: Sequence[str], sitemaps: Sequence[str]) -> ReportOut:
    """Have a server add the articles of files and folders, of addresses and of sitemaps, and wait until it is done.

    Raises:
        QaError: the server refused it, or does not answer any more. What it has stored stays.
    """
    named = list(sources.named(paths, readable=read.is_readable))
    told, waiting = Sum(), len(named) + len(urls) + len(sitemaps)
    with bar.progress("Reading articles in the server", total=lambda: waiting) as step:
        for files in _batches(named, told, step):
            told.add(_awaited(client, client.upload(files), step, len(files)))
        for start in range(0, len(urls), ADDRESSES):
            some = urls[start : start + ADDRESSES]
            told.add(_awaited(client, client.read(*some), step, len(some)))
        for sitemap in sitemaps:
            told.add(_awaited(client, client.read(sitemap=sitemap), step, 1))
    return told.report()


def _batches(named: Sequence[Path], told: Sum, step: Callable[[int], None]) -> Iterator[Files]:
    """Files that go together; what cannot be sent is refused."""
    files: Files = []
    for path in named:
        opened = sources.opened(path)
        data = _read(opened)
        if isinstance(data, RefusalOut):
            told.refused.append(data)
            step(1)
            continue
        if files and (len(files) == FILES or sum(len(each) for _, each in files) + len(data) > BYTES):
            yield files
            files = []
        # With the whole path: by it the file is the same article the next time.
        files.append((opened.source, data))
    if files:
        yield files


def _read(opened: RawFile) -> bytes | RefusalOut:
    if opened.file is None:
        return RefusalOut(source=opened.source, reason=opened.refused)
    with opened.file as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        reason = f"over {LARGEST // 10**6} MB, the most that a running server is sent: stop it first, or split the file"
        return RefusalOut(source=opened.source, reason=reason)
    return data


def _awaited(client: Client, reply: Reply, step: Callable[[int], None], count: int) -> Reply:
    """The reply once its job is over, with the bar moved by as many as were sent."""
    moved = 0
    if isinstance(reply, JobOut):
        try:
            while reply.state in ("waiting", "running"):
                done = min(reply.done, count)
                step(done - moved)
                moved = done
                time.sleep(POLL)
                reply = client.job(reply.id)
        except KeyboardInterrupt:
            client.stop(reply.id)  # it was meant to end; what a crash ends is taken up again
            raise
        if reply.state != "done":
            raise QaError(
                "The server stopped the job before it was done. What it stored stays; run it again."
            )
    step(count - moved)
    return reply
