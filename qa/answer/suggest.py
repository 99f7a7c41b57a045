"""Questions to ask next, each made from a sentence of the archive that answers it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.answer import candidates, words
from qa.answer.kinds import Kind
from qa.models import Hit

SUGGESTED = 3
_TOLD = re.compile(
    r"(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*) (?P<verb>said|announced|warned|visited|signed|told|called|accused)\b"
)
_WHO = Kind("who")


def suggestions(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """At most three questions about people and places of these passages that the question does not name."""
    asked = words.stems_of(question)
    found: dict[str, str] = {}
    for hit in hits:
        for key, text in _of(hit.passage.text):
            if not words.stems_of(key) & asked:
                found.setdefault(key, text)
            if len(found) == SUGGESTED:
                return tuple(found.values())
    return tuple(found.values())


def _of(text: str) -> Iterator[tuple[str, str]]:
    """`What did Mohammed Toumba say?` where a sentence has him say it, `Who is ...?` where it presents him."""
    for found in _TOLD.finditer(text):
        if found["verb"] in ("said", "told", "announced"):
            for value in candidates.values(f"x {found['who']}", _WHO):
                if " " in value.shown:
                    verb = "announce" if found["verb"] == "announced" else "say"
                    yield value.shown, f"What did {value.shown} {verb}?"
    for found in re.finditer(r"(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+), (?:the|a|an) [a-z]", text):
        for value in candidates.values(f"x {found['who']}", _WHO):
            if " " in value.shown:
                yield value.shown, f"Who is {value.shown}?"
