"""A follow-up question made to stand alone, by rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.models import Turn

_LEANS = re.compile(r"\b(it|its|they|them|their|he|him|his|she|her|that|this|those|these|there|then)\b", re.I)
_OPENING = re.compile(r"^\s*(and|but|so|or|what about|how about)\b[\s,]*", re.I)
_ASKING = re.compile(
    r"^\s*(?:and\s+)?(?:who|whom|whose|what|which|when|where|why|how(?: many| much| long)?)\b\s*"
    r"(?:did|do|does|was|were|is|are|has|have|had)?\s*",
    re.I,
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leans on: the subject of the question before it, in brackets.

    A question that leans on nothing comes back as it is.
    """
    if not history or not (_OPENING.match(question) or _LEANS.search(question)):
        return question
    subject = _ASKING.sub("", history[-1].standalone).rstrip("?!. ")
    asked = _OPENING.sub("", question).rstrip("?!. ")
    return f"{asked[:1].upper()}{asked[1:]} ({subject})?" if subject else question
