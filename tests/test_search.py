"""Finding passages: both searches side by side, what is remembered, what speaks of a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from threading import Event
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import draft
from fakes import FakeEmbedder

from qa.dates import Interval
from qa.errors import ModelUnavailable
from qa.models import Filters, Published
from qa.ports import KeywordSearch, Place, Scored, Vectors
from qa.search import SLICE, Places, Remembered, Search
from qa.service import Newsroom

ASKED = "When did the flood reach Aveley?"


class Waiting(FakeEmbedder):
    """Embeds a question once its words have been searched."""

    def __init__(self) -> None:
        super().__init__()
        self.words_searched = Event()

    def embed_question(self, text: str) -> Vectors:
        assert self.words_searched.wait(timeout=20), "the one search waits for the other"
        return super().embed_question(text)


class Telling:
    """A keyword search that tells when it is asked."""

    def __init__(self, inner: KeywordSearch, asked: Event) -> None:
        self._inner, self._asked = inner, asked

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def matching(self, question: str, *, k: int, filters: Filters) -> Scored:
        self._asked.set()
        return self._inner.matching(question, k=k, filters=filters)


def flooded(newsroom: Newsroom) -> Newsroom:
    text = "The flood reached the town of Aveley on Monday."
    newsroom.ingest([draft(text, id="flood", published=Published(date(2024, 4, 1), "stated"))])
    return newsroom


def test_words_are_searched_while_the_question_is_embedded(make_newsroom: Any) -> None:
    embedder = Waiting()
    newsroom = flooded(make_newsroom(embedder=embedder))
    newsroom.parts.keywords = Telling(newsroom.parts.keywords, embedder.words_searched)
    assert [hit.article.id for hit in newsroom.search(ASKED)] == ["flood"]


def test_what_goes_wrong_beside_is_raised_where_it_was_asked(make_newsroom: Any) -> None:
    class Away(FakeEmbedder):
        def embed_question(self, text: str) -> Vectors:
            raise ModelUnavailable("The embedding server does not answer.")

    newsroom = flooded(make_newsroom(embedder=Away()))
    with pytest.raises(ModelUnavailable, match="does not answer"):
        newsroom.search(ASKED)


def test_what_was_asked_for_last_is_remembered() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    kept = Remembered[str](2)
    assert [kept.get(key, lambda key=key: make(key)) for key in "abacab"] == list("ABACAB")
    assert made == ["a", "b", "c", "b"], "of three keys, the one that was asked for longest ago is made again"
    kept.clear()
    kept.get("b", lambda: make("b"))
    assert made[-1] == "b"


def test_where_passages_stand_is_looked_up_once_while_the_archive_stays_as_it_is() -> None:
    asked: list[list[int]] = []

    class Archive:
        at = 1

        def position(self) -> int:
            return self.at

        def places(self, ids: Sequence[int], *, model: str) -> dict[int, Place]:
            asked.append(list(ids))
            day = date(2024, 4, self.at)
            return {number: Place(number, model, 0, "", day, np.zeros(1, np.float32)) for number in ids}

    archive = Archive()
    places = Places(archive, most=3)  # type: ignore[arg-type]

    def days(*numbers: int, model: str = "a") -> dict[int, tuple[str, int]]:
        found = places.get(numbers, model=model)
        return {number: (place.article_id, place.day.day) for number, place in found.items() if place.day}

    assert days(2, 1) == {1: ("a", 1), 2: ("a", 1)}
    assert days(2, 3) == {2: ("a", 1), 3: ("a", 1)}
    assert asked == [[1, 2], [3]]
    days(4)
    days(2, 3, 4)
    assert asked[2:] == [[4]], "of more than three, the one that was asked for longest ago is not kept"
    days(1)
    archive.at = 2
    assert days(4) == {4: ("a", 2)}, "of the archive as it is now"
    assert days(4, model="b") == {4: ("b", 2)}, "never with a vector of another model"
    assert asked[3:] == [[1], [4], [4]]


def test_those_that_speak_of_a_time_are_looked_for_from_the_best_on() -> None:
    looked: list[int] = []

    class Dates:
        def speaking(self, days: Interval, filters: Filters, *, among: Sequence[int]) -> list[int]:
            looked.append(len(among))
            return [number for number in reversed(among) if number % spoken == 0]

    search = Search(SimpleNamespace(dates=Dates()))  # type: ignore[arg-type]
    days = Interval(date(2022, 1, 1), date(2023, 1, 1), "year")
    best = [(number, 1 / (1 + number)) for number in range(SLICE * 8)]
    for spoken, slices in ((2, 1), (SLICE, 8)):
        looked.clear()
        found = search._speaking(best, days)
        assert found[:8] == [best[spoken * place] for place in range(8)], "the best first"
        assert looked == [SLICE] * slices
