"""REST for what comes in: articles, the jobs that read them, feeds, and what could not be read."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from qa.errors import InputError, ReadError, UnsupportedError
from qa.ingest import records
from qa.intake import Item
from qa.interfaces import intake_schemas, problems, schemas
from qa.interfaces.gate import CallerIn, needs
from qa.interfaces.once import Once
from qa.interfaces.tagged import tagged
from qa.jobs import listings
from qa.models import Input, Job, JobKind, Refusal
from qa.service import Newsroom

MAX_FILES = 100
AT_ONCE_FILES = 10
AT_ONCE_ARTICLES = 100
AT_ONCE_BYTES = 1_000_000
"""What is small is stored before the reply; what is more becomes a job."""
MAX_PATH = 4_096
SHOWN = 100
"""Problems of a job that are listed with it."""
READ_WITHIN = 0.5
"""Seconds for the reading of small files. A PDF or DOCX is parsed by a process of its own, which may take its time."""
MAX_ID = 2**63 - 1
"""The largest number that the archive's columns hold; SQLite raises for a larger one."""
POLL = 0.3
HEARTBEAT = 10.0
log = logging.getLogger(__name__)
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

BODIES = {
    "required": True,
    "content": {
        "application/json": {"schema": intake_schemas.ArticlesIn.model_json_schema()},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                "required": ["files"],
            }
        },
    },
}


def add_routes(router: APIRouter, newsroom: Newsroom) -> None:
    once = Once(newsroom.parts.archive.replies, schemas.ReportOut, intake_schemas.JobOut)
    _adding(router, newsroom, once)
    _jobs(router, newsroom)
    _feeds(router, newsroom, once)


def _adding(router: APIRouter, newsroom: Newsroom, once: Once) -> None:
    @router.post(
        "/v1/articles", tags=["articles"], response_model=schemas.ReportOut | intake_schemas.JobOut,
        responses={202: {"model": intake_schemas.JobOut, "description": "A job reads them; follow it."}},
        openapi_extra={"requestBody": BODIES},
    )  # fmt: skip
    @needs("ingest")
    async def add_articles(
        request: Request, response: Response, caller: CallerIn
    ) -> schemas.ReportOut | intake_schemas.JobOut:
        """Add articles: as JSON, by address or sitemap, or as files in form fields named `files`.

        What is small is stored before the reply; addresses, what is large, and files that take long to read become a job.
        With an `Idempotency-Key`, the same request again is not done again.
        """
        told = await once.do(request, caller, lambda: _added(request, newsroom))
        if isinstance(told, intake_schemas.JobOut):
            response.status_code = 202
            response.headers["Location"] = f"/v1/jobs/{told.id}"
        return told


async def _added(request: Request, newsroom: Newsroom) -> schemas.ReportOut | intake_schemas.JobOut:
    given = await _given(request)
    if isinstance(given, Small):
        found = await _read(newsroom, given.files)
        if found is not None:
            return schemas.report(await run_in_threadpool(newsroom.ingest, [*given.items, *found]))
        given = [Input("upload", name, data=data) for name, data in given.files]
    kind: JobKind = "sitemap" if given[0].kind == "sitemap" else "articles"
    job = await run_in_threadpool(newsroom.jobs.start, kind, _what(given), given)
    return _job(newsroom, job)


async def _read(newsroom: Newsroom, files: Sequence[tuple[str, bytes]]) -> list[Item] | None:
    """The articles of small files; None where that takes too long for whoever waits for the reply."""
    opened = [listings.uploaded(Input("upload", name, data=data)) for name, data in files]
    reading = asyncio.ensure_future(run_in_threadpool(list, newsroom.read(opened)))
    done, _ = await asyncio.wait({reading}, timeout=READ_WITHIN)
    if done:
        return reading.result()
    reading.add_done_callback(_let_go)  # a thread cannot be stopped; what it reads is read again by the job
    return None


def _let_go(reading: asyncio.Future[list[Item]]) -> None:
    if not reading.cancelled() and reading.exception() is not None:
        log.warning(
            "Files that a job reads now could not be read before the reply.", exc_info=reading.exception()
        )


