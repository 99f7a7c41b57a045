"""The requests of the REST that a client makes: each is one function, which says what is sent and what comes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel

from qa.figures import Period
from qa.interfaces import catalogue_schemas, intake_schemas, operations_schemas, schemas, timelines
from qa.models import EVERY, AskMode, Listing, Status

T = TypeVar("T")


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
    files: Sequence[tuple[str, bytes]] = ()
    """By name; sent instead of a body."""

    def sent_with(self, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Request:
        given = {name: value for name, value in (self.parameters or {}).items() if value is not None}
        headers = {"Idempotency-Key": self.once} if self.once else None
        files = [("files", (name, data, "application/octet-stream")) for name, data in self.files] or None
        return client.build_request(
            self.method, self.path, json=self.body, files=files, params=given, headers=headers
        )


def _as(form: type[BaseModel]) -> Callable[[httpx2.Response], Any]:
    return lambda reply: form.model_validate_json(reply.content)


def asked(question: str, **values: Any) -> dict[str, Any]:
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


def ask(
    question: str, *, conversation_id: str | None = None, as_of: date | None = None, within: Within = ANYTHING,
    mode: AskMode = "auto", once: str = "",
) -> Call[schemas.AnswerOut]:  # fmt: skip
    """Answer from the articles, or say that they do not answer it. `once` is an idempotency key."""
    body = asked(question, conversation_id=conversation_id, as_of=as_of, mode=mode, filters=within.wire())
    return Call("POST", "/v1/ask", _as(schemas.AnswerOut), body, once=once)


def search(
    question: str, *, limit: int = 10, as_of: date | None = None, within: Within = ANYTHING
) -> Call[schemas.HitsOut]:
    """The passages that an answer would be made from, best first."""
    body = asked(question, limit=limit, as_of=as_of, filters=within.wire())
    return Call("POST", "/v1/search", _as(schemas.HitsOut), body)


def timeline(
    topic: str, *, limit: int = 20, as_of: date | None = None, within: Within = ANYTHING
) -> Call[timelines.TimelineOut]:
    """What happened, in order."""
    body = asked("", topic=topic, limit=limit, as_of=as_of, filters=within.wire())
    del body["question"]
    return Call("POST", "/v1/timeline", _as(timelines.TimelineOut), body)


def articles(
    listing: Listing = EVERY, *, after: str | None = None, limit: int = 100
) -> Call[schemas.ArticlesOut]:
    """Articles without their text, those of the listing; `after` is the `next` of the page before."""
    given = {name: value for name, value in dataclasses.asdict(listing).items() if value}
    given["publisher"] = given.pop("publishers", None)
    days = {name: value.isoformat() for name, value in given.items() if isinstance(value, date)}
    wanted = {**given, **days, "after": after, "limit": limit}
    return Call("GET", "/v1/articles", _as(schemas.ArticlesOut), parameters=wanted)


def article(article_id: str, *, version: int | None = None) -> Call[schemas.ArticleOut]:
    """One article with its text."""
    return Call("GET", _path(article_id), _as(schemas.ArticleOut), parameters={"version": version})


def versions(article_id: str) -> Call[catalogue_schemas.VersionsOut]:
    """The versions of an article's text."""
    return Call("GET", f"{_path(article_id)}/versions", _as(catalogue_schemas.VersionsOut))


def passages(article_id: str) -> Call[catalogue_schemas.PassagesOut]:
    """The passages that an article is searched by."""
    return Call("GET", f"{_path(article_id)}/passages", _as(catalogue_schemas.PassagesOut))


def _added(reply: httpx2.Response) -> schemas.ReportOut | intake_schemas.JobOut:
    found: schemas.ReportOut | intake_schemas.JobOut = _as(
        intake_schemas.JobOut if reply.status_code == 202 else schemas.ReportOut
    )(reply)
    return found


def add(
    articles: Iterable[Mapping[str, Any]], *, once: str = ""
) -> Call[schemas.ReportOut | intake_schemas.JobOut]:
    """Add articles: each `{id, url, title, publisher, authors, published_at, text}`, of which only `text` must be.

    More than 100 become a job. `once` is an idempotency key: the same call again with it is not done again.
    """
    return Call("POST", "/v1/articles", _added, {"articles": [dict(each) for each in articles]}, once=once)


def upload(
    files: Iterable[tuple[str, bytes]], *, once: str = ""
) -> Call[schemas.ReportOut | intake_schemas.JobOut]:
    """Add the articles in some files, each with its name: at most 100, of 32 MB together.

    More than 10, or 1 MB, become a job.
    """
    return Call("POST", "/v1/articles", _added, once=once, files=tuple(files))


def read(*urls: str, sitemap: str = "", once: str = "") -> Call[intake_schemas.JobOut]:
    """Have the pages at these addresses read, or those that a sitemap names."""
    body = {"sitemap": sitemap} if sitemap else {"urls": list(urls)}
    return Call("POST", "/v1/articles", _as(intake_schemas.JobOut), body, once=once)


def delete(article_id: str) -> Call[None]:
    """Remove an article."""
    return Call("DELETE", _path(article_id), lambda _: None)


def delete_publisher(publisher: str) -> Call[catalogue_schemas.DeletedOut]:
    """Remove every article of one outlet."""
    given = {"publisher": publisher}
    return Call("DELETE", "/v1/articles", _as(catalogue_schemas.DeletedOut), parameters=given)


def origins(*, after: str | None = None, limit: int = 100) -> Call[catalogue_schemas.OriginsOut]:
    """Independent origins with their number of articles."""
    given = {"after": after, "limit": limit}
    return Call("GET", "/v1/origins", _as(catalogue_schemas.OriginsOut), parameters=given)


