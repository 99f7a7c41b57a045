"""Times counted from an event: "since the coup", "before the election", where the archive itself says when that was.

The event is looked for in what was found; the days that its sentences give it make an interval that is open on one side,
inferred, with the articles it rests on. Where nothing dates it, it stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from typing import Literal

from qa import dates
from qa.answer import words
from qa.dates import Interval, clauses
from qa.models import Hit, Spoken

WIDEST = 366
"""Days of the widest span that dates an event."""
MOST = 3
"""Events that are looked for in the passages of one answer."""
_EVENTS = {
    "coup": "coup coups putsch overthrew overthrown overthrow ousted toppled deposed",
    "putsch": "coup coups putsch overthrew overthrown overthrow ousted toppled deposed",
    "takeover": "coup takeover overthrew overthrown ousted seized acquired acquisition",
    "overthrow": "coup overthrew overthrown overthrow ousted toppled deposed",
    "ouster": "coup ouster ousted removed toppled overthrew overthrown deposed",
    "election": "election elections elected polls voted vote", "elections": "election elections elected polls voted vote",
    "vote": "vote voted votes", "referendum": "referendum", "inauguration": "inauguration inaugurated sworn",
    "war": "war invasion invaded", "invasion": "invasion invaded", "revolution": "revolution", "uprising": "uprising revolt",
    "earthquake": "earthquake quake", "quake": "earthquake quake", "tsunami": "tsunami", "flood": "flood floods flooding flooded",
    "floods": "flood floods flooding flooded", "hurricane": "hurricane", "storm": "storm", "cyclone": "cyclone",
    "attack": "attack attacks attacked", "attacks": "attack attacks attacked", "bombing": "bombing bombed bomb",
    "blast": "blast explosion exploded", "explosion": "blast explosion exploded", "massacre": "massacre massacred",
    "assassination": "assassination assassinated", "murder": "murder murdered killed", "killing": "killing killed",
    "crash": "crash crashed", "collapse": "collapse collapsed burst", "fire": "fire blaze burned", "siege": "siege besieged",
    "ceasefire": "ceasefire truce", "truce": "ceasefire truce", "strike": "strike", "verdict": "verdict convicted acquitted",
    "trial": "trial", "arrest": "arrest arrested detained", "death": "death died", "resignation": "resignation resigned",
    "merger": "merger merged", "summit": "summit", "ban": "ban banned", "lockdown": "lockdown", "pandemic": "pandemic",
    "independence": "independence", "withdrawal": "withdrawal withdrew withdrawn pullout", "arrival": "arrival arrived arriving",
    "raid": "raid raided", "landslide": "landslide", "eruption": "eruption erupted", "riots": "riots riot rioted",
    "protests": "protests protested", "sanctions": "sanctions", "launch": "launch launched", "outbreak": "outbreak",
    "kidnapping": "kidnapping kidnapped abducted", "abduction": "abduction abducted kidnapped", "derailment": "derailment derailed",
}  # fmt: skip
"""Events that news counts from, with the words that tell of them."""
_ONCES = """
    coup putsch takeover overthrow ouster election elections referendum inauguration war invasion revolution uprising
    ceasefire truce merger lockdown pandemic independence withdrawal
"""
_ONCE = frozenset(_ONCES.split())
"""Events that a place or a house has one of at a time; of the others many happen, so that "the fire" is a recent one."""
RECENT = 14
"""Days before an article in which "the fire" lies that it speaks of without a name."""
_SIDES = {"since": "since", "after": "after", "following": "after", "before": "before"}
_COUNTED = re.compile(
    r"\b(?P<side>[Ss]ince|[Aa]fter|[Ff]ollowing|[Bb]efore)\s+"
    r"(?P<what>(?:the\s+|(?:the\s+)?(?P<whose>[A-Z][\w.-]*(?:\s+[A-Z][\w.-]*){0,2})['’]s?\s+)"
    r"(?:(?!(?:an?|his|her|their|its|my|our)\b)[A-Za-z][\w-]*\s+){0,2}?(?P<event>"
    + "|".join(sorted(_EVENTS, key=len, reverse=True))
    + r")(?:\s+of\s+(?P<of>[^,.;:!?]{1,60}))?)(?=\s*(?:[,.;:!?)”\"]|$)"
    r"|\s+(?:in|on|by|at|and|but|or|that|which|who|when|was|were|is|are|has|had|have|will|against|as|to|for|with|while"
    r"|because|began|ended|until|from)\b)"
)
"""The event is the head: not "the pandemic restrictions", "the launch dates"."""


@dataclass(frozen=True, slots=True)
class Counted:
    """An expression that counts from an event: `text[start:end]`."""

    start: int
    end: int
    side: Literal["since", "after", "before"]
    what: str
    """The event as it is named: "the coup"."""
    event: str
    names: frozenset[str]
    """Names around it: another country's coup is another one."""
    whose: frozenset[str] = frozenset()
    """Names that say whose it is ("the death of Bazoum"): who tells of it names them."""

    @property
    def sought(self) -> str:
        """What is looked for."""
        return " ".join([self.what, *sorted(self.names)])


