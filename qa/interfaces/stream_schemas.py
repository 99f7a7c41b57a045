"""The wire forms of the events of a stream."""

from __future__ import annotations

from qa.events import ClaimReady, ConflictFound, Done, Event, Sources, Suggested, TimelineReady
from qa.interfaces.schemas import CitationOut, ClaimOut, ConflictOut, MomentOut, SummaryOut, Wire, answer


class SourcesOut(Wire):
    """The event `sources`: what the answer is made from."""

    standalone_question: str
    articles: tuple[SummaryOut, ...]


class ClaimEventOut(Wire):
    """The event `claim`: a whole claim with the citations that it is the first to name."""

    claim: ClaimOut
    citations: tuple[CitationOut, ...]


class ConflictEventOut(Wire):
    conflict: ConflictOut
    citations: tuple[CitationOut, ...]


class TimelineEventOut(Wire):
    moments: tuple[MomentOut, ...]
    citations: tuple[CitationOut, ...]


class SuggestionsOut(Wire):
    questions: tuple[str, ...]


EVENTS: dict[type[Event], tuple[str, type[Wire]]] = {
    Sources: ("sources", SourcesOut),
    ClaimReady: ("claim", ClaimEventOut),
    ConflictFound: ("conflict", ConflictEventOut),
    TimelineReady: ("timeline", TimelineEventOut),
    Suggested: ("suggestions", SuggestionsOut),
}


def event(value: Event) -> tuple[str, Wire]:
    """The name of an event and its data; the last is the answer as it is without a stream."""
    if isinstance(value, Done):
        return "done", answer(value.answer)
    name, form = EVENTS[type(value)]
    return name, form.model_validate(value)
