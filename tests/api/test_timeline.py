"""Timelines over HTTP, and as an event of an answer's stream."""

from __future__ import annotations

import json

import pytest
from conftest import draft
from fastapi.testclient import TestClient
from test_story import fill

from qa.interfaces import rest
from qa.service import Newsroom


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    fill(newsroom)
    return TestClient(rest.app(newsroom))


def test_a_timeline_is_told_with_its_quotes(client: TestClient) -> None:
    found = client.post("/v1/timeline", json={"topic": "the dam at Lorne", "as_of": "2023-06-30"}).json()
    assert set(found) == {"topic", "moments", "citations", "origins", "articles", "undated", "as_of", "notes"}
    burst = next(moment for moment in found["moments"] if moment["from"] == "2023-06-06")
    assert (burst["to"], burst["basis"], burst["role"], burst["origins"]) == (
        "2023-06-07",
        "stated",
        "event",
        2,
    )
    assert (found["articles"], found["as_of"]) == (2, "2023-06-30")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "bad_request"),
        ({"topic": "  "}, 422, "bad_question"),
        ({"topic": "dam", "limit": 0}, 422, "bad_request"),
        ({"topic": "dam", "limit": 10_000}, 422, "bad_request"),
        ({"topic": "dam", "since": 1}, 422, "bad_request"),
        ({"topic": "d" * 5_000}, 422, "bad_question"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(
    client: TestClient, body: dict[str, object], status: int, code: str
) -> None:
    reply = client.post("/v1/timeline", json=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


def test_the_stream_tells_the_timeline_before_it_is_done(client: TestClient) -> None:
    asked = {"question": "How did the collapse of the dam at Lorne unfold?", "stream": True}
    told = client.post("/v1/ask", json=asked).text.replace("\r\n", "\n").split("\n\n")
    events = {}
    for block in told:
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
        if "event" in lines:
            events[lines["event"]] = json.loads(lines["data"])
    assert list(events)[-1] == "done"
    assert events["timeline"]["moments"] == events["done"]["timeline"]
    assert [moment["from"] for moment in events["timeline"]["moments"]] == sorted(
        moment["from"] for moment in events["done"]["timeline"]
    )


def test_a_sentence_that_carries_markup_is_no_entry(newsroom: Newsroom) -> None:
    fair = "The dam burst at Lorne on 6 June 2023."
    attack = "<img src=x onerror=alert(1)> The dam burst at Lorne on 7 June 2023 [see](javascript:alert(1))."
    newsroom.ingest([draft(f"{fair}\n\n{attack}", id="x", title="<b>Lorne</b>")])
    found = TestClient(rest.app(newsroom)).post("/v1/timeline", json={"topic": "Lorne burst"}).json()
    assert [moment["text"] for moment in found["moments"]] == [fair]
