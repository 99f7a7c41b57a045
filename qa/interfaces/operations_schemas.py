"""The wire forms of operating: the archive in figures, what became of the answers, and the building of indexes."""

from __future__ import annotations

from datetime import date as Day
from datetime import datetime
from typing import Literal

from pydantic import Field

from qa.figures import Why
from qa.interfaces.schemas import OutletOut, Request, Wire
from qa.models import Mode, Status


class OfLanguageOut(Wire):
    language: str = Field(description="ISO 639-1; empty where it is not known.")
    articles: int


class OfPeriodOut(Wire):
    start: Day = Field(alias="from", description="The first day of the month, or the day.")
    articles: int


class OfOutcomeOut(Wire):
    status: Status
    reason: str
    mode: Mode
    answers: int


class StatsOut(Wire):
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
    publishers: tuple[OutletOut, ...] = Field(description="Those with the most first.")
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


class OfDayOut(Wire):
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


class OfStageOut(Wire):
    """Of the newest 2,000 answers, in milliseconds."""

    stage: str
    answers: int
    p50: float
    p95: float
    highest: float


class ActivityOut(Wire):
    days: tuple[OfDayOut, ...] = Field(description="The oldest first; the last is today.")
    stages: tuple[OfStageOut, ...]
    reasons: dict[str, int] = Field(description="Abstentions by reason.")
    dropped: dict[str, int] = Field(description="Quotes and claims that were not shown, by why.")
    tokens_today: int = Field(description="Of the language model (UTC day).")
    tokens_per_day: int = Field(description="At most; 0 is no limit.")
    cost: float | None = Field(
        description="Of these days' tokens by QA_LLM_PRICE; null where that is not set."
    )


class DroppedOut(Wire):
    words: str = Field(description="Empty where the question is not kept.")
    why: Why


class LoggedOut(Wire):
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


class LogOut(Wire):
    answers: tuple[LoggedOut, ...]
    next: int | None = Field(description="Pass as `before` for the next page; null on the last.")


class ReindexIn(Request):
    model: str = Field(
        "", max_length=300, examples=[""],
        description="Refuse unless the server's settings name the embedding model of this fingerprint.",
    )  # fmt: skip


class CheckOut(Wire):
    """What is wrong with the archive and its indexes."""

    ok: bool
    problems: tuple[str, ...] = Field(description="Each a sentence that says what to do.")
    looked_for: int = Field(description="Passages that had to find themselves by their own vectors.")
    articles: int
    passages: int
    position: int = Field(description="Of the archive's sequence.")
    behind: dict[str, int] = Field(description="How far each index is behind it.")


class ReindexOut(Wire):
    """How far the building of the indexes is."""

    state: Literal["none", "running", "done", "failed"]
    model: str = Field(description="Fingerprint of the embedding model that they are of when it is done.")
    before: str = Field(description="Of the model until then.")
    passages: int = Field(description="That had to be embedded; 0 where all had a vector of the model.")
    embedded: int = Field(description="Of these.")
    detail: str = Field(description="Why it failed.")
