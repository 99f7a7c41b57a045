"""Questions that ask when: an event and its being told apart, one event on two days as a conflict, days in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import scripted
from conftest import draft
from fakes import FakeModel

from qa.answer import days
from qa.models import Answer, Published, Spoken
from qa.service import Newsroom

ARRIVAL = "when did Russian instructors arrive"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """The five seeds with the built-in embedding model."""
    with scripted.newsroom(tmp_path_factory.mktemp("seeds")) as made:
        yield made


def written(seeds: Newsroom, answer: object) -> Newsroom:
    """The same articles, with a model that replies so."""
    return Newsroom(replace(seeds.parts, model=FakeModel(answer)))


def cited(answer: Answer, words: str) -> set[str]:
    """The articles behind the claim that has these words."""
    (claim,) = (one for one in answer.claims if words in one.text)
    by_number = {one.n: one.article_id[:3] for one in answer.citations}
    return {by_number[number] for number in claim.citations}


async def test_an_arrival_is_told_apart_from_its_announcement(seeds: Newsroom) -> None:
    answer = await seeds.ask(ARRIVAL)
    first, second = answer.claims[:2]
    assert first.text == "Happened on Wednesday, 10 April 2024 (inferred)"
    assert second.text == "Reported on Friday, 12 April 2024"
    assert cited(answer, "Happened on") <= {"002", "004"}
    assert cited(answer, "Reported on") <= {"000", "001"}
    assert {(note.start, note.basis) for note in first.dates} == {(date(2024, 4, 10), "inferred")}
    assert answer.conflicts == ()


async def test_a_model_that_leaves_the_announcement_out_has_it_added(seeds: Newsroom) -> None:
    quote = "Russian military trainers arrived in Niger on Wednesday"
    answer = await written(seeds, reply("They arrived on Wednesday.", quote)).ask(ARRIVAL)
    assert answer.mode == "model"
    assert [claim.text for claim in answer.claims] == [
        "They arrived on Wednesday.",
        "Reported on Friday, 12 April 2024",
    ]
    assert cited(answer, "Reported on") <= {"000", "001"}


async def test_a_model_that_tells_both_has_nothing_added(seeds: Newsroom) -> None:
    both = reply("They arrived on Wednesday.", "Russian military trainers arrived in Niger on Wednesday")
    told = reply("It became known on April 12.", "On April 12, it became known about the arrival of Russian")
    both["claims"] += told["claims"]  # type: ignore[operator]
    answer = await written(seeds, both).ask(ARRIVAL)
    assert [claim.text for claim in answer.claims] == [
        "They arrived on Wednesday.",
        "It became known on April 12.",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("They arrived on Wednesday, 10 April 2024.", True),
        ("They arrived in April 2024.", True),
        ("They arrived on 11 April 2024.", False),
        ("They arrived on 10 April 2023.", False),
        ("10 of them arrived on Wednesday.", False),
    ],
)
async def test_a_claims_day_must_be_what_its_quote_means(seeds: Newsroom, text: str, kept: bool) -> None:
    quote = "Russian military trainers arrived in Niger on Wednesday"
    answer = await written(seeds, reply(text, quote)).ask(ARRIVAL)
    assert (text in [claim.text for claim in answer.claims]) is kept


async def test_a_model_is_told_what_the_dates_of_a_passage_mean(seeds: Newsroom) -> None:
    model = FakeModel(
        reply("They arrived on Wednesday.", "Russian military trainers arrived in Niger on Wednesday")
    )
    await Newsroom(replace(seeds.parts, model=model)).ask(ARRIVAL)
    asked = str(model.asked[0][1]["content"])
    assert '"Wednesday": "Wednesday, 10 April 2024 (inferred)"' in asked
    assert '"April 12": "Friday, 12 April 2024"' in asked
    assert '"published": "2024-04-11 to 2024-04-16", "basis": "inferred"' in asked


async def test_one_event_on_two_days_is_a_disagreement(newsroom: Newsroom) -> None:
    floods(newsroom, "The flood reached Aveley on Monday.", "The flood reached Aveley on Tuesday.")
    answer = await newsroom.ask("When did the flood reach Aveley?")
    (conflict,) = answer.conflicts
    assert [value.value for value in conflict.values] == ["Monday, 3 June 2024", "Tuesday, 4 June 2024"]


async def test_the_same_day_in_two_writings_is_no_disagreement(newsroom: Newsroom) -> None:
    floods(newsroom, "The flood reached Aveley on Monday.", "The flood reached Aveley on 3 June.")
    answer = await newsroom.ask("When did the flood reach Aveley?")
    assert answer.conflicts == ()
    assert answer.claims[0].text == "Monday, 3 June 2024"
    assert len(answer.claims[0].citations) == 2


async def test_only_a_report_is_not_the_event(newsroom: Newsroom) -> None:
    newsroom.ingest(
        [draft("Police announced on Monday that the flood had reached Aveley.", published=Published(date(2024, 6, 5), "given"))]
    )  # fmt: skip
    answer = await newsroom.ask("When did the flood reach Aveley?")
    assert answer.claims[0].text == "Reported on Monday, 3 June 2024"
    told = await newsroom.ask("When did police announce that the flood had reached Aveley?")
    assert told.claims[0].text == "Monday, 3 June 2024"


@pytest.mark.parametrize(
    ("first", "until", "basis", "words"),
    [
        (date(2024, 4, 10), date(2024, 4, 11), "inferred", "Wednesday, 10 April 2024 (inferred)"),
        (date(2024, 4, 10), date(2024, 4, 11), "resolved", "Wednesday, 10 April 2024"),
        (date(2023, 12, 1), date(2024, 1, 1), "resolved", "December 2023"),
        (date(2023, 1, 1), date(2024, 1, 1), "resolved", "2023"),
        (date(2024, 4, 25), date(2024, 5, 6), "inferred", "between 25 April 2024 and 5 May 2024 (inferred)"),
        (date(2024, 4, 10), date(2024, 4, 11), "stated", "shown"),
        (None, date(2024, 4, 11), "resolved", "shown"),
        (None, None, "unknown", "shown"),
    ],
)
def test_a_date_is_said_whole(first: date | None, until: date | None, basis: str, words: str) -> None:
    assert days.in_words(Spoken(0, 5, first, until, basis, "event"), "shown") == words  # type: ignore[arg-type]


def reply(text: str, quote: str) -> dict[str, object]:
    """The quote under every label: which passage comes first is not what is tested."""
    quotes = [{"passage": f"P{number}", "quote": quote} for number in range(1, 11)]
    return {"answered": True, "reason": "", "claims": [{"text": text, "quotes": quotes[:6]}, {"text": text, "quotes": quotes[6:]}]}  # fmt: skip


def floods(newsroom: Newsroom, *texts: str) -> None:
    newsroom.ingest(
        draft(text, id=f"m{number}", publisher=f"P{number}", published=Published(date(2024, 6, 5), "given"))
        for number, text in enumerate(texts)
    )
