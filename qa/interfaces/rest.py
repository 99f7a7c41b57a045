"""REST on FastAPI. `app(newsroom)` makes the application; nothing is made at import."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from qa import __version__
from qa.access import Access
from qa.adapters import sources
from qa.errors import InputError
from qa.ingest import read
from qa.interfaces import (
    catalogue,
    figures,
    gate,
    guard,
    intake,
    listings,
    metrics,
    openai_api,
    operations,
    page,
    problems,
    questions,
    reindexing,
    schemas,
    session,
    watch,
)
from qa.interfaces.gate import needs, public
from qa.interfaces.room import Room, Seats
from qa.interfaces.tagged import tagged
from qa.prompts import shipped
from qa.service import Newsroom

if TYPE_CHECKING:
    from qa.interfaces.slack.door import Door

MAX_BODY = 32 * 1024 * 1024
"""Bytes of one request. A question's body is far smaller, and its own length is limited by the service."""
MAX_QUESTIONS = 128
"""Worked on at once where a language model writes: most of them wait for it, and cost little."""
MAX_QUOTED = 64
"""Worked on at once without one: each needs a processor all the time, and more would only wait for each other."""
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
    slack: Door | None = None,
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
        lifespan=_working(newsroom),
    )  # fmt: skip
    watched = metrics.Metrics(newsroom)
    made.state.access = access
    made.state.doorkeepers = CapacityLimiter(DOORKEEPERS)
    problems.handle(made)
    made.add_middleware(guard.Hosts, allowed_hosts=[*LOCAL_HOSTS, *hosts])
    made.add_middleware(guard.Guard, embed_origins=tuple(embed_origins))
    made.add_middleware(watch.Watch, metrics=watched)
    made.include_router(catalogue.routes(newsroom), responses=PROBLEMS)
    made.include_router(_routes(newsroom))
    made.include_router(operations.routes(newsroom, watched))
    made.include_router(reindexing.routes(newsroom))
    made.include_router(figures.routes(newsroom), responses=PROBLEMS)
    made.include_router(openai_api.routes(newsroom))
    made.include_router(session.routes(access))
    made.include_router(_described(made))
    for router in _extras(newsroom):
        made.include_router(router)
    made.include_router(page.routes(embedded=bool(embed_origins)))
    if slack is not None:
        made.include_router(slack.router())
    size = MAX_QUESTIONS if newsroom.model_name else MAX_QUOTED
    made.state.seats = Seats(size, paths=gate.working(made), on_full=watched.shed.inc)
    made.add_middleware(Room, seats=made.state.seats)
    return gate.sealed(made)


def _working(newsroom: Newsroom) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """While the application runs, jobs are worked on. What takes long to open is opened beside."""

    @asynccontextmanager
    async def working(_app: FastAPI) -> AsyncIterator[None]:
        newsroom.jobs.serve()
        newsroom.parts.on_serving()
        try:
            yield
        finally:
            await run_in_threadpool(newsroom.reindexer.close)
            await run_in_threadpool(newsroom.jobs.close)

    return working


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
    intake.add_routes(router, newsroom)
    _archive(router, newsroom)
    return router


def _articles(router: APIRouter, newsroom: Newsroom) -> None:
    listings.add_routes(router, newsroom)

    @router.get("/v1/articles/{article_id:path}", tags=["articles"], response_model=schemas.ArticleOut)
    @needs("read")
    def get_article(
        article_id: str, request: Request, version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None
    ) -> Response:
        """One article with its text: the newest version, or the one that is asked for. `If-None-Match` is heeded."""
        return tagged(schemas.article(newsroom.article(article_id, version)), request)

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
    def archive(request: Request) -> Response:
        """How much there is, from whom, and what writes the answers. `If-None-Match` is heeded."""
        health, outlets = newsroom.health(), newsroom.outlets()[:MAX_OUTLETS]
        told = schemas.ArchiveOut(
            version=__version__, articles=health["articles"], passages=health["passages"],
            outlets=tuple(schemas.OutletOut(name=name, articles=count) for name, count in outlets),
            model=newsroom.model_name, addresses=True,
        )  # fmt: skip
        return tagged(told, request)
