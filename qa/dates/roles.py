"""What a date is the date of: the event, or its being said ("arrived Wednesday", "informed on April 12")."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from .dateline import stands_on_top
from .find import nodes, read_lexed
from .kinds import Table
from .lex import Lexed, lex
from .tense import around, opens
from .values import Interval, Mention

Role = Literal["event", "report"]


def role(text: str, mention: Mention, *, language: str = "en") -> Role:
    """Whether `mention` (found in `text`) dates an event or the report of it.

    The nearest verb decides: a date that hangs on a verb of saying, showing or announcing is the report's.
    Two dates of one event that differ in role are no conflict: an arrival on Wednesday was announced on
    Friday.
    """
    lexed = lex(text, language)
    if lexed is None:
        return "event"
    for node in nodes(lexed):
        if lexed.offsets(node.low, node.high) == (mention.start, mention.end):
            return role_at(lexed, node.low, node.high)
    return "event"


def told(
    text: str, *, anchor: date | Interval | None, language: str = "en", day_first: bool | None = None
) -> Iterator[tuple[Mention, Role]]:
    """The mentions of `find`, each with its role, in one reading of the text."""
    lexed = lex(text, language)
    if lexed is None:
        return
    for mention, node in read_lexed(lexed, anchor=anchor, day_first=day_first):
        stamp = node.expr.kind in ("date", "numeric") and stands_on_top(text, mention.start, mention.end)
        yield mention, "report" if stamp else role_at(lexed, node.low, node.high)


def role_at(lexed: Lexed, low: int, high: int) -> Role:
    """The role of the expression at tokens `low` to `high`."""
    table = lexed.lexicon.table
    left, right = around(lexed, low, high)
    first, second = (right, left) if opens(lexed, low) else (left, right)
    return _by(first, table) or (_by(second[:6], table) if first is left else None) or "event"


def _by(words: list[str], table: Table) -> Role | None:
    """The nearest verb's role; a passive's saying follows its auxiliary ("it became known")."""
    for place, word in enumerate(words):
        if word in table.reporting:
            return "report"
        if _is_verb(word, table):
            near = words[place + 1 : place + 3]
            return (
                "report"
                if any(each in table.reporting and each not in table.future for each in near)
                else "event"
            )
    return None


def _is_verb(word: str, table: Table) -> bool:
    verb = word in table.past or word in table.future or word in table.ahead
    return verb or (
        len(word) > 3
        and word.endswith((*table.past_endings, *table.future_endings))
        and word not in table.past_not
    )
