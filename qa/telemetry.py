"""How long something takes, by stage: measured in one place, of which figures, logs and spans are views."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter, time
from typing import Literal, Self

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Follows a request into threads and tasks, so that whatever is logged on its behalf can be found."""
traceparent: ContextVar[str] = ContextVar("traceparent", default="")
"""The W3C header of the request that is being answered: the trace that it belongs to elsewhere."""
Fact = str | int | float | bool
Work = Literal["question", "search", "timeline", "article", "follow"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of some work; times are seconds since the epoch."""

    name: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Trace:
    """A piece of work that is over, with its stages. It holds nobody's words."""

    name: Work
    began: float
    ended: float
    stages: tuple[Stage, ...]
    request: str
    """The id of the request on whose behalf it was done; empty where there is none."""
    parent: str
    """The `traceparent` that came with that request."""
    facts: Mapping[str, Fact]
    error: str = ""
    """The kind of error that ended it."""


Tell = Callable[[Trace], None]
"""Told of work that is over. Must not wait and must not raise."""


def nobody(_: Trace) -> None:
    """Whom to tell where nobody listens."""


class Stopwatch:
    """`with watch.stage("search"): ...`; `read()` gives every stage and the total since it was made.

    It tells what it measured when it is `done`, or at the end of `with Stopwatch("search", tell) as watch: ...`.
    """

    def __init__(self, name: Work, tell: Tell = nobody, *, request: str | None = None) -> None:
        """`request` is the id of the request that is being answered, unless given."""
        self._name, self._tell = name, tell
        self._request = request_id.get() if request is None else request
        self._parent = traceparent.get()
        self.began, self._began = time(), perf_counter()
        self._stages: list[Stage] = []
        self._facts: dict[str, Fact] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.done(kind.__name__ if kind else "")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = self.now()
        try:
            yield
        finally:
            self.add(name, began, self.now())

    def now(self) -> float:
        """Seconds since the epoch, by a clock that never goes back."""
        return self.began + (perf_counter() - self._began)

    def add(self, name: str, began: float, ended: float) -> None:
        """A stage that was measured elsewhere, such as once for many."""
        self._stages.append(Stage(name, began, ended))

    def note(self, **facts: Fact) -> None:
        """Say what came of it: figures and names of ours, never anybody's words."""
        self._facts |= facts

    def read(self) -> dict[str, float]:
        """Milliseconds by stage, and in all."""
        spent: dict[str, float] = {}
        for stage in self._stages:
            spent[stage.name] = spent.get(stage.name, 0.0) + stage.ended - stage.began
        spent["total"] = self.now() - self.began
        return {name: round(seconds * 1000, 2) for name, seconds in spent.items()}

    def done(self, error: str = "") -> None:
        stages = tuple(self._stages)
        self._tell(
            Trace(self._name, self.began, self.now(), stages, self._request, self._parent, self._facts, error)
        )
