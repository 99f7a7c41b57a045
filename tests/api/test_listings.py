"""Lists of articles: what a filter lets in, the order, and pages that neither repeat nor leave out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from conftest import draft
from fastapi.testclient import TestClient
from served import served
from test_chronology import SPORT, UNDATED, later

import qa
from qa.interfaces import rest
from qa.models import Draft, Published
from qa.service import Newsroom


def told(name: str, title: str, publisher: str, day: date | None, *authors: str) -> Draft:
    published = Published(day, "given") if day else Published()
    return draft(
        f"{title} was told on page {name} of the paper in the morning.",
        id=name, title=title, publisher=publisher, published=published, authors=authors,
    )  # fmt: skip


ARTICLES = [
    told("a", "Élysée talks begin", "The Paper", date(2024, 4, 1), "Ana Müller"),
    told("b", "Talks end in 50% agreement", "Other", date(2024, 4, 3), "Bo Lee", "Ana Maria Costa"),
    told("c", "Bridge opens", "the paper", None),
    told("d", "Harbour_closed", "Third", date(2024, 4, 3)),
    told("e", "Harbour opens", "Third", date(2023, 12, 31), 'Quote "Q" Name'),
]


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    newsroom.ingest(ARTICLES)
    return TestClient(rest.app(newsroom))


def ids(client: TestClient, **wanted: Any) -> str:
    reply = client.get("/v1/articles", params=wanted)
    assert reply.status_code == 200, reply.text
    return "".join(each["id"] for each in reply.json()["articles"])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "abcde"),
        ({"publisher": "THE PAPER"}, "ac"),
        ({"publisher": ["The Paper", "Third"]}, "acde"),
        ({"title": "TALKS elysee"}, "a"),
        ({"title": "50%"}, "b"),
        ({"title": "_"}, "d"),
        ({"title": "opens harbour"}, "e"),
        ({"author": "muller"}, "a"),
        ({"author": "ANA"}, "ab"),
        ({"author": '"q"'}, "e"),
        ({"author": '", "'}, ""),
        ({"language": "EN"}, "abcde"),
        ({"language": "xx"}, ""),
        ({"published_from": "2024-04-01"}, "abd"),
        ({"published_to": "2024-04-01"}, "ae"),
        ({"published_from": "2024-04-02", "published_to": "2024-04-03"}, "bd"),
        ({"dated": "own"}, "abde"),
        ({"dated": "inferred"}, ""),
        ({"dated": "none"}, "c"),
        ({"ingested_since": "2020-01-01T00:00:00Z"}, "abcde"),
        ({"ingested_since": "2999-01-01"}, ""),
        ({"publisher": "third", "title": "harbour", "published_from": "2024-01-01"}, "d"),
        ({"order": "newest"}, "bdaec"),
        ({"order": "ingested"}, "abcde"),
    ],
)
def test_a_list_holds_what_is_wanted(client: TestClient, wanted: dict[str, Any], expected: str) -> None:
    assert ids(client, **wanted) == expected


def test_one_origin_is_listed(client: TestClient) -> None:
    origin = client.get("/v1/articles/d").json()["origin"]
    assert "d" in ids(client, origin=origin)
    assert ids(client, origin="article:nobody") == ""


@pytest.mark.parametrize("order", ["id", "newest", "ingested"])
def test_pages_neither_repeat_nor_leave_out_though_articles_go(client: TestClient, order: str) -> None:
    whole = ids(client, order=order)
    seen, after = "", None
    while True:
        wanted = {"order": order, "limit": 1, **({"after": after} if after else {})}
        page = client.get("/v1/articles", params=wanted).json()
        (shown,) = page["articles"]
        seen, after = seen + shown["id"], page["next"]
        client.delete(f"/v1/articles/{shown['id']}")  # the cursor must not need its article
        if after is None:
            break
    assert seen == whole


@pytest.mark.parametrize(
    ("wanted", "status", "said"),
    [
        ({"order": "newest", "after": "b"}, 400, "The cursor does not belong"),
        ({"order": "newest", "after": "yesterday~b"}, 400, "The cursor does not belong"),
        ({"order": "ingested", "after": "~b"}, 400, "The cursor does not belong"),
        ({"publishers": "x"}, 422, "publishers: Extra inputs"),
        ({"language": "english"}, 422, "language"),
        ({"published_from": "soon"}, 422, "published_from"),
        ({"dated": "maybe"}, 422, "dated"),
        ({"limit": 0}, 422, "limit"),
        ({"title": ""}, 422, "title"),
    ],
)
def test_what_cannot_be_listed_is_said(
    client: TestClient, wanted: dict[str, Any], status: int, said: str
) -> None:
    reply = client.get("/v1/articles", params=wanted)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert said in reply.json()["detail"]


def test_an_inferred_date_counts_where_every_day_of_it_lies_within(newsroom: Newsroom) -> None:
    newsroom.ingest([draft(UNDATED, id="undated"), later(), draft(SPORT, id="sport")])
    client = TestClient(rest.app(newsroom))
    assert [ids(client, dated=kind) for kind in ("own", "inferred", "none")] == ["later", "undated", "sport"]
    assert ids(client, published_from="2023-09-01", published_to="2023-09-30") == "laterundated"
    assert ids(client, published_from="2023-09-14") == "later"


async def test_the_client_lists_too(newsroom: Newsroom) -> None:
    newsroom.ingest(ARTICLES)
    wanted = qa.Listing(
        publishers=("Third", "Other"), published_from=date(2024, 1, 1), order="newest",
        ingested_since=datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    with served(rest.app(newsroom)) as address:
        with qa.Client(address) as client:
            first = client.articles(wanted, limit=1)
            second = client.articles(wanted, after=first.next)
        async with qa.AsyncClient(address) as awaiting:
            both = await awaiting.articles(wanted)
    assert [each.id for each in (*first.articles, *second.articles)] == ["b", "d"]
    assert [each.id for each in both.articles] == ["b", "d"]
