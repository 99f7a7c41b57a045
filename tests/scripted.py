"""A newsroom on the seeds that gives prepared answers to some questions, told through the real stream.

The quotes are looked up in the articles, so every citation is as exact as a real one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from qa import bootstrap
from qa.adapters import sources
from qa.errors import ModelUnavailable
from qa.events import Done, Event, Record, Sources, Teller
from qa.ingest import read
from qa.library import Parts
from qa.models import (
    ANY,
    HERE,
    Answer,
    AskMode,
    Caller,
    Citation,
    Claim,
    Conflict,
    ConflictValue,
    DateNote,
    Filters,
    Moment,
    Turn,
)
from qa.service import Newsroom
from qa.settings import Settings

SEEDS = Path(__file__).parent.parent / "seeds"
TROOPS = "How many US troops are in Niger?"
SLOW = "What takes forever?"
BROKEN = "What breaks?"


class ScriptedNewsroom(Newsroom):
    """Answers what is in `script` as it stands there; waits for `SLOW`, fails for `BROKEN`, and asks the rest."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.script: dict[str, Answer] = {}
        self.pause = 0.0
        self.cancelled = 0
        self.waiting = 0
        """Slow questions that are being asked now."""

    def stream(
        self,
        question: str,
        *,
        conversation: str | None = None,
        filters: Filters = ANY,
        mode: AskMode = "auto",
        caller: Caller = HERE,
    ) -> AsyncGenerator[Event]:
        if question in (*self.script, SLOW, BROKEN):
            return self._scripted(question, conversation or f"{len(self.conversations()):032x}", caller)
        return super().stream(question, conversation=conversation, filters=filters, mode=mode, caller=caller)

    async def _scripted(self, question: str, conversation: str, caller: Caller) -> AsyncGenerator[Event]:
        yield Sources(question, tuple(self.articles()))
        if question == BROKEN:
            raise ModelUnavailable("The model did not answer within 8 s.")
        answer = (
            replace(self.script[question], question=question, conversation_id=conversation)
            if question != SLOW
            else None
        )
        if answer is None:
            await self._forever()
            return
        answer = replace(
            answer, standalone_question=question, id=f"{hash((question, conversation)) & 2**64 - 1:032x}"
        )
        for part in Teller().rest(answer):
            await asyncio.sleep(self.pause)
            yield part
        turn = Turn(question, question, answer.text, answer)
        self._archive.write_down([Record(turn, conversation=conversation, owner=caller.key)])
        yield Done(answer)

    async def _forever(self) -> None:
        self.waiting += 1
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.waiting -= 1


@contextlib.contextmanager
def newsroom(home: Path, *, seeded: bool = True) -> Iterator[ScriptedNewsroom]:
    """With the built-in embedding model, over the five seeds if `seeded`."""
    with bootstrap.writing(Settings(home=home), what="a test") as real:
        made = ScriptedNewsroom(real._parts)
        if seeded:
            made.ingest(made.read(sources.files([SEEDS], readable=read.is_readable)))
            made.script[TROOPS] = troops(made)
        yield made


def cite(held: Newsroom, n: int, article_id: str, quote: str) -> Citation:
    article = held.article(article_id)
    start = article.text.index(quote)
    end = start + len(quote)
    return Citation(
        n=n, article_id=article.id, version=article.version, title=article.title, publisher=article.publisher,
        url=article.url, published=article.published, quote=quote, start=start, end=end,
        before=article.text[max(0, start - 160) : start], after=article.text[end : end + 160], origin=article.origin,
    )  # fmt: skip


def troops(held: Newsroom) -> Answer:
    """The seeds disagree: 700 or 1,000."""
    ids = {article.id[:3]: article.id for article in held.articles()}
    arrival = "Russian military trainers arrived in Niger on Wednesday"
    citations = (
        cite(held, 1, ids["001"], _sentence(held, ids["001"], "700 US")),
        cite(held, 2, ids["000"], _sentence(held, ids["000"], "1000 of its servicemen")),
        cite(held, 3, ids["002"], _sentence(held, ids["002"], arrival)),
    )
    said = ("About 700 US servicemen were in Niger, one article says.", "Another speaks of 1,000 who are to leave.",
            "Russian trainers arrived on Wednesday.")  # fmt: skip
    marks = [f"{words} [{n}]" for n, words in enumerate(said, 1)]
    starts = [sum(len(mark) + 1 for mark in marks[:n]) for n in range(len(marks))]
    wednesday = DateNote(
        "on Wednesday", date(2024, 4, 10), date(2024, 4, 11), "inferred", ids["002"],
        "Shown on RTN on Thursday and announced on 12 April 2024, so Wednesday is 10 April 2024.",
    )  # fmt: skip
    claims = tuple(
        Claim(words, start, start + len(words), (n,), (wednesday,) if n == 3 else ())
        for n, (words, start) in enumerate(zip(said, starts, strict=True), 1)
    )
    return Answer(
        status="answered", reason=None, text="\n".join(marks), question=TROOPS, standalone_question=TROOPS,
        mode="extractive", claims=claims, citations=citations, articles=3, origins=2,
        conflicts=(Conflict("US troops in Niger", (ConflictValue("700", (1,)), ConflictValue("1,000", (2,)))),),
        timeline=(
            Moment("Russian trainers arrive in Niamey.", date(2024, 4, 10), date(2024, 4, 11), "inferred", (3,), wednesday.why),
            Moment("The African Corps announces them.", date(2024, 4, 12), date(2024, 4, 13), "stated", (1,)),
            Moment("Washington announces that it will withdraw.", date(2024, 4, 19), date(2024, 4, 20), "stated", (2,)),
        ),
        suggestions=("When did Russian instructors arrive?", "Who visited Niamey in December 2023?"),
    )  # fmt: skip


def _sentence(held: Newsroom, article_id: str, words: str) -> str:
    text = held.article(article_id).text
    at = text.index(words)
    start = max(
        text.rfind(mark, 0, at) + len(mark) for mark in (". ", "\n", "” ") if text.rfind(mark, 0, at) >= 0
    )
    return text[start : text.index(".", at + len(words)) + 1]
