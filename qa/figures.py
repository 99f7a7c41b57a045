"""What is counted for who runs it: the archive in figures, and a log of answers without anybody's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime
from typing import Literal

from qa.models import Mode, Status

Why = Literal["unfound", "furniture", "order", "not_given", "unsupported"]
"""Why a quote or claim was dropped: its words are not in the passage; they are page furniture, or an order to a machine; the
passage was not one that was given; the claim does not stand on its quotes."""
Period = Literal["month", "day"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A quote, or a whole claim, that was proposed and not shown."""

    words: str
    """Empty where the question is not kept either."""
    why: Why


@dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class OfLanguage:
    language: str
    """ISO 639-1; empty where it is not known."""
    articles: int


@dataclass(frozen=True, slots=True)
class OfPeriod:
    """Articles by their own date."""

    start: Day
    """The first day of the month, or the day."""
    articles: int


@dataclass(frozen=True, slots=True)
class OfOutcome:
    """Answers by what became of them."""

    status: Status
    reason: str
    mode: Mode
    answers: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """The articles of an archive in figures."""

    articles: int = 0
    passages: int = 0
    versions: int = 0
    dated: int = 0
    """With a date of their own."""
    inferred: int = 0
    """Without one, and placed by what others say."""
    undated: int = 0
    published_first: Day | None = None
    published_last: Day | None = None
    origins: int = 0
    copies: int = 0
    """Articles whose text another holds already."""
    gone: int = 0
    """Articles whose address leads nowhere any more."""
    publishers: tuple[Outlet, ...] = ()
    languages: tuple[OfLanguage, ...] = ()
    periods: tuple[OfPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """An archive in figures, with what is on its way into it and what was asked of it."""

    holdings: Holdings
    quarantined: int
    feeds: int
    feeds_failing: int
    """Failing or gone."""
    unfinished_jobs: int
    behind: dict[str, int]
    """Changes that each index has yet to follow."""
    conversations: int
    answers: tuple[OfOutcome, ...]
    good: int
    """Answers that their readers called good."""
    bad: int


@dataclass(frozen=True, slots=True)
class Logged:
    """An answer as who runs the server sees it."""

    number: int
    at: datetime
    answer_id: str
    key: str
    """The id of the key that asked; empty for whoever is at this machine."""
    status: Status
    reason: str
    mode: Mode
    model: str
    model_error: str
    dropped: tuple[Dropped, ...]
    citations: int
    prompt_tokens: int
    completion_tokens: int
    timings: dict[str, float]
    """Milliseconds by stage."""
    question: str = ""
    """Only where it is kept with its conversation."""
    good: bool | None = None
    """What its reader thought of it."""
    said: str = ""
    """And why."""


@dataclass(frozen=True, slots=True)
class OfDay:
    """What happened on one day (UTC)."""

    day: Day
    answered: int = 0
    partial: int = 0
    not_answered: int = 0
    dropped: int = 0
    model_errors: int = 0
    good: int = 0
    bad: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class OfStage:
    """How long a stage of the newest answers took, in milliseconds."""

    stage: str
    answers: int
    p50: float
    p95: float
    highest: float


@dataclass(frozen=True, slots=True)
class Activity:
    """What was asked of a server in its last days, the oldest day first."""

    days: tuple[OfDay, ...] = ()
    stages: tuple[OfStage, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    """Abstentions, the most frequent first."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Quotes and claims by why they were dropped, the most frequent first."""
