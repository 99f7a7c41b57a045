"""Times of day: read with their zone, kept beside the day, told in the words, in order within a day."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import draft

from qa import dates
from qa.interfaces.timelines import timeline
from qa.models import Published, TimeOfDay
from qa.service import Newsroom

SATURDAY = date(2024, 4, 13)


def read(text: str, language: str = "en") -> tuple[str, str, str, str] | None:
    """The text, first and last time, and zone of a sentence's only time."""
    found = [mention.time for mention in dates.find(text, anchor=SATURDAY, language=language) if mention.time]
    assert len(found) < 2, found
    return (
        (found[0].text, dates.hhmm(found[0].start), dates.hhmm(found[0].end), found[0].zone)
        if found
        else None
    )


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It fell at 14:30 GMT on Friday.", ("14:30 GMT", "14:30", "14:31", "GMT")),
        ("He spoke at 3 p.m. ET Friday.", ("3 p.m. ET", "15:00", "16:00", "ET")),
        ("It hit shortly before midnight on Saturday.", ("shortly before midnight", "23:00", "24:00", "")),
        ("It opens at 9.30 am local time on Monday.", ("9.30 am local time", "09:30", "09:31", "local time")),
        ("At 06:00 UTC on Tuesday it landed.", ("06:00 UTC", "06:00", "06:01", "UTC")),
        ("They left on Friday at around 3pm.", ("around 3pm", "15:00", "16:00", "")),
        ("They left at 8:30 on Friday evening.", ("8:30", "20:30", "20:31", "")),
        ("It lands at 6:04 pm IST (1234 GMT) on August 23.", ("6:04 pm IST", "18:04", "18:05", "IST")),
        ("The quake struck at 0930 GMT on Sunday.", ("0930 GMT", "09:30", "09:31", "GMT")),
        ("They must leave before noon on Monday.", ("before noon", "00:00", "12:00", "")),
        ("Bidders have until noon on Monday.", ("noon", "12:00", "12:01", "")),
        ("Ballots are due by midnight on Monday.", ("midnight", "23:59", "24:00", "")),
        ("It began at 12:01 a.m. Tuesday.", ("12:01 a.m.", "00:01", "00:02", "")),
    ],
)
def test_a_time_of_day_is_read_with_its_zone(sentence: str, expected: tuple[str, str, str, str]) -> None:
    assert read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("Le train est parti vendredi à 14h30.", "fr", ("14h30", "14:30", "14:31", "")),
        ("Il est arrivé vendredi peu avant minuit.", "fr", ("peu avant minuit", "23:00", "24:00", "")),
        (
            "El avión despegó el viernes a las 15:30 hora local.", "es",
            ("15:30 hora local", "15:30", "15:31", "hora local"),
        ),
    ],
)  # fmt: skip
def test_a_time_of_day_in_another_language(
    sentence: str, language: str, expected: tuple[str, str, str, str]
) -> None:
    assert read(sentence, language) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "They won 3:1 on Sunday.",
        "The 10:15 train left yesterday.",
        "Shares stood at 9.30 on Monday.",
        "It fell at 25:30 on Friday.",
        "A warning is in force from 6pm on Monday to 9am on Tuesday.",
    ],
)
def test_what_is_no_time_of_one_day_has_none(sentence: str) -> None:
    assert read(sentence) is None


def test_zones_of_one_meaning_have_a_distance_from_utc() -> None:
    winter, summer = date(2024, 1, 10), date(2024, 7, 10)
    assert [dates.zone_offset(zone, winter) for zone in ("GMT", "ET", "EAT")] == [0, -300, 180]
    assert dates.zone_offset("ET", summer) == -240
    assert dates.zone_offset("IST", winter) is None
    assert dates.zone_offset("local time", winter) is None


PORT = (
    ("later", SATURDAY, "The governor closed the port of Kandu to ships shortly before midnight GMT on Friday."),
    ("blast", SATURDAY, "A blast tore through the port of Kandu at 14:30 GMT on Friday, killing four dockers."),
    ("crews", SATURDAY, "Firefighters entered the port of Kandu at 11 a.m. ET on Friday, witnesses recalled."),
    ("whole", SATURDAY, "Trading in Kandu came to a halt on Friday because of the port."),
)  # fmt: skip


@pytest.fixture
def port(newsroom: Newsroom) -> Newsroom:
    newsroom.ingest(
        draft(text, id=name, publisher=name, title="Kandu port", published=Published(day, "given"))
        for name, day, text in PORT
    )
    return newsroom


def test_a_day_is_told_in_the_order_of_its_times_across_zones(port: Newsroom) -> None:
    found = port.timeline("Kandu port").moments
    assert [moment.time and moment.time.text for moment in found] == [
        None,
        "14:30 GMT",
        "11 a.m. ET",
        "shortly before midnight GMT",
    ]
    assert {moment.start for moment in found} == {date(2024, 4, 12)}


async def test_a_time_is_told_with_its_day_and_is_on_the_wire(port: Newsroom) -> None:
    answer = await port.ask("When did the blast kill four dockers in the port of Kandu?")
    assert "Friday, 12 April 2024, 14:30 GMT" in answer.text
    noted = [note for claim in answer.claims for note in claim.dates]
    assert (noted[0].start, noted[0].end) == (date(2024, 4, 12), date(2024, 4, 13))
    assert noted[0].time == TimeOfDay("14:30 GMT", "14:30", "14:31", "minute", "GMT")
    wire = timeline(port.timeline("Kandu port")).model_dump(mode="json")["moments"][1]
    assert wire["time"] == {
        "text": "14:30 GMT", "from": "14:30", "to": "14:31", "precision": "minute", "zone": "GMT",
    }  # fmt: skip
