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
from qa.interfaces import intake_schemas, rest, schemas
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


NOT_CALLED = {
    "GET /healthz", "GET /metrics", "POST /v1/demo", "POST /v1/session", "GET /v1/session", "DELETE /v1/session",
    "GET /v1/models", "GET /v1/models/{model}", "POST /v1/chat/completions", "POST /v1/responses",
    "GET /v1/jobs/{job_id}/events",
}  # fmt: skip
"""For a browser, a prober, a client of OpenAI's; a job's events tell what asking for it does."""


def what_comes_in(client: qa.Client) -> None:
    job = client.read("http://127.0.0.1:9/story", once="k")
    assert isinstance(job, intake_schemas.JobOut)
    assert client.read("http://127.0.0.1:9/story", once="k").id == job.id
    assert client.jobs(limit=5).jobs[0].id == client.job(job.id).id == job.id
    assert client.items(job.id).items[0].name == "http://127.0.0.1:9/story"
    client.stop(job.id)
    assert client.follow("http://feeds.invalid/news", once="f").kind == "feeds"
    assert [feed.url for feed in client.feeds().feeds] == ["http://feeds.invalid/news"]
    client.refresh("http://feeds.invalid/news")
    client.unfollow("http://feeds.invalid/news")
    assert client.feeds().feeds == ()
    assert client.quarantine(limit=50).next is None


def test_every_route_has_a_call_in_both_clients(client: qa.Client, address: str, newsroom: Newsroom) -> None:
    sent: set[str] = set()
    client._http.event_hooks = {"request": [lambda request: sent.add(f"{request.method} {request.url.path}")]}
    answer = client.ask(QUESTION)
    what_comes_in(client)
    assert [talk.id for talk in client.conversations().conversations] == [answer.conversation_id]
    assert client.answer(answer.id).text == answer.text
    assert [each.answer_id for each in client.log(status="answered").answers] == [answer.id]
    assert client.activity(days=7).days[-1].answered == 1
    assert sum(each.articles for each in client.origins().origins) == client.stats().articles == 2
    assert client.delete_publisher("The Paper").deleted == 1
    for call in (client.search, client.timeline):
        call("flood")
    (left,) = client.articles().articles
    for each in (client.article, client.versions, client.passages, client.delete):
        each(left.id)
    client.add([{"id": "n", "text": "The bridge in Porto opened."}], once="n")
    client.rate(answer.id, good=True)
    assert answer.conversation_id is not None
    client.conversation(answer.conversation_id)
    client.forget(answer.conversation_id)
    client.archive(), client.ready(), client.reindexing(), client.check()
    with pytest.raises(QaError):
        client.reindex(model="another")
    document = rest.app(newsroom).openapi()
    routes = {f"{method.upper()} {path}" for path, found in document["paths"].items() for method in found}
    named = sorted(routes, key=lambda route: (route.count("{"), -len(route)))
    called = {
        next(route for route in named if re.fullmatch(re.sub(r"\{\w+\}", "[^ ]+", route), each))
        for each in sent
    }
    assert routes - called == NOT_CALLED
    calls = {name for name in vars(qa.Client) if not name.startswith("_")}
    assert calls <= set(vars(qa.AsyncClient))


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