def feeds() -> Call[intake_schemas.FeedsOut]:
    """The feeds that are followed, and how each did the last time."""
    return Call("GET", "/v1/feeds", _as(intake_schemas.FeedsOut))


def follow(url: str, *, once: str = "") -> Call[intake_schemas.JobOut]:
    """Follow a feed and read its entries."""
    return Call("POST", "/v1/feeds", _as(intake_schemas.JobOut), {"url": url}, once=once)


def refresh(*urls: str, once: str = "") -> Call[intake_schemas.JobOut]:
    """Look for news in these feeds, or in all."""
    return Call("POST", "/v1/feeds/refresh", _as(intake_schemas.JobOut), {"urls": list(urls)}, once=once)


def unfollow(url: str) -> Call[None]:
    """Follow a feed no longer; its articles stay."""
    return Call("DELETE", f"/v1/feeds/{quote(url, safe='')}", lambda _: None)


def jobs(*, before: str | None = None, limit: int = 50) -> Call[intake_schemas.JobsOut]:
    """Jobs, the newest first."""
    given = {"before": before, "limit": limit}
    return Call("GET", "/v1/jobs", _as(intake_schemas.JobsOut), parameters=given)


def job(job_id: str) -> Call[intake_schemas.JobOut]:
    """A job: how far it is, and what became of its articles."""
    return Call("GET", f"/v1/jobs/{quote(job_id, safe='')}", _as(intake_schemas.JobOut))


def items(job_id: str, *, after: int = 0, limit: int = 100) -> Call[intake_schemas.JobItemsOut]:
    """What a job takes in, each with what became of it."""
    given = {"after": after, "limit": limit}
    path = f"/v1/jobs/{quote(job_id, safe='')}/items"
    return Call("GET", path, _as(intake_schemas.JobItemsOut), parameters=given)


def stop(job_id: str) -> Call[intake_schemas.JobOut]:
    """Stop a job. What it has stored stays."""
    return Call("DELETE", f"/v1/jobs/{quote(job_id, safe='')}", _as(intake_schemas.JobOut))


def quarantine(*, before: int | None = None, limit: int = 100) -> Call[intake_schemas.QuarantineOut]:
    """What could not become an article and why, the newest first."""
    given = {"before": before, "limit": limit}
    return Call("GET", "/v1/quarantine", _as(intake_schemas.QuarantineOut), parameters=given)


def conversations(*, before: str | None = None, limit: int = 50) -> Call[schemas.TalksOut]:
    """Conversations, the newest first."""
    given = {"before": before, "limit": limit}
    return Call("GET", "/v1/conversations", _as(schemas.TalksOut), parameters=given)


def answer(answer_id: str) -> Call[schemas.AnswerOut]:
    """One answer, as it was given."""
    return Call("GET", f"/v1/answers/{quote(answer_id, safe='')}", _as(schemas.AnswerOut))


def conversation(conversation_id: str) -> Call[schemas.ConversationOut]:
    """A conversation with its answers."""
    return Call("GET", f"/v1/conversations/{quote(conversation_id, safe='')}", _as(schemas.ConversationOut))


def forget(conversation_id: str) -> Call[None]:
    """Delete a conversation."""
    return Call("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}", lambda _: None)


def rate(answer_id: str, *, good: bool, reason: str = "", once: str = "") -> Call[None]:
    """Say whether an answer is good. `once` is an idempotency key."""
    body = {"answer_id": answer_id, "good": good, "reason": reason}
    return Call("POST", "/v1/feedback", lambda _: None, body, once=once)


def archive() -> Call[schemas.ArchiveOut]:
    """How much there is, and from whom."""
    return Call("GET", "/v1/archive", _as(schemas.ArchiveOut))


def reindex(*, model: str = "") -> Call[operations_schemas.ReindexOut]:
    """Have the indexes built anew; `model` is the fingerprint that the server's settings must name."""
    return Call("POST", "/v1/reindex", _as(operations_schemas.ReindexOut), {"model": model})


def check(*, passages: int = 500) -> Call[operations_schemas.CheckOut]:
    """What is wrong with the archive and its indexes; so many passages are looked for by their own vectors."""
    return Call("GET", "/v1/check", _as(operations_schemas.CheckOut), parameters={"passages": passages})


def reindexing() -> Call[operations_schemas.ReindexOut]:
    """How far that is."""
    return Call("GET", "/v1/reindex", _as(operations_schemas.ReindexOut))


def ready() -> Call[dict[str, Any]]:
    """That questions are answered, with counts."""
    return Call("GET", "/readyz", lambda reply: dict(reply.json()))


def stats(*, by: Period = "month") -> Call[operations_schemas.StatsOut]:
    """The archive in figures, with how many articles each month or day has."""
    return Call("GET", "/v1/stats", _as(operations_schemas.StatsOut), parameters={"by": by})


def activity(*, days: int = 30) -> Call[operations_schemas.ActivityOut]:
    """What was asked in the last days, and what became of it."""
    return Call("GET", "/v1/activity", _as(operations_schemas.ActivityOut), parameters={"days": days})


def log(
    *, status: Status | None = None, rated: bool | None = None, before: int | None = None, limit: int = 50
) -> Call[operations_schemas.LogOut]:
    """The log of answers, the newest first."""
    given = {"status": status, "rated": rated, "before": before, "limit": limit}
    return Call("GET", "/v1/answers", _as(operations_schemas.LogOut), parameters=given)


def _path(article_id: str) -> str:
    return f"/v1/articles/{quote(article_id, safe='')}"
