"""The routes that look through the archive, and that remove an outlet from it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from qa.interfaces import gate
from qa.interfaces.catalogue_schemas import (
    DeletedOut,
    OriginOut,
    OriginsOut,
    PassageOut,
    PassagesOut,
    VersionOut,
    VersionsOut,
)
from qa.interfaces.gate import needs
from qa.interfaces.tagged import tagged
from qa.service import Newsroom


def routes(newsroom: Newsroom) -> APIRouter:
    """To be included before the route of one article, whose id may have slashes."""
    router = gate.router(tags=["articles"])

    @router.get("/v1/articles/{article_id:path}/versions", response_model=VersionsOut)
    @needs("read")
    def versions(article_id: str, request: Request) -> Response:
        """The versions of an article's text. `If-None-Match` is heeded."""
        found = tuple(map(VersionOut.model_validate, newsroom.catalogue.versions(article_id)))
        return tagged(VersionsOut(article_id=article_id, versions=found), request)

    @router.get("/v1/articles/{article_id:path}/passages", response_model=PassagesOut)
    @needs("read")
    def passages(article_id: str, request: Request) -> Response:
        """The passages that an article is searched by, and what of it is page furniture. `If-None-Match` is heeded."""
        found = tuple(map(PassageOut.model_validate, newsroom.catalogue.passages(article_id)))
        furniture = newsroom.article(article_id).furniture
        return tagged(PassagesOut(article_id=article_id, passages=found, furniture=furniture), request)

    @router.delete("/v1/articles")
    @needs("ingest")
    def delete_publisher(publisher: Annotated[str, Query(min_length=1, max_length=300)]) -> DeletedOut:
        """Remove every article of one outlet, with all versions, from the archive and every index."""
        return DeletedOut(deleted=newsroom.delete_publisher(publisher))

    @router.get("/v1/origins", response_model=OriginsOut)
    @needs("read")
    def origins(
        request: Request,
        after: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """Independent origins with their number of articles, in the order of their names. `If-None-Match` is heeded."""
        found = newsroom.catalogue.origins(after=after, limit=limit + 1)
        shown = tuple(map(OriginOut.model_validate, found[:limit]))
        more = shown[-1].origin if len(found) > limit else None
        return tagged(OriginsOut(origins=shown, next=more), request)

    return router
