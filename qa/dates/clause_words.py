"""What the words of a sentence are, told by a language's table: verbs, participles, the small words of clauses."""

import re
from collections.abc import Iterator, Sequence

from .kinds import Table

Span = tuple[int, int]
TOKEN = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*|[,;:()]|[-–—]+|[“”\"]")
_END = re.compile(r"['’]s?")
DATE, MARKS = "\0date", frozenset(",;:()")
"""A date is one token; one that begins so and ends with "'s" is a possessive."""
AHEAD = 14
"""Tokens looked ahead for a verb."""


def tokens(text: str, dates: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """The words and marks of a sentence with their places, each date one token."""
    place = 0
    for low, high in [*dates, (len(text), len(text))]:
        yield from ((each[0], each.span()) for each in TOKEN.finditer(text, place, low))
        end = _END.match(text, high) if low < high else None
        if low < high:
            yield DATE + ("'s" if end else ""), (low, high)
        place = end.end() if end else high


class Words:
    """A sentence's tokens, and what each may be."""

    def __init__(self, found: Sequence[tuple[str, Span]], table: Table) -> None:
        self._tokens, self._table = found, table
        self._words = [word.lower().replace("’", "'") for word, _ in found]

    def _stamped(self, end: int) -> bool:
        """Whether a date, a name in brackets or in capitals stands before."""
        held = [word for word, _ in self._tokens[:end]]
        return any(
            word.startswith(DATE) or word == "(" or (word.isupper() and len(word) > 3) for word in held
        )

    def _capital(self, at: int) -> bool:
        word = self._tokens[at][0]
        return not word[0].isalpha() or word[0].isupper()

    def _word_at(self, at: int) -> str:
        return self._words[at] if at < len(self._words) else ""

    def _small(self, word: str) -> bool:
        table = self._table
        return word.lower() in table.small or self._is_verb(word.lower())

    def _is_verb(self, word: str) -> bool:
        table = self._table
        if word in table.past or word in table.be or word in table.modals or word in table.ahead:
            return True
        return len(word) > 3 and word.endswith(table.past_endings) and word not in table.past_not

    def _finite(self, at: int) -> bool:
        """Whether a verb cannot be a participle: "was", "told", "closes"; an "-ed" form after a date may be one."""
        word, table = self._word_at(at), self._table
        if word in table.finite or word in table.be or word in table.modals or word in table.ahead:
            return True
        return word in table.reporting and self._is_verb(word)

    def _participle(self, word: str) -> bool:
        table = self._table
        if word in table.finite or word in table.be or not word:
            return False
        gerund = len(word) > 4 and word.endswith(table.gerund) and bool(table.gerund)
        return gerund or (self._is_verb(word) and word not in table.modals and word not in table.ahead)

    def _verb_before(self, at: int) -> bool:
        """Whether a relative's word stands after a verb of saying: "said that"."""
        that = self._words[at] in self._table.thats
        near = list(self._words[max(at - 4, 0) : at])
        return that and any(word in self._table.reporting for word in near)

    def _verb_follows(self, at: int) -> bool:
        """Whether "and" joins verbs or clauses, not nouns: a verb comes before the next mark."""
        for place in range(at, min(at + 8, len(self._words))):
            word = self._words[place]
            if word in MARKS or word in self._table.joins or word.startswith(DATE):
                return False
            if self._is_verb(word):
                return place - at < 5
        return False

    def _conjoined(self, at: int) -> bool:
        """Whether a past form after a comma goes on with a list of verbs: "resigned, moved to London and"."""
        rest = self._words[at : at + AHEAD]
        return not self._words[at].endswith(self._table.gerund or ("\0",)) and any(
            word in self._table.joins for word in rest
        )

    def _begins_infinitive(self, at: int) -> bool:
        table = self._table
        before, after = self._word_at(at - 1), self._word_at(at + 1)
        if not after or after in table.small or after.startswith(DATE) or not after[0].isalpha():
            return False
        governed = before in table.future or before in table.governs or before in table.be
        return not governed and not self._tokens[at + 1][0][0].isupper()

    def _strong_verb(self, at: int) -> bool:
        for place in range(at, min(at + AHEAD, len(self._words))):
            if self._words[place] in MARKS:
                return False
            if self._is_verb(self._words[place]):
                return True
        return False

    def _subordinates(self, at: int) -> bool:
        """Whether a clause begins here that is not the sentence's own: "after talks broke down", not "after Monday"."""
        word, after = self._word_at(at), self._word_at(at + 1)
        if word not in self._table.subordinators or after.startswith(DATE):
            return False
        if word not in self._table.prepositions or after in self._table.subjects:
            return True
        return self._strong_verb(at + 1) or self._gerund_near(at + 1)

    def _gerund_near(self, at: int) -> bool:
        return any(word.endswith(self._table.gerund or ("\0",)) for word in self._words[at : at + 3])

    def _noun_follows(self, at: int) -> bool:
        word = self._word_at(at)
        return word in self._table.articles or word.isdigit()
