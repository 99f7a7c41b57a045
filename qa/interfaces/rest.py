"""REST on FastAPI. `app(newsroom)` makes the application; nothing is made at import."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import PurePath
from typing import Annotated, Any

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.middleware.trustedhost import TrustedHostMiddleware

from qa import __version__
from qa.access import Access
from qa.adapters import sources
from qa.errors import InputError, ReadError, UnsupportedError
from qa.ingest import read, records
from qa.intake import Item
from qa.interfaces import (
    catalogue,
    gate,
    guard,
    metrics,
    openai_api,
    operations,
    page,
    problems,
    questions,
    schemas,
    session,
    watch,
)
from qa.interfaces.gate import CallerIn, needs, public
from qa.interfaces.once import Once
from qa.interfaces.room import Room
from qa.models import Draft, RawFile, Refusal
from qa.prompts import shipped
from qa.service import Newsroom

MAX_BODY = 32 * 1024 * 1024
"""Bytes of one request. A question's body is far smaller, and its own length is limited by the service."""
MAX_FILES = 100
MAX_QUESTIONS = 128
"""Worked on at once. Streams that wait for a slow model count, and cost little."""
DOORKEEPERS = 4
"""Threads that look up keys, kept apart from those that do the work."""
MAX_OUTLETS = 200
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "testserver")
TITLE = "Dateline"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": schemas.ProblemOut, "description": text, "content": {"application/problem+json": {}}}
    for status, text in ((400, "Bad request"), (401, "A key is needed"), (403, "Not with this key"), (404, "Not found"), (415, "Not a kind that is read"),
                         (422, "Cannot be used as it is"),
                         (429, "Too often: `Retry-After` says when"), (503, "Not now"))
}  # fmt: skip

log = logging.getLogger(__name__)


def app(
    newsroom: Newsroom,
    *,
    access: Access | None = None,
    hosts: Sequence[str] = (),
    embed_origins: Sequence[str] = (),
) -> FastAPI:
    """The application.

    `access` is the archive's own unless given; `hosts` are names by which this server may be called beside those of
    its own machine; `embed_origins` are the sites that may show the page's ask box in a frame.
    """
    access = access or Access(newsroom.keys)
    made = FastAPI(
        title=TITLE, version=__version__, summary="Answers questions about a news archive, with receipts.",
        docs_url=None, redoc_url=None,  # their pages load scripts from elsewhere
        openapi_url=None,  # FastAPI's own route would stand beside the gate
        max_body_size=MAX_BODY,
    )  # fmt: skip
    watched = metrics.Metrics(newsroom)
    made.state.access, made.state.room = access, Room(MAX_QUESTIONS, on_full=watched.shed.inc)
    made.state.doorkeepers = CapacityLimiter(DOORKEEPERS)
    problems.handle(made)
    made.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL_HOSTS, *hosts])
    made.add_middleware(guard.Guard, embed_origins=tuple(embed_origins))
    made.add_middleware(watch.Watch, metrics=watched)
    made.include_router(catalogue.routes(newsroom), responses=PROBLEMS)
    made.include_router(_routes(newsroom))
    made.include_router(operations.routes(newsroom, watched))
    made.include_router(openai_api.routes(newsroom))
    made.include_router(session.routes(access))
    made.include_router(_described(made))
    for router in _extras(newsroom):
        made.include_router(router)
    made.include_router(page.routes(embedded=bool(embed_origins)))
    return gate.sealed(made)


def _extras(newsroom: Newsroom) -> Iterator[APIRouter]:
    """Doors whose libraries are extras."""
    if find_spec("mcp"):
        yield import_module("qa.interfaces.mcp").routes(newsroom)


def _described(made: FastAPI) -> APIRouter:
    router = gate.router(include_in_schema=False)

    @router.get("/openapi.json")
    @public("it describes the program, not the archive")
    def openapi() -> dict[str, Any]:
        return made.openapi()

    return router


def _routes(newsroom: Newsroom) -> APIRouter:
    router = gate.router(responses=PROBLEMS)
    questions.add_routes(router, newsroom)
    _articles(router, newsroom)
    _archive(router, newsroom)
    return router


