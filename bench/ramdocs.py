"""Conflicting values of ramdocs' questions without a model: which of the documents' answers are set side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.cases import SETS, half, plain, room
from qa.adapters.splitter import sentence_spans
from qa.answer import quote, words
from qa.answer.candidates import Value
from qa.answer.sentences import Asked
from qa.models import UNDATED, Hit, Passage, Summary

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Tally:
    """Values over all questions whose documents give at least two."""

    wanted: int = 0
    found: int = 0
    shown: int = 0
    right: int = 0

    def __str__(self) -> str:
        return (
            f"recall {self.found / max(self.wanted, 1):.3f} precision {self.right / max(self.shown, 1):.3f}"
        )


def hits(item: dict[str, Any]) -> list[Hit]:
    """Each document as an article of its own, with a publisher of its own."""
    made = []
    for number, document in enumerate(item["documents"], 1):
        text = document["text"]
        name = f"d{number}"
        spans = sentence_spans(text, 0, len(text))
        passage = Passage(number, name, 1, 0, 0, len(text), text, spans)
        article = Summary(name, 1, "", name, None, (), UNDATED, NOW, name)
        made.append(Hit(passage, article, 1.0, None, None))
    return made


def expected(item: dict[str, Any]) -> list[str]:
    """The different answers that the documents give."""
    told = [
        doc["answer"] for doc in item["documents"] if doc["type"] != "noise" and doc["answer"] != "unknown"
    ]
    return list({plain(answer): answer for answer in told}.values())


def match(one: str, other: str) -> bool:
    left, right = f" {plain(one)} ", f" {plain(other)} "
    return left.strip() != "" and right.strip() != "" and (left in right or right in left)


def shown(asked: Asked, found: Sequence[Hit]) -> list[str]:
    ranked = quote.candidates(asked, found)
    return [value.value for one in quote.disagreements(asked, ranked) for value in one.values]


def baseline(asked: Asked, found: Sequence[Hit]) -> list[str]:
    """The first candidate of each document's best sentence, when they are not all one."""
    firsts: dict[str, Value] = {}
    for one in quote.candidates(asked, found):
        if one.values:
            firsts.setdefault(one.sentence.hit.article.id, one.values[0])
    kept = list({value.key: value.shown for value in firsts.values()}.values())
    return kept if len(kept) > 1 else []


def asked_of(rarity: Any) -> Iterator[tuple[str, Asked, list[Hit], list[str]]]:
    for line in (SETS / "ramdocs" / "queries.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        question = item["question"]
        yield question, Asked(question, rarity(words.words_of(question))), hits(item), expected(item)


def count(tally: Tally, said: Sequence[str], wanted: Sequence[str]) -> None:
    tally.shown += len(said)
    tally.right += sum(any(match(value, answer) for answer in wanted) for value in said)
    if len(wanted) > 1:
        tally.wanted += len(wanted)
        tally.found += sum(any(match(value, answer) for value in said) for answer in wanted)


def main(*, verbose: bool = False) -> None:
    tallies = {(name, part): Tally() for name in ("ours", "baseline") for part in ("even", "odd", "all")}
    with room("rtqa2022") as opened:
        for question, asked, found, wanted in asked_of(opened.parts.keywords.rarity):
            for name, said in (("ours", shown(asked, found)), ("baseline", baseline(asked, found))):
                for part in (half(question), "all"):
                    count(tallies[name, part], said, wanted if len(wanted) > 1 else [])
                if verbose and name == "ours" and half(question) == "even":
                    print(asked.kind.name, asked.kind.head, "|", question, "|", wanted, "|", said)
    for (name, part), tally in tallies.items():
        print(f"ramdocs {name:9} {part:5} {tally}  ({tally.wanted} values wanted, {tally.shown} shown)")


if __name__ == "__main__":
    main(verbose=True)
