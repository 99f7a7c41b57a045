"""Values that differ between articles come out as data; spellings, copies and roundings do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from test_quote import asked, hit

from qa.answer import conflicts, quote, values, verify
from qa.answer.candidates import Value
from qa.answer.kinds import Kind
from qa.models import AnswerDraft, Conflict, Hit

SAILORS = "How many sailors did the ferry Aurora carry?"


def found(question: str, *hits: Hit) -> list[Conflict]:
    known = asked(question)
    draft = quote.extract(known, quote.candidates(known, hits)) or AnswerDraft(())
    texts = {(one.passage.article_id, 1): one.passage.text for one in hits}
    return list(verify.keep_supported(draft, hits, texts).conflicts)


def test_two_articles_with_two_numbers_are_set_side_by_side() -> None:
    (conflict,) = found(
        SAILORS,
        hit("The ferry Aurora carried about 40 sailors."),
        hit("The ferry Aurora carried 90 sailors.", number=2),
    )
    assert [value.value for value in conflict.values] == ["about 40", "90"]
    assert [len(value.citations) for value in conflict.values] == [1, 1]
    assert not conflict.update


def test_one_voice_on_two_days_is_an_update_told_in_order() -> None:
    (conflict,) = found(
        SAILORS,
        hit("The ferry Aurora carried 90 sailors.", origin="x", day=date(2024, 5, 1)),
        hit("The ferry Aurora carried 40 sailors.", number=2, origin="x", day=date(2024, 4, 13)),
    )
    assert conflict.update
    assert [value.value for value in conflict.values] == ["40", "90"]
    assert "40 (P, 13 April 2024); 90 (P, 1 May 2024)" in conflicts.told(conflict)


@pytest.mark.parametrize(
    "other", ["The ferry Aurora carried 40 sailors.", "The ferry Aurora carried forty sailors."]
)
def test_one_number_in_two_writings_is_no_conflict(other: str) -> None:
    assert found(SAILORS, hit("The ferry Aurora carried 40 sailors."), hit(other, number=2)) == []


def test_two_numbers_in_one_article_are_no_conflict() -> None:
    assert (
        found(SAILORS, hit("The ferry Aurora carried 40 sailors. The ferry Aurora carried 90 sailors.")) == []
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mohammed Toumba", "Mohamed Toumba", True),
        ("Mohammed Toumba", "Toumba", True),
        ("Minister Toumba", "Mohamed Toumba", True),
        ("Russia", "the Russian", True),
        ("Ilse Brandt", "Ilse Morgan", False),
        ("Ilse Brandt", "Karl Brandt", False),
        ("John Reed", "John Reid Smith", False),
    ],
)
def test_spellings_of_one_name_are_one_value(one: str, other: str, same: bool) -> None:
    assert values.one_name(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Wednesday", "April 12", False),
        ("April 12", "12 April 2024", False),
        ("12 April", "13 April", True),
        ("2023", "July 2023", False),
        ("2023", "2024", True),
        ("July 26, 2023", "August 2023", True),
    ],
)
def test_dates_differ_only_where_both_cannot_be(one: str, other: str, differ: bool) -> None:
    made = [Value(text, text, 0, len(text)) for text in (one, other)]
    assert values.differ(Kind("when"), *made) is differ


def test_a_value_that_its_quote_does_not_hold_is_dropped_and_the_conflict_with_it() -> None:
    hits = [
        hit("The ferry Aurora carried 40 sailors."),
        hit("The ferry Aurora carried 90 sailors.", number=2),
    ]
    known = asked(SAILORS)
    draft = quote.extract(known, quote.candidates(known, hits))
    assert draft is not None
    (one,) = draft.conflicts
    forged = replace(one, values=(replace(one.values[0], value="70"), one.values[1]))
    texts = {(each.passage.article_id, 1): each.passage.text for each in hits}
    assert verify.keep_supported(replace(draft, conflicts=(forged,)), hits, texts).conflicts == ()
