"""The archive in figures, and for who runs it, what became of the answers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from qa.figures import Activity, Period, Stats
from qa.interfaces import gate
from qa.interfaces.gate import needs
from qa.interfaces.operations_schemas import ActivityOut, LoggedOut, LogOut, StatsOut
from qa.interfaces.tagged import tagged
from qa.models import Status
from qa.service import Newsroom


def routes(newsroom: Newsroom) -> APIRouter:
    router = gate.router(tags=["operations"])

    @router.get("/v1/stats", response_model=StatsOut)
    @needs("read")
    def stats(request: Request, by: Period = "month") -> Response:
        """The archive in figures: articles, dates, publishers, copies, what is on its way, what was asked.

        `If-None-Match` is heeded.
        """
        return tagged(told(newsroom.stats(by=by)), request)

    @router.get("/v1/activity")
    @needs("admin")
    def activity(days: Annotated[int, Query(ge=1, le=366)] = 30) -> ActivityOut:
        """What was asked in the last days, how long it took, why it was not answered or not shown."""
        found = newsroom.activity(days=days, today=datetime.now(UTC).date())
        last = found.days[-1]
        return ActivityOut.model_validate(
            {
                **asdict(found),
                "tokens_today": last.prompt_tokens + last.completion_tokens,
                "tokens_per_day": newsroom.parts.tokens_per_day,
                "cost": _cost(found, newsroom.parts.prices),
            }
        )

    @router.get("/v1/answers")
    @needs("admin")
    def log(
        status: Status | None = None,
        rated: Annotated[
            bool | None, Query(description="Only those their readers called good, or bad.")
        ] = None,
        before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> LogOut:
        """The log of answers, the newest first, with what was dropped and what readers thought."""
        found = newsroom.parts.archive.log.newest(status=status, rated=rated, before=before, limit=limit + 1)
        shown = tuple(LoggedOut.model_validate(each) for each in found[:limit])
        return LogOut(answers=shown, next=shown[-1].number if len(found) > limit else None)

    return router


def _cost(found: Activity, prices: tuple[float, float] | None) -> float | None:
    if prices is None:
        return None
    read, written = prices
    tokens = sum(day.prompt_tokens * read + day.completion_tokens * written for day in found.days)
    return round(tokens / 1e6, 4)


def told(stats: Stats) -> StatsOut:
    values = asdict(stats)
    return StatsOut.model_validate({**values.pop("holdings"), **values})