@dataclass(frozen=True, slots=True)
class Found:
    """When an event was, by an article's sentence."""

    days: tuple[Day, Day]
    hit: Hit


def counted(text: str, *, around: str = "") -> Iterator[Counted]:
    """The expressions of a text that count from an event without a date of its own; `around` has names beside it."""
    if not _COUNTED.search(text):
        return
    named = [(mention.start, mention.end) for mention in dates.find(text, anchor=None)]
    names = _stems(f"{text} . {around}")
    for match in _COUNTED.finditer(text):
        low, high = match.span()
        if any(low < end and start < high for start, end in named):
            continue
        event, of = match["event"].lower(), match["of"] or ""
        whose = _stems(f"of {match['whose'] or ''} of {of}")
        if (
            of and not whose and event not in _ONCE
        ):  # "the death of a child" is nobody's that could be looked for
            continue
        side: Literal["since", "after", "before"] = _SIDES[match["side"].lower()]  # type: ignore[assignment]
        yield Counted(low, high, side, match["what"], event, names, whose)


def _stems(text: str) -> frozenset[str]:
    return frozenset(words.stem(words.bare(name)) for name in words.names_of(f". {text}"))


def when(
    asked: Counted,
    hits: Sequence[Hit],
    spoken: Mapping[int, Sequence[Spoken]],
    *,
    by: Day | None = None,
    recent: int | None = None,
) -> tuple[Interval, Sequence[Found]] | None:
    """The days before or from which it counts, and what dates the event; None where nothing does.

    The days that most origins give are taken, of those the narrowest, where fewer give others; that began by the day
    `by`, when it was said. Where an event of many has no name, it began in the last `recent` days before.
    """
    found = [one for hit in hits for one in _dated(asked, hit, spoken.get(hit.passage.id, ()))]
    known = [one for one in found if by is None or one.days[0] <= by]
    if recent is not None and by is not None and not asked.whose and asked.event not in _ONCE:
        known = [one for one in known if (by - one.days[0]).days <= recent]
    if not known:
        return None
    best = max(known, key=lambda one: (_voices(one, known), -_width(one), one.days[0]))
    told = [one for one in known if _meet(one, best)]
    rivals = {one.hit.article.origin for one in known if not _meet(one, best)}
    if len(rivals) >= _voices(best, known):  # the archive tells of several, or does not agree
        return None
    first, until = best.days
    sure = (until - first).days == 1  # of a month it may be any day
    sides = {
        "since": (first, None),
        "after": (until if sure else first, None),
        "before": (None, first if sure else until),
    }
    return Interval(*sides[asked.side], "open"), [best, *(one for one in told if one is not best)]


def _dated(asked: Counted, hit: Hit, said: Sequence[Spoken]) -> Iterator[Found]:
    """What a passage's sentences say of the event's days, in the clauses that tell of it."""
    passage = hit.passage
    titled = words.stems_of(hit.article.title)
    for start, end in passage.sentences:
        text = passage.text[start - passage.start : end - passage.start]
        held = [one for one in said if start <= one.start and one.end <= end]
        stems = words.stems_of(text)
        if not held or not asked.whose <= stems or (asked.names and not asked.names & (stems | titled)):
            continue
        spans = [(one.start - start, one.end - start) for one in held]
        for one, clause in zip(
            held, clauses(text, spans, language=hit.article.language or "en"), strict=True
        ):
            days = _days(one)
            if days and _tells(asked, text, clause.spans):
                yield Found(days, hit)


