"""What every view of the archive must do, asked of each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from chroma_process import Server
from conftest import draft
from fakes import FakeEmbedder
from test_archive import put

from qa.adapters.archive import SqlArchive
from qa.adapters.chroma import ChromaView, probe
from qa.adapters.chroma_server import ChromaServer
from qa.adapters.exact import ExactSearch
from qa.adapters.lexical import KeywordView
from qa.adapters.vectors import VectorLeg
from qa.library import catch_up
from qa.models import ANY, Filters, Published
from qa.ports import KeywordSearch, Placement, Settled, VectorSearch, View

Make = Callable[[str], View]
EMBED = FakeEmbedder()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("chroma")).running() as made:
        yield made


@pytest.fixture(params=["chroma", "chroma server", "keywords"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    opened: list[View] = []
    server = request.getfixturevalue("server") if request.param == "chroma server" else None

    def open_view(archive_id: str) -> View:
        view: View
        if server is not None:
            view = ChromaServer(server.url, tmp_path / "views", archive=archive_id, model="fake/64")
        elif request.param == "chroma":
            view = ChromaView(tmp_path / "views", archive=archive_id, model="fake/64")
        else:
            view = KeywordView(tmp_path / "views", archive=archive_id)
        opened.append(view)
        return view

    yield open_view
    for view in opened:
        view.close()


def found(view: View, words: str, filters: Filters = ANY) -> list[int]:
    if isinstance(view, ChromaView | ChromaServer):
        return [number for number, _ in view.nearest(EMBED.embed_question(words), k=10, filters=filters)]
    assert isinstance(view, KeywordView)
    return [number for number, _ in view.matching(words, k=10, filters=filters)]


def filled(archive: SqlArchive) -> None:
    put(
        archive,
        draft("apples pears", id="a", publisher="The Paper", published=Published(date(2024, 4, 1), "given")),
    )
    put(
        archive,
        draft("bread butter", id="b", publisher="Other", published=Published(date(2024, 5, 1), "given")),
    )
    put(archive, draft("cheese wine", id="c"))


def test_it_follows_the_archive(archive: SqlArchive, make: Make) -> None:
    view = make(archive.id)
    assert (view.position(), view.count()) == (0, 0)
    filled(archive)
    catch_up(archive, view)
    assert (view.position(), view.count()) == (3, 3)
    assert found(view, "bread butter")[0] == 2


def test_a_changed_article_is_found_by_its_new_words_only(archive: SqlArchive, make: Make) -> None:
    filled(archive)
    view = make(archive.id)
    catch_up(archive, view)
    put(archive, draft("olives figs", id="b"))
    catch_up(archive, view)
    assert view.count() == 3
    assert found(view, "olives figs")[0] == 4
    assert 2 not in found(view, "bread butter")


def test_a_deleted_article_is_gone(archive: SqlArchive, make: Make) -> None:
    filled(archive)
    view = make(archive.id)
    catch_up(archive, view)
    archive.delete("b")
    catch_up(archive, view)
    assert view.count() == 2
    assert 2 not in found(view, "bread butter")


def test_an_inferred_date_is_filtered_by_its_first_and_its_last_day(archive: SqlArchive, make: Make) -> None:
    filled(archive)
    placed = Published(None, "inferred", start=date(2024, 4, 10), end=date(2024, 4, 17), why="because")
    archive.dates.settle([Settled("c", Placement(placed, EMBED.embed_question("x"), -1.0, ("a",)), ())])
    view = make(archive.id)
    catch_up(archive, view)
    assert 3 in found(view, "cheese wine", Filters(as_of=date(2024, 4, 16)))
    assert 3 not in found(view, "cheese wine", Filters(as_of=date(2024, 4, 15)))
    assert 3 in found(view, "cheese wine", Filters(published_from=date(2024, 4, 10)))
    assert 3 not in found(view, "cheese wine", Filters(published_from=date(2024, 4, 11)))


def test_it_is_there_again_after_closing(archive: SqlArchive, make: Make) -> None:
    filled(archive)
    view = make(archive.id)
    catch_up(archive, view)
    view.close()
    again = make(archive.id)
    assert (again.position(), again.count()) == (3, 3)


def test_one_of_another_archive_starts_again(archive: SqlArchive, make: Make) -> None:
    filled(archive)
    view = make("another archive")
    catch_up(archive, view)
    view.close()
    assert make(archive.id).position() == 0


def test_one_that_is_ahead_is_rebuilt(archive: SqlArchive, make: Make) -> None:
    filled(archive)
    view = make(archive.id)
    catch_up(archive, view)
    view.mark(99)
    catch_up(archive, view)
    assert (view.position(), view.count()) == (3, 3)


def test_damaged_files_are_rebuilt_without_embedding(archive: SqlArchive, make: Make, tmp_path: Path) -> None:
    filled(archive)
    view = make(archive.id)
    catch_up(archive, view)
    for file in (tmp_path / "views").rglob("*"):
        if file.is_file() and file.parent.name != "views":
            file.write_bytes(b"torn")
    _unclean(tmp_path / "views" / "chroma.json")
    again = make(archive.id)
    catch_up(archive, again)
    assert (again.position(), again.count()) == (3, 3)
    assert found(again, "bread butter")[0] == 2


def _unclean(path: Path) -> None:
    if path.exists():
        path.write_text(json.dumps({**json.loads(path.read_text()), "clean": False}))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(publishers=("THE PAPER",)), {1}),
        (Filters(published_from=date(2024, 4, 2)), {2}),
        (Filters(as_of=date(2024, 4, 30)), {1}),
        (Filters(articles=("b", "c")), {2, 3}),
        (Filters(publishers=("The Paper", "Other"), published_to=date(2024, 4, 1)), {1}),
    ],
)
def test_filters_are_walls(archive: SqlArchive, make: Make, filters: Filters, expected: set[int]) -> None:
    filled(archive)
    view = make(archive.id)
    catch_up(archive, view)
    assert set(found(view, "apples bread cheese", filters)) == expected


@pytest.mark.parametrize("engine", ["chroma", "chroma server", "exact"])
def test_every_vector_finds_itself_with_its_true_cosine(
    archive: SqlArchive, tmp_path: Path, engine: str, server: Server
) -> None:
    filled(archive)
    view = (
        ChromaServer(server.url, tmp_path / "views", archive=archive.id, model="fake/64")
        if engine == "chroma server"
        else ChromaView(tmp_path / "views", archive=archive.id, model="fake/64")
    )
    catch_up(archive, view)
    search: VectorSearch = ExactSearch(archive.vectors, archive.position) if engine == "exact" else view
    ids, vectors = archive.vectors(ANY)
    question = EMBED.embed_question("apples and bread")
    true = dict(zip(ids.tolist(), (vectors @ question).tolist(), strict=True))
    for number, score in search.nearest(question, k=3, filters=ANY):
        assert score == pytest.approx(true[number], abs=1e-5)
    for number, vector in zip(ids, vectors, strict=True):
        assert search.nearest(vector, k=1, filters=ANY)[0] == (number, pytest.approx(1.0, abs=1e-5))
    view.close()


def test_exact_search_sees_what_was_added_since(archive: SqlArchive) -> None:
    search = ExactSearch(archive.vectors, archive.position)
    assert search.nearest(np.ones(64, np.float32), k=5, filters=ANY) == []
    filled(archive)
    assert len(search.nearest(np.ones(64, np.float32), k=5, filters=ANY)) == 3


def test_exact_search_filters_what_it_keeps_as_it_filters_what_it_loads(archive: SqlArchive) -> None:
    filled(archive)
    kept, loads = (
        ExactSearch(archive.vectors, archive.position, archive.allowed),
        ExactSearch(archive.vectors, archive.position),
    )
    question = EMBED.embed_question("apples bread cheese")
    kept.nearest(question, k=1, filters=ANY)
    for filters in (
        Filters(as_of=date(2024, 4, 30)),
        Filters(articles=("b", "c")),
        Filters(publishers=("nobody",)),
    ):
        assert kept.nearest(question, k=5, filters=filters) == loads.nearest(question, k=5, filters=filters)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(as_of=date(2024, 4, 30)), [1]),
        (Filters(articles=("b", "c")), [2, 3]),
        (Filters(publishers=("x",)), []),
    ],
)
def test_the_vector_leg_filters_what_the_index_finds_without_one(
    archive: SqlArchive, tmp_path: Path, filters: Filters, expected: list[int]
) -> None:
    filled(archive)
    view = ChromaView(tmp_path / "views", archive=archive.id, model="fake/64")
    catch_up(archive, view)
    leg = VectorLeg(ExactSearch(archive.vectors, archive.position), archive.allowed)
    leg.use(view)
    for k in (1, 3):
        near = leg.nearest(EMBED.embed_question("bread butter"), k=k, filters=filters)
        assert sorted(number for number, _ in near) == expected[:k]
    view.close()


def test_vectors_that_are_given_back_while_they_are_searched_cost_nobody_an_answer(
    archive: SqlArchive,
) -> None:
    filled(archive)

    class Now(int):
        """A position at whose comparing another thread gives the vectors back."""

        def __ne__(self, other: object) -> bool:
            exact.release()
            return super().__ne__(other)

        __hash__ = int.__hash__

    exact, wanted = ExactSearch(archive.vectors, lambda: Now(1)), EMBED.embed_question("apple")
    first = exact.nearest(wanted, k=1, filters=ANY)
    assert exact.nearest(wanted, k=1, filters=ANY) == first != []


def test_the_probe_tells_a_sound_folder_from_a_torn_one(archive: SqlArchive, tmp_path: Path) -> None:
    filled(archive)
    view = ChromaView(tmp_path / "views", archive=archive.id, model="fake/64")
    catch_up(archive, view)
    view.close()
    (folder,) = (tmp_path / "views" / "chroma").iterdir()
    assert probe(folder)
    (folder / "chroma.sqlite3").write_bytes(b"torn")
    assert not probe(folder)
    assert not probe(folder / "missing")


def test_rarity_is_higher_for_rarer_words_and_knows_their_stems(archive: SqlArchive, tmp_path: Path) -> None:
    filled(archive)
    put(archive, draft("apples again", id="d"))
    view = KeywordView(tmp_path / "views", archive=archive.id)
    catch_up(archive, view)
    search: KeywordSearch = view
    rarity = search.rarity(["apple", "wine", "uranium"])
    assert rarity["apple"] < rarity["wine"] < rarity["uranium"]


def test_a_pasted_page_as_question_is_cut_to_its_rarest_words(archive: SqlArchive, tmp_path: Path) -> None:
    filled(archive)
    view = KeywordView(tmp_path / "views", archive=archive.id)
    catch_up(archive, view)
    assert view.matching("wine " + "word " * 10_000, k=5, filters=ANY)[0][0] == 3
    assert view.matching('AND OR "unclosed (field:x^2', k=5, filters=ANY) == []


def test_a_whole_article_is_found_by_words_that_no_passage_holds_together(
    archive: SqlArchive, tmp_path: Path
) -> None:
    put(archive, draft("olives figs\n\nbread butter", id="both"))
    put(archive, draft("olives", id="one"))
    view = KeywordView(tmp_path / "views", archive=archive.id)
    catch_up(archive, view)
    assert view.count() == 3
    assert [number for number, _ in view.articles("figs butter", k=5, filters=ANY)] == [1]
    view.apply(["both"], [])
    assert view.articles("figs butter", k=5, filters=ANY) == []


def test_scores_are_those_of_matching_whatever_the_filters(archive: SqlArchive, tmp_path: Path) -> None:
    filled(archive)
    view = KeywordView(tmp_path / "views", archive=archive.id)
    catch_up(archive, view)
    best = dict(view.matching("bread butter", k=5, filters=ANY))
    assert view.scores("bread butter", [1, 2]) == {2: pytest.approx(best[2])}
    walled = view.matching("bread butter", k=5, filters=Filters(articles=("b",), as_of=date(2024, 6, 1)))
    assert walled == [(2, pytest.approx(best[2]))]


def test_words_side_by_side_and_names_weigh_more(archive: SqlArchive, tmp_path: Path) -> None:
    put(archive, draft("figs olives and wine", id="apart"))
    put(archive, draft("olives figs and wine", id="together"))
    put(archive, draft("Aveley and wine", id="name"))
    put(archive, draft("harbour and wine", id="word"))
    view = KeywordView(tmp_path / "views", archive=archive.id)
    catch_up(archive, view)
    assert [number for number, _ in view.matching("olives figs", k=5, filters=ANY)] == [2, 1]
    assert [number for number, _ in view.matching("the harbour of Aveley", k=5, filters=ANY)] == [3, 4]


def test_places_and_outlets_are_the_archives_own(archive: SqlArchive) -> None:
    filled(archive)
    assert archive.publishers() == ("other", "the paper")
    places = archive.places([1, 3, 99])
    assert places.keys() == {1, 3}
    assert (places[1].article_id, places[1].publisher, places[1].day) == ("a", "the paper", date(2024, 4, 1))
    assert places[3].day is None
    put(archive, draft("tea", id="d", publisher="A Third"))
    assert archive.publishers() == ("a third", "other", "the paper")
