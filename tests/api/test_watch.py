"""What an operator sees: names of requests, logs without anybody's words, metrics, readiness, and what is turned away."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fakes import BrokenModel, FakeModel, SlowModel
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from served import served
from test_service import filled, reply

from qa import access
from qa.errors import ModelUnavailable
from qa.interfaces import logs, rest
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
PRIVATE = "When did the flood reach Aveley, asks Zebedee?"
ASKED = {"question": PRIVATE}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the server would write to standard error."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level, ours = root.level, logging.getLogger("qa").level
    written = io.StringIO()
    logs.configure(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger("qa").setLevel(ours)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def metrics(client: TestClient) -> dict[tuple[str, ...], float]:
    found = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            found[sample.name, *sample.labels.values()] = sample.value
    return found


def test_every_request_has_a_name_in_the_reply_and_in_the_log(newsroom: Newsroom, log: io.StringIO) -> None:
    client = TestClient(rest.app(filled(newsroom)))
    own = client.get("/v1/archive").headers["x-request-id"]
    assert len(own) == 16
    assert (
        client.get("/v1/archive", headers={"X-Request-ID": "proxy-4711"}).headers["x-request-id"]
        == "proxy-4711"
    )
    for forged in ("x" * 65, 'a"b', "a b", "ünï"):
        headers = {"X-Request-ID": forged.encode()}
        assert client.get("/nothing", headers=headers).headers["x-request-id"] != forged  # type: ignore[arg-type]
    first, second, *_ = lines(log)
    assert (first["request"], second["request"]) == (own, "proxy-4711")
    assert (first["method"], first["route"], first["status"], first["level"]) == (
        "GET",
        "/v1/archive",
        200,
        "info",
    )
    assert first["ms"] > 0


def test_nobody_s_words_are_in_the_log(make_newsroom: MakeNewsroom, log: io.StringIO) -> None:
    newsroom = filled(make_newsroom(model=BrokenModel()))
    secret, key = access.create(newsroom.keys, "page", ["admin"])
    client = TestClient(rest.app(newsroom), raise_server_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.post("/v1/ask", json=ASKED, headers=headers).status_code == 500
    client.post("/v1/ask", json={**ASKED, "stream": True}, headers=headers)
    client.post("/v1/ask", json={"question": {"Zebedee": 1}}, headers=headers)
    client.get("/v1/articles/Zebedee", headers=headers)
    client.post(
        "/v1/chat/completions",
        json={"model": "dateline", "messages": [{"role": "user", "content": PRIVATE}]},
        headers=headers,
    )
    client.get("/v1/archive", headers={"Authorization": "Bearer dateline_wrong"})
    written = log.getvalue()
    for word in ("Zebedee", "flood", secret, secret[9:], "dateline_wrong", "SECRET of the inside"):
        assert word not in written, word
    failed = [line for line in lines(log) if "error" in line]
    assert failed
    assert all(line["error"].startswith("RuntimeError at ") and line["request"] for line in failed)
    assert {line["key"] for line in lines(log) if "key" in line} == {key.id}


def test_answers_are_counted_by_what_became_of_them(make_newsroom: MakeNewsroom) -> None:
    good = reply(
        "It came on Tuesday.",
        ("P1", "The flood reached Aveley on Tuesday"),
        ("P1", "words that nobody wrote"),
    )
    model = FakeModel(good, ModelUnavailable("down"))
    client = TestClient(rest.app(filled(make_newsroom(model=model))))
    for _ in range(2):
        client.post("/v1/ask", json={"question": "When did the flood reach Aveley?"})
    client.post("/v1/ask", json={"question": "What was the price of uranium?", "mode": "extractive"})
    found = metrics(client)
    assert found["dateline_answers_total", "model", "", "answered"] == 1
    assert found["dateline_answers_total", "extractive", "", "answered"] == 1
    silent = [
        value
        for name, value in found.items()
        if name[0] == "dateline_answers_total" and name[3] == "not_answered"
    ]
    assert silent == [1]
    assert found["dateline_quotes_dropped_total",] >= 1
    assert found["dateline_model_errors_total", "model_unavailable"] == 1
    assert found["dateline_model_tokens_total", "prompt"] == 100
    assert found["dateline_answer_stage_seconds_count", "search"] == 3
    assert found["dateline_requests_total", "POST", "/v1/ask", "200"] == 3
    assert found["dateline_view_lag", "keywords"] == 0
    assert found["dateline_articles",] == 2


def test_a_path_that_is_no_route_makes_no_new_series(newsroom: Newsroom) -> None:
    client = TestClient(rest.app(newsroom))
    for number in range(5):
        client.get(f"/nothing/{number}")
        client.request(f"VERB{number}", "/v1/ask")
    routes = {name[2] for name in metrics(client) if name[0] == "dateline_requests_total"}
    assert routes <= {"(none)", "/v1/ask"}
    methods = {name[1] for name in metrics(client) if name[0] == "dateline_requests_total"}
    assert methods <= {"GET", "(other)"}


def test_it_is_ready_only_while_a_question_can_be_searched(newsroom: Newsroom, log: io.StringIO) -> None:
    client = TestClient(rest.app(filled(newsroom)), raise_server_exceptions=False)
    assert client.get("/readyz").status_code == 200

    def broken() -> Any:
        raise OSError("the disk with Zebedee is gone")

    newsroom.parts.embedder = broken
    red = client.get("/readyz")
    assert (red.status_code, red.json()["code"]) == (503, "not_ready")
    assert client.get("/healthz").status_code == 200
    assert "OSError at" in log.getvalue()
    assert "Zebedee" not in log.getvalue() + red.text


async def test_what_is_too_much_is_turned_away_at_once(
    make_newsroom: MakeNewsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "MAX_QUESTIONS", 3)
    model = SlowModel()
    app = rest.app(filled(make_newsroom(model=model)))
    with served(app) as address:
        async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
            held = [asyncio.create_task(client.post(f"{address}/v1/ask", json=ASKED)) for _ in range(3)]
            while model.started < 3:  # noqa: ASYNC110  the model is in the server's thread
                await asyncio.sleep(0.01)
            for path in ("/v1/ask", "/v1/search", "/v1/chat/completions"):
                began = time.perf_counter()
                refused = await client.post(f"{address}{path}", json=ASKED)
                assert time.perf_counter() - began < 0.5
                assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
                assert refused.headers["retry-after"] in ("1", "2", "3")
                assert len(refused.headers["x-request-id"]) == 16
                assert refused.headers["x-content-type-options"] == "nosniff"
            assert (await client.get(f"{address}/v1/archive")).status_code == 200
            model.go.set()
            assert [task.status_code for task in await asyncio.gather(*held)] == [200, 200, 200]
            assert (await client.post(f"{address}/v1/search", json=ASKED)).status_code == 200
            assert "dateline_requests_shed_total 3.0" in (await client.get(f"{address}/metrics")).text
