"""The wire forms of what comes in: requests, jobs, feeds, quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from qa.interfaces.schemas import RefusalOut, Request, Wire
from qa.models import FeedState, ItemKind, Job, JobItem, JobKind, JobState, Quarantined

Address = Annotated[str, Field(max_length=2000)]


class ArticlesIn(Request):
    url: Address | None = None
    urls: tuple[Address, ...] = Field(default=(), max_length=1000, description="Pages to read.")
    sitemap: Address | None = Field(default=None, description="Every page that it names is read.")
    articles: tuple[dict[str, object], ...] | None = Field(
        default=None,
        max_length=1000,
        description="Each {id?, url?, title, publisher?, authors?, published_at?, language?, text}.",
        examples=[
            [
                {
                    "id": "a1",
                    "title": "Bridge opens",
                    "published_at": "2024-05-02",
                    "text": "The bridge opened.",
                }
            ]
        ],
    )


class FeedIn(Request):
    url: Address = Field(examples=["https://example.org/feed"])


class RefreshIn(Request):
    urls: tuple[Address, ...] = Field(
        default=(), max_length=1000, description="None is all feeds.", examples=[["https://example.org/feed"]]
    )


class JobOut(Wire):
    """A work of many articles. Counts are of articles, `items` and `done` of files, addresses and entries."""

    id: str
    kind: JobKind
    what: str
    state: JobState
    created: datetime
    updated: datetime
    items: int
    done: int
    waiting: int = Field(description="Items that failed for now and are tried again.")
    new: int
    changed: int
    unchanged: int
    copies: int
    refused: int
    passages: int
    problems: tuple[RefusalOut, ...] = Field(default=(), description="The newest of what was refused.")


class JobsOut(Wire):
    jobs: tuple[JobOut, ...]
    next: str | None = Field(description="Pass as `before` for the next page; null on the last.")


class JobItemOut(Wire):
    """One input of a job."""

    number: int
    kind: ItemKind
    name: str
    done: bool
    tries: int
    reason: str = Field(description="Why it is tried again.")
    new: int
    changed: int
    unchanged: int
    copies: int
    refused: int
    passages: int


class JobItemsOut(Wire):
    items: tuple[JobItemOut, ...]
    next: int | None = Field(description="Pass as `after` for the next page; null on the last.")


class QuarantinedOut(Wire):
    id: int
    source: str
    reason: str
    job: str
    at: datetime


class QuarantineOut(Wire):
    quarantined: tuple[QuarantinedOut, ...]
    next: int | None = Field(description="Pass as `before` for the next page; null on the last.")


class FeedOut(Wire):
    url: str
    title: str
    state: str = Field(description="new, ok, failing or gone.")
    reason: str = Field(description="What went wrong the last time.")
    checked_at: datetime | None
    changed_at: datetime | None
    failures: int = Field(description="In a row.")
    entries: int = Field(description="Read so far.")


class FeedsOut(Wire):
    feeds: tuple[FeedOut, ...]


def job(value: Job, problems: Sequence[Quarantined] = ()) -> JobOut:
    told = tuple(RefusalOut(source=each.source, reason=each.reason) for each in problems)
    return JobOut.model_validate(value).model_copy(update={"problems": told})


def item(value: JobItem) -> JobItemOut:
    counts = {
        name: getattr(value, name)
        for name in ("new", "changed", "unchanged", "copies", "refused", "passages")
    }
    return JobItemOut(
        number=value.number, kind=value.input.kind, name=value.input.name, done=value.done, tries=value.tries,
        reason=value.reason, **counts,
    )  # fmt: skip


def feed(value: FeedState) -> FeedOut:
    return FeedOut.model_validate(value)
