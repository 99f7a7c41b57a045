"""Whether a name stands in a sentence for what is asked, by the clause that it stands in.

"The mountaineers, rescued in Turkey, flew to Vienna" does not say where they spent the night.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.answer import attach
from qa.answer.candidates import Value
from qa.answer.sentences import Asked, Sentence
from qa.dates import Clause, clauses

_ANOTHER = re.compile(
    r"\b(?:similar|another|earlier|previous|previously|formerly|reminiscent|recall(?:s|ed|ing)|unlike|compared)\b",
    re.I,
)
"""What a clause says of an event that it only compares."""
# Where something is now is not where it was then; of a name it tells nothing.
_NOW = re.compile(r"\b(?:is|are|now|currently|today)\b", re.I)
_THEN = re.compile(
    r"\b(?:was|were|had)\b.*\b(?:1[5-9]|20)\d\d\b|\b(?:1[5-9]|20)\d\d\b.*\b(?:was|were|had)\b", re.S
)


def compared(asked: Asked, sentence: Sentence, value: Value) -> bool:
    """Whether a value is of an event that the sentence only compares with: "when a similar explosion happened in Toulouse"."""
    text = sentence.text
    if _ANOTHER.search(asked.question) or not _ANOTHER.search(text):
        return False
    return bool(_ANOTHER.search(_held(text, _clause(sentence, value))))


def same(asked: Asked, sentence: Sentence, value: Value, least: float) -> bool:
    """Whether a name's clause tells of what is asked: of at least that share of the question's words, weighed by rarity.

    A relative clause beside it, that has none of them, never does.
    """
    clause = _clause(sentence, value)
    text = _held(sentence.text, clause)
    if (
        asked.kind.name == "where"
        and _NOW.search(asked.question)
        and _THEN.search(text)
        and not _THEN.search(asked.question)
    ):
        return False
    found = _share(asked, sentence, clause)
    return found >= least and (found > 0 or not clause.embedded)


def share(asked: Asked, sentence: Sentence, value: Value) -> float:
    """Share of the question's words, weighed by rarity, in the clause of a value: 0 to 1."""
    return _share(asked, sentence, _clause(sentence, value))


def share_of(wanted: Mapping[str, float], sentence: Sentence, value: Value) -> float:
    """The same of some words with their rarity; 1 of none."""
    return _part(wanted, sentence, _clause(sentence, value))


def _share(asked: Asked, sentence: Sentence, clause: Clause) -> float:
    return _part(asked.weights, sentence, clause)


def _part(wanted: Mapping[str, float], sentence: Sentence, clause: Clause) -> float:
    total = sum(wanted.values())
    return attach.held(wanted, sentence.text, clause.held) / total if total else 1.0


def _clause(sentence: Sentence, value: Value) -> Clause:
    span = value.start, value.end
    return clauses(sentence.text, [span], language=sentence.hit.article.language or "en")[0]


def _held(text: str, clause: Clause) -> str:
    return " ".join(text[low:high] for low, high in clause.held)
