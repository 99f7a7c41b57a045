"""A typed client of Dateline's REST, for programs: `qa.Client`, and `qa.AsyncClient` with the same calls awaited.

    with qa.Client("http://127.0.0.1:8321", key="dateline_...") as client:
        answer = client.ask("when did Russian instructors arrive")
        print(answer.text, [citation.quote for citation in answer.citations])

What the server refuses is raised as the error of `qa.errors` that it names, with the server's sentence.
"""

from __future__ import annotations

import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from typing import Concatenate, ParamSpec, Self, TypeVar

import httpx2

from qa.interfaces import calls, remote, schemas, stream_schemas
from qa.interfaces.calls import ANYTHING, Call, Within

P = ParamSpec("P")
T = TypeVar("T")
URL = "http://127.0.0.1:8321"
TIMEOUT = 60.0
EVENTS: dict[str, type[schemas.Wire]] = {
    **dict(stream_schemas.EVENTS.values()), "done": schemas.AnswerOut, "error": schemas.ProblemOut,
}  # fmt: skip


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

    def __init__(
        self, url: str = URL, *, key: str = "", timeout: float = TIMEOUT, trust_env: bool = True
    ) -> None:
        """`timeout` is in seconds; `trust_env` heeds the proxies that the environment names."""
        headers = remote.headers(key)
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=timeout, trust_env=trust_env)

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
        body = calls.asked(
            question, conversation_id=conversation_id, as_of=as_of, filters=within.wire(), stream=True
        )
        with (
            remote.reaching(str(self._http.base_url)),
            self._http.stream("POST", "/v1/ask", json=body) as reply,
        ):
            if not reply.is_success:
                reply.read()
            told = _Events()
            for line in remote.checked(reply).iter_lines():
                if event := told.line(line):
                    yield event

    ask, search, timeline, archive = (
        _plain(calls.ask),
        _plain(calls.search),
        _plain(calls.timeline),
        _plain(calls.archive),
    )
    articles, article, versions, passages = (
        _plain(calls.articles),
        _plain(calls.article),
        _plain(calls.versions),
        _plain(calls.passages),
    )
    add, upload, read, delete, delete_publisher = (
        _plain(calls.add),
        _plain(calls.upload),
        _plain(calls.read),
        _plain(calls.delete),
        _plain(calls.delete_publisher),
    )
    origins, stats, activity, log = (
        _plain(calls.origins),
        _plain(calls.stats),
        _plain(calls.activity),
        _plain(calls.log),
    )
    feeds, follow, refresh, unfollow = (
        _plain(calls.feeds),
        _plain(calls.follow),
        _plain(calls.refresh),
        _plain(calls.unfollow),
    )
    jobs, job, items, stop = _plain(calls.jobs), _plain(calls.job), _plain(calls.items), _plain(calls.stop)
    quarantine, conversations, answer = (
        _plain(calls.quarantine),
        _plain(calls.conversations),
        _plain(calls.answer),
    )
    conversation, forget, rate = _plain(calls.conversation), _plain(calls.forget), _plain(calls.rate)
    reindex, reindexing, ready = _plain(calls.reindex), _plain(calls.reindexing), _plain(calls.ready)
    check = _plain(calls.check)


class AsyncClient:
    """The same calls, awaited. Close it, or use it in an `async with` block."""

    def __init__(
        self, url: str = URL, *, key: str = "", timeout: float = TIMEOUT, trust_env: bool = True
    ) -> None:
        """`timeout` is in seconds; `trust_env` heeds the proxies that the environment names."""
        headers = remote.headers(key)
        self._http = httpx2.AsyncClient(base_url=url, headers=headers, timeout=timeout, trust_env=trust_env)

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
        body = calls.asked(
            question, conversation_id=conversation_id, as_of=as_of, filters=within.wire(), stream=True
        )
        with remote.reaching(str(self._http.base_url)):
            async with self._http.stream("POST", "/v1/ask", json=body) as reply:
                if not reply.is_success:
                    await reply.aread()
                told = _Events()
                async for line in remote.checked(reply).aiter_lines():
                    if event := told.line(line):
                        yield event

    ask, search, timeline, archive = (
        _awaited(calls.ask),
        _awaited(calls.search),
        _awaited(calls.timeline),
        _awaited(calls.archive),
    )
    articles, article, versions, passages = (
        _awaited(calls.articles),
        _awaited(calls.article),
        _awaited(calls.versions),
        _awaited(calls.passages),
    )
    add, upload, read, delete, delete_publisher = (
        _awaited(calls.add),
        _awaited(calls.upload),
        _awaited(calls.read),
        _awaited(calls.delete),
        _awaited(calls.delete_publisher),
    )
    origins, stats, activity, log = (
        _awaited(calls.origins),
        _awaited(calls.stats),
        _awaited(calls.activity),
        _awaited(calls.log),
    )
    feeds, follow, refresh, unfollow = (
        _awaited(calls.feeds),
        _awaited(calls.follow),
        _awaited(calls.refresh),
        _awaited(calls.unfollow),
    )
    jobs, job, items, stop = (
        _awaited(calls.jobs),
        _awaited(calls.job),
        _awaited(calls.items),
        _awaited(calls.stop),
    )
    quarantine, conversations, answer = (
        _awaited(calls.quarantine),
        _awaited(calls.conversations),
        _awaited(calls.answer),
    )
    conversation, forget, rate = _awaited(calls.conversation), _awaited(calls.forget), _awaited(calls.rate)
    reindex, reindexing, ready = _awaited(calls.reindex), _awaited(calls.reindexing), _awaited(calls.ready)
    check = _awaited(calls.check)


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
