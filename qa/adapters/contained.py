"""Parsers in child processes with limits: what breaks one is put aside with the reason, and the rest goes on.

A child is started once and takes file after file; after a breach it is killed and the next file gets a new one.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import queue
import resource
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType

from qa.errors import IngestError
from qa.models import Draft, Refusal

MEMORY = 512_000_000
"""Bytes of address space that a child may take beyond what it has after its start."""
SECONDS = 20.0
"""For one file, of the processor and by the wall."""
_USES = 500
"""Files that a child takes before it is replaced: what libraries leak stays bounded."""
_START_SECONDS = 30.0
_READY = "ready"

Item = Draft | Refusal


@dataclass(frozen=True, slots=True)
class Job:
    """Bytes to parse, and what `read.drafts` is told of them."""

    data: bytes
    name: str
    source: str = ""
    declared: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    memory: int = MEMORY
    seconds: float = SECONDS


class Contained:
    """A few children that run one parser. May be used from several threads; `close()` when done.

    Args:
        parser: `module:function`, called with a `Job`'s values as `read.drafts` is. It is imported by the child.
    """

    def __init__(self, parser: str, *, children: int = 2, limits: Limits | None = None) -> None:
        self._parser = parser
        self._limits = limits or Limits()
        self._idle: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(children):
            self._idle.put(None)
        self._size = children

    def drafts(self, job: Job) -> list[Item]:
        """What the parser makes of it, or one refusal that says which limit it broke."""
        child = self._idle.get()
        try:
            if child is None:
                child = Child(self._parser, self._limits)
            found = child.run(job)
        except BaseException:
            if child is not None:
                child.kill()
            self._idle.put(None)
            raise
        if not child.healthy:
            child.kill()
            child = None
        self._idle.put(child)
        return found

    def close(self) -> None:
        for _ in range(self._size):
            child = self._idle.get()
            if child is not None:
                child.kill()

    def __enter__(self) -> Contained:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Child:
    """One process. It starts fresh ("spawn"): a fork would copy the parent's memory, threads and locks."""

    def __init__(self, parser: str, limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._limits = limits
        self._process = context.Process(
            target=_serve, args=(theirs, parser, limits), daemon=True, name="dateline-parser"
        )
        self._process.start()
        theirs.close()
        self._uses = 0
        self.healthy = True
        self._wait_ready()

    def run(self, job: Job) -> list[Item]:
        self._uses += 1
        self.healthy = self._uses < _USES
        try:
            # The child reads while this writes: a big file does not fit the pipe at once.
            writer = threading.Thread(target=self._send, args=(job,), daemon=True)
            writer.start()
            if not self._pipe.poll(self._limits.seconds):
                return self._broken(job, f"takes longer than {self._limits.seconds:g} s to read")
            answer = self._pipe.recv()
            writer.join()
        except (EOFError, OSError):
            return self._broken(job, self._last_words())
        if isinstance(answer, str):
            return self._broken(job, answer)
        items: list[Item] = answer
        return items

    def _wait_ready(self) -> None:
        """Its start is not part of a file's time."""
        with contextlib.suppress(EOFError, OSError):
            if self._pipe.poll(_START_SECONDS) and self._pipe.recv() == _READY:
                return
        self.kill()
        raise IngestError(f"A child process to parse in did not start within {_START_SECONDS:g} s.")

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()

    def _send(self, job: Job) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._pipe.send(job)

    def _broken(self, job: Job, reason: str) -> list[Item]:
        self.healthy = False
        return [Refusal(job.source or job.url or job.name, f"{job.name} {reason}. It was put aside.")]

    def _last_words(self) -> str:
        self._process.join(1.0)
        code = self._process.exitcode
        if code == -24:  # SIGXCPU
            return f"takes longer than {self._limits.seconds:g} s to read"
        return f"broke its reader (exit {code}), as files do that need over {self._limits.memory // 10**6} MB to read"


def _serve(pipe: Connection, parser: str, limits: Limits) -> None:
    """The child: import the parser, then parse what comes."""
    module, _, name = parser.partition(":")
    parse = getattr(importlib.import_module(module), name)
    _bound_memory(limits.memory)
    pipe.send(_READY)
    while True:
        try:
            job: Job = pipe.recv()
        except (EOFError, OSError):
            return
        _bound_processor(limits.seconds)
        pipe.send(_parsed(parse, job, limits))


def _parsed(parse: Callable[..., Iterator[Item]], job: Job, limits: Limits) -> list[Item] | str:
    """The drafts, or what to say where the parser broke."""
    try:
        return list(parse(job.data, name=job.name, source=job.source, declared=job.declared, url=job.url))
    except MemoryError:
        return f"needs over {limits.memory // 10**6} MB of memory to read"
    except RecursionError:
        return "is nested too deep to read"
    except Exception as error:  # noqa: BLE001 - a foreign parser may raise anything; it is reported, not hidden
        return f"cannot be parsed ({type(error).__name__}: {str(error)[:200]})"


def _bound_memory(most: int) -> None:
    """Limit the address space to what is taken now and `most` more: the interpreter's own maps are no parser's fault."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + most, now + most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_processor(seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + seconds) + 1, hard))
