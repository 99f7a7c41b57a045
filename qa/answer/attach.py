"""How far a date of a sentence is the date of what is asked: by the clause that it stands in.

"X, who was arrested in March, told reporters on Friday" has two dates; asked when X was arrested it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from qa.answer import words
from qa.dates import Clause, clauses
from qa.models import Span, Spoken

LEAST = 0.3
"""Share of the best date's, squared, below which a date is another thing's."""
MOST = 0.5
"""Share of the sentence's asked words from which a clause beside its own tells what is asked."""
BESIDE = 0.5
"""What a date counts for that stands in a clause beside the sentence's own, where no word tells which is asked."""
_ALIKE = 0.4
"""What a word of the same meaning counts for, of the word itself."""
_GENERAL = frozenset(
    map(
        words.stem,
        ["happen", "occur", "take", "place", "date", "day", "time", "year", "month", "begin", "start", "end"],
    )
)


class Share(NamedTuple):
    """How far a date is the date of what is asked."""

    of_best: float
    clause: Clause
    told: bool
    """Whether the sentence has any of the words that are asked."""
    apart: bool
    """Whether it stands in a clause beside the sentence's own, and most of those words do not."""

    @property
    def another(self) -> bool:
        """Whether it is the date of something that is only mentioned."""
        return self.apart or (self.clause.embedded and not self.told)


def shares(
    asked: Mapping[str, float],
    names: Sequence[str],
    text: str,
    spans: Sequence[Span],
    *,
    language: str = "en",
) -> list[Share]:
    """For each date of a sentence the weight of the asked words in its clause, as a share of the best one's.

    `asked` are the question's words with their rarity, `names` the stems of those that are names: they say who, not
    what. Without any word that tells, a clause beside the sentence's own has `BESIDE`, the others 1.
    """
    found = clauses(text, spans, language=language)
    wanted = {word: weight for word, weight in asked.items() if words.stem(word) not in names}
    wanted = {word: weight for word, weight in wanted.items() if base(word) not in _GENERAL}
    by_clause = [held(wanted, text, clause.held) for clause in found]
    whole = held(wanted, text, [match.span() for match in words.WORD.finditer(text)])
    most = max(by_clause, default=0.0)
    plain = any(not clause.embedded for clause in found)
    return [
        Share(
            weight / most if most else BESIDE if plain and clause.embedded else 1.0, clause,
            told=whole > 0, apart=clause.embedded and weight < MOST * whole,
        )
        for weight, clause in zip(by_clause, found, strict=True)
    ]  # fmt: skip


def held(wanted: Mapping[str, float], text: str, spans: Iterable[Span]) -> float:
    """The weight of the words that some places of a text have; another word of one meaning counts less ("ruled" for "judged")."""
    said = [text[low:high] for low, high in spans]
    roots = frozenset(map(base, said))
    meanings = frozenset(words.stem(words.bare(word)) for word in said)
    return sum(
        weight if base(word) in roots else _ALIKE * weight * (words.stem(word) in meanings)
        for word, weight in wanted.items()
    )


@lru_cache(maxsize=4_096)
def base(word: str) -> str:
    """The root of a word, of an irregular verb's past form that of the verb: "broke" and "break" are one."""
    plain = words.bare(word)
    return words.root(plain)


def kept(found: Sequence[Share], said: Sequence[Spoken | None]) -> list[float]:
    """What each date counts for, 0 where it is the date of another thing.

    The day on which the best one's clause was told stays beside it: "arrived on Wednesday, the ministry said on Friday".
    """
    best = max(found, key=lambda each: each.of_best, default=None)
    counted = []
    for share, spoken in zip(found, said, strict=True):
        reported = spoken is not None and spoken.role == "report" and best is not None
        if reported and best and best.clause.within(share.clause) and share.clause.spans:
            counted.append(1.0)
        elif share.apart and share.told:
            counted.append(0.0)
        else:
            squared = share.of_best**2
            counted.append(squared if squared >= LEAST or share.of_best == BESIDE else 0.0)
    return counted
