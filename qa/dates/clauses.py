"""Which clause of a sentence a date belongs to: "X, who was arrested in March, told reporters on Friday".

A shallow parse by the small words and marks that open and close clauses; no model. A date belongs to the clause it stands
in, and to the noun alone where it is a possessive that no verb of its clause follows ("ahead of Tuesday's vote").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .clause_words import AHEAD, DATE, MARKS, Span, Words, tokens
from .kinds import Table
from .lex import lexicon

Kind = Literal[
    "main",
    "relative",
    "aside",
    "subordinate",
    "complement",
    "attribution",
    "infinitive",
    "possessive",
    "coordinate",
]
_NOUNS, _NOUN = 3, 2
"""Words after a possessive date, and before a relative clause, that are its noun."""


@dataclass(eq=False)
class Clause:
    """A stretch of a sentence around one verb. `spans` are the character spans of its words, its subject included."""

    kind: Kind
    parent: "Clause | None" = None
    spans: list[Span] = field(default_factory=list)
    closes: str = ""
    verbs: int = 0
    shared: tuple[Span, ...] = ()

    @property
    def embedded(self) -> bool:
        """Whether it tells something beside what its sentence tells."""
        return self.kind in ("relative", "aside", "subordinate", "possessive")

    @property
    def held(self) -> tuple[Span, ...]:
        """Its words, and those of the subject that it shares with the clause around it."""
        return (*self.shared, *self.spans)

    def within(self, other: "Clause") -> bool:
        """Whether it is told by another clause: "said that ...", "..., the ministry said"."""
        if other.kind == "attribution":
            return self is not other and not self.embedded
        return self.kind in ("complement", "infinitive") and self.parent is other


def clauses(text: str, dates: Sequence[Span], *, language: str = "en") -> list[Clause]:
    """The clause of each date of a sentence; `dates` are their character spans, in order and without overlap."""
    reader = _Reader(list(tokens(text, dates)), lexicon(language).table)
    reader.read()
    found = dict(reader.dated)
    return [found.get(span, reader.main) for span in dates]


class _Reader(Words):
    """Walks a sentence's tokens, keeping the clause it is in."""

    def __init__(self, found: Sequence[tuple[str, Span]], table: Table) -> None:
        super().__init__(found, table)
        self.main = Clause("main")
        self._now = self.main
        self.dated: list[tuple[Span, Clause]] = []
        self._at = 0

    def read(self) -> None:
        self._opening()
        while self._at < len(self._tokens):
            word = self._words[self._at]
            if word in MARKS or word[0] in "-–—":
                self._mark(word)
            else:
                self._word(word)
            self._at += 1

    # -- what a word opens and closes -------------------------------------------------------------------------

    def _opening(self) -> None:
        """A sentence that begins with "After ...," or "Arrested in March,"."""
        self._dateline()
        first = self._word_at(self._at)
        comma = "," in self._words[self._at : self._at + 2 * AHEAD]
        dated = self._word_at(self._at + 1).startswith(DATE)
        leads = first in self._table.subordinators and not dated
        if comma and (leads or self._participle(first)):
            self._push("subordinate", ",")

    def _dateline(self) -> None:
        """ "NIAMEY, April 13 (Agency) -" tells where and when it was written."""
        for at in range(min(12, len(self._words))):
            dash = self._words[at][0] in "-–—"
            if dash and all(self._capital(each) for each in range(at)) and self._stamped(at):
                stamp = Clause("attribution")
                dates = [span for word, span in self._tokens[:at] if word.startswith(DATE)]
                self.dated += [(span, stamp) for span in dates]
                self._at = at + 1
                return

    def _word(self, word: str) -> None:
        if word.startswith(DATE):
            self._date(word)
            return
        self._turn(word)
        if self._verb(self._at):
            self._now.verbs += 1
        self._now.spans.append(self._tokens[self._at][1])

    def _turn(self, word: str) -> None:
        """Begin or end a clause before a word, where the word says so."""
        table, at = self._table, self._at
        if word in table.relatives and at and not self._verb_before(at):
            self._push("relative", "verb")
        elif self._subordinates(at) and self._now.verbs:
            self._leave("relative")
            self._push("subordinate", "")
        elif word in table.joins and self._now.verbs and self._verb_follows(at + 1):
            self._next()
        elif word in table.infinitive and self._now.verbs and self._begins_infinitive(at):
            self._push("infinitive", "")
        elif self._complement(at):
            self._push("complement", "")
        elif self._now.closes == "verb" and self._now.verbs and self._resumes(at):
            self._pop()
        elif self._reduced(at) or self._contact(at):
            self._push("relative", "verb")

    def _date(self, word: str) -> None:
        span = self._tokens[self._at][1]
        if self._modifies(word):
            noun = Clause("possessive", self._now)
            following = self._tokens[self._at + 1 : self._at + 1 + _NOUNS]
            for each, place in following:
                if each in MARKS or each.startswith(DATE) or self._small(each):
                    break
                noun.spans.append(place)
            self.dated.append((span, noun))
        else:
            self.dated.append((span, self._now))

    def _modifies(self, word: str) -> bool:
        """Whether a date belongs to the noun after it: "ahead of Tuesday's vote", "the 2019 accord"."""
        if word.endswith("'s"):
            return bool(self._now.verbs) or self._after_preposition()
        after = self._word_at(self._at + 1)
        noun = after[:1].isalpha() and not self._small(after)
        return noun and self._word_at(self._at - 1) in self._table.articles and self._at > 0

    def _mark(self, word: str) -> None:
        if word == "(":
            self._push("aside", ")")
        elif word == ")" and self._now.closes == ")":
            self._pop()
        elif word in ";:":
            self._now = self.main
            self._next()
        elif word == ",":
            self._comma()
        elif word[0] in "-–—":
            self._dash()

    def _dash(self) -> None:
        while self._now.parent and self._now.closes in ("verb", ""):
            self._pop()
        if self._now.closes == "-":
            self._pop()
        elif any(each[0] in "-–—" for each in self._words[self._at + 1 :]):
            self._push("aside", "-")
        else:
            self._next()

    def _comma(self) -> None:
        following = self._at + 1
        if not self._now.verbs and self._aside(following):
            self._push("aside", ",")
            return
        closed = False
        while self._now.parent and self._now.closes not in (")", "-"):
            closed = closed or self._now.kind in ("aside", "relative")
            self._pop()
            if closed and not self._now.verbs:
                break
        if self._word_at(following) in self._table.relatives or (closed and not self._now.verbs):
            return  # the word itself opens its clause; after an aside the verb it stood before follows
        if self._subordinates(following):
            self._push("subordinate", ",")
        elif self._attributes(following):
            self._push("attribution", ",")
        elif self._said_of(following) and not self._conjoined(following):
            self._push("aside", ",")

    def _aside(self, at: int) -> bool:
        """Whether a comma before a clause's verb opens what is said of its subject: ", signed in May,"."""
        if "," not in self._words[at:] or not (self._now.spans or self._now.shared):
            return False
        due = self._word_at(at) in self._table.governs or self._word_at(at) in self._table.future
        return self._said_of(at) or due or self._noun_follows(at)

    def _said_of(self, at: int) -> bool:
        """Whether a participle stands here, or one word on: "first published"."""
        adverb = self._word_at(at) in self._table.adverbs or self._word_at(at).endswith("ly")
        return self._participle(self._word_at(at + adverb))

    # -- the stack -------------------------------------------------------------------------------------------

    def _push(self, kind: Kind, closes: str) -> None:
        """Open a clause in the one at hand; what has no subject of its own has that one's."""
        shared: tuple[Span, ...] = ()
        own = kind in ("attribution", "possessive") or (
            kind in ("subordinate", "complement") and not self._pronoun()
        )
        if not own:
            held = self._now.held
            shared = held[-_NOUN:] if kind in ("relative", "aside") and self._now.verbs else held
            if self._now.verbs and kind not in ("relative", "aside"):
                shared = self._now.shared or tuple(self._subject(self._now))
        self._now = Clause(kind, self._now, closes=closes, verbs=int(kind == "infinitive"), shared=shared)

    def _pop(self) -> None:
        self._now = self._now.parent or self.main

    def _leave(self, kind: Kind) -> None:
        while self._now.kind == kind and self._now.parent:
            self._pop()

    def _next(self) -> None:
        """ "and left ...": a second verb of the same subject, beside the clause at hand."""
        now = self._now
        subject = now.shared or tuple(self._subject(now))
        kind: Kind = "coordinate" if now.kind == "main" else now.kind
        self._now = Clause(kind, now.parent, closes=now.closes, shared=subject)

    def _subject(self, clause: Clause) -> Iterator[Span]:
        """The words before a clause's first verb."""
        places = {span: at for at, (_, span) in enumerate(self._tokens)}
        for span in clause.spans:
            if self._verb(places[span]):
                return
            yield span

    # -- what opens a clause --

    def _verb(self, at: int) -> bool:
        return self._is_verb(self._words[at]) or (
            len(self._words[at]) > 4 and self._words[at].endswith(self._table.gerund) and at > 0
            and self._now.kind in ("aside", "subordinate") and not self._now.verbs
        )  # fmt: skip

    def _complement(self, at: int) -> bool:
        """Whether what is said begins here: "said that", "said on Friday the mine would"."""
        table, word = self._table, self._words[at]
        if self._now.kind in ("complement", "possessive"):
            return False
        near = self._words[max(at - 5, 0) : at]
        says = [place for place, each in enumerate(near) if each in table.reporting]
        if not says or any(each in MARKS for each in near[says[-1] :]):
            return False
        if word in table.thats:
            return True
        between = near[says[-1] + 1 :]
        object_ = [each for each in between if not each.startswith(DATE) and each not in table.small]
        begins = word in table.articles or word in table.pronouns or self._tokens[at][0][0].isupper()
        needs = near[says[-1]] in table.tells
        return begins and bool(object_) == needs and self._strong_verb(at + 1)

    def _resumes(self, at: int) -> bool:
        """Whether the verb of the clause around follows: after "who was arrested in March", "told"."""
        if not self._is_verb(self._words[at]) or (self._now.parent and self._now.parent.verbs):
            return False
        before = self._word_at(at - 1)
        return (
            not self._is_verb(before)
            and before not in self._table.joins
            and before not in self._table.infinitive
        )

    def _reduced(self, at: int) -> bool:
        """Whether a participle after its noun is not the clause's verb: "a deal signed in May will ..."."""
        if not self._qualifies(at) or (self._now.kind == "relative" and not self._now.verbs):
            return False
        if self._now.verbs:
            return True
        for place in range(at + 1, min(at + AHEAD, len(self._words))):
            word = self._words[place]
            if (
                word in MARKS
                or self._subordinates(place)
                or word in self._table.joins
                or word in self._table.relatives
            ):
                return False
            if self._is_verb(word):
                return self._finite(place) or self._word_at(place + 1) not in self._table.small
        return False

    def _qualifies(self, at: int) -> bool:
        """Whether a past form has no object and no auxiliary, so that it may say something of the noun before."""
        word, before, after = self._words[at], self._word_at(at - 1), self._word_at(at + 1)
        table = self._table
        if not self._participle(word) or word.endswith(table.gerund) or not at or not self._now.spans:
            return False
        if (
            self._is_verb(before)
            or before in table.infinitive
            or before in table.joins
            or before in table.pronouns
        ):
            return False
        return (
            after in table.small
            or after.startswith(DATE)
            or (bool(self._now.verbs) and before in table.adverbs)
        )

    def _contact(self, at: int) -> bool:
        """ "the town they had seized": a noun, and a pronoun with its verb."""
        before, table = self._word_at(at - 1), self._table
        if (
            not self._now.verbs
            or self._words[at] not in table.subjects
            or not before
            or before in table.small
        ):
            return False
        free = not before.startswith(DATE) and before not in MARKS and before not in table.subordinators
        return free and not self._is_verb(before) and self._is_verb(self._word_at(at + 1))

    def _attributes(self, at: int) -> bool:
        """ ", the ministry said on Friday": a verb of saying, and nothing said after it."""
        for place in range(at, min(at + AHEAD, len(self._words))):
            word = self._words[place]
            if word in MARKS or not self._now.verbs:
                return False
            if word in self._table.reporting and self._is_verb(word):
                return not self._participle(self._word_at(at)) and place > at
        return False

    def _after_preposition(self) -> bool:
        before = self._word_at(self._at - 1)
        return before in ("of", "before", "after", "since", "until") and bool(self._at)

    def _pronoun(self) -> bool:
        following = self._words[self._at : self._at + 3]
        return any(word in self._table.pronouns for word in following) or self._gerund_near(self._at)
