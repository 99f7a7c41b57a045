"""The archive in figures, and for who runs it, what became of the answers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from datetime import date as Day
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from qa.figures import Activity, Period, Stats, Why
from qa.interfaces import gate, schemas
from qa.interfaces.gate import needs
from qa.models import Mode, Status
from qa.service import Newsroom


class OfLanguageOut(schemas.Wire):
    language: str = Field(description="ISO 639-1; empty where it is not known.")
    articles: int


class OfPeriodOut(schemas.Wire):
    start: Day = Field(alias="from", description="The first day of the month, or the day.")
    articles: int


class OfOutcomeOut(schemas.Wire):
    status: Status
    reason: str
    mode: Mode
    answers: int


class StatsOut(schemas.Wire):
    """The archive in figures."""

    articles: int
    passages: int
    versions: int
    dated: int = Field(description="With a date of their own.")
    inferred: int = Field(description="Without one, and placed by what others say.")
    undated: int
    published_first: Day | None = Field(description="The first own date of an article.")
    published_last: Day | None
    origins: int
    copies: int = Field(description="Articles whose text another holds already.")
    gone: int = Field(description="Articles whose address leads nowhere any more.")
    publishers: tuple[schemas.OutletOut, ...] = Field(description="Those with the most first.")
    languages: tuple[OfLanguageOut, ...]
    periods: tuple[OfPeriodOut, ...] = Field(description="Months or days with articles, by their own date.")
    quarantined: int
    feeds: int
    feeds_failing: int
    unfinished_jobs: int
    behind: dict[str, int] = Field(description="Changes that each index has yet to follow.")
    conversations: int
    answers: tuple[OfOutcomeOut, ...] = Field(description="By what became of them, the most frequent first.")
    good: int = Field(description="Answers that their readers called good.")
    bad: int


class OfDayOut(schemas.Wire):
    """One day (UTC)."""

    day: Day
    answered: int
    partial: int
    not_answered: int
    dropped: int
    model_errors: int
    good: int
    bad: int
    prompt_tokens: int
    completion_tokens: int


class OfStageOut(schemas.Wire):
    """Of the newest 2,000 answers, in milliseconds."""

    stage: str
    answers: int
    p50: float
    p95: float
    highest: float


class ActivityOut(schemas.Wire):
    days: tuple[OfDayOut, ...] = Field(description="The oldest first; the last is today.")
    stages: tuple[OfStageOut, ...]
    reasons: dict[str, int] = Field(description="Abstentions by reason.")
    dropped: dict[str, int] = Field(description="Quotes and claims that were not shown, by why.")
    tokens_today: int = Field(description="Of the language model (UTC day).")
    tokens_per_day: int = Field(description="At most; 0 is no limit.")
    cost: float | None = Field(
        description="Of these days' tokens by QA_LLM_PRICE; null where that is not set."
    )


class DroppedOut(schemas.Wire):
    words: str = Field(description="Empty where the question is not kept.")
    why: Why


class LoggedOut(schemas.Wire):
    """An answer as who runs the server sees it. Question, words and remark only where the conversation is kept."""

    number: int
    at: datetime
    answer_id: str
    key: str = Field(description="The id of the key that asked; empty for whoever is at this machine.")
    status: Status
    reason: str
    mode: Mode
    model: str
    model_error: str
    dropped: tuple[DroppedOut, ...]
    citations: int
    prompt_tokens: int
    completion_tokens: int
    timings: dict[str, float] = Field(description="Milliseconds by stage.")
    question: str
    good: bool | None = Field(description="What its reader thought of it.")
    said: str = Field(description="And why.")


class LogOut(schemas.Wire):
    answers: tuple[LoggedOut, ...]
    next: int | None = Field(description="Pass as `before` for the next page; null on the last.")


def routes(newsroom: Newsroom) -> APIRouter:
    router = gate.router(tags=["operations"])

    @router.get("/v1/stats")
    @needs("read")
    def stats(by: Period = "month") -> StatsOut:
        """The archive in figures: articles, dates, publishers, copies, what is on its way, what was asked."""
        return told(newsroom.stats(by=by))

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
