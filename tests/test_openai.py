"""The model server may fail in any way: an answer comes within seconds, and never with the server's words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from conftest import shared
from model_server import LEAK, ModelServer
from test_service import FLOOD, filled, reply

from qa.adapters.guard import FAILURES, REST, Breaker, Budget
from qa.adapters.openai import OpenAIModel
from qa.errors import ModelError, ModelRefused, ModelUnavailable
from qa.models import Usage
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
QUESTION = "When did the flood reach Aveley?"
GOOD = json.dumps(reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday")))
FAULTS = (
    "e429", "e429long", "e500", "hang", "midhang", "trunc", "miderr", "halfjson", "badjson", "html200", "empty", "filter",
    "wrongcite", "surrogate",
)  # fmt: skip


def client(server: ModelServer, *, timeout: float = 3.0, **parts: object) -> OpenAIModel:
    return OpenAIModel(base_url=server.url, model="stub", api_key="k", timeout=timeout, **parts)  # type: ignore[arg-type]


async def text_of(model: OpenAIModel) -> str:
    messages = [{"role": "user", "content": "q"}]
    return "".join([chunk.text async for chunk in model.stream(messages, schema={"type": "object"})])


def test_the_faults_are_the_known_ones() -> None:
    listed = json.loads(shared("security/own/llm_faults.json").read_text("utf-8"))
    assert {fault["id"] for fault in listed} <= set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_ends_in_time_with_an_answer(make_newsroom: MakeNewsroom, fault: str) -> None:
    said = json.dumps(reply("It was Friday.", ("P99", "never said"))) if fault == "wrongcite" else GOOD
    started = time.perf_counter()
    async with ModelServer(said, fault=fault).running() as server:
        answer = await filled(make_newsroom(model=client(server))).ask(QUESTION)
    assert time.perf_counter() - started < 10
    assert LEAK not in repr(answer)
    assert len(server.requests) <= 2
    if fault == "wrongcite":
        assert (answer.status, answer.citations) == ("not_answered", ())
    elif fault == "surrogate":
        assert (answer.mode, answer.text) == ("model", "It came on Tuesday. [1]")
    elif fault == "filter":  # cut off after a claim that a reader has seen by then
        assert (answer.status, answer.reason, answer.text) == (
            "partial",
            "interrupted",
            "It came on Tuesday. [1]",
        )
        assert "It shows what was written before that." in answer.notes[0]
    else:
        assert (answer.mode, answer.citations[0].quote) == ("extractive", FLOOD)
        assert "quoted from the articles instead" in answer.notes[0]


async def test_a_server_that_works_again_is_tried_again(make_newsroom: MakeNewsroom) -> None:
    async with ModelServer(GOOD, fault="e429", heals=True).running() as server:
        answer = await filled(make_newsroom(model=client(server))).ask(QUESTION)
    assert (answer.mode, len(server.requests)) == ("model", 2)
    assert answer.usage == Usage(30, 12)


@pytest.mark.parametrize(
    ("refused", "forms"),
    [
        ((), ["json_schema"]),
        (("json_schema",), ["json_schema", "json_object"]),
        (("json_schema", "json_object"), ["json_schema", "json_object", "text"]),
    ],
)
async def test_a_form_the_server_does_not_know_gives_way_to_a_simpler_one(
    refused: tuple[str, ...], forms: list[str]
) -> None:
    async with ModelServer(GOOD, refused=refused).running() as server:
        model = client(server)
        assert await text_of(model) == GOOD
        assert await text_of(model) == GOOD
    asked = [str((dict(r).get("response_format") or {"type": "text"})["type"]) for r in server.requests]  # type: ignore[index]
    assert asked == [*forms, forms[-1]], "what it refused is not asked for again"


async def test_a_server_that_refuses_every_form_refuses() -> None:
    async with ModelServer(GOOD, refused=("json_schema", "json_object", "text")).running() as server:
        with pytest.raises(ModelRefused):
            await text_of(client(server))


async def test_nobody_listening_is_unavailable() -> None:
    server = ModelServer(GOOD)
    server.url = "http://127.0.0.1:9/v1"
    with pytest.raises(ModelUnavailable):
        await text_of(client(server))


async def test_the_breaker_leaves_a_failing_server_alone_then_tries_once() -> None:
    now = [0.0]
    async with ModelServer(GOOD, fault="filter").running() as server:
        model = client(server, breaker=Breaker(clock=lambda: now[0]))
        for _ in range(FAILURES):
            with pytest.raises(ModelError):
                await text_of(model)
        with pytest.raises(ModelUnavailable, match="left alone"):
            await text_of(model)
        assert len(server.requests) == FAILURES
        now[0] = REST
        server.fault = ""
        assert await text_of(model) == GOOD
        assert await text_of(model) == GOOD


def test_while_one_try_is_under_way_the_breaker_lets_no_other_through() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(FAILURES):
        breaker.failed()
    now[0] = REST
    breaker.enter()
    with pytest.raises(ModelUnavailable):
        breaker.enter()
    breaker.failed()
    with pytest.raises(ModelUnavailable):
        breaker.enter()


async def test_a_spent_budget_stops_spending_until_tomorrow() -> None:
    now = [0.0]
    async with ModelServer(GOOD).running() as server:
        model = client(server, budget=Budget(40, clock=lambda: now[0]))
        await text_of(model)
        with pytest.raises(ModelRefused, match="TOKENS_PER_DAY"):
            await text_of(model)
        assert len(server.requests) == 1
        now[0] = 86_400.0
        assert await text_of(model) == GOOD
