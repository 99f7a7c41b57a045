"""The routes by which the indexes are built anew."""

from __future__ import annotations

from fastapi import APIRouter

from qa.interfaces import gate
from qa.interfaces.gate import needs
from qa.interfaces.operations_schemas import ReindexIn, ReindexOut
from qa.service import Newsroom


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
