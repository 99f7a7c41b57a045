"""The routes by which the indexes are checked and built anew."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from qa.interfaces import gate
from qa.interfaces.gate import needs
from qa.interfaces.operations_schemas import CheckOut, ReindexIn, ReindexOut
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

    @router.get("/v1/check", response_model=CheckOut)
    @needs("admin")
    def check(passages: Annotated[int, Query(ge=0, le=10_000)] = 500) -> CheckOut:
        """What is wrong with the archive and its indexes; so many passages must find themselves by their own vectors.

        Those are spread over the archive. Each takes a few milliseconds, beside the questions that are asked.
        """
        steps: list[int] = []
        found = newsroom.check(most=passages, on_passages=steps.append)
        told = {"ok": not found, "problems": found, "looked_for": len(steps), **newsroom.health()}
        return CheckOut.model_validate(told)

    @router.get("/v1/reindex", response_model=ReindexOut)
    @needs("admin")
    def reindexing() -> ReindexOut:
        """How far it is, or how the last one since the server started ended."""
        return ReindexOut.model_validate(newsroom.reindexer.progress)

    return router
