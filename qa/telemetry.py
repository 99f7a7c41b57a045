"""Timings of one question, in milliseconds by stage, and the name of the request that is being answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Follows a request into threads and tasks, so that whatever is logged on its behalf can be found."""


class Stopwatch:
    """`with watch.stage("search"): ...`; `read()` gives every stage and the total since it was made."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            spent = (perf_counter() - began) * 1000
            self._stages[name] = round(self._stages.get(name, 0.0) + spent, 2)

    def read(self) -> dict[str, float]:
        return {**self._stages, "total": round((perf_counter() - self._began) * 1000, 2)}
