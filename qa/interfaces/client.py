"""A typed client of Dateline's REST, for programs: `qa.Client`, and `qa.AsyncClient` with the same calls awaited.

    with qa.Client("http://127.0.0.1:8321", key="dateline_...") as client:
        answer = client.ask("when did Russian instructors arrive")
        print(answer.text, [citation.quote for citation in answer.citations])

What the server refuses is raised as the error of `qa.errors` that it names, with the server's sentence.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel

from qa.figures import Period
from qa.interfaces import catalogue, figures, reindexing, remote, schemas, stream_schemas, timelines
from qa.models import EVERY, AskMode, Listing

P = ParamSpec("P")
T = TypeVar("T")
URL = "http://127.0.0.1:8321"
EVENTS: dict[str, type[schemas.Wire]] = {
    **dict(stream_schemas.EVENTS.values()), "done": schemas.AnswerOut, "error": schemas.ProblemOut,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and what its reply is read as."""

    method: str
    path: str
    read: Callable[[httpx2.Response], T]
    body: object = None
    parameters: Mapping[str, Any] | None = None

    def sent_with(self, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Request:
        given = {name: value for name, value in (self.parameters or {}).items() if value is not None}
        return client.build_request(self.method, self.path, json=self.body, params=given)


def _as(form: type[BaseModel]) -> Callable[[httpx2.Response], Any]:
    return lambda reply: form.model_validate_json(reply.content)


def _asked(question: str, **values: Any) -> dict[str, Any]:
    """A body without what was left out."""
    given = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {"question": question, **{name: value for name, value in given.items() if value is not None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """What a question is restricted to. Both days count."""

    publishers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None

    def wire(self) -> dict[str, Any]:
        since, until = self.published_from, self.published_to
        return {
            "publishers": list(self.publishers), "articles": list(self.articles),
            "published_from": since.isoformat() if since else None,
            "published_to": until.isoformat() if until else None,
        }  # fmt: skip


ANYTHING = Within()


def _ask(
    question: str, *, conversation_id: str | None = None, as_of: date | None = None, within: Within = ANYTHING,
    mode: AskMode = "auto",
) -> Call[schemas.AnswerOut]:  # fmt: skip
    """Answer from the articles, or say that they do not answer it."""
    body = _asked(question, conversation_id=conversation_id, as_of=as_of, mode=mode, filters=within.wire())
    return Call("POST", "/v1/ask", _as(schemas.AnswerOut), body)


def _search(
    question: str, *, limit: int = 10, as_of: date | None = None, within: Within = ANYTHING
) -> Call[schemas.HitsOut]:
    """The passages that an answer would be made from, best first."""
    body = _asked(question, limit=limit, as_of=as_of, filters=within.wire())
    return Call("POST", "/v1/search", _as(schemas.HitsOut), body)


def _timeline(
    topic: str, *, limit: int = 20, as_of: date | None = None, within: Within = ANYTHING
) -> Call[timelines.TimelineOut]:
    """What happened, in order."""
    body = _asked("", topic=topic, limit=limit, as_of=as_of, filters=within.wire())
    del body["question"]
    return Call("POST", "/v1/timeline", _as(timelines.TimelineOut), body)


def _articles(
    listing: Listing = EVERY, *, after: str | None = None, limit: int = 100
) -> Call[schemas.ArticlesOut]:
    """Articles without their text, those of the listing; `after` is the `next` of the page before."""
    given = {name: value for name, value in dataclasses.asdict(listing).items() if value}
    given["publisher"] = given.pop("publishers", None)
    days = {name: value.isoformat() for name, value in given.items() if isinstance(value, date)}
    wanted = {**given, **days, "after": after, "limit": limit}
    return Call("GET", "/v1/articles", _as(schemas.ArticlesOut), parameters=wanted)


def _article(article_id: str, *, version: int | None = None) -> Call[schemas.ArticleOut]:
    """One article with its text."""
    return Call("GET", _path(article_id), _as(schemas.ArticleOut), parameters={"version": version})


def _versions(article_id: str) -> Call[catalogue.VersionsOut]:
    """The versions of an article's text."""
    return Call("GET", f"{_path(article_id)}/versions", _as(catalogue.VersionsOut))


def _passages(article_id: str) -> Call[catalogue.PassagesOut]:
    """The passages that an article is searched by."""
    return Call("GET", f"{_path(article_id)}/passages", _as(catalogue.PassagesOut))


def _add(articles: Iterable[Mapping[str, Any]]) -> Call[schemas.ReportOut]:
    """Add articles: each `{id, url, title, publisher, authors, published_at, text}`, of which only `text` must be."""
    return Call(
        "POST", "/v1/articles", _as(schemas.ReportOut), {"articles": [dict(each) for each in articles]}
    )


def _delete(article_id: str) -> Call[None]:
    """Remove an article."""
    return Call("DELETE", _path(article_id), lambda _: None)


def _conversation(conversation_id: str) -> Call[schemas.ConversationOut]:
    """A conversation with its answers."""
    return Call("GET", f"/v1/conversations/{quote(conversation_id, safe='')}", _as(schemas.ConversationOut))


def _forget(conversation_id: str) -> Call[None]:
    """Delete a conversation."""
    return Call("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}", lambda _: None)


def _rate(answer_id: str, *, good: bool, reason: str = "") -> Call[None]:
    """Say whether an answer is good."""
    body = {"answer_id": answer_id, "good": good, "reason": reason}
    return Call("POST", "/v1/feedback", lambda _: None, body)


def _archive() -> Call[schemas.ArchiveOut]:
    """How much there is, and from whom."""
    return Call("GET", "/v1/archive", _as(schemas.ArchiveOut))


def _reindex(*, model: str = "") -> Call[reindexing.ReindexOut]:
    """Have the indexes built anew; `model` is the fingerprint that the server's settings must name."""
    return Call("POST", "/v1/reindex", _as(reindexing.ReindexOut), {"model": model})


def _reindexing() -> Call[reindexing.ReindexOut]:
    """How far that is."""
    return Call("GET", "/v1/reindex", _as(reindexing.ReindexOut))


def _ready() -> Call[dict[str, Any]]:
    """That questions are answered, with counts."""
    return Call("GET", "/readyz", lambda reply: dict(reply.json()))


def _stats(*, by: Period = "month") -> Call[figures.StatsOut]:
    """The archive in figures, with how many articles each month or day has."""
    return Call("GET", "/v1/stats", _as(figures.StatsOut), parameters={"by": by})


def _path(article_id: str) -> str:
    return f"/v1/articles/{quote(article_id, safe='')}"


def _plain(make: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    @functools.wraps(make)
    def send(self: Client, /, *args: P.args, **named: P.kwargs) -> T:
        return self.send(make(*args, **named))

    return send


def _awaited(make: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Awaitable[T]]:
    @functools.wraps(make)
    async def send(self: AsyncClient, /, *args: P.args, **named: P.kwargs) -> T:
        return await self.send(make(*args, **named))

    return send


class Client:
    """Calls that wait. Close it, or use it in a `with` block."""

    def __init__(self, url: str = URL, *, key: str = "", timeout: float = remote.TIMEOUT) -> None:
        self._http = httpx2.Client(base_url=url, headers=remote.headers(key), timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def send(self, call: Call[T]) -> T:
        """Raises QaError."""
        with remote.reaching(str(self._http.base_url)):
            reply = self._http.send(call.sent_with(self._http))
        return call.read(remote.checked(reply))

    def stream(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        as_of: date | None = None,
        within: Within = ANYTHING,
    ) -> Iterator[tuple[str, schemas.Wire]]:
        """The making of an answer: names and data of events. The last is `done` with the answer, or `error`."""
        body = _asked(
            question, conversation_id=conversation_id, as_of=as_of, filters=within.wire(), stream=True
        )
        with self._http.stream("POST", "/v1/ask", json=body) as reply:
            if not reply.is_success:
                reply.read()
            told = _Events()
            for line in remote.checked(reply).iter_lines():
                if event := told.line(line):
                    yield event

    ask, search, timeline, archive = _plain(_ask), _plain(_search), _plain(_timeline), _plain(_archive)
    articles, article, versions, passages = (
        _plain(_articles),
        _plain(_article),
        _plain(_versions),
        _plain(_passages),
    )
    add, delete, stats = _plain(_add), _plain(_delete), _plain(_stats)
    conversation, forget, rate = _plain(_conversation), _plain(_forget), _plain(_rate)
    reindex, reindexing, ready = _plain(_reindex), _plain(_reindexing), _plain(_ready)


class AsyncClient:
    """The same calls, awaited. Close it, or use it in an `async with` block."""

    def __init__(self, url: str = URL, *, key: str = "", timeout: float = remote.TIMEOUT) -> None:
        self._http = httpx2.AsyncClient(base_url=url, headers=remote.headers(key), timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Raises QaError."""
        with remote.reaching(str(self._http.base_url)):
            reply = await self._http.send(call.sent_with(self._http))
        return call.read(remote.checked(reply))

    async def stream(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        as_of: date | None = None,
        within: Within = ANYTHING,
    ) -> AsyncIterator[tuple[str, schemas.Wire]]:
        """The making of an answer: names and data of events. The last is `done` with the answer, or `error`."""
        body = _asked(
            question, conversation_id=conversation_id, as_of=as_of, filters=within.wire(), stream=True
        )
        async with self._http.stream("POST", "/v1/ask", json=body) as reply:
            if not reply.is_success:
                await reply.aread()
            told = _Events()
            async for line in remote.checked(reply).aiter_lines():
                if event := told.line(line):
                    yield event

    ask, search, timeline, archive = (
        _awaited(_ask),
        _awaited(_search),
        _awaited(_timeline),
        _awaited(_archive),
    )
    articles, article = _awaited(_articles), _awaited(_article)
    versions, passages = _awaited(_versions), _awaited(_passages)
    add, delete, stats = _awaited(_add), _awaited(_delete), _awaited(_stats)
    conversation, forget, rate = _awaited(_conversation), _awaited(_forget), _awaited(_rate)
    reindex, reindexing, ready = _awaited(_reindex), _awaited(_reindexing), _awaited(_ready)


class _Events:
    """Lines of a stream to events."""

    def __init__(self) -> None:
        self._name, self._data = "", ""

    def line(self, line: str) -> tuple[str, schemas.Wire] | None:
        field, _, value = line.partition(": ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data += value
        elif not line and self._name in EVENTS:
            told = (self._name, EVENTS[self._name].model_validate(json.loads(self._data)))
            self._name = self._data = ""
            return told
        return None
