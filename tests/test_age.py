"""From which day the age of an article counts, and where it tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from qa import bootstrap
from qa.models import Draft, Filters, Published
from qa.search import MONTH, Search
from qa.service import Newsroom
from qa.settings import Settings

LAST = date(2024, 5, 30)


def newsroom(home: Path, days: list[date]) -> Iterator[Newsroom]:
    with bootstrap.writing(Settings(home=home), what="a test") as opened:
        opened.ingest(
            Draft(
                id=f"a{number}",
                text=f"The ferry Aurora carried {number + 40} sailors to port {number}.",
                title=f"Ferry {number}",
                published=Published(day, "given"),
            )
            for number, day in enumerate(days)
        )
        yield opened


@pytest.fixture
def daily(tmp_path: Path) -> Iterator[Newsroom]:
    yield from newsroom(tmp_path / "daily", [LAST - timedelta(days=number) for number in range(MONTH + 1)])


@pytest.fixture
def thin(tmp_path: Path) -> Iterator[Newsroom]:
    yield from newsroom(tmp_path / "thin", [LAST - timedelta(days=7 * number) for number in range(4)])


def test_age_counts_from_the_day_of_asking_and_not_from_beyond_the_archive(daily: Newsroom) -> None:
    inside, beyond = Filters(as_of=LAST - timedelta(days=1)), Filters(as_of=LAST + timedelta(days=300))
    search = Search(daily.parts.archive)
    assert search.asked_on(inside) == inside.as_of
    assert search.asked_on(beyond) == LAST
    assert search.asked_on(Filters()) is None


def test_where_the_archive_has_not_news_of_every_day_age_tells_nothing(
    daily: Newsroom, thin: Newsroom
) -> None:
    asked = Filters(as_of=LAST)
    assert [Search(room.parts.archive).aged_from(asked) for room in (daily, thin)] == [LAST, None]


async def test_a_question_asked_long_after_the_archive_ends_is_answered_as_then(thin: Newsroom) -> None:
    asked = "How many sailors did the ferry Aurora carry to port 3?"
    for as_of in (LAST, LAST + timedelta(days=400)):
        answer = await thin.ask(asked, filters=Filters(as_of=as_of), mode="extractive")
        assert "43" in answer.claims[0].text
