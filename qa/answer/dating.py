"""The dates that claims speak of: each expression of a quote read against its own article's date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from qa import dates
from qa.answer.verify import Texts
from qa.models import Citation, Claim, DateNote, Published, Span

Places = Mapping[str, Published]
"""By article id: where an article without a date of its own was placed."""


def noted(claims: Sequence[Claim], citations: Sequence[Citation], texts: Texts) -> tuple[Claim, ...]:
    """The claims with the dates that their quotes speak of.

    An article is read whole, since "the following day" counts from what stands before the quote.
    """
    read = {cited.n: _notes(cited, texts[cited.article_id, cited.version]) for cited in citations}
    return tuple(
        replace(claim, dates=_once([read[number] for number in claim.citations])) for claim in claims
    )


def placed(citations: Sequence[Citation], places: Places) -> tuple[Citation, ...]:
    """The citations, with the inferred date where their article has none of its own."""
    return tuple(
        replace(cited, published=places[cited.article_id]) if cited.article_id in places else cited
        for cited in citations
    )


def inferred(found: dates.Placed | None) -> Published | None:
    """A placed article's date: a single day where there is one, else the days it lies between."""
    if found is None:
        return None
    span = found.interval
    day = span.start if span.days == 1 else None
    return Published(day, "inferred", start=span.start, end=span.end, why=found.why, rests_on=found.rests_on)


def story(
    article_id: str, text: str, *, published: date | None = None, furniture: Sequence[Span] = ()
) -> dates.Story:
    """An article as the placing of undated ones reads it: what is not the article's own is blanked."""
    for start, end in furniture:
        text = text[:start] + " " * (end - start) + text[end:]
    return dates.Story(article_id, text, published)


def _notes(cited: Citation, text: str) -> list[DateNote]:
    found = dates.find(text, anchor=_anchor(cited.published), day_first=dates.day_order([text]))
    return [
        _note(mention, cited.article_id)
        for mention in found
        if cited.start <= mention.start and mention.end <= cited.end
    ]


def _anchor(published: Published) -> date | dates.Interval | None:
    if published.basis == "inferred" and published.start is not None:
        return dates.Interval(published.start, published.end, "range")
    return published.date


def _note(mention: dates.Mention, article_id: str) -> DateNote:
    span = mention.interval
    start, end = (span.start, span.end) if span else (None, None)
    return DateNote(mention.text, start, end, mention.basis, article_id, mention.why)


def _once(lists: Sequence[Sequence[DateNote]]) -> tuple[DateNote, ...]:
    return tuple({(note.text, note.article): note for notes in lists for note in notes}.values())
