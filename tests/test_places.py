"""Places and people that are asked for: what is one, what is put first, and which of them are told against each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench import places as bench
from qa import bootstrap
from qa.answer import candidates, kinds, places
from qa.answer.kinds import Kind
from qa.service import Newsroom
from qa.settings import Settings


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with bootstrap.writing(Settings(home=tmp_path_factory.mktemp("places")), what="a test") as newsroom:
        newsroom.ingest(bench.drafts(bench.items()))
        yield newsroom


@pytest.mark.parametrize("item", bench.items(), ids=lambda item: str(item["question"]))
async def test_a_name_is_put_first_and_only_those_differ_that_are_told_of_the_same(
    opened: Newsroom, item: dict[str, Any]
) -> None:
    (answer,) = await bench.said(opened, [item])
    assert any(name in bench.first(answer) for name in item["expect"])
    assert sorted(bench.values(answer)) == sorted(item["differ"])


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("He spoke at the Meeting of Ministers in Charge of Public Health.", []),
        ("The team landed in Praia, RTC said.", ["Praia"]),
        ("It was seen in the RTC studios.", []),
        ("It was seen at RTC.", []),
        ("The plane landed in the US and in D.C. as well.", ["US", "D.C"]),
        ("In Varna, two died.", ["Varna"]),
        ("In Togo, Ghana opened a school near Kara, Togo.", ["Togo", "Kara, Togo"]),
        ("It is the first base in West Africa.", []),
        ("They slept on Mount Ararat on Monday.", ["Mount Ararat"]),
        ("It stood in Response to the question.", []),
    ],
)
def test_a_name_with_a_capital_is_a_place_by_what_stands_around_it(sentence: str, found: list[str]) -> None:
    values = candidates.values(sentence, Kind("where"))
    assert [one.shown for one in values if one.fits >= places.PLAIN] == found


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("Where did the ship come from?", "The ship came from Lagos to Bremen.", ["Lagos"]),
        ("Where did the ship sail to?", "The ship sailed from Lagos to Bremen.", ["Bremen"]),
        ("Where did the ship sink?", "The ship sank near Brest on its way from Lagos to Bremen.", ["Brest"]),
        ("Which country won?", "Nepal beat the Indian team in Delhi.", ["Nepal"]),
        ("In which state did it happen?", "It happened near the border of New Mexico.", ["New Mexico"]),
        ("In which state did it happen?", "It happened in Kaduna.", ["Kaduna"]),
    ],
)
def test_the_place_of_a_journey_is_the_one_that_is_asked_for(
    question: str, sentence: str, found: list[str]
) -> None:
    values = candidates.values(sentence, kinds.kind_of(question))
    assert [one.shown for one in values if one.fits >= places.PLAIN] == found


@pytest.mark.parametrize(
    ("text", "one", "other", "within"),
    [
        ("It fell in Niger's capital, Niamey.", "Niger", "Niamey", True),
        ("In the south of Varna, Bulgaria's third largest city.", "Varna", "Bulgaria", True),
        ("At Mandela Airport in Praia.", "Mandela Airport", "Praia", True),
        ("It went from Lagos to Bremen.", "Lagos", "Bremen", False),
        ("In Riga, and not in Tallinn, as Hansa said.", "Riga", "Tallinn", False),
    ],
)
def test_a_place_within_another_is_not_told_against_it(text: str, one: str, other: str, within: bool) -> None:
    assert places.together(text, one, other, places=True) is within
    assert places.together(text, other, one, places=True) is within


def test_two_who_did_it_together_are_not_told_against_each_other() -> None:
    assert places.together("Ann Berg and Per Lund led it.", "Ann Berg", "Per Lund", places=False)
    assert not places.together("Ann Berg narrowly beat Per Lund.", "Ann Berg", "Per Lund", places=False)
    assert places.seat("Niamey", "Niger")
