"""The questions of the sets with what the product finds for each, so that answering can be measured alone.

The archives are those of `qa eval`, made once from a set's articles and kept in the user's cache.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

from qa import bootstrap, chat
from qa.answer import words
from qa.eval import fill
from qa.models import Filters, Hit, Spoken, Turn
from qa.ports import Archive, Scored, Vectors
from qa.service import PASSAGES, Newsroom
from qa.settings import load
from qa.telemetry import Stopwatch

SETS = Path(__file__).parent.parent.parent / "shared" / "bench"
OWN = Path(__file__).parent / "sets"
"""Small archives of invented news with their questions, written without sight of the code."""
TUNED = (
    "border", "capital", "coast", "delta", "harbour", "lagoon", "market", "plateau", "quarry", "savanna", "steppe", "valley",
)  # fmt: skip
HELD = "island", "league", "prairie", "summit"
"""Of the first, the even halves tune; the others are only reported on."""


@dataclass(frozen=True)
class Case:
    """One question as it was asked, with the passages that were found."""

    id: str
    question: str
    answers: tuple[str, ...]
    gold: tuple[str, ...]
    filters: Filters
    hits: list[Hit]
    expect: tuple[str, ...] = ()
    """Strings that must all be in the answer, where it is not one of `answers`."""
    kind: str = ""
    hidden: bool = False
    """Whether every article with an answer string was taken away first."""
    weights: dict[str, float] = field(default_factory=dict)
    """The rarity of the question's words."""
    spoken: Mapping[int, Sequence[Spoken]] = field(default_factory=dict)
    aged_from: date | None = None
    """The day from which the age of an article tells something, if any."""

    @property
    def odd(self) -> bool:
        return half(self.id) == "odd"


def folder(name: str) -> Path:
    return OWN / name if (OWN / name).exists() else SETS / name


def queries(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder(name) / "queries.jsonl").read_text("utf-8").splitlines()]


def half(identifier: str, digit: int = -1) -> str:
    """`even` or `odd` by one hex digit of the id's sha1: the last one parts tuning from reporting."""
    return "odd" if int(sha1(identifier.encode()).hexdigest()[digit], 16) % 2 else "even"  # noqa: S324


@contextlib.contextmanager
def room(name: str) -> Iterator[Newsroom]:
    """A set's archive, filled first if need be: rtqa2022 takes two cores half an hour."""
    corpus = next(folder(name).glob("corpus.jsonl*"))
    settings = fill.home(corpus, load({}))
    fill.fill(corpus, settings)
    with bootstrap.reading(settings) as opened:
        yield opened


def plain(text: str) -> str:
    """Lower case, without punctuation and articles (SQuAD's normalisation)."""
    bare = "".join(" " if char in string.punctuation + "“”‘’–—" else char for char in text.casefold())
    return " ".join(word for word in bare.split() if word not in ("a", "an", "the"))


def contains(text: str, answers: tuple[str, ...]) -> bool:
    """Whether an accepted string stands in the text, at the edges of words."""
    shown = f" {plain(text)} "
    return any(f" {plain(answer)} " in shown for answer in answers if plain(answer))


