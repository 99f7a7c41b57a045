"""Which way a date without a year or a week points: back or ahead, by the verbs and the words around it."""

from collections.abc import Sequence

from .kinds import Table
from .lex import LETTER, Lexed
from .values import Lean

_REACH = 28
"""Words looked at on each side; news sentences that put more between a verb and its date are rare."""
_NEAR = 7
"""Words between "is" and a date that belongs to it."""
_STOPS = {LETTER[kind] for kind in ("STOP", "BREAK", "NEWLINE")}
_DOT, _POSS, _ON = LETTER["DOT"], LETTER["POSS"], LETTER["ON"]
_PAUSES = {LETTER[kind] for kind in ("COMMA", "SEMI", "COLON", "DASH", "PAREN", "CLOSE")}
_SMALL = {LETTER[kind] for kind in ("ON", "IN", "AT", "THE", "OF", "PART", "FROM")}


def lean(lexed: Lexed, low: int, high: int) -> Lean | None:
    """The direction of the expression at tokens `low` to `high`; None when no cue says.

    The nearest verb before it in its clause decides, then the first one after it; an expression that opens
    its clause looks ahead first. An auxiliary governs the verb forms after it ("will be held").
    """
    left, right = around(lexed, low, high)
    table = lexed.lexicon.table
    if any(word in table.back for word in left[:2]):
        return "past"
    if low and lexed.codes[low - 1] == _ON and _set(left, right, table):
        return "future"
    if high < len(lexed.codes) and lexed.codes[high] == _POSS:
        return _possessive(lexed, left, right, table)
    before = _backward(left, table)
    after = _forward(right, table)
    found = after or before if opens(lexed, low) else before or after
    return found or ("future" if _present(left, table) else None)


def granted(lexed: Lexed, low: int) -> bool:
    """Whether a term is given: "gave Kyiv until Monday", "has been closed until Monday" leave the Monday to come."""
    table = lexed.lexicon.table
    return any(word in table.perfect or word in table.grants for word in _left(lexed, low)[:8])


def planned(lexed: Lexed, high: int) -> bool:
    """Whether the expression stands before a noun for what is set beforehand ("the Sept. 30 election")."""
    words = [lexed.word(at).lower() for at in range(high, min(high + 3, len(lexed.codes)))]
    return any(word in lexed.lexicon.table.planned for word in words)


def around(lexed: Lexed, low: int, high: int) -> tuple[list[str], list[str]]:
    """The lower-case words of the sentence before (nearest first) and after the tokens `low` to `high`."""
    return _left(lexed, low), _right(lexed, high)


def reported(lexed: Lexed, high: int) -> bool:
    """Whether the expression stands before a noun for what is told afterwards ("first-quarter earnings")."""
    return any(
        lexed.word(at).lower() in lexed.lexicon.table.results
        for at in range(high, min(high + 2, len(lexed.codes)))
    )


def _ends(lexed: Lexed, at: int) -> bool:
    """Whether a sentence ends at a token: at a dot when a capital follows and no abbreviation precedes."""
    letter = lexed.codes[at]
    if letter in _STOPS:
        return True
    if letter != _DOT or at == 0:
        return False
    after = lexed.word(at + 1) if at + 1 < len(lexed.codes) else "A"
    return len(lexed.word(at - 1)) > 3 and not after[0].islower()


def _left(lexed: Lexed, low: int) -> list[str]:
    """The words before, nearest first, up to the sentence's beginning."""
    words = list[str]()
    for at in range(low - 1, max(low - _REACH, 0) - 1, -1):
        if _ends(lexed, at):
            break
        words.append("," if lexed.codes[at] in _PAUSES else lexed.word(at).lower())
    return words


def _right(lexed: Lexed, high: int) -> list[str]:
    words = list[str]()
    for at in range(high, min(high + _REACH, len(lexed.codes))):
        if _ends(lexed, at):
            break
        words.append("," if lexed.codes[at] in _PAUSES else lexed.word(at).lower())
    return words


def opens(lexed: Lexed, low: int) -> bool:
    """Whether the expression, with its preposition, is the first thing in its clause."""
    at = low - 1
    while at >= 0 and lexed.codes[at] in _SMALL:
        at -= 1
    if at < 0 or _ends(lexed, at) or lexed.codes[at] in _PAUSES:
        return True
    word, before = lexed.word(at).lower(), lexed.word(at - 1).lower() if at else ""
    return word in lexed.lexicon.table.openers and (word, before) not in _AS


_AS = {("as", "soon"), ("as", "early"), ("as", "late"), ("as", "recently")}
"""Not a clause's opening: "could vote as soon as Thursday"."""


def _set(left: Sequence[str], right: Sequence[str], table: Table) -> bool:
    """Whether the noun before is set beforehand and nothing near tells that it is over: "the funeral on Monday is"."""
    named = left[1:2] and left[1] in table.planned
    near = [*left[2:_NEAR], *right[: 2 * _NEAR]]
    return bool(named) and not any(_cue(word, table) for word in near)


def _present(words: Sequence[str], table: Table) -> bool:
    """Whether nothing but "is" or "are" and a word or two stand before: "kick-off is at 7.45 on Friday"."""
    return any(
        word in table.be and not any(each in table.articles for each in words[:place])
        for place, word in enumerate(words[:_NEAR])
    )


