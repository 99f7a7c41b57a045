"""Which clause a date stands in, and which date of a sentence answers a question."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import pytest
from conftest import draft

from bench import clauses as bench
from bench.dates import rows
from qa import dates
from qa.models import Published
from qa.service import Newsroom

SATURDAY = date(2024, 4, 13)


def kinds(text: str) -> list[str]:
    """The kinds of the clauses that a sentence's dates stand in."""
    spans = [(found.start, found.end) for found in dates.find(text, anchor=SATURDAY)]
    return [clause.kind for clause in dates.clauses(text, spans)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Osei, who was arrested in March, told reporters on Friday.", ["relative", "main"]),
        ("The deal, announced last week, closes on 3 May.", ["aside", "main"]),
        ("A curfew imposed on 3 April was lifted on Friday.", ["relative", "main"]),
        ("The ferry (built in 1988) sank on Sunday.", ["aside", "main"]),
        ("Ahead of Tuesday's vote, the party met on Friday.", ["possessive", "main"]),
        ("After banks raised rates on Wednesday, the currency rallied on Thursday.", ["subordinate", "main"]),
        ("The firm said on Thursday that the mine would reopen on 2 May.", ["main", "complement"]),
        ("The mine will reopen on 2 May, the company said on Thursday.", ["main", "attribution"]),
        ("The plant closed on 1 March and reopened on 8 April.", ["main", "coordinate"]),
        ("They left on Tuesday from the town they had seized in December.", ["main", "relative"]),
        ("The 2019 accord collapsed on Friday.", ["possessive", "main"]),
        ("KANDU, April 13 (AP) - Dockers walked out on Thursday.", ["attribution", "main"]),
        ("Friday's attack killed nine people.", ["main"]),
    ],
)
def test_a_date_belongs_to_its_clause(sentence: str, expected: list[str]) -> None:
    assert kinds(sentence) == expected


def test_any_text_has_a_clause_for_each_date() -> None:
    for text in (
        "",
        ", , - ( on Friday",
        "Friday - Friday ) ; that who and to",
        "who who on Friday, who that,",
    ):
        spans = [(found.start, found.end) for found in dates.find(text, anchor=SATURDAY)]
        assert len(dates.clauses(text, spans)) == len(spans)


def test_a_dateline_tells_of_no_event() -> None:
    text = "KANDU, April 13 - Dockers walked out on Thursday."
    assert [role for _, role in dates.told(text, anchor=SATURDAY)] == ["report", "event"]


def test_the_labelled_set_is_answered_as_well_as_promised() -> None:
    told = sorted(rows(bench.SET), key=lambda row: bool(row.get("fresh")))
    for _, held in groupby(told, key=lambda row: bool(row.get("fresh"))):
        mine = list(held)
        assert sum(map(bench.right, mine)) / len(mine) >= 0.95


def put(newsroom: Newsroom, text: str) -> Newsroom:
    newsroom.ingest([draft(text, id="a", title="Osei", published=Published(SATURDAY, "given"))])
    return newsroom


async def test_a_question_gets_the_date_of_what_it_asks(newsroom: Newsroom) -> None:
    put(newsroom, "Osei, who was arrested in March, told reporters in Accra on Friday that he would appeal.")
    answer = await newsroom.ask("When was Osei arrested?")
    assert answer.claims[0].text == "March 2024"
    answer = await newsroom.ask("When did Osei tell reporters in Accra that he would appeal?")
    assert answer.claims[0].text == "Friday, 12 April 2024"


def test_a_timeline_dates_a_sentence_by_what_it_tells(newsroom: Newsroom) -> None:
    put(
        newsroom, "The ferry Adoma, which was built in 1988, sank off Tema on Sunday with nine people aboard."
    )
    assert [moment.start for moment in newsroom.timeline("ferry Adoma").moments] == [date(2024, 4, 7)]
