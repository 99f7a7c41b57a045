"""A story in order: the sentences that say what happened on which days, one entry for each event.

Two sentences are one event where they speak of the same days, share what they say, and both date the event or both its
being told: an arrival and its announcement stay two entries.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from functools import cached_property
from itertools import pairwise
from math import log

from qa.answer import attach, sentences, words
from qa.answer.sentences import Asked, Scored, Sentence
from qa.answer.verify import Proof
from qa.dates import Interval, minute, zone_offset
from qa.models import AnswerDraft, ClaimDraft, Hit, Moment, QuoteDraft, Spoken, TimeOfDay

PASSAGES = 60
"""Passages that a timeline is made from."""
ENTRIES = 20
"""Entries of a timeline where nobody says how many."""
CLAIMS = 4
"""Entries that are told as the answer to a question, the weightiest; the timeline has them all."""
ABOUT = 0.5
"""Share of the topic's words, weighed by rarity, that a sentence, its headline and its neighbours hold."""
ALIKE = 0.3
"""Shared words over all words of the shorter sentence, weighed by rarity, from which two of one day are one event."""
ALIKE_WITHIN = 0.5
"""The same where one names the days more exactly than the other: a year holds many events."""
WORDS, HEADLINES = 3, 0.15
"""Words, at most one of them a country, and the share with their headlines, from which two outlets tell of one day's event."""
HEADED = 0.8
"""Share of the topic that a headline holds when the whole article is on it."""
WIDEST = 366
"""Days of the widest span that dates an event: a decade or "since 2012" does not."""
APART = 60
"""Minutes between two times of one day from which they are two events."""
QUOTES = 5
"""Articles quoted for one entry."""
_BASES = ("stated", "resolved", "inferred")

_ASKS = re.compile(
    r"\btime ?lines?\b|\bchronolog(?:y|ical)|\b(?:sequence|course|order) of (?:the )?events\b"
    r"|\bhow (?:did|has|have|had|was|were)\b.*\b(?:unfold|develop|evolve|play(?:ed)? out|come about|progress)"
    r"|\bwhat (?:has |have |had )?happen(?:ed|s)?\b.*\b(?:between\b.*\band|from\b.*\b(?:to|until|till)|since)\b"
    r"|\bhistory of\b|\bstep by step\b",
    re.I | re.S,
)
_ASKING = re.compile(
    r"\b(?:time ?lines?|chronolog(?:y|ical)|(?:sequence|course|order) of (?:the )?events|history of|step by step"
    r"|unfold(?:ed|ing)?|develop(?:ed|ing)?|evolved?|play(?:ed)? out|come about|progress(?:ed)?|happen(?:ed|s|ing)?"
    r"|please|give|show|make|draw|tell|me|us|events?|story)\b",
    re.I,
)


def asked_for(question: str) -> bool:
    """Whether a question asks how something went on: "timeline of ...", "how did ... unfold", "between X and Y"."""
    return _ASKS.search(question) is not None


def topic(question: str, time: str = "") -> str:
    """What a timeline is to be about: the question without the words that ask for one, and without its time."""
    return " ".join(_ASKING.sub(" ", question.replace(time, " ") if time else question).split())


@dataclass(frozen=True)
class Dated:
    """A sentence with the days of what it tells."""

    by: Scored
    said: Spoken

    @property
    def days(self) -> tuple[Day, Day]:
        first, until = self.said.first, self.said.until
        assert first is not None  # noqa: S101  `dated` takes closed spans only
        assert until is not None  # noqa: S101
        return first, until

    @cached_property
    def said_words(self) -> frozenset[str]:
        """The stems of what it tells, without the words of its date."""
        return _content(self.by.sentence.stems) - words.stems_of(self.words)

    @cached_property
    def titled(self) -> frozenset[str]:
        return self.said_words | _content(words.stems_of(self.by.sentence.hit.article.title))

    @property
    def words(self) -> str:
        """The expression that says when."""
        passage = self.by.sentence.hit.passage
        return passage.text[self.said.start - passage.start : self.said.end - passage.start]

    @property
    def origin(self) -> str:
        return self.by.sentence.hit.article.origin


@dataclass(frozen=True)
class Event:
    """What is told as one event, the best sentence first."""

    told: tuple[Dated, ...]

    @property
    def best(self) -> Dated:
        return self.told[0]

    @property
    def origins(self) -> int:
        return len({one.origin for one in self.told})

    @property
    def dated_by(self) -> Dated:
        """Who says most exactly when, and of those who says it with the least inference."""
        return min(
            self.told, key=lambda one: (_width(one), one.said.time is None, _BASES.index(one.said.basis))
        )

    @property
    def weight(self) -> float:
        return self.best.by.chance * (1 + log(self.origins))