def _jobs(router: APIRouter, newsroom: Newsroom) -> None:
    shelf = newsroom.parts.archive.jobs

    @router.get("/v1/jobs", tags=["jobs"], response_model=intake_schemas.JobsOut)
    @needs("ingest")
    def list_jobs(
        request: Request,
        before: Annotated[str | None, Query(max_length=40)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        """Jobs, the newest first. `If-None-Match` is heeded."""
        found = shelf.jobs(before=before, limit=limit + 1)
        shown = tuple(intake_schemas.job(job) for job in found[:limit])
        more = shown[-1].id if len(found) > limit else None
        return tagged(intake_schemas.JobsOut(jobs=shown, next=more), request)

    @router.get("/v1/jobs/{job_id}", tags=["jobs"], response_model=intake_schemas.JobOut)
    @needs("ingest")
    def get_job(job_id: str, request: Request) -> Response:
        """A job: how far it is, what became of its articles, and its first problems. `If-None-Match` is heeded."""
        return tagged(_job(newsroom, shelf.job(job_id)), request)

    @router.delete("/v1/jobs/{job_id}", tags=["jobs"], response_model=intake_schemas.JobOut)
    @needs("ingest")
    def stop_job(job_id: str) -> intake_schemas.JobOut:
        """Stop a job. What it has stored stays."""
        newsroom.jobs.stop(job_id)
        return _job(newsroom, shelf.job(job_id))

    @router.get("/v1/jobs/{job_id}/items", tags=["jobs"], response_model=intake_schemas.JobItemsOut)
    @needs("ingest")
    def list_items(
        job_id: str,
        after: Annotated[int, Query(ge=0, le=MAX_ID)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> intake_schemas.JobItemsOut:
        """What a job takes in, each with what became of it."""
        shelf.job(job_id)
        found = shelf.items(job_id, after=after, limit=limit + 1)
        shown = tuple(intake_schemas.item(one) for one in found[:limit])
        return intake_schemas.JobItemsOut(items=shown, next=shown[-1].number if len(found) > limit else None)

    @router.get("/v1/jobs/{job_id}/events", tags=["jobs"], response_model=None)
    @needs("ingest")
    def follow_job(job_id: str) -> EventSourceResponse:
        """A job's progress as server-sent events: `progress` as it changes, and last `done`."""
        shelf.job(job_id)
        return EventSourceResponse(_events(newsroom, job_id), headers=_HEADERS)

    @router.get("/v1/quarantine", tags=["jobs"], response_model=intake_schemas.QuarantineOut)
    @needs("ingest")
    def list_quarantine(
        request: Request,
        before: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """What could not become an article and why, the newest first. `If-None-Match` is heeded."""
        found = shelf.quarantine(before=before, limit=limit + 1)
        shown = tuple(intake_schemas.QuarantinedOut.model_validate(one) for one in found[:limit])
        more = shown[-1].id if len(found) > limit else None
        return tagged(intake_schemas.QuarantineOut(quarantined=shown, next=more), request)


def _feeds(router: APIRouter, newsroom: Newsroom, once: Once) -> None:
    @router.get("/v1/feeds", tags=["feeds"], response_model=intake_schemas.FeedsOut)
    @needs("ingest")
    def list_feeds(request: Request) -> Response:
        """The feeds that are followed, and how each did the last time. `If-None-Match` is heeded."""
        found = newsroom.parts.archive.feeds.all()
        told = intake_schemas.FeedsOut(feeds=tuple(intake_schemas.feed(one) for one in found))
        return tagged(told, request)

    @router.post("/v1/feeds", tags=["feeds"], status_code=202, response_model=intake_schemas.JobOut)
    @needs("ingest")
    async def add_feed(
        body: intake_schemas.FeedIn, request: Request, caller: CallerIn
    ) -> intake_schemas.JobOut:
        """Follow a feed and read its entries. One that is followed already is read again.

        With an `Idempotency-Key`, the same request again is not done again.
        """

        def followed() -> intake_schemas.JobOut:
            newsroom.jobs.follow_feed(body.url)
            return _job(newsroom, newsroom.jobs.refresh([body.url]))

        return await once.do(request, caller, lambda: run_in_threadpool(followed))

    @router.post("/v1/feeds/refresh", tags=["feeds"], status_code=202, response_model=intake_schemas.JobOut)
    @needs("ingest")
    async def refresh_feeds(
        request: Request, caller: CallerIn, body: intake_schemas.RefreshIn | None = None
    ) -> intake_schemas.JobOut:
        """Look for new entries in every feed, or in those that are named.

        With an `Idempotency-Key`, the same request again is not done again.
        """

        def refreshed() -> intake_schemas.JobOut:
            return _job(newsroom, newsroom.jobs.refresh(body.urls if body else ()))

        return await once.do(request, caller, lambda: run_in_threadpool(refreshed))

    @router.delete("/v1/feeds/{url:path}", tags=["feeds"], status_code=204)
    @needs("ingest")
    def remove_feed(url: str, request: Request) -> None:
        """Follow a feed no longer. Its articles stay."""
        query = request.url.query
        newsroom.parts.archive.feeds.remove(f"{url}?{query}" if query else url)


# -- what is given ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Small:
    """What is stored before the reply."""

    items: tuple[Item, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    """By name."""


async def _given(request: Request) -> Small | list[Input]:
    """What is stored at once, or the inputs of a job."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=MAX_FILES, max_fields=10) as form:
            files = [file async for file in _uploads(form)]
        return _files(files)
    if kind != "application/json":
        raise UnsupportedError("Send application/json or multipart/form-data.")
    data = await request.body()
    return _listed(_json(data), len(data))


def _files(files: list[tuple[str, bytes]]) -> Small | list[Input]:
    if not files:
        raise InputError("The form holds no file. Send files in fields named `files`.")
    if len(files) <= AT_ONCE_FILES and sum(len(data) for _, data in files) <= AT_ONCE_BYTES:
        return Small(files=tuple(files))
    return [Input("upload", name, data=data) for name, data in files]


def _listed(body: intake_schemas.ArticlesIn, size: int) -> Small | list[Input]:
    addresses = [*([body.url] if body.url else []), *body.urls]
    if sum((body.articles is not None, bool(addresses), body.sitemap is not None)) != 1:
        raise InputError(
            'Send one of {"articles": [...]}, {"url": "..."}, {"urls": [...]}, {"sitemap": "..."}, or files.'
        )
    if body.sitemap is not None:
        return [Input("sitemap", body.sitemap)]
    if body.articles is None:
        return [Input("address", url) for url in addresses]
    if len(body.articles) <= AT_ONCE_ARTICLES and size <= AT_ONCE_BYTES:
        return Small(tuple(_record(item, n) for n, item in enumerate(body.articles, 1)))
    lines = "\n".join(json.dumps(item) for item in body.articles)
    return [Input("upload", "articles.jsonl", data=lines.encode())]


def _record(item: dict[str, object], number: int) -> Item:
    try:
        return records.article(item)
    except ReadError as error:
        return Refusal(f"article {number}", str(error))


async def _uploads(form: FormData) -> AsyncIterator[tuple[str, bytes]]:
    for _, value in form.multi_items():
        if not isinstance(value, UploadFile):
            raise InputError("A form holds files, each in a field named `files`.")
        yield _named(value.filename or "upload"), await value.read()


def _named(given: str) -> str:
    """A whole path is where the file was read, and tells it from another of its name; of others the last part."""
    return given if PurePosixPath(given).is_absolute() and len(given) <= MAX_PATH else PurePath(given).name


def _json(data: bytes) -> intake_schemas.ArticlesIn:
    try:
        return intake_schemas.ArticlesIn.model_validate(json.loads(data))
    except ValidationError as error:
        raise InputError(
            f"The body is not what is read here: {problems.first(error.errors(include_input=False))}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError("The body is not valid JSON.") from error


def _what(inputs: Sequence[Input]) -> str:
    return inputs[0].name if len(inputs) == 1 else f"{inputs[0].name} and {len(inputs) - 1} more"


# -- a job as it goes --------------------------------------------------------------------------------------------


def _job(newsroom: Newsroom, job: Job) -> intake_schemas.JobOut:
    problems = newsroom.parts.archive.jobs.quarantine(job=job.id, limit=SHOWN) if job.refused else []
    return intake_schemas.job(job, problems)


async def _events(newsroom: Newsroom, job_id: str) -> AsyncIterator[bytes]:
    """Snapshots of a job as it changes; they come from the archive, so that it matters not who works on it."""
    last: Any = None
    silent = 0.0
    while True:
        job = await run_in_threadpool(newsroom.parts.archive.jobs.job, job_id)
        if job != last:
            last, silent = job, 0.0
            wire = await run_in_threadpool(_job, newsroom, job)
            name = "done" if job.over else "progress"
            yield format_sse_event(event=name, data_str=wire.model_dump_json())
        if job.over:
            return
        await asyncio.sleep(POLL)
        silent += POLL
        if silent >= HEARTBEAT:
            silent = 0.0
            yield KEEPALIVE_COMMENT
