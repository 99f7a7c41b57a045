"""The questions of the sets with what retrieval found for each, kept so that answering can be measured alone."""

from __future__ import annotations

import gzip
import json
import pickle
import re
import string
import sys
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from bench.corpora import OUT, SETS, Room, half, queries, room
from qa.models import Filters, Hit
from qa.ports import Vectors
from qa.telemetry import Stopwatch

DEPTH = 10


@dataclass(frozen=True)
class Case:
    """One question as it was asked, with the passages that were found."""

    id: str
    question: str
    answers: tuple[str, ...]
    gold: tuple[str, ...]
    filters: Filters
    hits: list[Hit]
    vector: Vectors
    hidden: bool = False
    """Whether every article with an answer string was taken away first."""
    weights: dict[str, float] = field(default_factory=dict)

    @property
    def odd(self) -> bool:
        return half(self.id) == "odd"


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


def _case(opened: Room, item: dict[str, Any], hidden: frozenset[str]) -> Case:
    opened.hide.hidden = hidden
    opened.pool.question = item["question"]
    vector, hits = opened._find(item["question"], _filters(item), DEPTH, Stopwatch())
    return Case(item["id"], item["question"], tuple(item.get("answers", item.get("expect", ()))), tuple(item["gold"]), _filters(item),
                hits, vector, bool(hidden))  # fmt: skip


RECENCY = 0.4


def cases(name: str, *, recency: float = RECENCY) -> list[Case]:
    """Every question; of rtqa2022 each once more with every article hidden that contains an answer."""
    file = OUT / f"{name}.{recency:g}.pickle"
    if file.exists():
        return pickle.loads(file.read_bytes())  # noqa: S301  our own file
    made = []
    with room(name) as opened:
        opened.recency = recency
        for number, item in enumerate(queries(name)):
            made.append(_case(opened, item, frozenset()))
            if name == "rtqa2022":
                made.append(_case(opened, item, holders(name, tuple(item["answers"])) | {""}))
            if number % 20 == 0:
                print(name, number, file=sys.stderr, flush=True)
                opened.pool.save()
    file.write_bytes(pickle.dumps(made))
    return made


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        print(wanted, len(cases(wanted)), len(cases(wanted, recency=0.0)))
