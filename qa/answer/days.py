"""Days in words: how a date is said that its article says shorter, and whether a claim's date is its quotes'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Day
from datetime import timedelta

from qa import dates
from qa.models import Citation, Spoken

Dates = Mapping[str, Sequence[Spoken]]
"""By article id, the days that its passages speak of."""
_DAY = timedelta(days=1)


def within(cited: Citation, spoken: Dates) -> list[Spoken]:
    """The dates that stand in a quote."""
    held = spoken.get(cited.article_id, ())
    return [said for said in held if cited.start <= said.start and said.end <= cited.end]


def in_words(said: Spoken, shown: str) -> str:
    """A date whole: "Wednesday, 10 April 2024 (inferred)" for "Wednesday". What is whole stays as it is shown."""
    if said.first is None or said.until is None or said.basis == "stated":
        return shown
    words = _span(said.first, said.until) + (f", {said.time.text}" if said.time else "")
    return f"{words} (inferred)" if said.basis == "inferred" else words


def _span(first: Day, until: Day) -> str:
    last = until - _DAY
    if first == last:
        return f"{first:%A}, {first.day} {first:%B} {first.year}"
    if (first.day, until.day) == (1, 1) and (until - first).days <= 31:
        return f"{first:%B} {first.year}"
    if (first.month, first.day, until.month, until.day) == (1, 1, 1, 1) and until.year == first.year + 1:
        return str(first.year)
    return f"between {dates.spoken(first, weekday=False)} and {dates.spoken(last, weekday=False)}"


def unsaid(claim: str, said: Sequence[Spoken]) -> str:
    """A claim without the dates that its quotes give: "10 April 2024" where a quote's "Wednesday" is that day.

    What is left must stand in the quotes as it is written. A wider date than the quote's is given by it too.
    """
    if not said or not any(char.isdigit() for char in claim):
        return claim
    for mention in reversed(dates.find(claim, anchor=None)):
        span = mention.interval
        if span and span.start and span.end and any(_gives(one, span.start, span.end) for one in said):
            claim = claim[: mention.start] + claim[mention.end :]
    return claim


def _gives(said: Spoken, first: Day, until: Day) -> bool:
    return (
        said.first is not None
        and said.until is not None
        and first <= said.first
        and said.until <= until
        and (until - first) <= 366 * _DAY
    )
