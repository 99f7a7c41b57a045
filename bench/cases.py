"""The questions of the sets with what the product finds for each, so that answering can be measured alone.

The archives are those of `qa eval`, made once from a set's articles and kept in the user's cache.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import string
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

from qa import bootstrap
from qa.answer import words
from qa.eval import fill
from qa.models import Filters, Hit
from qa.ports import Archive, Scored, Vectors
from qa.service import PASSAGES, Newsroom
from qa.settings import load

SETS = Path(__file__).parent.parent.parent / "shared" / "bench"


@dataclass(frozen=True)
class Case:
    """One question as it was asked, with the passages that were found."""

    id: str
    question: str
    answers: tuple[str, ...]
    gold: tuple[str, ...]
    filters: Filters
    hits: list[Hit]
    hidden: bool = False
    """Whether every article with an answer string was taken away first."""
    weights: dict[str, float] = field(default_factory=dict)
    """The rarity of the question's words."""

    @property
    def odd(self) -> bool:
        return half(self.id) == "odd"


def queries(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / name / "queries.jsonl").read_text("utf-8").splitlines()]


def half(identifier: str, digit: int = -1) -> str:
    """`even` or `odd` by one hex digit of the id's sha1: the last one parts tuning from reporting."""
    return "odd" if int(sha1(identifier.encode()).hexdigest()[digit], 16) % 2 else "even"  # noqa: S324


@contextlib.contextmanager
def room(name: str) -> Iterator[Newsroom]:
    """A set's archive, filled first if need be: rtqa2022 takes two cores half an hour."""
    corpus = SETS / name / "corpus.jsonl.gz"
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


def _filters(item: dict[str, Any]) -> Filters:
    return Filters(as_of=date.fromisoformat(item["as_of"])) if item.get("as_of") else Filters()


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


def cases(name: str, *, dated: bool = True) -> list[Case]:
    """Every question; of rtqa2022 each once more with every article hidden that contains an answer.

    `dated`: on the day on which it was asked, where the set gives one; else as if at any time.
    """
    made = []
    with room(name) as opened:
        parts = opened.parts
        legs = Without(parts.keywords, parts.archive), Without(parts.vectors, parts.archive)
        parts.keywords, parts.vectors = legs
        for item in queries(name):
            filters = _filters(item) if dated else Filters()
            question, gold = item["question"], tuple(item["gold"])
            answers = tuple(item.get("answers", item.get("expect", ())))
            weights = parts.keywords.rarity(words.words_of(question))
            for hide in (False, True) if name == "rtqa2022" else (False,):
                for leg in legs:
                    leg.hidden = holders(name, answers) if hide else ()
                hits = list(opened._search(parts, question, filters, PASSAGES, (hide,)))
                made.append(Case(item["id"], question, answers, gold, filters, hits, hide, weights))
    return made
