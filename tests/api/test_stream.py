"""`POST /v1/ask` as a stream: over a real socket, because disconnecting is the point."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from fakes import BrokenModel, FakeModel, SlowModel
from served import served
from test_service import filled, reply

from qa.interfaces import rest, stream
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
ASKED = {"question": "When did the flood reach Aveley?"}
STREAM = {"Accept": "text/event-stream"}
SAID = reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday"))


@dataclass
class Told:
    name: str = ""
    id: str = ""
    data: Any = None
    comments: list[str] = field(default_factory=list)


def events(lines: Iterator[str]) -> Iterator[Told]:
    told = Told()
    for line in lines:
        name, _, value = line.partition(": ")
        if not line:
            yield told
            told = Told()
        elif name == "":
            told.comments.append(value)
        elif name == "data":
            told.data = json.loads(value)
        else:
            setattr(told, {"event": "name"}.get(name, name), value)


@contextmanager
def asked(address: str, body: dict[str, Any] = ASKED, **headers: str) -> Iterator[httpx2.Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with (
        httpx2.Client(trust_env=False, timeout=20) as client,
        client.stream("POST", f"{address}/v1/ask", json=body, headers=STREAM | named) as answer,
    ):
        yield answer


def all_of(answer: httpx2.Response) -> list[Told]:
    return list(events(answer.iter_lines()))


def eventually(true: Callable[[], bool], *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


@pytest.fixture
def address(newsroom: Newsroom) -> Iterator[str]:
    with served(rest.app(filled(newsroom))) as found:
        yield found


def test_events_come_in_order_each_with_an_id(address: str) -> None:
    with asked(address) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        told = all_of(answer)
    assert list(dict.fromkeys(event.name for event in told)) == ["sources", "claim", "done"]
    assert len({event.id for event in told}) == len(told)
    assert [event.data["claim"] for event in told[1:-1]] == told[-1].data["claims"]
    shown = [cited for event in told[1:-1] for cited in event.data["citations"]]
    assert shown
    assert all(cited in told[-1].data["citations"] for cited in shown)


def test_the_last_event_is_the_answer_without_a_stream(address: str) -> None:
    with asked(address, ASKED | {"stream": True}, Accept="application/json") as answer:
        done = all_of(answer)[-1].data
    plain = httpx2.post(f"{address}/v1/ask", json=ASKED, trust_env=False).json()
    for each in (done, plain):
        for name in ("id", "conversation_id", "timings"):
            assert each.pop(name)
    assert done == plain


def test_a_wrong_question_is_a_problem_before_any_event(address: str) -> None:
    with asked(address, {"question": " "}) as answer:
        assert answer.status_code == 422
        assert json.loads(answer.read())["code"] == "bad_question"
    with asked(address, ASKED | {"conversation_id": "nope"}) as answer:
        assert answer.status_code == 404


def test_a_stream_that_breaks_ends_with_an_error_and_no_secret(make_newsroom: MakeNewsroom) -> None:
    with served(rest.app(filled(make_newsroom(model=BrokenModel())))) as address, asked(address) as answer:
        told = all_of(answer)
    assert [event.name for event in told] == ["sources", "error"]
    assert (told[-1].data["code"], told[-1].data["status"]) == ("internal", 500)
    assert "SECRET" not in json.dumps(told[-1].data)


def test_hanging_up_stops_the_model_within_a_second(make_newsroom: MakeNewsroom) -> None:
    model = SlowModel()
    newsroom = filled(make_newsroom(model=model))
    with served(rest.app(newsroom)) as address:
        with asked(address) as answer:
            assert next(events(answer.iter_lines())).name == "sources"
            assert eventually(lambda: model.started == 1, seconds=5)
        assert eventually(lambda: model.cancelled == 1, seconds=1)
    assert newsroom.conversations() == []


def test_who_comes_back_in_time_hears_the_rest(make_newsroom: MakeNewsroom) -> None:
    model = SlowModel()
    with served(rest.app(filled(make_newsroom(model=model)))) as address:
        with asked(address) as answer:
            first = next(events(answer.iter_lines()))
        with asked(address, Last_Event_ID=first.id) as answer:
            time.sleep(stream.GRACE + 0.3)
            model.reply = json.dumps(SAID)
            model.go.set()
            told = all_of(answer)
    assert (first.name, [event.name for event in told]) == ("sources", ["claim", "done"])
    assert (model.started, model.cancelled) == (1, 0)


def test_a_finished_answer_can_be_heard_again_from_anywhere(make_newsroom: MakeNewsroom) -> None:
    model = FakeModel(SAID)
    with served(rest.app(filled(make_newsroom(model=model)))) as address:
        with asked(address) as answer:
            told = all_of(answer)
        for n, event in enumerate(told):
            with asked(address, Last_Event_ID=event.id) as answer:
                assert all_of(answer) == told[n + 1 :]
    assert len(model.asked) == 1


def test_an_id_opens_nothing_but_its_own_answer(address: str) -> None:
    with asked(address) as answer:
        first = all_of(answer)[0]
    key = first.id.rpartition(".")[0]
    wrong = [
        f"{key[:-1]}{'A' if key[-1] != 'A' else 'B'}.1",
        "1",
        "",
        ".",
        f"{key}.x",
        f"{key}.{'9' * 50}",
    ]
    for last in (text for text in wrong if text):
        with asked(address, Last_Event_ID=last) as answer:
            assert answer.status_code == 404, last
    with asked(address, {"question": "Where was the treaty signed?"}, Last_Event_ID=first.id) as answer:
        assert answer.status_code == 404, "another request's answer"


def test_silence_is_filled_with_heartbeats(
    make_newsroom: MakeNewsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    model = SlowModel()
    with served(rest.app(filled(make_newsroom(model=model)))) as address, asked(address) as answer:
        told = events(answer.iter_lines())
        assert next(told).name == "sources"
        assert next(told).comments == ["ping"]
        model.go.set()
        assert [event.name for event in told if event.name][-1] == "done"


def test_a_hundred_hang_up_and_a_hundred_calls_are_stopped(make_newsroom: MakeNewsroom) -> None:
    model = SlowModel()
    with served(rest.app(filled(make_newsroom(model=model)))) as address:
        limits = httpx2.Limits(max_connections=200)
        with httpx2.Client(trust_env=False, timeout=30, limits=limits) as client:
            request = client.build_request("POST", f"{address}/v1/ask", json=ASKED, headers=STREAM)
            held = [client.send(request, stream=True) for _ in range(100)]
            assert eventually(lambda: model.started == 100, seconds=20)
            for answer in held:
                answer.close()
        assert eventually(lambda: model.cancelled == 100, seconds=3)