def _backward(words: Sequence[str], table: Table) -> Lean | None:
    for place, word in enumerate(words):
        noun = word in table.either and words[place + 1 : place + 2] and words[place + 1] in table.counts
        cue = None if noun else _cue(word, table)
        if cue is None:
            if place == 1 and words[0] == "of" and word == "ahead":
                return "future"
            if word in table.prospects and words[place - 1 : place] == ["of"]:
                return "future"
            pair = f"{word}_{words[place - 1] if place else ''}" in table.ahead_pairs
            relative = pair and words[place + 1 : place + 2] == ["that"]  # "a budget that takes effect"
            noun = not relative and place + 1 < len(words) and words[place + 1] in table.articles
            if not noun and _scheduled(words[place], words[place - 1] if place else "", table) and place < 9:
                return _ahead_or_done(words[place + 1 : place + 4], table)
            if (
                word.endswith("ing")
                and place < 3
                and any(each in table.be for each in words[place + 1 : place + 3])
            ):
                return "future"
            if word in table.infinitive and place and _to_come(words[place + 1 :], table):
                return "future"
            continue
        return _turned(words, place, cue, table)
    return None


def _turned(words: Sequence[str], place: int, cue: Lean, table: Table) -> Lean:
    """What a verb's cue comes to with the words around it."""
    if words[place] in table.moved and place < 3 and words[0] in _TOWARD:
        return "future"
    if words[place] in table.deferred and words[max(place - 1, 0)] in _AT:  # "adjourned in May", not "to May"
        return "past"
    if words[place] in table.promises and all(each in _LEADING for each in words[:place]):
        return "past"
    return "future" if cue == "past" and _points_ahead(words, place, table) else cue


_AT = frozenset({"on", "in", "at", "last"})
_TOWARD = frozenset({"to", "up", "until"})
_LEADING = frozenset({"on", "in", "at", "the", "of", ",", "late", "early", "mid", "-", "en", "le", "el"})
"""Words that may stand between a promise and its own day: "promised on Monday to go"."""


def _points_ahead(words: Sequence[str], place: int, table: Table) -> bool:
    """Whether the past form at `place` belongs to a verb that points ahead: "is set for", "will be held"."""
    if words[place] in table.governs and any(word in table.infinitive for word in words[1:place]):
        return True
    present = place == 1 and words[2:3] and words[2] in table.be and not words[2].startswith("'")
    if present:  # "is held on Friday"; what was done is told with "was" or "has been"
        return True
    set_for = place == 1 and words[place] in table.governs and words[0] in table.toward
    if words[place] in table.finite and words[place + 1 : place + 2] not in (["be"], ["been"]):
        return False
    return set_for or _governed(words[place + 1 : place + 6], table)


def _scheduled(word: str, following: str, table: Table) -> bool:
    """Whether a present form tells what is set beforehand: "opens", "takes effect"."""
    return word in table.ahead or f"{word}_{following}" in table.ahead_pairs


def _ahead_or_done(before: Sequence[str], table: Table) -> Lean | None:
    """ "opens on Friday" is set for then; "did not open", "to open" go with what governs them."""
    for place, word in enumerate(before):
        bound = word in table.governs or word in table.was & table.finite  # "due to open", "was to open"
        if place and before[place - 1] in table.infinitive and bound:
            return "future"
        if word not in table.infinitive and (cue := _cue(word, table)):
            return cue
    return "future"


def _to_come(before: Sequence[str], table: Table) -> bool:
    """Whether "to" tells what is to come: after "is", "is forecast" or "was", or without any verb before it ("Jury to sit")."""
    if any(word in table.be for word in before[:2]) or (before and before[0] in table.was & table.finite):
        return True
    return not any(_cue(word, table) or word in table.be or word == "," for word in before)


def _governed(before: Sequence[str], table: Table) -> bool:
    """Whether a past form is part of a verb that points ahead: "will be held", "expected to be named"."""
    for place, word in enumerate(before):
        if word == "," or word in table.openers:
            return False
        if word in table.was and word in table.finite:  # "agreed on Monday was broken"
            return False
        if word in table.adjectives and before[place - 1 : place] != ["to"]:  # "the likely next leader said"
            continue
        if word in table.infinitive and any(each in table.be for each in before[place + 1 : place + 2]):
            return True
        if word in table.future or word in table.governs or _ending(word, table) == "future":
            return True
    return False


def _forward(words: Sequence[str], table: Table) -> Lean | None:
    for place, word in enumerate(words):
        cue = _cue(word, table)
        if (
            cue == "past"
            and word in table.was
            and words[place + 1 : place + 2]
            and words[place + 1] in table.governs
        ):
            return "future"
        if cue is not None:
            return cue
        if place < 6 and _scheduled(word, words[place + 1] if place + 1 < len(words) else "", table):
            return "future"
        if word in table.infinitive and place and words[place - 1] in table.be:
            return "future"
    return None


def _possessive(lexed: Lexed, left: Sequence[str], right: Sequence[str], table: Table) -> Lean | None:
    """ "Friday's vote": what is planned leans with the verb, what has happened does not."""
    near = left[1] if left and left[0] in ("the", "of") and len(left) > 1 else (left[0] if left else "")
    if near in ("ahead", "before", "until"):
        return "future"
    if near in ("after", "since", "following"):
        return "past"
    if any(word in table.planned for word in right[1:4]):
        return _backward(left, table) or _forward(right, table)
    return "past" if _forward(right, table) != "future" or left else "future"


def _cue(word: str, table: Table) -> Lean | None:
    if word in table.future:
        return "future"
    if word in table.past:
        return "past"
    return _ending(word, table)


def _ending(word: str, table: Table) -> Lean | None:
    if len(word) < 4:
        return None
    if word.endswith(table.future_endings) and word not in table.future_not:
        return "future"
    if word.endswith(table.past_endings) and word not in table.past_not:
        return "past"
    return None
