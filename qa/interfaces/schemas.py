"""The wire forms: what REST returns is what `--json` prints."""

from __future__ import annotations

from datetime import date as Day
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.errors import QaError
from qa.models import (
    FIRST_DAY,
    LAST_DAY,
    Answer,
    Article,
    AskMode,
    DateBasis,
    Filters,
    Hit,
    IngestReport,
    Mode,
    PublishedBasis,
    Status,
    Talk,
    Turn,
)

AskedDay = Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A day that somebody asks about."""


class Wire(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True, serialize_by_alias=True)


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PublishedOut(Wire):
    """When an article was published and how that is known."""

    date: Day | None = None
    basis: PublishedBasis
    at: datetime | None = Field(default=None, description="The exact time, where the source gave one.")
    start: Day | None = Field(
        default=None, alias="from", description="Of an inferred date: the first day it may be."
    )
    end: Day | None = Field(default=None, alias="to", description="Not included.")
    why: str = Field(default="", description="How an inferred date was reached.")
    rests_on: tuple[str, ...] = Field(default=(), description="The articles that an inferred date rests on.")


class TimeOut(Wire):
    """A time of day as an article gives it, never converted to another zone."""

    text: str
    start: str = Field(alias="from", pattern=r"^\d\d:\d\d$")
    end: str = Field(alias="to", pattern=r"^\d\d:\d\d$", description='Not included; a day ends at "24:00".')
    precision: Literal["minute", "hour", "range"]
    zone: str = Field(default="", description="As the article names it; empty where it names none.")


class DateOut(Wire):
    text: str
    start: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="to", description="Not included.")
    basis: DateBasis
    article: str
    why: str = ""
    time: TimeOut | None = Field(default=None, description="The time of day, where the words give one.")
    rests_on: tuple[str, ...] = Field(
        default=(), description='The articles that date the event it is counted from ("since the coup").'
    )


class CitationOut(Wire):
    """A verbatim quote: `article.text[start:end] == quote`, in Unicode code points of that version."""

    n: int
    article_id: str
    version: int
    title: str
    publisher: str
    url: str | None
    published: PublishedOut
    quote: str
    start: int
    end: int
    before: str
    after: str
    origin: str
    verified: Literal[True]


class ClaimOut(Wire):
    text: str
    start: int = Field(description="Offset in the answer's text.")
    end: int
    citations: tuple[int, ...]
    dates: tuple[DateOut, ...] = ()


class ConflictValueOut(Wire):
    value: str
    citations: tuple[int, ...]
    publishers: tuple[str, ...] = Field(default=(), description="Who says it.")
    published: Day | None = Field(
        default=None, description="The first day on which an article that says it appeared."
    )
    origins: int = 1


class ConflictOut(Wire):
    """Values of one thing that differ between articles."""

    about: str
    values: tuple[ConflictValueOut, ...]
    update: bool = Field(
        default=False, description="One origin told it differently on different days, oldest first."
    )


class MomentOut(Wire):
    """An entry of a timeline."""

    text: str
    start: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="to", description="Not included.")
    basis: DateBasis
    citations: tuple[int, ...]
    why: str = ""
    role: Literal["event", "report"] = Field(
        default="event", description="Whether the date is of what happened, or of its being told."
    )
    origins: int = Field(default=1, description="Independent origins that tell it.")
    time: TimeOut | None = Field(default=None, description="The time of day, where the words give one.")


class UsageOut(Wire):
    prompt_tokens: int
    completion_tokens: int


class AnswerOut(Wire):
    """An answer with its receipts, or the reason why there is none."""

    id: str = Field(description="Opens this answer again, at `/v1/answers/{id}`.")
    status: Status
    reason: str | None
    text: str = Field(description="Plain text with [n] marks.")
    claims: tuple[ClaimOut, ...]
    citations: tuple[CitationOut, ...]
    conflicts: tuple[ConflictOut, ...]
    timeline: tuple[MomentOut, ...] = ()
    suggestions: tuple[str, ...] = Field(
        default=(), description="Questions that the archive can answer next."
    )
    origins: int = Field(description="Independent origins behind the answer.")
    articles: int
    mode: Mode
    model: str | None
    as_of: Day | None
    question: str
    standalone_question: str
    conversation_id: str | None
    notes: tuple[str, ...]
    usage: UsageOut
    timings: dict[str, float] = Field(description="Milliseconds by stage.")


class SummaryOut(Wire):
    id: str
    version: int
    title: str
    publisher: str
    url: str | None
    authors: tuple[str, ...]
    published: PublishedOut
    fetched_at: datetime
    origin: str
    language: str = Field(default="", description="ISO 639-1; empty where it is not known.")


class ArticleOut(SummaryOut):
    gone_at: datetime | None = Field(default=None, description="When its address was found to be gone.")
    text: str = Field(description="The text that citations' offsets count in.")
    furniture: tuple[tuple[int, int], ...] = Field(description="Spans that are page furniture, never cited.")
    versions: int


class ArticlesOut(Wire):
    articles: tuple[SummaryOut, ...]
    next: str | None = Field(
        description="Pass as `after`, with the same filters and order, for the next page; null on the last."
    )


class HitOut(Wire):
    article_id: str
    version: int
    title: str
    publisher: str
    url: str | None
    published: PublishedOut
    text: str
    start: int
    end: int
    score: float
    cosine: float | None
    bm25: float | None


class HitsOut(Wire):
    hits: tuple[HitOut, ...]


class RefusalOut(Wire):
    source: str
    reason: str


class ReportOut(Wire):
    new: int
    changed: int
    unchanged: int
    copies: int
    passages: int
    refused: tuple[RefusalOut, ...]
    ids: tuple[str, ...]


class ProblemOut(Wire):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str


INTERNAL = ProblemOut(
    title="internal", status=500, code="internal", detail="Something went wrong here. The server's log says what."
)  # fmt: skip


def problem(error: QaError) -> ProblemOut:
    """What a reader is told. Never what was sent: it may not even be valid Unicode."""
    detail = str(error).encode("utf-8", "replace").decode()
    return ProblemOut(title=error.code.replace("_", " "), status=error.status, detail=detail, code=error.code)


class TalkOut(Wire):
    id: str
    title: str = Field(description="The first question.")
    turns: int
    at: datetime


class TalksOut(Wire):
    conversations: tuple[TalkOut, ...]
    next: str | None = Field(description="Pass as `before` for the next page; null on the last.")


class TurnOut(Wire):
    question: str
    text: str = Field(description="The answer's text.")
    answer: AnswerOut | None = Field(description="The whole answer; null for one of an older Dateline.")


class ConversationOut(Wire):
    id: str
    turns: tuple[TurnOut, ...]


class OutletOut(Wire):
    name: str
    articles: int


class ArchiveOut(Wire):
    """What a page needs to know before the first question."""

    version: str
    articles: int
    passages: int
    outlets: tuple[OutletOut, ...]
    model: str | None = Field(description="Writes the answers; null where they are quoted from the articles.")
    addresses: bool = Field(description="Whether articles can be added by their address.")


class FeedbackIn(Request):
    answer_id: str = Field(max_length=64, examples=["6f1c0c1d3f7a4f0c9d7e5b2a8c4e1f90"])
    good: bool = Field(examples=[False])
    reason: str = Field(default="", max_length=2000, examples=["It is of another year."])


class FiltersIn(Request):
    publishers: tuple[str, ...] = Field(default=(), max_length=100)
    published_from: AskedDay | None = None
    published_to: AskedDay | None = Field(default=None, description="This day included.")
    articles: tuple[str, ...] = Field(default=(), max_length=1000)

    def filters(self, as_of: Day | None) -> Filters:
        return Filters(self.publishers, self.published_from, self.published_to, self.articles, as_of)


class AskIn(Request):
    question: str = Field(examples=["when did Russian instructors arrive"])
    conversation_id: str | None = Field(default=None, max_length=64)
    as_of: AskedDay | None = Field(
        default=None, description="Only what was published by the end of this day counts."
    )
    filters: FiltersIn = FiltersIn()
    mode: AskMode = "auto"
    stream: bool = False


class SearchIn(Request):
    question: str = Field(examples=["Russian instructors in Niger"])
    as_of: AskedDay | None = None
    filters: FiltersIn = FiltersIn()
    limit: int = Field(default=10, ge=1, le=100)


def answer(value: Answer) -> AnswerOut:
    return AnswerOut.model_validate(value)


def article(value: Article) -> ArticleOut:
    return ArticleOut.model_validate(value)


def talks(values: list[Talk], limit: int) -> TalksOut:
    shown = tuple(TalkOut.model_validate(value) for value in values[:limit])
    return TalksOut(conversations=shown, next=shown[-1].id if len(values) > limit else None)


def conversation(name: str, turns: list[Turn]) -> ConversationOut:
    told = tuple(
        TurnOut(question=turn.question, text=turn.answer, answer=answer(turn.given) if turn.given else None)
        for turn in turns
    )
    return ConversationOut(id=name, turns=told)


def report(value: IngestReport) -> ReportOut:
    return ReportOut.model_validate(value)


def hits(values: list[Hit]) -> HitsOut:
    return HitsOut(hits=tuple(_hit(value) for value in values))


def _hit(value: Hit) -> HitOut:
    return HitOut(
        article_id=value.article.id, version=value.passage.version, title=value.article.title,
        publisher=value.article.publisher, url=value.article.url,
        published=PublishedOut.model_validate(value.article.published),
        text=value.passage.text, start=value.passage.start, end=value.passage.end,
        score=round(value.score, 6), cosine=value.cosine, bm25=value.bm25,
    )  # fmt: skip
