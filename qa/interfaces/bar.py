"""A bar on a terminal for work that takes a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(title: str, *, total: Callable[[], int] | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; silent in a pipe. `total` is asked again once it is reached: a sitemap names more."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total() if total else None)

        def step(count: int) -> None:
            bar.advance(task, count)
            if total and bar.tasks[0].finished:
                bar.update(task, total=total())

        yield step
