"""A story in order: which sentences are one event, which are two, and what dates them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from conftest import draft
from fakes import FakeModel

from qa.answer import story
from qa.models import Filters, Moment, Published
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
ARTICLES = (
    ("dam-1", "Herald", date(2023, 6, 8), "Dam at Lorne bursts",
     "The dam at Lorne burst on Tuesday after days of rain, flooding three villages.\n\n"
     "Engineers had warned of cracks in the dam in March.\n\n"
     "The governor said on Wednesday that the dam at Lorne would not be built again.\n\n"
     "Nobody knows who pays for the dam."),
    ("dam-2", "Courier", date(2023, 6, 7), "Villages flooded below Lorne",
     "Three villages were flooded when the Lorne dam burst on 6 June 2023.\n\n"
     "The opening of the dam was celebrated in 1974."),
    ("dam-3", "Observer", date(2023, 9, 20), "Report on the Lorne dam",
     "A report on the dam at Lorne was published on Monday.\n\nThe dam at Lorne burst in June, it says."),
    ("choir", "Herald", date(2023, 6, 8), "Choir wins prize",
     "The choir of Aster won a prize on Tuesday in Vienna."),
)  # fmt: skip


@pytest.fixture
def dammed(newsroom: Newsroom) -> Newsroom:
    fill(newsroom)
    return newsroom


def fill(newsroom: Newsroom) -> None:
    newsroom.ingest(
        draft(text, id=name, publisher=outlet, title=title, published=Published(day, "given"))
        for name, outlet, day, title, text in ARTICLES
    )


def on(moments: tuple[Moment, ...], start: date) -> list[Moment]:
    return [moment for moment in moments if moment.start == start]


def test_entries_stand_in_the_order_of_what_happened(dammed: Newsroom) -> None:
    found = dammed.timeline("the dam at Lorne")
    days = [moment.start for moment in found.moments]
    assert days == sorted(days)
    assert days[0] == date(1974, 1, 1)
    assert date(2023, 9, 18) in days
    assert all("choir" not in moment.text for moment in found.moments)


def test_one_event_is_one_entry_with_every_outlet_that_tells_it(dammed: Newsroom) -> None:
    found = dammed.timeline("the dam at Lorne")
    (burst,) = on(found.moments, date(2023, 6, 6))
    cited = {one.n: one.article_id for one in found.citations}
    assert {cited[number] for number in burst.citations} == {"dam-1", "dam-2", "dam-3"}, (
        "in June is the same, told less exactly"
    )
    assert (burst.origins, burst.role, burst.basis, burst.end) == (3, "event", "stated", date(2023, 6, 7))
    assert burst.why.startswith("“6 June 2023”: ")


def test_an_event_and_its_being_told_are_two_entries(dammed: Newsroom) -> None:
    (told,) = on(dammed.timeline("the dam at Lorne").moments, date(2023, 6, 7))
    assert (told.role, told.basis) == ("report", "resolved")
    assert "governor" in told.text


def test_every_quote_of_a_timeline_is_the_articles_own(dammed: Newsroom) -> None:
    found = dammed.timeline("the dam at Lorne")
    assert found.citations
    for cited in found.citations:
        assert dammed.article(cited.article_id, cited.version).text[cited.start : cited.end] == cited.quote
    assert {number for moment in found.moments for number in moment.citations} == {
        cited.n for cited in found.citations
    }


def test_sentences_without_a_date_are_counted(dammed: Newsroom) -> None:
    found = dammed.timeline("the dam at Lorne")
    assert found.undated == 1
    assert all("Nobody" not in moment.text for moment in found.moments)


def test_a_time_in_the_topic_bounds_the_entries(dammed: Newsroom) -> None:
    found = dammed.timeline("What happened at the dam of Lorne between 1 June 2023 and 30 June 2023?")
    assert {moment.start for moment in found.moments} <= {date(2023, 6, day) for day in range(1, 31)}
    assert found.moments


def test_a_day_leaves_out_what_was_published_later(dammed: Newsroom) -> None:
    found = dammed.timeline("the dam at Lorne", filters=Filters(as_of=date(2023, 6, 30)))
    assert {cited.article_id for cited in found.citations} == {"dam-1", "dam-2"}
    assert "30 June 2023" in found.notes[0]
    assert dammed.timeline("the dam at Lorne as of 30 June 2023").moments == found.moments


def test_at_most_so_many_entries_the_weightiest_kept(dammed: Newsroom) -> None:
    found = dammed.timeline("the dam at Lorne", limit=1)
    assert [moment.start for moment in found.moments] == [date(2023, 6, 6)]


def test_nothing_on_a_topic_is_an_empty_timeline(dammed: Newsroom) -> None:
    found = dammed.timeline("elections in Peru")
    assert (found.moments, found.citations, found.undated) == ((), (), 0)


@pytest.mark.parametrize(
    "question",
    [
        "Timeline of the Lorne dam",
        "Give me a chronology of the dam at Lorne",
        "How did the collapse of the Lorne dam unfold?",
        "What happened at the Lorne dam between March and October 2023?",
        "What has happened at the Lorne dam since March 2023?",
    ],
)
async def test_a_question_for_a_story_is_answered_with_one(dammed: Newsroom, question: str) -> None:
    answer = await dammed.ask(question)
    assert answer.status == "answered"
    assert on(answer.timeline, date(2023, 6, 6))
    told = [moment.text for moment in answer.timeline]
    assert [told.index(claim.text) for claim in answer.claims] == sorted(
        told.index(claim.text) for claim in answer.claims
    )
    assert {number for moment in answer.timeline for number in moment.citations} <= {
        cited.n for cited in answer.citations
    }


@pytest.mark.parametrize(
    "question",
    ["When did the Lorne dam burst?", "What happened at Lorne?", "How did the governor know?", "Who developed it?"],
)  # fmt: skip
def test_other_questions_ask_for_no_story(question: str) -> None:
    assert not story.asked_for(question)


async def test_a_model_answers_beside_the_story(make_newsroom: MakeNewsroom) -> None:
    quote = "Three villages were flooded when the Lorne dam burst on 6 June 2023."
    reply = {
        "answered": True,
        "reason": "",
        "claims": [{"text": "The dam burst.", "quotes": [{"passage": f"P{n}", "quote": quote}]} for n in range(1, 9)],
    }  # fmt: skip
    newsroom = make_newsroom(model=FakeModel(reply))
    fill(newsroom)
    answer = await newsroom.ask("Timeline of the dam at Lorne")
    assert (answer.mode, answer.claims[0].text) == ("model", "The dam burst.")
    (burst,) = on(answer.timeline, date(2023, 6, 6))
    assert answer.claims[0].citations[0] in burst.citations
