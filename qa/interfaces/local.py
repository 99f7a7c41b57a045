"""An archive on this machine's disk, asked as a server is, but without one: `qa.LocalArchive`."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from functools import partial
from pathlib import Path
from typing import Self

from anyio.from_thread import start_blocking_portal

from qa import bootstrap, settings
from qa.interfaces import schemas
from qa.interfaces.calls import ANYTHING, Within
from qa.models import AskMode, Filters


class LocalArchive:
    """Opens the data folder for reading. Close it, or use it in a `with` block. Its calls may come from any thread.

    `home` is the folder, that of `QA_HOME` unless given; the other settings are those of `qa` itself.

    Raises:
        ArchiveError: it cannot be opened.
        SettingsError: a setting is unknown or wrong.
    """

    def __init__(self, home: Path | str | None = None) -> None:
        chosen = settings.load(os.environ, home=Path(home) if home is not None else None)
        with contextlib.ExitStack() as opening:
            self._newsroom = opening.enter_context(bootstrap.reading(chosen))
            # One loop for all questions: a model's connections belong to the loop in which they were opened.
            self._loop = opening.enter_context(start_blocking_portal())
            self._open = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def ask(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        as_of: date | None = None,
        within: Within = ANYTHING,
        mode: AskMode = "auto",
    ) -> schemas.AnswerOut:
        """Answer from the articles, or say that they do not answer it. Raises QuestionError and NotFound."""
        asking = partial(
            self._newsroom.ask, question, conversation=conversation_id, filters=_filters(within, as_of), mode=mode
        )  # fmt: skip
        return schemas.answer(self._loop.call(asking))

    def search(
        self, question: str, *, limit: int = 10, as_of: date | None = None, within: Within = ANYTHING
    ) -> schemas.HitsOut:
        """The passages that an answer would be made from, best first. Raises QuestionError."""
        return schemas.hits(self._newsroom.search(question, filters=_filters(within, as_of), limit=limit))


def _filters(within: Within, as_of: date | None) -> Filters:
    return Filters(within.publishers, within.published_from, within.published_to, within.articles, as_of)
