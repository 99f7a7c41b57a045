"""The routes by which a server is watched."""

from __future__ import annotations

from fastapi import APIRouter, Response

from qa.errors import NotReady
from qa.interfaces import gate
from qa.interfaces.gate import needs, public
from qa.interfaces.metrics import Metrics
from qa.service import Newsroom


def routes(newsroom: Newsroom, metrics: Metrics) -> APIRouter:
    router = gate.router(tags=["operations"])

    @router.get("/healthz")
    @public("it says that the process is alive")
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @router.get("/readyz")
    @public("who balances load must know, and counts are no secret")
    def readyz() -> dict[str, object]:
        """A question has just been searched for, so the archive can be read and questions are answered."""
        try:
            newsroom.ranked("ready")  # `search` would find again what it found before
        except Exception as error:
            raise NotReady("Questions cannot be answered now. The log says why.") from error
        if said := newsroom.parts.trouble():
            raise NotReady(said)
        return {"status": "ready", **newsroom.health()}

    @router.get("/metrics", response_class=Response)
    @needs("read")
    def scrape() -> Response:
        """Counts and latencies in the form of Prometheus."""
        text, form = metrics.text()
        return Response(text, headers={"Content-Type": form})

    return router
