"""What is told while an answer is made: in order, whole, and the same answer at the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest
from fakes import FakeModel, StutteringModel
from test_service import filled, reply
from test_talks import CITED, GIVEN

from qa.errors import NotFound, QuestionError
from qa.events import ClaimReady, ConflictFound, Done, Event, Sources, Suggested, Teller, TimelineReady
from qa.models import Answer
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
ASKED = "When did the flood reach Aveley?"


async def told(newsroom: Newsroom, question: str = ASKED) -> list[Event]:
    return [event async for event in newsroom.stream(question)]


def same(one: Answer, other: Answer) -> bool:
    """But for what is new each time."""
    return replace(one, id="", conversation_id=None, timings={}) == replace(
        other, id="", conversation_id=None, timings={}
    )


async def test_sources_come_first_then_claims_and_last_the_answer(newsroom: Newsroom) -> None:
    sources, *parts, done = await told(filled(newsroom))
    assert isinstance(sources, Sources)
    assert isinstance(done, Done)
    assert "flood" in {article.id for article in sources.articles}
    assert [part.claim for part in parts if isinstance(part, ClaimReady)] == list(done.answer.claims)


async def test_the_last_event_is_what_ask_returns(make_newsroom: MakeNewsroom) -> None:
    said = reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday"))
    newsroom = filled(make_newsroom(model=FakeModel(said, said)))
    last = (await told(newsroom))[-1]
    assert isinstance(last, Done)
    assert same(last.answer, await newsroom.ask(ASKED))


async def test_the_answer_is_kept_as_it_was_told(newsroom: Newsroom) -> None:
    last = (await told(filled(newsroom)))[-1]
    assert isinstance(last, Done)
    assert newsroom.answer(last.answer.id) == last.answer
    assert newsroom.conversation(last.answer.conversation_id or "")[0].given == last.answer


def test_what_is_wrong_with_the_question_is_raised_before_any_event(newsroom: Newsroom) -> None:
    with pytest.raises(QuestionError):
        newsroom.stream(" ")
    with pytest.raises(NotFound):
        newsroom.stream(ASKED, conversation="nope")


def test_each_citation_is_told_once_with_the_part_that_names_it_first() -> None:
    claim, *rest = Teller().rest(GIVEN)
    assert isinstance(claim, ClaimReady)
    assert claim.citations == (CITED,)
    conflict, timeline, suggested = rest
    assert isinstance(conflict, ConflictFound)
    assert isinstance(timeline, TimelineReady)
    assert (conflict.citations, timeline.citations) == ((), ())
    assert suggested == Suggested(("And then?",))


def test_a_claim_that_was_told_early_is_not_told_again() -> None:
    teller = Teller()
    teller.claim(GIVEN.claims[0], GIVEN.citations)
    assert not [part for part in teller.rest(GIVEN) if isinstance(part, ClaimReady)]


async def test_a_claim_is_told_while_the_model_still_writes(make_newsroom: MakeNewsroom) -> None:
    said = json.dumps(reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday")))
    model = StutteringModel(said, stop=len(said) - 2, hangs=True)
    async with aclosing(filled(make_newsroom(model=model)).stream(ASKED)) as events:
        assert isinstance(await anext(events), Sources)
        claim = await anext(events)
    assert isinstance(claim, ClaimReady)
    assert claim.claim.text == "It came on Tuesday."
    assert [cited.quote for cited in claim.citations] == ["The flood reached Aveley on Tuesday"]


async def test_what_was_told_before_a_model_broke_off_is_in_the_answer(make_newsroom: MakeNewsroom) -> None:
    said = json.dumps(reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday")))
    _, claim, *_, done = await told(filled(make_newsroom(model=StutteringModel(said, stop=len(said) - 2))))
    assert isinstance(claim, ClaimReady)
    assert isinstance(done, Done)
    answer = done.answer
    assert (answer.status, answer.reason, answer.mode) == ("partial", "interrupted", "model")
    assert answer.claims == (claim.claim,)
    assert answer.notes[0] == "The line broke. It shows what was written before that."
