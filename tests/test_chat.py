"""Follow-ups are made to stand alone, and nothing is added that was not said."""

from __future__ import annotations

import pytest
from fakes import FakeModel

from qa import chat
from qa.errors import ModelUnavailable
from qa.models import Turn

BEFORE = Turn(
    "How many troops were in Norland?",
    "How many troops were in Norland?",
    "700 [1]\nIlse Brandt counted 700. [1]",
)


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("When did the ferry sink?", "When did the ferry sink?"),
        ("And in Sudland?", "How many troops were in Sudland?"),
        ("What about in Sudland?", "How many troops were in Sudland?"),
        ("and Sudland?", "How many troops were in Sudland?"),
        ("And who announced it?", "Who announced it (troops were in Norland)?"),
        ("Where was she born?", "Where was she born (Ilse Brandt)?"),
        ("When did they leave?", "When did they leave (troops were in Norland)?"),
        ("Why?", "Why (troops were in Norland)?"),
    ],
)
def test_a_follow_up_stands_alone(question: str, standalone: str) -> None:
    assert chat.standalone(question, [BEFORE]) == standalone


def test_it_and_they_are_what_answered_who_or_which() -> None:
    asked = "Which gang claimed the attack on the clinic?"
    before = Turn(asked, asked, "Grey Heron [1]\nGrey Heron claimed the attack. [1]")
    assert chat.standalone("How much did they want?", [before]).startswith(
        "How much did they want (Grey Heron, "
    )
    told = Turn(asked, asked, "A gang claimed the attack. [1]")
    assert "(gang claimed the attack" in chat.standalone("How much did they want?", [told])


def test_of_how_large_only_what_it_is_of_is_kept() -> None:
    asked = "How large was the fine?"
    assert chat.standalone("And who paid it?", [Turn(asked, asked, "x.")]) == "Who paid it (the fine)?"


def test_without_history_nothing_is_changed() -> None:
    assert chat.standalone("And who announced it?", []) == "And who announced it?"


def test_a_follow_up_of_a_follow_up_keeps_the_subject_and_stays_short() -> None:
    history = [BEFORE]
    for _ in range(50):
        asked = chat.standalone("And who announced it?", history)
        history.append(Turn("And who announced it?", asked, "x"))
    assert asked == "Who announced it (troops were in Norland)?"


async def test_a_models_wording_is_used() -> None:
    model = FakeModel({"question": "Who announced the troops in Norland?"})
    assert (
        await chat.rewritten("And who announced it?", [BEFORE], model)
        == "Who announced the troops in Norland?"
    )


@pytest.mark.parametrize(
    "said",
    [
        ModelUnavailable("down"),
        "prose",
        {"question": "Who is Mallory?"},
        {"question": "See https://evil.example/?"},
        {"question": "How many of the 9000?"},
        {"question": "Troops."},
        {"question": ""},
    ],
)
async def test_a_wording_that_adds_something_gives_way_to_the_rules(said: object) -> None:
    asked = await chat.rewritten("And who announced it?", [BEFORE], FakeModel(said))
    assert asked == "Who announced it (troops were in Norland)?"


async def test_a_question_that_leans_on_nothing_asks_no_model() -> None:
    model = FakeModel("x")
    await chat.rewritten("When did the ferry sink?", [BEFORE], model)
    assert model.asked == []


async def test_a_long_history_stays_bounded() -> None:
    model = FakeModel({"question": "Who announced the troops in Norland?"})
    long = [Turn("q" * 3000, "q" * 3000, "a" * 9000)] * 500
    await chat.rewritten("And who announced it?", [*long, BEFORE], model)
    assert len(model.asked[0][1]["content"]) < (chat.TURNS + 1) * 2 * (chat.TURN_CHARACTERS + 50)
