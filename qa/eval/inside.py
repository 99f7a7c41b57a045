"""The archive behind the measured server, read beside it: for the baselines, and for where a miss was lost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from qa import bootstrap
from qa.errors import NotFound
from qa.eval.baselines import Baselines
from qa.library import Parts
from qa.models import Filters, Passage
from qa.service import Newsroom
from qa.settings import Settings


class ArchiveInside:
    def __init__(self, newsroom: Newsroom, parts: Parts) -> None:
        self._newsroom = newsroom
        self._baselines = Baselines(parts.archive, parts.keywords, parts.vectors, parts.embedder)

    def baselines(self, question: str, filters: Filters) -> Mapping[str, Sequence[Passage]]:
        return self._baselines.rank(question, filters)

    def holds(self, article: str) -> bool:
        try:
            self._newsroom.article(article)
        except NotFound:
            return False
        return True

    def ranked(self, question: str, filters: Filters) -> Sequence[str]:
        return [found.place.article_id for found in self._newsroom.ranked(question, filters=filters)]


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[ArchiveInside]:
    with bootstrap.reading(settings) as newsroom:
        yield ArchiveInside(newsroom, newsroom.parts)
