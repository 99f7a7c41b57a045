"""The wire forms of a timeline."""

from __future__ import annotations

from datetime import date as Day

from pydantic import Field

from qa.interfaces.schemas import AskedDay, CitationOut, FiltersIn, MomentOut, Request, Wire
from qa.models import Timeline

MOST = 100


class TimelineIn(Request):
    topic: str = Field(examples=["Russian instructors in Niger"], description="A topic or a question.")
    as_of: AskedDay | None = Field(
        default=None, description="Only what was published by the end of this day counts."
    )
    filters: FiltersIn = FiltersIn()
    limit: int = Field(default=20, ge=1, le=MOST, description="Entries at most; the weightiest are kept.")


class TimelineOut(Wire):
    """A story in order. Entries stand by the first day of what they tell."""

    topic: str
    moments: tuple[MomentOut, ...]
    citations: tuple[CitationOut, ...]
    origins: int = Field(description="Independent origins behind it.")
    articles: int
    undated: int = Field(description="Sentences on the topic that carry no date, and are left out.")
    as_of: Day | None
    notes: tuple[str, ...]


def timeline(value: Timeline) -> TimelineOut:
    return TimelineOut.model_validate(value)
