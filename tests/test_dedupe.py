"""Copies and agency families are one origin; what is merely alike is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qa.ingest import agencies, clean, dedupe
from qa.models import Draft

SEEDS = Path(__file__).parent.parent / "seeds"
WIRE = (
    "LEEDS, May 3 (Reuters) - The river rose by two metres overnight and flooded the lower part of the town, the mayor "
    "said on Friday.\n\nSome 300 people spent the night in the gymnasium of the school, and more were expected on "
    "Tuesday. Helpers from three districts filled sandbags along the dam until the water began to fall.\n\nThe dam was "
    "built in 1954 and raised twice since. Engineers had warned in March that its northern end would not stand another "
    "winter, but the council had put off the work for want of money."
)
OTHER = (
    "The council of the town met on Thursday to discuss its budget for the coming year. It agreed to spend more on "
    "schools and less on roads, after a debate that lasted until midnight. The mayor had asked for a loan, which the "
    "opposition refused. A second reading of the budget is planned for the first week of June, when the tax estimate "
    "of the ministry will be known."
)


def seed(number: str) -> Draft:
    text = next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8")
    page = clean.page(text)
    return Draft(text, title=page.title, publisher=page.publisher, furniture=page.furniture)


def test_two_articles_of_one_agency_are_one_origin() -> None:
    assert dedupe.origin(seed("000")) == dedupe.origin(seed("001")) == "agency:rossa-primavera-news-agency"


def test_the_other_seeds_name_no_origin() -> None:
    assert [dedupe.origin(seed(number)) for number in ("002", "003", "004")] == ["", "", ""]


def test_the_same_event_told_by_five_outlets_is_no_copy() -> None:
    sketches = [
        dedupe.signature(draft.text, furniture=draft.furniture)
        for draft in map(seed, ["000", "001", "002", "003", "004"])
    ]
    alike = [dedupe.near(a, b) for n, a in enumerate(sketches) for b in sketches[n + 1 :]]
    assert alike == [False] * 10


def test_a_wire_copy_with_another_headline_at_an_unrelated_outlet_belongs_to_the_agency() -> None:
    ours = Draft(f"Flood in Leeds\n\n{WIRE}", publisher="Reuters")
    theirs = Draft(f"Hundreds flee as the dam gives way\n\n{WIRE}", publisher="Valley Post")
    assert dedupe.origin(ours) == dedupe.origin(theirs) == "agency:reuters"


def test_a_copy_without_its_agency_line_is_found_by_its_words() -> None:
    copy = WIRE.removeprefix("LEEDS, May 3 (Reuters) - ").replace("on Friday", "today")
    one, other = dedupe.signature(WIRE), dedupe.signature(f"Hundreds flee\n\n{copy}")
    assert dedupe.near(one, other)
    assert set(dedupe.bands(one)) & set(dedupe.bands(other))


def test_different_stories_are_neither_near_nor_candidates() -> None:
    one, other = dedupe.signature(WIRE), dedupe.signature(OTHER)
    assert dedupe.likeness(one, other) < 0.1
    assert not set(dedupe.bands(one)) & set(dedupe.bands(other))


def test_furniture_does_not_count() -> None:
    box = "\n\nSign up for our newsletter and get the day's news in your inbox every morning. " * 6
    page = clean.page(WIRE + box, title="Flood")
    assert (
        dedupe.likeness(dedupe.signature(WIRE), dedupe.signature(WIRE + box, furniture=page.furniture)) == 1.0
    )


def test_a_signature_is_the_same_in_every_process() -> None:
    code = f"from qa.ingest import dedupe; print(dedupe.bands(dedupe.signature({WIRE!r}))[0])"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SEEDS.parent
    )
    assert said.stdout.strip() == dedupe.bands(dedupe.signature(WIRE))[0]


def test_of_a_short_text_nothing_can_be_said() -> None:
    short = dedupe.signature("The dam broke at noon.")
    assert short == ()
    assert dedupe.bands(short) == []
    assert not dedupe.near(short, short)


@pytest.mark.parametrize(
    ("text", "publisher", "agency"),
    [
        ("NIAMEY, April 13 (Reuters) - Soldiers arrived.", "Valley Post", "Reuters"),
        ("NIAMEY, Niger (AP) — Soldiers arrived.", "", "AP"),
        ("Niamey (AFP) - Soldiers arrived.", "", "AFP"),
        ("Berlin (dpa/lno) - Soldaten kamen an.", "", "dpa"),
        ("ROMA (ANSA) - I soldati sono arrivati.", "", "ANSA"),
        ("МОСКВА, 13 апреля /ТАСС/. Прибыли.\n\nИсточник: ТАСС", "", "TASS"),
        ("Soldiers arrived.\n\nSource: Xinhua", "", "Xinhua"),
        ("Soldiers arrived.\n\nSource: Valley News Agency", "", "Valley News Agency"),
        ("Soldiers arrived.\n\nQuelle: dpa", "", "dpa"),
        ("Soldiers arrived.\n\n© 2024 AFP", "", "AFP"),
        ("By Associated Press\n\nSoldiers arrived.", "Valley Post", "AP"),
        ("Soldiers arrived.\n\n(Reporting by Jane Roe; Editing by John Doe)", "Valley Post", "Reuters"),
        ("Soldiers arrived, Reuters reported.", "Valley Post", ""),
        ("The AP said that soldiers arrived.", "", ""),
        ("Soldiers arrived, according to AFP (which saw them).", "", ""),
        ("Soldiers arrived.\n\nSource: the ministry", "", ""),
        ("An app - ap or not - arrived.", "", ""),
    ],
)
def test_the_agency_behind_a_text(text: str, publisher: str, agency: str) -> None:
    assert agencies.agency_of(text, publisher=publisher) == agency
