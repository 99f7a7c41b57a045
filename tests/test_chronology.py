"""What is known of time is found when the archive changes: where undated articles belong, what passages speak of."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from conftest import SEEDS, draft
from fakes import FakeEmbedder

from qa.adapters.archive import SqlArchive
from qa.models import Filters, Published, Spoken
from qa.ports import Settled
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
TITLE = "Flood destroys bridge at Kolda"
UNDATED = (
    "Flood destroys bridge at Kolda. A flood swept away the main bridge at Kolda on Tuesday, residents said."
)
LATER = (
    "Kolda bridge lost to flood. The main bridge at Kolda was swept away by a flood, the transport ministry said on "
    "September 13. Engineers will build a ferry."
)
SPORT = "Rowers from Bergen won four medals at the regatta in Lucerne, their coach told reporters after the finals."


def later(text: str = LATER, day: date = date(2023, 9, 14), **values: object) -> object:
    return draft(
        text, **{"id": "later", "publisher": "Paper", "published": Published(day, "given"), **values}
    )


@pytest.fixture
def flooded(newsroom: Newsroom) -> Newsroom:
    newsroom.ingest([draft(UNDATED, id="undated"), later(), draft(SPORT, id="sport")])
    return newsroom


def published(newsroom: Newsroom, article_id: str) -> Published:
    return next(held.published for held in newsroom.articles() if held.id == article_id)


def spoken(newsroom: Newsroom, article_id: str) -> dict[str, Spoken]:
    archive = newsroom.parts.archive
    ids, _ = archive.vectors(Filters(articles=(article_id,)))
    text = newsroom.article(article_id).text
    found = archive.dates.spoken(ids.tolist())
    return {text[said.start : said.end]: said for held in found.values() for said in held}


def test_an_undated_article_is_placed_when_it_comes_and_listed_with_the_reason(flooded: Newsroom) -> None:
    placed = published(flooded, "undated")
    assert placed.basis == "inferred"
    assert placed.start is not None
    assert placed.end is not None
    assert placed.start <= date(2023, 9, 13) < placed.end
    assert "Tuesday 12 September 2023" in placed.why
    assert placed.rests_on == ("later",)
    assert flooded.article("undated").published == placed


def test_what_nothing_dates_stays_undated(flooded: Newsroom) -> None:
    assert published(flooded, "sport") == Published()


def test_an_article_that_comes_later_dates_one_that_is_there(newsroom: Newsroom) -> None:
    newsroom.ingest([draft(UNDATED, id="undated")])
    assert published(newsroom, "undated") == Published()
    newsroom.ingest([later()])
    assert published(newsroom, "undated").rests_on == ("later",)


def test_without_the_article_that_it_rests_on_an_article_is_undated_again(flooded: Newsroom) -> None:
    flooded.delete("later")
    assert published(flooded, "undated") == Published()
    assert spoken(flooded, "undated")["Tuesday"].basis == "unknown"


def test_a_changed_article_places_its_neighbours_again(flooded: Newsroom) -> None:
    flooded.ingest([later(LATER.replace("September 13", "October 18"), date(2023, 10, 19))])
    assert "October 2023" in published(flooded, "undated").why


def test_an_articles_own_date_replaces_the_inferred_one(flooded: Newsroom) -> None:
    flooded.ingest([draft(UNDATED, id="undated", published=Published(date(2023, 9, 13), "given"))])
    assert published(flooded, "undated") == Published(date(2023, 9, 13), "given")


def test_passages_carry_the_days_they_speak_of(flooded: Newsroom) -> None:
    told = spoken(flooded, "later")["September 13"]
    assert (told.first, told.until) == (date(2023, 9, 13), date(2023, 9, 14))
    assert (told.basis, told.role) == ("resolved", "report")
    tuesday = spoken(flooded, "undated")["Tuesday"]
    assert (tuesday.first, tuesday.until) == (date(2023, 9, 12), date(2023, 9, 13))
    assert (tuesday.basis, tuesday.role) == ("inferred", "event")


@pytest.mark.parametrize(
    ("first", "last", "let_in"), [(None, 20, True), (None, 13, False), (10, None, True), (16, None, False)]
)
def test_filters_count_an_inferred_date_by_all_its_days(
    flooded: Newsroom, first: int | None, last: int | None, let_in: bool
) -> None:
    filters = Filters(
        published_from=date(2023, 9, first) if first else None, as_of=date(2023, 9, last) if last else None
    )
    parts = flooded.parts
    vector = parts.embedder().embed_question("flood bridge Kolda")
    near = [number for number, _ in parts.vectors.nearest(vector, k=9, filters=filters)]
    words = [number for number, _ in parts.keywords.matching("flood bridge Kolda", k=9, filters=filters)]
    ids, _ = parts.archive.vectors(Filters(articles=("undated",)))
    assert (int(ids[0]) in near, int(ids[0]) in words) == (let_in, let_in)


async def test_an_answer_says_what_a_day_leaves_out(flooded: Newsroom) -> None:
    answer = await flooded.ask(
        "When was the bridge at Kolda swept away?", filters=Filters(as_of=date(2023, 9, 14))
    )
    assert answer.notes[0] == (
        "Only what was published by 14 September 2023 counts; 2 articles are left out because the day of "
        "publication is not known well enough to tell."
    )
    assert {cited.article_id for cited in answer.citations} == {"later"}


async def test_a_claim_rests_on_what_was_found_at_ingestion(flooded: Newsroom) -> None:
    answer = await flooded.ask("When did the flood sweep away the main bridge at Kolda?")
    notes = [note for claim in answer.claims for note in claim.dates if note.text == "Tuesday"]
    assert notes
    assert (notes[0].start, notes[0].basis) == (date(2023, 9, 12), "inferred")
    assert "placed between" in notes[0].why


def test_an_outlets_other_articles_tell_which_comes_first_day_or_month(newsroom: Newsroom) -> None:
    open_one = later("The deal of 04/05/2023 was signed in Bern.", id="open", publisher="Paper")
    newsroom.ingest([open_one])
    assert spoken(newsroom, "open")["04/05/2023"].basis == "unknown"
    newsroom.ingest([later("The treaty of 25/05/2023 was signed in Bern.", id="sure", publisher="PAPER")])
    newsroom.ingest(
        [
            later("The deal of 04/05/2023 was signed in Rome.", id="other", publisher="Else"),
            later("The deal of 04/05/2023 was sealed in Bern.", id="again", publisher="paper"),
        ]
    )
    assert spoken(newsroom, "again")["04/05/2023"].first == date(2023, 5, 4)
    assert spoken(newsroom, "other")["04/05/2023"].basis == "unknown"


def test_an_article_is_read_in_its_own_language(newsroom: Newsroom) -> None:
    text = "Le pont de Kolda a été emporté par une crue mardi dernier, selon les habitants de la ville et du quartier."
    newsroom.ingest([later(text)])
    assert [said.first for said in spoken(newsroom, "later").values()] == [date(2023, 9, 12)]


@pytest.mark.parametrize(
    "left",
    ["DELETE FROM facts WHERE name = 'dated'", "UPDATE facts SET value = '1' WHERE name = 'dates read by'"],
)
def test_what_an_older_dateline_did_not_find_or_read_otherwise_is_found(flooded: Newsroom, left: str) -> None:
    before = (published(flooded, "undated"), spoken(flooded, "undated"))
    with sqlite3.connect(flooded.parts.archive._engine.url.database) as raw:  # type: ignore[attr-defined]
        raw.executescript(f"DELETE FROM considered; DELETE FROM placements; DELETE FROM mentions; {left};")
    assert published(flooded, "undated") == Published()
    flooded.follow()
    assert (published(flooded, "undated"), spoken(flooded, "undated")) == before


def test_an_undated_article_places_no_other_again(flooded: Newsroom) -> None:
    settled: list[str] = []
    index = flooded.parts.archive.dates
    before = index.settle

    def settle(found: Sequence[Settled], *, position: int | None = None) -> None:
        settled.extend(one.article_id for one in found)
        before(found, position=position)

    index.settle = settle  # type: ignore[method-assign]
    flooded.ingest(
        [draft("A flood swept away a second bridge at Kolda on Friday, residents said.", id="second")]
    )
    assert settled == ["second"]
    flooded.ingest(
        [later("Another flood at Kolda swept away the main bridge.", date(2023, 9, 15), id="third")]
    )
    assert set(settled[1:]) >= {"third", "undated"}


def test_nothing_is_found_twice(flooded: Newsroom, archive: SqlArchive) -> None:
    position = archive.position()
    flooded.follow()
    flooded.follow()
    assert archive.position() == position


def test_reindexing_keeps_what_is_inferred_out_of_the_vectors(make_newsroom: MakeNewsroom) -> None:
    embedder = FakeEmbedder()
    newsroom = make_newsroom(embedder=embedder)
    newsroom.ingest([draft(UNDATED, id="undated"), later()])
    texts = set(embedder.embedded)
    with sqlite3.connect(newsroom.parts.archive._engine.url.database) as raw:  # type: ignore[attr-defined]
        raw.execute("DELETE FROM vectors")
    newsroom.reindex()
    assert set(embedder.embedded) == texts
    assert published(newsroom, "undated").basis == "inferred"


def test_the_seeds_come_out_as_their_readers_would_place_them(newsroom: Newsroom) -> None:
    files = [draft(path.read_text("utf-8"), id=path.name[:3]) for path in sorted(SEEDS.glob("0*.txt"))]
    newsroom.ingest(files)
    for name in ("002", "004"):
        wednesday = spoken(newsroom, name)["Wednesday"]
        assert (wednesday.first, wednesday.until) == (date(2024, 4, 10), date(2024, 4, 11))
        assert (wednesday.basis, published(newsroom, name).basis) == ("inferred", "inferred")
        assert "12 April 2024" in published(newsroom, name).why
    third = published(newsroom, "003")
    assert third.date is None
    assert third.start is not None
    assert (
        spoken(newsroom, "003")["later this week"].first != spoken(newsroom, "003")["later this week"].until
    )
    assert (spoken(newsroom, "003")["later this week"].until or date.max) > third.start
    march = spoken(newsroom, "002")["March"]
    assert (march.first, march.until, march.basis) == (date(2024, 3, 1), date(2024, 4, 1), "inferred")
