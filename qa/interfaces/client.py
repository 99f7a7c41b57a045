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
from qa.interfaces import (
    catalogue,
    figures,
    intake_schemas,
    reindexing,
    remote,
    schemas,
    stream_schemas,
    timelines,
)
from qa.models import EVERY, AskMode, Listing, Status

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
    once: str = ""
    """An idempotency key."""

    def sent_with(self, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Request:
        given = {name: value for name, value in (self.parameters or {}).items() if value is not None}
        headers = {"Idempotency-Key": self.once} if self.once else None
        return client.build_request(self.method, self.path, json=self.body, params=given, headers=headers)


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


def _added(reply: httpx2.Response) -> schemas.ReportOut | intake_schemas.JobOut:
    found: schemas.ReportOut | intake_schemas.JobOut = _as(
        intake_schemas.JobOut if reply.status_code == 202 else schemas.ReportOut
    )(reply)
    return found


def _add(
    articles: Iterable[Mapping[str, Any]], *, once: str = ""
) -> Call[schemas.ReportOut | intake_schemas.JobOut]:
    """Add articles: each `{id, url, title, publisher, authors, published_at, text}`, of which only `text` must be.

    More than 100 become a job. `once` is an idempotency key: the same call again with it is not done again.
    """
    return Call("POST", "/v1/articles", _added, {"articles": [dict(each) for each in articles]}, once=once)


def _read(*urls: str, sitemap: str = "", once: str = "") -> Call[intake_schemas.JobOut]:
    """Have the pages at these addresses read, or those that a sitemap names."""
    body = {"sitemap": sitemap} if sitemap else {"urls": list(urls)}
    return Call("POST", "/v1/articles", _as(intake_schemas.JobOut), body, once=once)


def _delete(article_id: str) -> Call[None]:
    """Remove an article."""
    return Call("DELETE", _path(article_id), lambda _: None)


def _delete_publisher(publisher: str) -> Call[catalogue.DeletedOut]:
    """Remove every article of one outlet."""
    given = {"publisher": publisher}
    return Call("DELETE", "/v1/articles", _as(catalogue.DeletedOut), parameters=given)


def _origins(*, after: str | None = None, limit: int = 100) -> Call[catalogue.OriginsOut]:
    """Independent origins with their number of articles."""
    given = {"after": after, "limit": limit}
    return Call("GET", "/v1/origins", _as(catalogue.OriginsOut), parameters=given)


def _feeds() -> Call[intake_schemas.FeedsOut]:
    """The feeds that are followed, and how each did the last time."""
    return Call("GET", "/v1/feeds", _as(intake_schemas.FeedsOut))


def _follow(url: str, *, once: str = "") -> Call[intake_schemas.JobOut]:
    """Follow a feed and read its entries."""
    return Call("POST", "/v1/feeds", _as(intake_schemas.JobOut), {"url": url}, once=once)


def _refresh(*urls: str, once: str = "") -> Call[intake_schemas.JobOut]:
    """Look for news in these feeds, or in all."""
    return Call("POST", "/v1/feeds/refresh", _as(intake_schemas.JobOut), {"urls": list(urls)}, once=once)


def _unfollow(url: str) -> Call[None]:
    """Follow a feed no longer; its articles stay."""
    return Call("DELETE", f"/v1/feeds/{quote(url, safe='')}", lambda _: None)


def _jobs(*, before: str | None = None, limit: int = 50) -> Call[intake_schemas.JobsOut]:
    """Jobs, the newest first."""
    given = {"before": before, "limit": limit}
    return Call("GET", "/v1/jobs", _as(intake_schemas.JobsOut), parameters=given)


def _job(job_id: str) -> Call[intake_schemas.JobOut]:
    """A job: how far it is, and what became of its articles."""
    return Call("GET", f"/v1/jobs/{quote(job_id, safe='')}", _as(intake_schemas.JobOut))


def _items(job_id: str, *, after: int = 0, limit: int = 100) -> Call[intake_schemas.JobItemsOut]:
    """What a job takes in, each with what became of it."""
    given = {"after": after, "limit": limit}
    path = f"/v1/jobs/{quote(job_id, safe='')}/items"
    return Call("GET", path, _as(intake_schemas.JobItemsOut), parameters=given)


def _stop(job_id: str) -> Call[intake_schemas.JobOut]:
    """Stop a job. What it has stored stays."""
    return Call("DELETE", f"/v1/jobs/{quote(job_id, safe='')}", _as(intake_schemas.JobOut))


def _quarantine(*, before: int | None = None, limit: int = 100) -> Call[intake_schemas.QuarantineOut]:
    """What could not become an article and why, the newest first."""
    given = {"before": before, "limit": limit}
    return Call("GET", "/v1/quarantine", _as(intake_schemas.QuarantineOut), parameters=given)


def _conversations(*, before: str | None = None, limit: int = 50) -> Call[schemas.TalksOut]:
    """Conversations, the newest first."""
    given = {"before": before, "limit": limit}
    return Call("GET", "/v1/conversations", _as(schemas.TalksOut), parameters=given)


def _answer(answer_id: str) -> Call[schemas.AnswerOut]:
    """One answer, as it was given."""
    return Call("GET", f"/v1/answers/{quote(answer_id, safe='')}", _as(schemas.AnswerOut))


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


def _activity(*, days: int = 30) -> Call[figures.ActivityOut]:
    """What was asked in the last days, and what became of it."""
    return Call("GET", "/v1/activity", _as(figures.ActivityOut), parameters={"days": days})


def _log(
    *, status: Status | None = None, rated: bool | None = None, before: int | None = None, limit: int = 50
) -> Call[figures.LogOut]:
    """The log of answers, the newest first."""
    given = {"status": status, "rated": rated, "before": before, "limit": limit}
    return Call("GET", "/v1/answers", _as(figures.LogOut), parameters=given)


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
    add, read, delete, delete_publisher = (
        _plain(_add),
        _plain(_read),
        _plain(_delete),
        _plain(_delete_publisher),
    )
    origins, stats, activity, log = _plain(_origins), _plain(_stats), _plain(_activity), _plain(_log)
    feeds, follow, refresh, unfollow = _plain(_feeds), _plain(_follow), _plain(_refresh), _plain(_unfollow)
    jobs, job, items, stop = _plain(_jobs), _plain(_job), _plain(_items), _plain(_stop)
    quarantine, conversations, answer = _plain(_quarantine), _plain(_conversations), _plain(_answer)
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
    add, read, delete = _awaited(_add), _awaited(_read), _awaited(_delete)
    delete_publisher, origins, stats = _awaited(_delete_publisher), _awaited(_origins), _awaited(_stats)
    activity, log = _awaited(_activity), _awaited(_log)
    feeds, follow, refresh, unfollow = (
        _awaited(_feeds),
        _awaited(_follow),
        _awaited(_refresh),
        _awaited(_unfollow),
    )
    jobs, job, items, stop = _awaited(_jobs), _awaited(_job), _awaited(_items), _awaited(_stop)
    quarantine, conversations, answer = _awaited(_quarantine), _awaited(_conversations), _awaited(_answer)
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
