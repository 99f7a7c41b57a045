"""The day of publication is read where it stands, in the order of belief; it is never made up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qa.ingest import date as dates
from qa.models import UNDATED, Draft, Published

TODAY = date(2024, 6, 1)
MAY3 = date(2024, 5, 3)


@pytest.mark.parametrize(
    "line",
    [
        "03.05.2024, Niamey.", "3.5.2024", "Niamey, 3 May 2024", "May 3, 2024", "Friday, May 3rd, 2024 10:12 am",
        "Published: 3 May 2024", "3 mai 2024 à 10h12", "Berlin, 3. Mai 2024", "Madrid, 3 de mayo de 2024", "3 maggio 2024",
        "Lisboa, 3 de maio de 2024", "3 mei 2024", "3 maja 2024", "3 мая 2024 г.", "2024-05-03", "2024/05/03", "2024.05.03",
        "NIAMEY, May 3, 2024 (Agency) - Soldiers arrived.", "NIAMEY, 3 May 2024 — Soldiers arrived in the town.",
    ],
)  # fmt: skip
def test_a_dateline_is_read_in_many_languages(line: str) -> None:
    assert dates.dateline(f"The river rose\n\n{line}\n\nIt was high on 1 January 2020.") == MAY3


@pytest.mark.parametrize(
    "text",
    [
        "The river rose on 3 May 2024, the mayor said in a long sentence about many other things that happened.",
        "The river rose\n\n04/05/2024",
        "The river rose\n\n31.02.2024, Niamey.",
        "NIAMEY, April 13 (Agency) - Soldiers arrived.",
        "Soldiers arrived on Wednesday.",
        "",
    ],
)
def test_what_is_no_dateline_gives_no_day(text: str) -> None:
    assert dates.dateline(text) is None


def test_the_day_of_publishing_comes_before_the_day_of_an_update() -> None:
    assert dates.dateline("Updated 5 May 2024\nPublished 3 May 2024") == MAY3
    assert dates.dateline("Updated 5 May 2024") == date(2024, 5, 5)


def test_an_address_gives_the_year_that_a_dateline_leaves_out() -> None:
    text = "NIAMEY, May 3 (Agency) - Soldiers arrived."
    assert dates.dateline(text, url="https://post.test/2024/05/flood") == MAY3
    assert dates.dateline(text, url="https://post.test/2024/07/flood") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://post.test/2024/05/03/flood", "https://post.test/news/2024-05-03-flood", "https://post.test/2024/5/3/x",
        "https://post.test/20240503/x", "https://post.test/2024/may/03/x", "https://post.test/a_2024_05_03",
    ],
)  # fmt: skip
def test_an_address_gives_its_day(url: str) -> None:
    assert dates.of_address(url) == MAY3


@pytest.mark.parametrize(
    "url",
    [
        "https://post.test/2024/05/", "https://post.test/news/12345678901", "https://post.test/2024/13/45/x", None,
        "https://2024-05-03.test/x", "https://post.test/x?day=2024-05-03", "https://post.test/19991/12/1",
    ],
)  # fmt: skip
def test_other_numbers_in_an_address_are_no_day(url: str | None) -> None:
    assert dates.of_address(url) is None


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("2024-05-03T10:12:00Z", Published(MAY3, "given", datetime(2024, 5, 3, 10, 12, tzinfo=UTC))),
        (
            "Fri, 03 May 2024 10:12:00 +0000",
            Published(MAY3, "given", datetime(2024, 5, 3, 10, 12, tzinfo=UTC)),
        ),
        ("20240503", Published(MAY3, "given")),
        ("May 3, 2024", Published(MAY3, "given")),
        ("0000-00-00", Published(seen="0000-00-00")),
        ("yesterday", Published(seen="yesterday")),
        (None, UNDATED),
    ],
)
def test_what_is_given_is_read_or_kept_as_seen(said: object, published: Published) -> None:
    assert dates.given(said) == published


def test_seconds_and_milliseconds_are_told_apart() -> None:
    assert dates.of_epoch(1714731120).date == dates.of_epoch(1714731120000).date == MAY3
    assert dates.of_epoch(1e300) == Published(seen="1e+300")


def settled(draft: Draft, feed: Published = UNDATED) -> Published:
    return dates.settled(draft, today=TODAY, feed=feed).published


URL = "https://post.test/2024/05/03/flood"
DATELINE = "The river rose\n\n02.05.2024, Leeds.\n\nIt rose."
FEED = Published(date(2024, 5, 1), "feed")


def test_the_order_is_metadata_feed_dateline_address_guess() -> None:
    stated = Published(date(2024, 4, 30), "metadata")
    guess = Published(date(2024, 1, 1), "guess")
    assert settled(Draft(DATELINE, url=URL, published=stated), FEED) == stated
    assert settled(Draft(DATELINE, url=URL, published=guess), FEED) == FEED
    assert settled(Draft(DATELINE, url=URL, published=guess)) == Published(date(2024, 5, 2), "dateline")
    assert settled(Draft("It rose.", url=URL, published=guess)) == Published(MAY3, "url")
    assert settled(Draft("It rose.", published=guess)) == guess
    assert settled(Draft("It rose.")) == UNDATED


@pytest.mark.parametrize("day", [date(2024, 6, 3), date(2099, 1, 1), date(1500, 1, 1)])
def test_a_day_that_cannot_be_is_kept_as_seen_and_not_believed(day: date) -> None:
    assert settled(Draft("It rose.", published=Published(day, "given"))) == Published(seen=day.isoformat())


def test_where_the_stated_day_cannot_be_the_next_best_is_taken() -> None:
    found = settled(Draft(DATELINE, published=Published(date(2099, 1, 1), "metadata")))
    assert found == Published(date(2024, 5, 2), "dateline", seen="2099-01-01")


def test_tomorrow_is_believed_for_it_is_tomorrow_elsewhere() -> None:
    assert settled(Draft("It rose.", published=Published(date(2024, 6, 2), "given"))).date == date(2024, 6, 2)


def test_the_day_of_reading_is_never_the_day_of_publication() -> None:
    assert settled(Draft("Soldiers arrived today.", url="https://post.test/flood")).date is None
