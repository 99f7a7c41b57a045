"""The 14 questions on the five seed articles: without a model, and with one that answers faithfully from the gold."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa import bootstrap
from qa.adapters import sources
from qa.adapters.splitter import sentence_spans
from qa.ingest import read
from qa.models import Answer, AskMode, Usage
from qa.ports import Chunk
from qa.service import Newsroom
from qa.settings import Settings

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
QUESTIONS = ROOT.parent / "shared" / "bench" / "seeds" / "queries.jsonl"
STANDALONE = "Who announced the arrival of the air defense system in Niger?"

pytestmark = pytest.mark.skipif(not QUESTIONS.exists(), reason="needs ../shared/bench/seeds")


class FaithfulModel:
    """Quotes, from the passages it is given, the gold articles' sentences that hold what is expected."""

    name = "faithful"

    def __init__(self) -> None:
        self.item: dict[str, Any] = {}

    async def stream(
        self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, object]
    ) -> AsyncGenerator[Chunk]:
        given = messages[-1]["content"]
        passages = re.findall(r"<article-\w+ passage=(P\d+)>\n.*\n((?s:.*?))\n</article-", given)
        said = self._answer(passages) if passages else self._rewritten(schema)
        for at in range(0, len(said), 5):
            yield Chunk(said[at : at + 5])
        yield Chunk(model=self.name, usage=Usage(10, 10))

    def _rewritten(self, schema: Mapping[str, Any]) -> str:
        return json.dumps(dict.fromkeys(schema["properties"], STANDALONE))

    def _answer(self, passages: Sequence[tuple[str, str]]) -> str:
        gold = [(SEEDS / name).read_text("utf-8") for name in self.item["gold"]]
        held = [(label, text) for label, text in passages if any(text in article for article in gold)]
        claims = [claim for wanted in self.item["expect"] if (claim := _claim(wanted, held))]
        return json.dumps({"answered": bool(claims), "reason": "", "claims": claims})


def _claim(wanted: str, passages: Sequence[tuple[str, str]]) -> dict[str, object] | None:
    for label, text in passages:
        for start, end in sentence_spans(text, 0, len(text)):
            if wanted.casefold() in text[start:end].casefold():
                quote = text[start:end]
                return {"quotes": [{"passage": label, "quote": quote}], "text": quote}
    return None


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, FaithfulModel]]:
    model = FaithfulModel()
    with bootstrap.writing(Settings(home=tmp_path_factory.mktemp("seeds")), what="a test") as newsroom:
        newsroom.parts.model = model
        newsroom.ingest(newsroom.read(sources.files([SEEDS], readable=read.is_readable)))
        yield newsroom, model


def items() -> list[dict[str, Any]]:
    lines = QUESTIONS.read_text("utf-8").splitlines() if QUESTIONS.exists() else []
    return [json.loads(line) for line in lines]


async def asked(newsroom: Newsroom, item: dict[str, Any], mode: AskMode) -> Answer:
    conversation = None
    for earlier in item.get("history", ()):
        conversation = (await newsroom.ask(earlier, mode="extractive")).conversation_id
    return await newsroom.ask(item["question"], conversation=conversation, mode=mode)


@pytest.mark.parametrize("item", items(), ids=lambda item: str(item["id"]))
@pytest.mark.parametrize("mode", ["model", "extractive"])
async def test_the_answer_holds_what_is_expected_and_cites_nothing_else(
    opened: tuple[Newsroom, FaithfulModel], item: dict[str, Any], mode: AskMode
) -> None:
    newsroom, model = opened
    model.item = item
    answer = await asked(newsroom, item, mode)
    assert answer.mode == mode
    if not item["gold"]:
        assert (answer.status, answer.citations) == ("not_answered", ())
        return
    assert answer.status == "answered"
    for part in item["expect"]:
        assert part.casefold() in answer.text.casefold()
    assert {cited.article_id for cited in answer.citations} <= set(item["gold"])
