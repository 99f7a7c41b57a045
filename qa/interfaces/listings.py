"""Lists of articles over REST: what they hold, in what order, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from qa.interfaces import schemas
from qa.interfaces.gate import needs
from qa.interfaces.tagged import tagged
from qa.models import Dated, Listing, Order, Summary
from qa.service import Newsroom

Name = Annotated[str, Field(min_length=1, max_length=300)]


class ListingIn(schemas.Request):
    """What a list holds. A filter that is not known is refused: left unread, it would list too much."""

    after: str | None = Field(default=None, max_length=400, description="`next` of the page before.")
    limit: int = Field(default=100, ge=1, le=1000)
    order: Order = Field(
        default="id",
        description="`newest`: by the article's own date, those without one last; `ingested`: the last come first.",
    )
    publisher: list[Name] = Field(
        default=[], max_length=100, description="Any of these, whatever their case."
    )
    title: Name | None = Field(default=None, description="Words that all stand in the title.")
    author: Name | None = Field(default=None, description="A part of an author's name.")
    language: str | None = Field(default=None, pattern="^[A-Za-z]{2}$", description="ISO 639-1.")
    origin: Name | None = None
    published_from: schemas.AskedDay | None = Field(
        default=None, description="Known to lie on this day or after it."
    )
    published_to: schemas.AskedDay | None = Field(
        default=None, description="Known to lie on this day or before it."
    )
    ingested_since: datetime | None = Field(default=None, description="A time without a zone is UTC.")
    dated: Dated | None = Field(default=None, description="A date of its own, an inferred one, or none.")

    def listing(self) -> Listing:
        return Listing(
            publishers=tuple(self.publisher), title=self.title or "", author=self.author or "",
            language=self.language or "", origin=self.origin or "", published_from=self.published_from,
            published_to=self.published_to, ingested_since=self.ingested_since, dated=self.dated, order=self.order,
        )  # fmt: skip


def add_routes(router: APIRouter, newsroom: Newsroom) -> None:
    @router.get("/v1/articles", tags=["articles"], response_model=schemas.ArticlesOut)
    @needs("read")
    def list_articles(wanted: Annotated[ListingIn, Query()], request: Request) -> Response:
        """Articles without their text, those that are wanted, page by page. `If-None-Match` is heeded."""
        listing = wanted.listing()
        found = newsroom.articles(listing, after=wanted.after, limit=wanted.limit + 1)
        return tagged(page(found, listing, wanted.limit), request)


def page(found: list[Summary], listing: Listing, limit: int) -> schemas.ArticlesOut:
    """One page, of a list in which one more was looked for."""
    shown = tuple(schemas.SummaryOut.model_validate(each) for each in found[:limit])
    more = listing.cursor(found[limit - 1]) if len(found) > limit else None
    return schemas.ArticlesOut(articles=shown, next=more)
