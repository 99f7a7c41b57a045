"""What a language must say for the date grammar to read it: one `Table` each, registered in `TABLES`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_KINDS = (
    # words that a table maps to a value
    "MONTH MAYBE ABBR WEEKDAY WDABBR CARD FEW ORD UNIT UNITS SEASON FALL HOLIDAY DAYREL OVERNIGHT "
    "DAYPART DECADE2 "
    "LAST LASTP PAST RECENT PREV NEXT COMING FOLLOWING THIS THAT SAME AGO AGOPRE EARLIER LATER "
    "BEFORE AFTER ENDED FROMNOW "
    "TIMEWORD PART EDGE SINCE UNTIL BY FROM TO BETWEEN AND OF IN ON AT THE AN HER OVER PREP BACK "
    "DAYNEXT DAYPREV "
    "FINAL FISCAL MORE ABOUT SOON EVE SOFAR MEASURE BE NAME AMPM ZONE NOON DECADEWORD NEWYEAR EVERY ONWARD "
    # numbers and marks, the same everywhere
    "N31 NUM YEAR ORDN DECADES NUMDATE CLOCK HALFCLOCK HM QN DASH COMMA DOT STOP SEMI COLON SLASH QUOTE POSS "
    "PAREN CLOSE PERCENT "
    "MONEY NEWLINE BREAK WORD CAP OTHER HEAD "
    # what the grammar has made of tokens
    "RDAY RWD RDATE RMONTH RYEAR RSPAN ROPEN RTIME RREF"
)
KINDS = tuple(_KINDS.split())
"""Every kind a token can have. A table's words use those of the first group."""

CAPITAL = frozenset({"MONTH", "MAYBE", "ABBR", "WEEKDAY", "WDABBR", "HOLIDAY", "NAME"})
"""Kinds that need a capital letter in languages that write months and weekdays with one."""


@dataclass(frozen=True)
class Table:
    """A language for the grammar: words by kind with their values, and the cues that tell tense.

    `words[kind][word or phrase] = value`, in lower case. Months count from 1, weekdays from Monday 0, units
    as `spans.Unit`, parts as `spans.Part`, seasons from spring 1, feasts as `feasts.Feast`, day words as an
    offset in days. The cue sets hold lower-case words; endings are tried on words that no set holds.
    """

    language: str
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    capitals: bool = False
    past: frozenset[str] = frozenset()
    past_endings: tuple[str, ...] = ()
    past_not: frozenset[str] = frozenset()
    future: frozenset[str] = frozenset()
    future_endings: tuple[str, ...] = ()
    future_not: frozenset[str] = frozenset()
    ahead: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    was: frozenset[str] = frozenset()
    ahead_pairs: frozenset[str] = frozenset()
    back: frozenset[str] = frozenset()
    infinitive: frozenset[str] = frozenset()
    finite: frozenset[str] = frozenset()
    adjectives: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    greens: frozenset[str] = frozenset()
    governs: frozenset[str] = frozenset()
    toward: frozenset[str] = frozenset()
    deferred: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    either: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    prospects: frozenset[str] = frozenset()
    perfect: frozenset[str] = frozenset()
    be: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    planned: frozenset[str] = frozenset()
    results: frozenset[str] = frozenset()
    promises: frozenset[str] = frozenset()
    reporting: frozenset[str] = frozenset()
    stamps: frozenset[str] = frozenset()
    asks_when: tuple[str, ...] = ()
    asks_latest: tuple[str, ...] = ()
    asks_as_of: tuple[str, ...] = ()
    asks_published: tuple[str, ...] = ()
    relatives: frozenset[str] = frozenset()
    subordinators: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    thats: frozenset[str] = frozenset()
    tells: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    adverbs: frozenset[str] = frozenset()
    modals: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    gerund: tuple[str, ...] = ()
    titles: frozenset[str] = frozenset()
    daytime: frozenset[str] = frozenset()


def listed(words: str, first: int = 1) -> dict[str, int]:
    """Numbered words: groups apart by spaces ("_" for none), forms of one value by "/"."""
    return {
        form: value
        for value, forms in enumerate(words.split(), first)
        for form in forms.split("/")
        if form != "_"
    }


def alike(words: str, value: int = 0) -> dict[str, int]:
    """Words of one value, "_" for a space in a phrase."""
    return {word.replace("_", " "): value for word in words.split()}


def many(words: str) -> frozenset[str]:
    """A set of words."""
    return frozenset(words.split())
