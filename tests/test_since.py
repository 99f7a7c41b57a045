"""Times counted from an event: dated by the archive, marked inferred with what they rest on, unknown otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import scripted
from conftest import draft

from qa.answer import since
from qa.interfaces.schemas import DateOut
from qa.models import DateNote, Filters, Published
from qa.service import Newsroom

ARTICLES = (
    ("coup", "Soldiers seize power in Niger", date(2023, 7, 27),
     "Soldiers toppled President Mohamed Bazoum of Niger on Wednesday, announcing the coup on state television."),
    ("year", "Niger: a year of upheaval", date(2024, 1, 10),
     "In Niger the coup of July 26, 2023 ended Western cooperation. French troops left Niger on 22 December 2023."),
    ("trade", "Trade in Niger falls", date(2024, 3, 5),
     "Trade between Niger and Benin has fallen by half since the coup, customs officers said on Monday."),
    ("other", "Burkina Faso leader sworn in", date(2022, 10, 22),
     "Captain Traore, who led the coup in Burkina Faso on 30 September 2022, was sworn in on Friday."),
    ("war", "The camel market of Gaya", date(2024, 3, 6),
     "The market of Gaya sold 900 camels a month before the war, traders recalled."),
)  # fmt: skip


@pytest.fixture(scope="module")
def niger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """With the built-in embedding model."""
    with scripted.newsroom(tmp_path_factory.mktemp("niger")) as made:
        for held in made.articles():
            made.delete(held.id)
        made.ingest(
            draft(text, id=name, publisher=name, title=title, published=Published(day, "given"))
            for name, title, day, text in ARTICLES
        )
        yield made


async def noted(newsroom: Newsroom, question: str, words: str) -> DateNote:
    answer = await newsroom.ask(question)
    return next(note for claim in answer.claims for note in claim.dates if note.text == words)


async def test_what_counts_from_an_event_is_dated_by_the_articles_that_tell_of_it(niger: Newsroom) -> None:
    note = await noted(niger, "By how much has trade between Niger and Benin fallen?", "since the coup")
    assert (note.start, note.end, note.basis) == (date(2023, 7, 26), None, "inferred")
    assert set(note.rests_on) == {"coup", "year"}
    assert "counted from the coup" in note.why
    assert "Wednesday 26 July 2023" in note.why
    wire = DateOut.model_validate(note).model_dump(mode="json")
    assert (wire["from"], wire["to"], set(wire["rests_on"])) == ("2023-07-26", None, {"coup", "year"})


async def test_an_event_that_nothing_dates_stays_unknown(niger: Newsroom) -> None:
    note = await noted(niger, "How many camels did the market of Gaya sell a month?", "before the war")
    assert (note.start, note.end, note.basis, note.rests_on) == (None, None, "unknown", ())
    assert "nothing in the archive says when" in note.why


def test_a_timeline_since_an_event_begins_with_it(niger: Newsroom) -> None:
    found = niger.timeline("what happened in Niger since the coup")
    assert [moment.start for moment in found.moments][-2:] == [date(2023, 12, 22), date(2024, 3, 4)]
    assert all(moment.start and moment.start >= date(2023, 7, 26) for moment in found.moments)
    assert any("“since the coup” is counted from" in note and "(inferred)" in note for note in found.notes)


def test_a_timeline_after_an_event_leaves_its_day_out(niger: Newsroom) -> None:
    found = niger.timeline("what happened in Niger after the coup")
    assert [moment.start for moment in found.moments] == [date(2023, 12, 22), date(2024, 3, 4)]


def test_a_day_leaves_out_what_dated_the_event_later(niger: Newsroom) -> None:
    found = niger.timeline("what happened in Niger since the coup", filters=Filters(as_of=date(2023, 8, 1)))
    assert [moment.start for moment in found.moments] == [date(2023, 7, 26)]


async def test_what_only_chooses_by_time_is_not_looked_for_in_the_articles(niger: Newsroom) -> None:
    latest = await niger.ask("What is the latest on trade in Niger?")
    assert latest.status == "answered"
    assert any("Trade between Niger and Benin" in claim.text for claim in latest.claims)
    then = await niger.ask("When did French troops leave Niger, as of 1 February 2024?")
    assert "22 December 2023" in then.text


async def test_a_question_since_an_undated_event_says_so(niger: Newsroom) -> None:
    answer = await niger.ask("What happened in Niger since the election?")
    assert any("Nothing in the archive says when the election was" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prices rose since the coup.", [("since", "the coup")]),
        ("Before the general election, he left.", [("before", "the general election")]),
        ("They fled following their arrest.", []),
        ("Prices fell after Bazoum's arrest.", [("after", "Bazoum's arrest")]),
        ("He fled after the arrest of Bazoum, police said.", [("after", "the arrest of Bazoum")]),
        ("He fled after the arrest of a child.", []),
        ("Costs rose since the pandemic restrictions.", []),
        ("He fled before killing himself.", []),
        ("Prices rose since the July 2023 coup.", []),
        ("Prices rose since Monday.", []),
        ("After the coup's leaders left, it rained.", []),
        ("The coup came after midnight.", []),
    ],
)
def test_expressions_that_count_from_an_event(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.side, found.what) for found in since.counted(text)] == expected
