"""Where a draft becomes an answer: its claims verified and dated one by one, in the order in which they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.answer import dating
from qa.answer.days import Dates
from qa.answer.story import NOTHING, Story, moments
from qa.answer.verify import Proof, Texts
from qa.figures import Dropped
from qa.models import Answer, AnswerDraft, Citation, Claim, ClaimDraft, Moment, Status

UNVERIFIED = "What was written could not be verified, so it is not shown."


@dataclass(slots=True)
class Desk:
    proof: Proof
    texts: Texts
    """The full text of every version that may be cited."""
    spoken: Dates
    """The dates of the passages that were found."""
    dropped: tuple[Dropped, ...] = ()
    """Quotes and claims of the draft that did not stand, each with why; known once the answer is."""
    _dated: list[Claim] = field(default_factory=list)

    def claim(self, draft: ClaimDraft) -> tuple[Claim, tuple[Citation, ...]] | None:
        """The claim as it may be shown before the rest is known, with all citations so far; None if it fails."""
        claim = self.proof.claim(draft)
        if claim is None:
            return None
        citations = self._cited([claim])
        return self._dated[-1], citations

    def answer(self, draft: AnswerDraft, story: Story = NOTHING, *, broken: bool = False) -> Answer:
        """What is left of a draft; its first claims may have been taken one by one. `broken`: it ended early."""
        kept = self.proof.finished(draft)
        self.dropped = kept.dropped
        self._cited(kept.claims[len(self._dated) :])
        timeline = moments(story, self.proof) if kept.claims else ()
        status: Status = "answered"
        if not kept.claims:
            status = "not_answered"
        elif broken or len(kept.claims) < len(draft.claims):
            status = "partial"
        why = draft.reason or ("interrupted" if broken and kept.claims else "unverified")
        return Answer(
            status=status, reason=None if status == "answered" else why,
            text=kept.text or draft.explanation or UNVERIFIED,
            question="", standalone_question="", mode="extractive",
            claims=tuple(self._dated), citations=self.proof.citations, conflicts=kept.conflicts, timeline=timeline,
            origins=len({cited.origin for cited in kept.citations}),
            articles=len({cited.article_id for cited in kept.citations}),
        )  # fmt: skip

    def timeline(self, story: Story) -> tuple[tuple[Moment, ...], tuple[Citation, ...]]:
        """The entries that stand, and all citations so far."""
        return moments(story, self.proof), self.proof.citations

    def _cited(self, new: Sequence[Claim]) -> tuple[Citation, ...]:
        """Date the new claims. The citations so far."""
        cited = self.proof.citations
        named = {number for claim in new for number in claim.citations}
        self._dated += dating.noted(new, [one for one in cited if one.n in named], self.spoken, self.texts)
        return cited