@dataclass(frozen=True)
class Story:
    """Events in their order, and how many sentences on the topic carry no date."""

    events: tuple[Event, ...]
    undated: int = 0

    def draft(self) -> AnswerDraft | None:
        """The events as an answer's claims, in their order."""
        chosen = sorted(self.events, key=lambda event: -event.weight)[:CLAIMS]
        claims = [claim(event) for event in self.events if event in chosen]
        return AnswerDraft(tuple(claims)) if claims else None


NOTHING = Story(())


def tell(
    asked: Asked,
    hits: Sequence[Hit],
    spoken: Mapping[int, Sequence[Spoken]],
    *,
    within: Interval | None = None,
    limit: int = ENTRIES,
) -> Story:
    """The events that passages tell on a topic, in order.

    Args:
        spoken: by passage id, the days that it speaks of.
        within: the days of which is asked; what happened on others is left out.
    """
    about = _about(asked, sentences.score(asked, sentences.split(hits, most=PASSAGES)))
    found = [(one, _dated(asked, one, spoken)) for one in about]
    dated = [one for _, one in found if one is not None and (within is None or _meets(one, within))]
    events = _merged(dated)
    chosen = sorted(events, key=lambda event: (-event.weight, event.best.days))[:limit]
    undated = sum(one is None for _, one in found)
    return Story(tuple(ordered(chosen)), undated)


def claim(event: Event) -> ClaimDraft:
    """An event in the words of its best sentence, with a quote of each article that tells it."""
    quotes: dict[str, QuoteDraft] = {}
    for one in event.told:
        sentence = one.by.sentence
        quotes.setdefault(sentence.hit.article.id, QuoteDraft(sentence.hit.passage.id, sentence.text))
    return ClaimDraft(event.best.by.sentence.text, tuple(quotes.values())[:QUOTES])


def moments(story: Story, proof: Proof) -> tuple[Moment, ...]:
    """The entries that stand on their quotes, with their citations numbered."""
    found = []
    for event in story.events:
        kept = proof.stands(claim(event))
        if kept is not None:
            (first, until), by = event.dated_by.days, event.dated_by.said
            why = f"“{event.dated_by.words}”: {by.why}"
            found.append(
                Moment(kept[0], first, until, by.basis, kept[1], why, by.role, event.origins, by.time)
            )
    return tuple(found)


def _about(asked: Asked, scored: Sequence[Scored]) -> list[Scored]:
    """The sentences on the topic: with their surroundings they speak of it, and they say some of it themselves.

    A common word that nothing found has ("the collapse of the dam") is left aside; a name that is not there is
    another topic.
    """
    everything = frozenset[str]().union(*(one.sentence.near for one in scored))
    weights = {
        word: weight
        for word, weight in asked.weights.items()
        if words.stem(word) in everything or re.search(rf"\b{re.escape(word)}", asked.question) is None
    }
    return [one for one in scored if _speaks(one.sentence, weights, asked)]


def _speaks(sentence: Sentence, weights: Mapping[str, float], asked: Asked) -> bool:
    if not weights:
        return not asked.weights
    if not frozenset(map(words.stem, asked.names)) <= sentence.near:
        return False
    headed = words.coverage(weights, words.stems_of(sentence.hit.article.title)) >= HEADED
    if not headed and not words.coverage(weights, sentence.stems):
        return False
    return max(words.coverage(weights, sentence.titled), words.coverage(weights, sentence.near)) >= ABOUT


def _dated(asked: Asked, one: Scored, spoken: Mapping[int, Sequence[Spoken]]) -> Dated | None:
    """The sentence with the date of what it tells of the topic: of the event if it has one, else of its being told."""
    sentence = one.sentence
    start, end = sentence.hit.passage.sentences[sentence.place]
    found = [
        Dated(one, said)
        for said in spoken.get(sentence.hit.passage.id, ())
        if start <= said.start and said.end <= end and said.first and said.until
    ]
    fitting = [each for each in found if _width(each) <= WIDEST]
    beside = _beside(asked, one, start, fitting)
    return min(
        (each for each in fitting if beside[each.said] is not None),
        key=lambda each: (beside[each.said], each.said.role == "report", _width(each), each.said.start),
        default=None,
    )


