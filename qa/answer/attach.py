"""How far a date of a sentence is the date of what is asked: by the clause that it stands in.

"X, who was arrested in March, told reporters on Friday" has two dates; asked when X was arrested it has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from qa.answer import words
from qa.dates import Clause, clauses
from qa.models import Span, Spoken

LEAST = 0.3
"""Share of the best date's, squared, below which a date is another thing's."""
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
_PAST = """
    arise/arose/arisen awake/awoke become/became begin/began/begun bite/bit/bitten blow/blew/blown break/broke/broken
    bring/brought build/built burn/burnt burst buy/bought catch/caught choose/chose/chosen come/came deal/dealt dig/dug
    do/did/done draw/drew/drawn drink/drank/drunk drive/drove/driven eat/ate/eaten fall/fell/fallen feed/fed
    feel/felt fight/fought find/found flee/fled fly/flew/flown forbid/forbade/forbidden forget/forgot/forgotten
    freeze/froze/frozen get/got give/gave/given go/went/gone grow/grew/grown hang/hung have/had hear/heard hide/hid/hidden
    hold/held keep/kept know/knew/known lay/laid lead/led leave/left lend/lent lose/lost make/made mean/meant meet/met
    pay/paid plead/pled ride/rode/ridden ring/rang/rung rise/rose/risen run/ran say/said see/saw/seen seek/sought
    sell/sold send/sent shake/shook/shaken shoot/shot sing/sang/sung sink/sank/sunk sit/sat sleep/slept speak/spoke/spoken
    spend/spent stand/stood steal/stole/stolen strike/struck/stricken swear/swore/sworn sweep/swept swim/swam take/took/taken
    teach/taught tear/tore/torn tell/told think/thought throw/threw/thrown understand/understood wake/woke win/won
    withdraw/withdrew/withdrawn write/wrote/written kneel/knelt overthrow/overthrew/overthrown undergo/underwent
    retake/retook/retaken undertake/undertook
"""
_BASE = {form: base for base, *forms in (line.split("/") for line in _PAST.split()) for form in forms}


def shares(
    asked: Mapping[str, float],
    names: Sequence[str],
    text: str,
    spans: Sequence[Span],
    *,
    language: str = "en",
) -> list[tuple[float, Clause]]:
    """For each date of a sentence the weight of the asked words in its clause, as a share of the best one's.

    `asked` are the question's words with their rarity, `names` the stems of those that are names: they say who, not
    what. Without any word that tells, a clause beside the sentence's own has `BESIDE`, the others 1.
    """
    found = clauses(text, spans, language=language)
    wanted = {word: weight for word, weight in asked.items() if words.stem(word) not in names}
    wanted = {word: weight for word, weight in wanted.items() if base(word) not in _GENERAL}
    held = [_held(wanted, text, clause) for clause in found]
    most = max(held, default=0.0)
    if most <= 0:
        plain = any(not clause.embedded for clause in found)
        return [(BESIDE if plain and clause.embedded else 1.0, clause) for clause in found]
    return [(weight / most, clause) for weight, clause in zip(held, found, strict=True)]


def _held(wanted: Mapping[str, float], text: str, clause: Clause) -> float:
    """The weight of the words that a clause has; another word of one meaning counts less ("ruled" for "judged")."""
    said = [text[low:high] for low, high in clause.held]
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
    return words.root(_BASE.get(plain, plain))


def kept(found: Sequence[tuple[float, Clause]], said: Sequence[Spoken | None]) -> list[float]:
    """What each date counts for, 0 where it is the date of another thing.

    The day on which the best one's clause was told stays beside it: "arrived on Wednesday, the ministry said on Friday".
    """
    best = max(found, key=lambda each: each[0], default=None)
    counted = []
    for (share, clause), spoken in zip(found, said, strict=True):
        telling = (
            spoken is not None and spoken.role == "report" and best is not None and best[1].within(clause)
        )
        if telling and clause.spans:
            counted.append(1.0)
        else:
            counted.append(share**2 if share**2 >= LEAST or share == BESIDE else 0.0)
    return counted
