"""Why nothing is answered, said as a person would say it."""

from __future__ import annotations

import pytest
from test_quote import asked, hit

from qa.answer import quote
from qa.answer.silence import Beside

SPOKE = hit("The captain of the ferry Aurora spoke to the mayor of Aveley.", title="Aurora at sea")


def explained(question: str) -> str:
    known = asked(question)
    return quote.silence(known, quote.candidates(known, [SPOKE]), Beside()).explanation


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("What was the price of diesel when the captain of the ferry Aurora spoke?", "mentions “price of diesel”"),
        ("What did the captain of the ferry Aurora tell Milos Kranj at breakfast?", "mentions “Milos Kranj” or “breakfast”"),
        ("What was reported of the captain of the ferry Aurora in 2024?", "answers this"),
        ("When did the captain of the ferry Aurora speak to the mayor of Aveley?", "says when"),
        ("How many sailors did the captain of the ferry Aurora speak to?", "mentions “sailors”"),
        ("Why did the captain of the ferry Aurora speak?", "says why"),
        ("Where did the captain of the ferry Aurora's talk take place?", "mentions “talk”"),
        ("Did the captain of the ferry Aurora speak of fuel or the fuel tank?", "mentions “fuel tank”"),
        ("Which captain of the ferry spoke this Monday?", "says which captain"),
        ("Did the captain of the ferry Aurora mention lawyers and fuel?", "mentions “lawyers” or “fuel”"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_as_it_was_asked(question: str, lacking: str) -> None:
    assert explained(question) == f"The archive has “Aurora at sea”, but no article that was found {lacking}."


def test_another_topic_is_told_with_the_nearest_article() -> None:
    assert explained("Which banks in Moldova closed their branches in March 2024?") == (
        "No article that was found mentions “banks in Moldova” or “branches”. The nearest in the archive is “Aurora at sea”."
    )
