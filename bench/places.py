"""Questions after places and people on small articles: what is said, and whether sources are shown to differ.

    python -m bench.places

The questions and what is expected of each are tests/data/places_and_people.jsonl: half a dozen of them have articles
that do differ, the others have names beside the answer that are of something else, or around it.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qa import bootstrap
from qa.models import Answer, Draft
from qa.service import Newsroom
from qa.settings import Settings

FILE = Path(__file__).parent.parent / "tests" / "data" / "places_and_people.jsonl"


def items() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def drafts(made: Iterable[dict[str, Any]]) -> list[Draft]:
    return [Draft(**article) for item in made for article in item["articles"]]


async def said(newsroom: Newsroom, made: Iterable[dict[str, Any]]) -> list[Answer]:
    return [await newsroom.ask(item["question"], mode="extractive") for item in made]


def values(answer: Answer) -> list[str]:
    return [value.value for conflict in answer.conflicts for value in conflict.values]


def first(answer: Answer) -> str:
    return answer.claims[0].text if answer.claims else ""


def main() -> None:
    made = items()
    with (
        tempfile.TemporaryDirectory() as home,
        bootstrap.writing(Settings(home=Path(home)), what="places") as held,
    ):
        held.ingest(drafts(made))
        answers = asyncio.run(said(held, made))
    for item, answer in zip(made, answers, strict=True):
        print(item["question"], "|", first(answer), "|", values(answer))
    whole = list(zip(made, answers, strict=True))
    right = sum(any(name in first(answer) for name in item["expect"]) for item, answer in whole)
    alike = [answer for item, answer in whole if not item["differ"]]
    torn = [(item, answer) for item, answer in whole if item["differ"]]
    false = sum(bool(answer.conflicts) for answer in alike)
    shown = sum(sorted(values(answer)) == sorted(item["differ"]) for item, answer in torn)
    print(f"{right} of {len(made)} put an expected name first; {false} of {len(alike)} differ and should not; "
          f"{shown} of {len(torn)} show exactly the names that differ")  # fmt: skip


if __name__ == "__main__":
    main()
