"""The routes by which the indexes are built anew."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from qa.interfaces import gate, schemas
from qa.interfaces.gate import needs
from qa.service import Newsroom


class ReindexIn(schemas.Request):
    model: str = Field(
        "", max_length=300, examples=[""],
        description="Refuse unless the server's settings name the embedding model of this fingerprint.",
    )  # fmt: skip


class ReindexOut(schemas.Wire):
    """How far the building of the indexes is."""

    state: Literal["none", "running", "done", "failed"]
    model: str = Field(description="Fingerprint of the embedding model that they are of when it is done.")
    before: str = Field(description="Of the model until then.")
    passages: int = Field(description="That had to be embedded; 0 where all had a vector of the model.")
    embedded: int = Field(description="Of these.")
    detail: str = Field(description="Why it failed.")


def routes(newsroom: Newsroom) -> APIRouter:
    router = gate.router(tags=["operations"])

    @router.post("/v1/reindex", status_code=202, response_model=ReindexOut)
    @needs("admin")
    def reindex(body: ReindexIn | None = None) -> ReindexOut:
        """Embed what has no vector of the model in the settings, build new indexes beside those in use, and switch.

        Questions and ingestion go on. The settings' file is read again for it. While one goes on, that one is told.
        """
        return ReindexOut.model_validate(newsroom.reindexer.start(body.model if body else ""))

    @router.get("/v1/reindex", response_model=ReindexOut)
    @needs("admin")
    def reindexing() -> ReindexOut:
        """How far it is, or how the last one since the server started ended."""
        return ReindexOut.model_validate(newsroom.reindexer.progress)

    return router