def _days(said: Spoken) -> tuple[Day, Day] | None:
    closed = said.first is not None and said.until is not None and said.role == "event"
    if not closed or said.first is None or said.until is None or (said.until - said.first).days > WIDEST:
        return None
    return said.first, said.until


def _tells(asked: Counted, text: str, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a clause tells of the event, and does not itself count from it."""
    telling = frozenset(_EVENTS[asked.event].split())
    apart = [match.span() for match in _COUNTED.finditer(text)]
    return any(
        text[low:high].lower() in telling and not any(start <= low < end for start, end in apart)
        for low, high in spans
    )


def _voices(one: Found, found: Sequence[Found]) -> int:
    return len({other.hit.article.origin for other in found if _meet(one, other)})


def _meet(one: Found, other: Found) -> bool:
    return one.days[0] < other.days[1] and other.days[0] < one.days[1]


def _width(one: Found) -> int:
    return (one.days[1] - one.days[0]).days


def told(asked: Counted, found: Sequence[Found]) -> str:
    """How it was reached, in words."""
    first, until = found[0].days
    days = dates.spoken(first) if (until - first).days == 1 else (
        f"between {dates.spoken(first, weekday=False)} and {dates.spoken(Day.fromordinal(until.toordinal() - 1), weekday=False)}"
    )  # fmt: skip
    article = found[0].hit.article
    others = len({one.hit.article.id for one in found}) - 1
    more = f" and {others} more" if others else ""
    return f"counted from {asked.what}, which “{article.title or article.id}”{more} {'put' if others else 'puts'} {'on' if (until - first).days == 1 else ''} {days}".replace(
        "  ", " "
    )


Look = Callable[[str], tuple[Sequence[Hit], Mapping[int, Sequence[Spoken]]]]
"""Finds passages for some words, with the days that they speak of."""


def added(
    read: Sequence[Hit], hits: Sequence[Hit], spoken: Mapping[int, Sequence[Spoken]], look: Look
) -> Mapping[int, Sequence[Spoken]]:
    """The days that passages speak of, with those that the passages of `read` count from an event.

    The event is dated by `hits`; `look` is used where they do not.
    """
    known: dict[tuple[str, frozenset[str]], tuple[Sequence[Hit], Mapping[int, Sequence[Spoken]]]] = {}
    made: dict[int, list[Spoken]] = {}
    for hit in read:
        passage, day = hit.passage, hit.article.published.date
        for start, end in passage.sentences:
            text = passage.text[start - passage.start : end - passage.start]
            for one in counted(text, around=hit.article.title):
                key = (one.event, one.names | one.whose)
                result = when(one, hits, spoken, by=day, recent=RECENT)
                if result is None and (key in known or len(known) < MOST):
                    known[key] = known.get(key) or look(one.sought)
                    result = when(one, *known[key], by=day, recent=RECENT)
                made.setdefault(passage.id, []).append(spoken_of(one, start, result))
    if not made:
        return spoken
    both = {number: [*spoken.get(number, ()), *made.get(number, ())] for number in {*spoken, *made}}
    return {number: sorted(said, key=lambda one: one.start) for number, said in both.items()}


def asked_for(question: str, look: Look, *, by: Day | None) -> tuple[Interval | None, str, str] | None:
    """The time that a question counts from an event: the interval, the words that name it, and a sentence on it.

    None where it counts from none; an interval of None where nothing dates the event.
    """
    one = next(counted(question), None)
    if one is None:
        return None
    result = when(one, *look(one.sought), by=by)
    words_ = question[one.start : one.end]
    if result is None:
        return (
            None,
            words_,
            f"Nothing in the archive says when {one.what} was, so “{words_}” leaves nothing out.",
        )
    return result[0], words_, f"“{words_}” is {told(one, result[1])} (inferred)."


def spoken_of(asked: Counted, at: int, result: tuple[Interval, Sequence[Found]] | None) -> Spoken:
    """The expression as a passage's date; `at` is where its text begins in the article."""
    low, high = at + asked.start, at + asked.end
    if result is None:
        why = f"counted from {asked.what}, and nothing in the archive says when that was"
        return Spoken(low, high, None, None, "unknown", "event", why)
    interval, found = result
    ids = tuple(dict.fromkeys(one.hit.article.id for one in found))
    return Spoken(
        low, high, interval.start, interval.end, "inferred", "event", told(asked, found), rests_on=ids
    )