def _beside(
    asked: Asked, one: Scored, start: int, dated: Sequence[Dated]
) -> dict[Spoken, tuple[float, bool] | None]:
    """How far each date is one of something else that the sentence tells; None where the thing is only mentioned.

    `start` is the sentence's in the article.
    """
    spans = [(each.said.start - start, each.said.end - start) for each in dated]
    if any(later[0] < early[1] for early, later in pairwise(spans)):
        return {each.said: (0.0, False) for each in dated}
    language = one.sentence.hit.article.language or "en"
    found = attach.shares(asked.weights, asked.name_stems, one.sentence.text, spans, language=language)
    return {
        each.said: None if share.another else (-round(share.of_best, 2), share.clause.embedded)
        for each, share in zip(dated, found, strict=True)
    }


def _width(one: Dated) -> int:
    first, until = one.days
    return (until - first).days


def _meets(one: Dated, within: Interval) -> bool:
    return within.meets(Interval(*one.days, "range"))


def ordered(events: Iterable[Event]) -> list[Event]:
    """By the first day, then what is told of fewer days, the event before its being told, and by the time of day."""
    by_days: dict[tuple[Day, Day], list[Event]] = {}
    for event in events:
        by_days.setdefault(event.dated_by.days, []).append(event)
    return [event for day in sorted(by_days) for event in _day(by_days[day])]


def _day(events: Sequence[Event]) -> list[Event]:
    """The events of one day: those without a time, those with one in their order, what was only told then."""

    def order(event: Event) -> tuple[int, int]:
        said = event.dated_by.said
        if said.time is None:
            return (2 if said.role == "report" else 0), 0
        return 1, minutes[id(event)]

    minutes = _minutes(events)
    return sorted(events, key=order)


def _minutes(events: Sequence[Event]) -> dict[int, int]:
    """The times of one day by event: in UTC where every zone's distance from it is known, else as they are written."""
    timed = [(event, event.dated_by.said.time) for event in events]
    written = {id(event): minute(time.start) for event, time in timed if time}
    moved = {id(event): zone_offset(time.zone, event.dated_by.days[0]) for event, time in timed if time}
    if any(offset is None for offset in moved.values()):
        return written
    return {event: at - (moved[event] or 0) for event, at in written.items()}


def _merged(dated: Iterable[Dated]) -> list[Event]:
    """One event for sentences of one thing; `dated` is best first."""
    everything = list(dated)
    seen = Counter(stem for one in everything for stem in one.titled)
    rarity = {stem: log(1 + len(everything) / count) for stem, count in seen.items()}
    groups: list[list[Dated]] = []
    for one in everything:
        home = next((held for held in groups if _one_event(held[0], one, rarity)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return [Event(tuple(held)) for held in groups]


def _one_event(one: Dated, other: Dated, rarity: Mapping[str, float]) -> bool:
    if one.said.role != other.said.role or not _same_days(one, other):
        return False
    if _other_times(one.said.time, other.said.time):
        return False
    own = _shared(one.said_words, other.said_words, rarity)
    if own >= (ALIKE if one.days == other.days else ALIKE_WITHIN):
        return True
    # Two outlets seldom use the same words for one event: of one single day a few that are not the topic's are enough.
    apart = one.by.sentence.hit.article.id != other.by.sentence.hit.article.id
    if not apart or not _width(one) == _width(other) == 1:
        return False
    shared = one.said_words & other.said_words
    things = [stem for stem in shared if not stem.startswith("@")]
    return (
        len(shared) >= WORDS
        and len(things) >= WORDS - 1
        and _shared(one.titled, other.titled, rarity) >= HEADLINES
    )


def _other_times(one: TimeOfDay | None, other: TimeOfDay | None) -> bool:
    """Whether two times of one zone lie too far apart for one event told roughly."""
    if one is None or other is None or (one.zone and other.zone and one.zone != other.zone):
        return False
    early, late = sorted((one, other), key=lambda time: time.start)
    return minute(late.start) - minute(early.end) >= APART


def _content(stems: frozenset[str]) -> frozenset[str]:
    return frozenset(stem for stem in stems if stem not in words.EMPTY and len(stem) > 1)


def _shared(one: frozenset[str], other: frozenset[str], rarity: Mapping[str, float]) -> float:
    """Of the words of the one that has fewer, the share that both have; weighed by rarity, 0 to 1."""
    least = min(sum(rarity[stem] for stem in each) for each in (one, other))
    return sum(rarity[stem] for stem in one & other) / least if least else 0.0


def _same_days(one: Dated, other: Dated) -> bool:
    """Whether two spans can be one date: the same days, or one given more exactly than the other."""
    (first, until), (low, high) = one.days, other.days
    return (first <= low and high <= until) or (low <= first and until <= high)
