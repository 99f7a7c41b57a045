"""The typed client against a real server, waiting and awaited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from conftest import ROOT
from served import served
from test_service import filled

import qa
from qa import access
from qa.errors import InputError, KeyRefused, NotFound, QaError, QuestionError, ScopeMissing, TooMany
from qa.interfaces import rest, schemas
from qa.service import Newsroom

QUESTION = "When did the flood reach Aveley?"


@pytest.fixture
def address(newsroom: Newsroom) -> Iterator[str]:
    with served(rest.app(filled(newsroom))) as found:
        yield found


@pytest.fixture
def client(address: str) -> Iterator[qa.Client]:
    with qa.Client(address) as made:
        yield made


def test_what_is_public_is_what_is_documented() -> None:
    assert set(qa.__all__) == {
        "AsyncClient",
        "Client",
        "DatelineQueryEngine",
        "DatelineRetriever",
        "Listing",
        "LocalArchive",
        "Within",
        "__version__",
    }
    text = (ROOT / "docs" / "developers.md").read_text("utf-8")
    for name in set(qa.__all__) - {"__version__"}:
        assert f"qa.{name}" in text
        assert getattr(qa, name).__name__ == name
    with pytest.raises(AttributeError):
        qa.nothing  # noqa: B018
    calls = {name for name in vars(qa.Client) if not name.startswith("_")} - {"close", "send"}
    listed = re.search(r"the same calls, awaited: (.*?)\. Replies", text, re.S)
    assert listed is not None
    assert calls == set(re.findall(r"`(\w+)`", listed[1]))
    assert calls <= set(vars(qa.AsyncClient))


def test_every_call_gives_its_form(client: qa.Client) -> None:
    answer = client.ask(QUESTION)
    assert (answer.status, answer.citations[0].article_id) == ("answered", "flood")
    assert client.ask(QUESTION, as_of=date(2024, 3, 31)).status == "not_answered"
    assert client.ask(QUESTION, within=qa.Within(publishers=("Other",))).status == "not_answered"
    assert client.search("flood", limit=1).hits[0].article_id == "flood"
    assert client.timeline("the flood").topic == "the flood"
    report = client.add([{"id": "a/1", "text": "The bridge in Porto opened."}])
    assert report.ids == ("a/1",)
    assert client.article("a/1").text == "The bridge in Porto opened."
    assert client.versions("a/1").versions[0].version == 1
    assert client.passages("a/1").passages[0].start == 0
    first = client.articles(limit=1)
    assert [each.id for each in client.articles(after=first.next, limit=1).articles] == ["flood"]
    assert client.archive().articles == 3
    client.delete("a/1")
    assert answer.conversation_id is not None
    assert client.conversation(answer.conversation_id).turns[0].question == QUESTION
    client.rate(answer.id, good=True)
    client.forget(answer.conversation_id)
    with pytest.raises(NotFound, match="no conversation"):
        client.conversation(answer.conversation_id)


def test_a_stream_ends_with_the_answer(client: qa.Client) -> None:
    events = list(client.stream(QUESTION))
    assert events[0][0] == "sources"
    name, last = events[-1]
    assert name == "done"
    assert isinstance(last, schemas.AnswerOut)
    assert last.status == "answered"
    with pytest.raises(QuestionError, match="The question is empty"):
        list(client.stream(" "))


async def test_the_same_awaited(address: str) -> None:
    async with qa.AsyncClient(address) as client:
        assert (await client.ask(QUESTION)).status == "answered"
        assert [name async for name, _ in client.stream(QUESTION)][-1] == "done"
        with pytest.raises(NotFound, match="There is no article 'nobody'"):
            await client.article("nobody")


def test_what_is_refused_is_raised_as_it_is_named(address: str, newsroom: Newsroom) -> None:
    reader, _ = access.create(newsroom.keys, "reads", ["read"], per_minute=3)
    cases: list[tuple[str, Any, type[QaError]]] = [
        ("nonsense", lambda client: client.archive(), KeyRefused),
        (reader, lambda client: client.ask(QUESTION), ScopeMissing),
        (reader, lambda client: client.article("nobody"), NotFound),
        (reader, lambda client: client.article("flood", version=9), NotFound),
        (reader, lambda client: client.archive(), TooMany),
    ]
    for key, call, kind in cases:
        with qa.Client(address, key=key) as client, pytest.raises(kind) as refused:
            call(client)
        assert type(refused.value) is kind
    assert isinstance(refused.value, TooMany)
    assert refused.value.wait >= 1
    with qa.Client("http://127.0.0.1:9") as client, pytest.raises(QaError, match="does not answer"):
        client.archive()
    assert issubclass(InputError, QaError)
