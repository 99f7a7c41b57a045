"""Why a question is not answered: the name of the reason, and a sentence for people that says what there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer import words
from qa.answer.candidates import CALENDAR
from qa.answer.judge import swapped, whole
from qa.answer.kinds import Kind
from qa.answer.sentences import Asked, Scored

_TOPIC = 0.5
"""Share of the question's words, weighed by rarity, from which on the articles are about its topic."""
_FURNITURE = 0.6
"""Share of the question's words that a stretch of page furniture must hold to speak of it."""
_LONGEST = 5
"""Words that are named as one thing."""
_NAMED = 2
"""Missing things that the sentence names."""
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_LINKS = frozenset(["of", "the", "in", "for", "on"])
"""Words over which two missing words are one thing: `price of uranium`."""
_GENERAL_TEXT = """
report announce declare state say tell publish confirm reveal describe mention explain call name know happen occur become
begin start end use include involve plan expect accord relate concern year month week day night morning evening hour
minute time date period moment ago last next recent early late former first second new latest number amount many much kind
type sort part thing people person way reason fact information detail news article story archive reportedly allegedly
actually exactly currently roughly previously originally place remain keep help try show seem appear
"""
_GENERAL = frozenset(words.root(word) for word in _GENERAL_TEXT.split())
"""Words whose absence tells a reader nothing: what is done with any news, and when."""
_SAYS = {
    "when": "says when", "clock": "says at what time", "who": "says who", "where": "says where", "why": "says why", "yes_no": "says whether it is so",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the passages: which years the archive is of, and what only the page around them says."""

    years: tuple[int, int] | None = None
    """The first and the last year of publication."""
    furniture: Sequence[str] = ()
    """Texts of the page furniture of the articles that were found."""


def reason(asked: Asked, scored: Sequence[Scored], beside: Beside) -> tuple[str, str]:
    """The name of why a question is not answered, and a sentence that says what there is."""
    if any(words.coverage(asked.weights, words.stems_of(text)) >= _FURNITURE for text in beside.furniture):
        return "only_furniture", (
            "Only the page around an article (teasers, menus, newsletter boxes) speaks of this, and that is no news."
        )
    beyond = _beyond(asked.question, beside.years)
    if beyond and beside.years and not any(beyond in one.sentence.stems for one in scored):
        first, last = beside.years
        years = f"{first}" if first == last else f"{first} to {last}"
        return "out_of_range", f"The question is about {beyond}; the archive's articles are of {years}."
    if not scored:
        return "no_evidence", "No article in the archive speaks of this."
    changed = swapped(asked, scored[0])
    if changed:
        return "false_premise", (
            f"No article says this of “{changed[0]}”. What they tell is of “{changed[1]}”: see {_title(scored[0])}."
        )
    best = max(scored[:5], key=lambda one: words.coverage(asked.weights, one.sentence.near))
    lacking = _lacking(asked, scored)
    if words.coverage(asked.weights, best.sentence.near) < _TOPIC:
        return (
            "no_evidence",
            f"No article that was found {lacking}. The nearest in the archive is {_title(best)}.",
        )
    return "missing_fact", f"The archive has {_title(best)}, but no article that was found {lacking}."


def _beyond(question: str, years: tuple[int, int] | None) -> str:
    asked = [int(year) for year in _YEAR.findall(question)]
    if years is None or not asked or any(years[0] <= year <= years[1] for year in asked):
        return ""
    return str(asked[0])


def _title(best: Scored) -> str:
    return f"“{best.sentence.hit.article.title.strip() or best.sentence.text[:80]}”"


def _lacking(asked: Asked, scored: Sequence[Scored]) -> str:
    """`mentions “price of uranium”`: what no passage holds; `says when`: what is asked, where its words are all there."""
    hits = {one.sentence.hit.passage.id: one.sentence.hit for one in scored}
    held = frozenset[str]().union(*map(whole, hits.values()))
    missing = {word: weight for word, weight in asked.weights.items() if words.stem(word) not in held}
    things = _things(asked, missing)
    if not things:
        return _says(asked.kind)
    return "mentions " + " or ".join(f"“{thing}”" for thing in things)


def _says(kind: Kind) -> str:
    head = "US" if kind.head == "u.s" else kind.head
    if kind.name == "number" and kind.measure not in ("money", "share"):
        return f"says how many {head}" if head else "gives the number"
    if kind.name == "number":
        return "says how much"
    if kind.name in ("which", "where", "who") and head and not _general(head):
        return f"says which {head}"
    return _SAYS.get(kind.name, "answers this")


def _things(asked: Asked, missing: dict[str, float]) -> list[str]:
    """The missing words as they stand in the question, neighbours as one thing; the weightiest, in the question's order."""
    tokens = list(words.WORD.finditer(asked.question))
    plain = [words.bare(token.group()) for token in tokens]
    runs: list[list[int]] = []
    for place, word in enumerate(plain):
        if word not in missing or _general(word):
            continue
        between = plain[runs[-1][-1] + 1 : place] if runs else []
        near = runs and place - runs[-1][0] < _LONGEST and all(one in _LINKS for one in between)
        if near and not (_verb(word) or _verb(plain[runs[-1][-1]])):
            runs[-1].append(place)
        else:
            runs.append([place])
    names = asked.names
    weight = [
        max((plain[at] in names, not _verb(plain[at]), missing[plain[at]]) for at in run) for run in runs
    ]
    best = sorted(range(len(runs)), key=lambda at: weight[at], reverse=True)[:_NAMED]
    spans = [_widened(runs[at], plain, names) for at in sorted(best)]
    shown = [asked.question[tokens[low].start() : tokens[high].end()] for low, high in spans]
    things = list(dict.fromkeys(re.sub(r"['’]s?$", "", text) for text in shown))
    return [thing for thing in things if not any(thing != other and thing in other for other in things)]


def _widened(run: Sequence[int], plain: Sequence[str], names: frozenset[str]) -> tuple[int, int]:
    """A name is said whole, though one of its words is known."""
    low, high = run[0], run[-1]
    while plain[low] in names and low and plain[low - 1] in names:
        low -= 1
    while plain[high] in names and high + 1 < len(plain) and plain[high + 1] in names:
        high += 1
    return low, high


def _verb(word: str) -> bool:
    """By its ending: "banks that closed branches" are two things."""
    return len(word) > 4 and word.endswith("ed")


def _general(word: str) -> bool:
    return words.root(word) in _GENERAL or word in CALENDAR or bool(_YEAR.fullmatch(word))
