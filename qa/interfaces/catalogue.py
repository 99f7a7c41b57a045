"""The routes that look through the archive, and that remove an outlet from it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from qa.interfaces import gate, schemas
from qa.interfaces.gate import needs
from qa.service import Newsroom


class VersionOut(schemas.Wire):
    version: int
    title: str
    fetched_at: datetime
    characters: int


class VersionsOut(schemas.Wire):
    article_id: str
    versions: tuple[VersionOut, ...] = Field(description="The oldest first.")


class PassageOut(schemas.Wire):
    """`article.text[start:end] == text`, in Unicode code points of that version."""

    ordinal: int
    version: int
    start: int
    end: int
    text: str
    sentences: tuple[tuple[int, int], ...] = Field(description="Their spans in the article's text.")


class PassagesOut(schemas.Wire):
    article_id: str
    passages: tuple[PassageOut, ...] = Field(description="Of the newest version, which alone is searched.")
    furniture: tuple[tuple[int, int], ...] = Field(description="Spans that are in no passage: never cited.")


class OriginOut(schemas.Wire):
    """Copies, and articles of one agency, are one origin: one voice."""

    origin: str
    articles: int


class OriginsOut(schemas.Wire):
    origins: tuple[OriginOut, ...]
    next: str | None = Field(description="Pass as `after` for the next page; null on the last.")


class DeletedOut(schemas.Wire):
    deleted: int


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

    @router.get("/v1/origins")
    @needs("read")
    def origins(
        after: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> OriginsOut:
        """Independent origins with their number of articles, in the order of their names."""
        found = newsroom.catalogue.origins(after=after, limit=limit + 1)
        shown = tuple(map(OriginOut.model_validate, found[:limit]))
        return OriginsOut(origins=shown, next=shown[-1].origin if len(found) > limit else None)

    return router


def tagged(value: schemas.Wire, request: Request) -> Response:
    """A reply with a strong ETag; 304 where the client has it already."""
    body = value.model_dump_json().encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
    given = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if headers["ETag"] in given or "*" in given:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