def _articles(router: APIRouter, newsroom: Newsroom) -> None:
    once = Once()

    @router.get("/v1/articles", tags=["articles"], response_model=schemas.ArticlesOut)
    @needs("read")
    def list_articles(
        after: Annotated[str | None, Query(max_length=300)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> schemas.ArticlesOut:
        """Articles in the order of their ids, without their text."""
        return schemas.articles(newsroom.articles(after=after, limit=limit + 1), limit)

    @router.post(
        "/v1/articles",
        tags=["articles"],
        response_model=schemas.ReportOut,
        openapi_extra={"requestBody": _BODIES},
    )
    @needs("ingest")
    async def add_articles(request: Request, caller: CallerIn) -> schemas.ReportOut:
        """Add articles: as JSON, by the address of a page, or as files in form fields named `files`.

        With an `Idempotency-Key`, the same request again is not done again.
        """

        async def add() -> schemas.ReportOut:
            drafts = await _drafts(request, newsroom)
            return schemas.report(await run_in_threadpool(newsroom.ingest, drafts))

        return await once.do(request, caller, add)

    @router.get("/v1/articles/{article_id:path}", tags=["articles"], response_model=schemas.ArticleOut)
    @needs("read")
    def get_article(
        article_id: str, request: Request, version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None
    ) -> Response:
        """One article with its text: the newest version, or the one that is asked for. `If-None-Match` is heeded."""
        return catalogue.tagged(schemas.article(newsroom.article(article_id, version)), request)

    @router.delete("/v1/articles/{article_id:path}", tags=["articles"], status_code=204)
    @needs("ingest")
    def delete_article(article_id: str) -> None:
        """Remove an article with all its versions from the archive and from every index."""
        newsroom.delete(article_id)


def _archive(router: APIRouter, newsroom: Newsroom) -> None:
    @router.post("/v1/demo", tags=["articles"], response_model=schemas.ReportOut)
    @needs("ingest")
    def add_demo() -> schemas.ReportOut:
        """Add the five articles of the demo to an archive that is still empty."""
        if newsroom.articles(limit=1):
            raise InputError("The archive has articles already; the demo's are only for an empty one.")
        found = sources.files([shipped("seeds")], readable=read.is_readable)
        return schemas.report(newsroom.ingest(newsroom.read(found)))

    @router.get("/v1/archive", tags=["articles"], response_model=schemas.ArchiveOut)
    @needs("read")
    def archive() -> schemas.ArchiveOut:
        """How much there is, from whom, and what writes the answers."""
        health, outlets = newsroom.health(), newsroom.outlets()[:MAX_OUTLETS]
        return schemas.ArchiveOut(
            version=__version__, articles=health["articles"], passages=health["passages"],
            outlets=tuple(schemas.OutletOut(name=name, articles=count) for name, count in outlets),
            model=newsroom.model_name, addresses=True,
        )  # fmt: skip


_BODIES = {
    "required": True,
    "content": {
        "application/json": {"schema": schemas.ArticlesIn.model_json_schema()},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                "required": ["files"],
            }
        },
    },
}


async def _drafts(request: Request, newsroom: Newsroom) -> list[Item]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=MAX_FILES, max_fields=10) as form:
            return await run_in_threadpool(list, newsroom.read([file async for file in _uploads(form)]))
    if kind != "application/json":
        raise UnsupportedError("Send application/json or multipart/form-data.")
    body = _json(await request.body())
    if body.articles is not None:
        return [_record(item, n) for n, item in enumerate(body.articles, 1)]
    if body.url is not None:
        return await run_in_threadpool(list, newsroom.read(newsroom.fetch([body.url])))
    raise InputError('Send {"articles": [...]}, {"url": "..."} or files.')


def _record(item: dict[str, object], number: int) -> Draft | Refusal:
    try:
        return records.article(item)
    except ReadError as error:
        return Refusal(f"article {number}", str(error))


async def _uploads(form: FormData) -> AsyncIterator[RawFile]:
    for _, value in form.multi_items():
        if not isinstance(value, UploadFile):
            raise InputError("A form holds files, each in a field named `files`.")
        name = PurePath(value.filename or "upload").name
        yield RawFile(name, "", BytesIO(await value.read()))


def _json(data: bytes) -> schemas.ArticlesIn:
    try:
        return schemas.ArticlesIn.model_validate(json.loads(data))
    except ValidationError as error:
        raise InputError(
            f"The body is not what is read here: {problems.first(error.errors(include_input=False))}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError("The body is not valid JSON.") from error
