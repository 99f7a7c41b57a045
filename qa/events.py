"""What happens while an answer is made, in order. The last is always `Done`, with the answer itself."""

from __future__ import annotations

from dataclasses import dataclass

from qa.figures import Dropped
from qa.models import Answer, Citation, Claim, Conflict, Moment, Summary, Turn
from qa.telemetry import Fact


@dataclass(frozen=True, slots=True)
class Sources:
    """What the answer is made from, before a word of it: the articles in the order in which they were found."""

    standalone_question: str
    articles: tuple[Summary, ...]
    answer: str = ""
    """The id that the answer will have."""


@dataclass(frozen=True, slots=True)
class ClaimReady:
    """A whole claim, verified, with the citations that it is the first to name."""

    claim: Claim
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ConflictFound:
    conflict: Conflict
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class TimelineReady:
    moments: tuple[Moment, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer


@dataclass(frozen=True, slots=True)
class Account:
    """An answer with what its reader is not told, for who watches the server."""

    answer: Answer
    dropped: tuple[Dropped, ...]
    """Quotes and claims that were proposed and could not be verified, each with why."""
    model_error: str = ""
    """The public code of what went wrong with the language model."""

    def facts(self) -> dict[str, Fact]:
        """Of it what is nobody's words."""
        answer = self.answer
        return {
            "status": answer.status, "reason": answer.reason or "", "mode": answer.mode, "model": answer.model or "",
            "citations": len(answer.citations), "dropped": len(self.dropped), "model_error": self.model_error,
            "prompt_tokens": answer.usage.prompt_tokens, "completion_tokens": answer.usage.completion_tokens,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """A question with its answer as they are written down."""

    turn: Turn
    told: Account | None = None
    """What the log gets; None for none."""
    conversation: str = ""
    """The one that the turn belongs to; empty where its words are not kept."""
    owner: str = ""
    """The key of who asked."""


Event = Sources | ClaimReady | ConflictFound | TimelineReady | Suggested | Done
Part = ClaimReady | ConflictFound | TimelineReady | Suggested


class Teller:
    """Tells the parts of an answer, each citation with the part that is the first to name it.

    What was already told is not told again, so claims may be told one by one before the answer is complete.
    """

    def __init__(self) -> None:
        self._cited: set[int] = set()
        self._claims = 0

    def claim(self, claim: Claim, citations: tuple[Citation, ...]) -> ClaimReady:
        self._claims += 1
        return ClaimReady(claim, self._new(claim.citations, citations))

    def rest(self, answer: Answer) -> list[Part]:
        """Everything of the answer that was not told yet."""
        cited = answer.citations
        told: list[Part] = [self.claim(claim, cited) for claim in answer.claims[self._claims :]]
        for conflict in answer.conflicts:
            named = tuple(number for value in conflict.values for number in value.citations)
            told.append(ConflictFound(conflict, self._new(named, cited)))
        if answer.timeline:
            named = tuple(number for moment in answer.timeline for number in moment.citations)
            told.append(TimelineReady(answer.timeline, self._new(named, cited)))
        if answer.suggestions:
            told.append(Suggested(answer.suggestions))
        return told

    def _new(self, numbers: tuple[int, ...], citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        fresh = set(numbers) - self._cited
        self._cited |= fresh
        return tuple(cited for cited in citations if cited.n in fresh)
