"""A server answers first; what takes long to find or to open comes beside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_cli import home, seeded  # noqa: F401  fixtures

from qa import bootstrap
from qa.service import Newsroom
from qa.settings import Settings


@contextmanager
def answering(home: Path) -> Iterator[Newsroom]:  # noqa: F811
    chosen = Settings(home=home)
    with bootstrap.answering(chosen, what="test", again=lambda: chosen) as newsroom:
        yield newsroom


@pytest.fixture
def unsettled(home: Path) -> Path:  # noqa: F811
    """A folder whose dates are to be found again, as after an upgrade that reads more of them."""
    held = bootstrap.archive(Settings(home=home))
    held.dates.settle((), position=0)
    held.close()
    return home


def until(said: Callable[[], bool]) -> None:
    for _ in range(600):
        if said():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def test_dates_that_are_missing_and_chroma_come_once_questions_are_answered(unsettled: Path) -> None:
    with answering(unsettled) as newsroom:
        archive = newsroom.parts.archive
        assert newsroom.search("when did Russian instructors arrive")
        assert archive.dates.position() == 0
        assert [view.name for view in newsroom.parts.views] == ["keywords"]
        newsroom.parts.on_serving()
        until(lambda: len(newsroom.parts.views) == 2)
        assert archive.dates.position() > 0
        assert set(newsroom.health()["behind"].values()) == {0}  # type: ignore[attr-defined]


def test_a_server_that_is_told_to_stop_leaves_them_to_the_next(unsettled: Path) -> None:
    with answering(unsettled) as newsroom:
        newsroom.stopping.set()
        newsroom.parts.on_serving()
    with answering(unsettled) as newsroom:
        assert newsroom.parts.archive.dates.position() == 0
        newsroom.parts.on_serving()
        until(lambda: newsroom.parts.archive.dates.position() > 0)
