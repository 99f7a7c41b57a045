"""What a number measures, and which names are people's: what is no answer of the kind asked for is not given as one."""

from __future__ import annotations

import pytest
from test_quote import answer, asked, hit

from qa.answer import candidates, kinds, measures, quote


@pytest.mark.parametrize(
    ("question", "measure", "head"),
    [
        ("How old is the general?", "age", ""),
        ("How long did the talks last?", "time", ""),
        ("How many hours did the talks last?", "time", "hours"),
        ("How many vehicles use the bridge each day?", "count", "vehicles"),
        ("How many firefighters fought the blaze?", "count", "firefighters"),
        ("How many US troops were there?", "count", "troops"),
        ("How much did the bridge cost?", "money", ""),
        ("What is the bridge going to cost?", "money", ""),
        ("What fine did the clinic get?", "money", ""),
        ("What share of the vote did she win?", "share", ""),
        ("How far is the village from the coast?", "length", ""),
        ("How strong was the earthquake?", "", ""),
    ],
)
def test_a_question_says_what_its_number_measures(question: str, measure: str, head: str) -> None:
    kind = kinds.kind_of(question)
    assert (kind.name, kind.measure, kind.head) == ("number", measure, head)


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("How old is he?", "The general will rule for 24 months after a seven-hour summit.", []),
        ("How old is he?", "Rolf Hagen, 57, a man aged 60 and an 18-year-old were held.", ["57", "60", "18"]),
        (
            "How much did it cost?",
            "It cost 3 million euros, $5m and 40 days of 2,000 people.",
            ["3 million", "$5m"],
        ),
        ("What share agreed?", "Of 300 members 54.2 per cent agreed.", ["54.2 per cent"]),
        ("How many hours did it last?", "The nine-hour talks of 40 ministers", ["nine"]),
        ("How many people died?", "Killed 40 people. He turned 30 people away.", ["40", "30"]),
        ("How many cars use it?", "Line 4 opens at 6 a.m. and carries 21,000 cars.", ["21,000"]),
    ],
)
def test_a_number_that_measures_something_else_is_no_candidate(
    question: str, text: str, found: list[str]
) -> None:
    assert [value.shown for value in candidates.values(text, kinds.kind_of(question))] == found


def test_a_number_counts_what_is_named_beside_it() -> None:
    kind = kinds.kind_of("How many passengers drowned?")
    text = "Of 132 passengers 60 were missing, 23 people drowned and 4 boats sank."
    fits = {value.shown: value.fits for value in candidates.values(text, kind)}
    assert fits == {"132": measures.SAME, "60": measures.BARE, "23": measures.ALIKE, "4": measures.OTHER}


def test_a_name_is_a_person_by_what_stands_around_it() -> None:
    texts = [
        "HALVERN - Joss Tarrant, who owns a bakery in Halvern, sued the Stella Morena and praised “Night Ferry”.",
        "Captain Traore was sworn in at Tesk General.",
        "Voters thanked Tarrant. The Stella Morena sank off Ecuador.",
    ]
    known = asked("Who sued the owner?")
    seen = quote.candidates(known, [hit(text, number=number) for number, text in enumerate(texts, 1)])
    assert {value.shown for one in seen for value in one.values} == {"Joss Tarrant", "Traore", "Tarrant"}


def test_a_company_is_neither_a_person_nor_a_place() -> None:
    told = [
        hit("The auditor, Gideon Prewitt, said the trams for Halvern would be built by Nordrail."),
        hit("The trams are to run in Halvern, where Nordrail has a yard.", number=2),
    ]
    seen = quote.candidates(asked("Which company will build the trams?"), told)
    assert {value.shown for one in seen for value in one.values} == {"Nordrail"}


def test_a_title_and_one_name_answer_who() -> None:
    told = hit("Captain Traore was sworn in as president of the country on Friday.")
    assert answer("Who was sworn in as president of the country?", told).claims[0].text.endswith("Traore")


def test_irregular_forms_are_one_word() -> None:
    told = hit("The bank's assets worth $4 million have been frozen. The bank has $9 million in all.")
    assert "$4 million" in answer("How much did they freeze of the bank's assets?", told).claims[0].text


def test_the_sentences_beside_a_headline_are_of_the_articles_that_carry_it() -> None:
    told = hit("The ferry Aurora carried 40 sailors. The ferry Aurora was built in Gdansk for sailors.")
    other = hit("A ferry of another line carried goods.", number=2)
    draft = answer("How many sailors did the ferry Aurora carry?", told, other)
    assert draft.claims[0].text == "40"
    assert {cited.passage for claim in draft.claims for cited in claim.quotes} == {1}
    assert len(draft.claims) == 3
