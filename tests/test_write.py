"""A model's reply is read claim by claim; whatever it contains, only claims with quotes come out."""

from __future__ import annotations

import json
import time

import pytest
from fakes import FakeModel, StutteringModel
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import write
from qa.answer.write import ClaimReader
from qa.errors import ModelRefused, ModelUnavailable
from qa.models import AnswerDraft, ClaimDraft, QuoteDraft, Usage
from qa.ports import LanguageModel


def claim(text: str, *quotes: str) -> dict[str, object]:
    return {"text": text, "quotes": [{"passage": "P1", "quote": quote} for quote in quotes]}


def reply(*claims: dict[str, object], answered: bool = True) -> str:
    return json.dumps({"answered": answered, "reason": "", "claims": list(claims)})


ONE, TWO = ClaimDraft("One.", (QuoteDraft(7, "a"),)), ClaimDraft("Two {.", (QuoteDraft(7, 'b"}]'),))
BOTH = reply(claim("One.", "a"), claim("Two {.", 'b"}]'))


def test_a_claim_is_given_as_soon_as_it_is_whole() -> None:
    reader = ClaimReader([7])
    at = BOTH.index('{"text": "Two')
    assert reader.feed(BOTH[:at]) == [ONE]
    assert reader.feed(BOTH[at:]) == [TWO]
    assert reader.done().claims == (ONE, TWO)


@given(st.lists(st.integers(1, 30), min_size=1))
def test_however_it_is_cut_the_claims_are_the_same(sizes: list[int]) -> None:
    reader, at, got = ClaimReader([7]), 0, []
    for size in [*sizes, len(BOTH)]:
        got += reader.feed(BOTH[at : at + size])
        at += size
    assert got == [ONE, TWO]


@pytest.mark.parametrize("around", ["```json\n{}\n```", "Here you are:\n{}\nHope that helps!", "<b>{}</b>"])
def test_what_stands_around_the_json_is_passed_over(around: str) -> None:
    assert write.draft(around.replace("{}", BOTH), [7]).claims == (ONE, TWO)


def test_a_claim_of_an_unanswered_question_is_none() -> None:
    assert write.draft(reply(claim("One.", "a"), answered=False), [7]).claims == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot help with that.",
        "{",
        "[]",
        "7",
        "<html></html>",
        '{"answer": "x"}',
        '{"claims": 7',
        "{" * 5000,
    ],
)
def test_what_is_not_the_json_that_was_asked_for_is_refused(text: str) -> None:
    with pytest.raises(ModelRefused):
        write.draft(text, [7])


@pytest.mark.parametrize(
    "claims",
    [[], [claim("No quote.")], [7, None, "x"], [{"text": 7, "quotes": []}], [{"text": "x", "quotes": "y"}],
     [{"text": "x", "quotes": [{"passage": "P99", "quote": "a"}]}]],
)  # fmt: skip
def test_a_claim_without_a_usable_quote_is_none(claims: list[dict[str, object]]) -> None:
    assert write.draft(reply(*claims), [7]).claims == ()


def test_of_a_thousand_claims_twelve_are_kept() -> None:
    assert len(write.draft(reply(*[claim("One.", "a")] * 1000), [7]).claims) == write.MAX_CLAIMS


def test_an_endless_reply_is_refused_and_reading_is_linear() -> None:
    reader = ClaimReader([7])
    started = time.perf_counter()
    for _ in range(write.MAX_REPLY):
        reader.feed("x")
    with pytest.raises(ModelRefused, match="too long"):
        reader.feed("x")
    assert time.perf_counter() - started < 5


async def test_an_unreadable_reply_is_sent_back_once() -> None:
    model = FakeModel("Certainly!", BOTH)
    *claims, done = await steps(model)
    assert claims == [ONE, TWO]
    assert isinstance(done, write.Written)
    assert done.draft.claims == (ONE, TWO)
    assert [message["role"] for message in model.asked[1]] == ["user", "assistant", "user"]
    assert done.usage.prompt_tokens == 200, "both replies cost"


async def test_a_second_unreadable_reply_is_the_last() -> None:
    model = FakeModel("Certainly!")
    with pytest.raises(ModelRefused):
        await steps(model)
    assert len(model.asked) == 2


async def test_a_reply_that_breaks_off_counts_as_far_as_it_came() -> None:
    *claims, done = await steps(StutteringModel(BOTH, stop=BOTH.index("Two")))
    assert claims == [ONE]
    assert done == write.Written(AnswerDraft((ONE,)), "stuttering", Usage(), "The line broke.")


async def test_a_reply_that_hangs_counts_as_far_as_it_came() -> None:
    *claims, done = await steps(StutteringModel(BOTH, stop=BOTH.index("Two"), hangs=True), within=0.2)
    assert claims == [ONE]
    assert isinstance(done, write.Written)
    assert done.broken == "The model did not answer within 0.2 s."


async def test_a_reply_that_breaks_off_before_its_first_claim_is_no_answer() -> None:
    with pytest.raises(ModelUnavailable, match="line broke"):
        await steps(StutteringModel(BOTH, stop=20))


async def test_a_reply_that_says_last_whether_it_answers_tells_no_claim_before() -> None:
    late = json.dumps({"claims": json.loads(BOTH)["claims"], "answered": False, "reason": "no"})
    (done,) = await steps(FakeModel(late))
    assert isinstance(done, write.Written)
    assert done.draft.reason == "no_evidence"
    late = late.replace("false", "true")
    (done,) = await steps(FakeModel(late))
    assert isinstance(done, write.Written)
    assert done.draft.claims == (ONE, TWO)


async def steps(model: LanguageModel, *, within: float = 5) -> list[write.Step]:
    request = write.Request(({"role": "user", "content": "q"},), (7,))
    return [step async for step in write.written(request, model, within=within)]