@cache
def _plain_corpus(name: str) -> tuple[tuple[str, str], ...]:
    with gzip.open(SETS / name / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    return tuple((item["id"], f" {plain(item['title'] + ' ' + item['text'])} ") for item in items)


def holders(name: str, answers: tuple[str, ...]) -> frozenset[str]:
    """Every article of the set that contains an accepted string."""
    wanted = [f" {plain(answer)} " for answer in answers]
    return frozenset(key for key, text in _plain_corpus(name) if any(w in text for w in wanted))


def _filters(item: dict[str, Any], later: int = 0) -> Filters:
    if not item.get("as_of"):
        return Filters()
    return Filters(as_of=date.fromisoformat(item["as_of"]) + timedelta(days=later))


class Without:
    """A leg to which some articles are not known: what it finds is as if they had never been there."""

    MORE = 500

    def __init__(self, leg: Any, archive: Archive) -> None:
        self._leg, self._archive = leg, archive
        self.hidden: Collection[str] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._leg, name)

    def nearest(self, vector: Vectors, *, k: int, filters: Filters) -> Scored:
        return self._known(self._leg.nearest(vector, k=self._wider(k), filters=filters), k)

    def matching(self, question: str, *, k: int, filters: Filters) -> Scored:
        return self._known(self._leg.matching(question, k=self._wider(k), filters=filters), k)

    def articles(self, question: str, *, k: int, filters: Filters) -> Scored:
        return self._known(self._leg.articles(question, k=self._wider(k), filters=filters), k)

    def _wider(self, k: int) -> int:
        return k + self.MORE if self.hidden else k

    def _known(self, scored: Scored, k: int) -> Scored:
        if not self.hidden:
            return scored
        places = self._archive.places(sorted(number for number, _ in scored))
        return [one for one in scored if places[one[0]].article_id not in self.hidden][:k]


def cases(name: str, *, dated: bool = True, later: int = 0) -> list[Case]:
    """Every question; of rtqa2022 each once more with every article hidden that contains an answer.

    `dated`: on the day on which it was asked, where the set gives one, or so many days later; else as if at any time.
    """
    made = []
    with room(name) as opened:
        parts = opened.parts
        legs = Without(parts.keywords, parts.archive), Without(parts.vectors, parts.archive)
        parts.keywords, parts.vectors = legs
        for item in queries(name):
            filters = _filters(item, later) if dated else Filters()
            question, gold = item["question"], tuple(item["gold"])
            answers = tuple(item.get("answers", ()))
            weights = parts.keywords.rarity(words.words_of(question))
            for hide in (False, True) if name == "rtqa2022" else (False,):
                for leg in legs:
                    leg.hidden = holders(name, answers) if hide else ()
                opened._search.clear()  # what is hidden is not known to what it remembers
                hits = list(opened._find(question, filters, PASSAGES, Stopwatch("question")))
                made.append(
                    Case(
                        item["id"],
                        question,
                        answers,
                        gold,
                        filters,
                        hits,
                        hidden=hide,
                        weights=weights,
                        aged_from=filters.as_of,
                    )
                )
    return made


def later(days: int) -> list[Case]:
    """rtqa2022 asked so many days later; nobody asks "this week" about what was then."""
    return [case for case in cases("rtqa2022", later=days) if "this week" not in case.question.casefold()]


def own(name: str) -> list[Case]:
    """Every question of one of our sets, as a conversation would have it asked, with the dates that its passages tell."""
    made = []
    with room(name) as opened:
        for item in queries(name):
            question = item["question"]
            turns: list[Turn] = []
            for before in item.get("history", ()):
                answer = asyncio.run(
                    opened.ask(before, conversation=turns, filters=_filters(item), mode="extractive")
                )
                turns.append(Turn(before, answer.standalone_question, answer.text, answer))
            question = chat.standalone(question, turns)
            filters = opened._until(question, _filters(item))
            hits = list(opened._find(question, filters, PASSAGES, Stopwatch("question")))
            asked, _ = opened._sentences(question, filters, hits, Stopwatch("question"))
            made.append(
                Case(
                    item["id"], question, tuple(item.get("answers", ())), tuple(item["gold"]), filters, hits,
                    expect=tuple(item.get("expect", ())), kind=item["kind"], weights=dict(asked.weights),
                    spoken=asked.spoken, aged_from=asked.as_of,
                )
            )  # fmt: skip
    return made


def right(case: Case, text: str) -> bool:
    """Whether an answer holds all that is expected, or one of the accepted strings."""
    if case.expect:
        return all(string.casefold() in text.casefold() for string in case.expect)
    return contains(text, case.answers)
