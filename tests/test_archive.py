"""The archive: identity, versions, one transaction an article, the sequence."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import draft, whole
from fakes import FakeEmbedder

from qa.adapters.archive import SqlArchive, migrate
from qa.adapters.archive.tables import SCHEMA, metadata
from qa.errors import ArchiveError, Busy, ModelMismatch, NotFound, SchemaTooNew
from qa.events import Record
from qa.models import ANY, Draft, Filters, Published, Turn
from qa.ports import Prepared, Stored


def put(archive: SqlArchive, item: Draft) -> Stored:
    cuts = whole(item.text)
    vectors = FakeEmbedder().embed_passages([item.text[cut.start : cut.end] for cut in cuts])
    return archive.put(Prepared(item, tuple(cuts), vectors))


def test_an_article_comes_back_as_it_was_given(archive: SqlArchive) -> None:
    given = draft(
        "One.\n\nTwo.",
        title="A title",
        publisher="The Paper",
        url="https://example.org/a",
        authors=("Ann", "Bo"),
        published=Published(date(2024, 4, 13), "given"),
        id="a1",
        furniture=((0, 4),),
    )
    put(archive, given)
    held = archive.article("a1")
    assert (held.text, held.title, held.publisher, held.url, held.authors, held.published, held.furniture) == (
        given.text, given.title, given.publisher, given.url, given.authors, given.published, given.furniture,
    )  # fmt: skip
    assert (held.version, held.versions) == (1, 1)


def test_the_words_of_every_passage_are_those_of_its_version(archive: SqlArchive) -> None:
    put(archive, draft("Zażółć – 🙂 one.\n\n“Two” Ω.\n\nThree.", id="a"))
    text = archive.article("a").text
    ids, _ = archive.vectors(ANY)
    held = archive.passages(ids.tolist())
    assert len(held) == 3
    for passage, _ in held.values():
        assert passage.text == text[passage.start : passage.end]


def test_the_same_text_again_is_unchanged(archive: SqlArchive) -> None:
    item = draft("Same.", id="a")
    put(archive, item)
    assert archive.known(item) == Stored("a", 1, "unchanged")


def test_changed_text_is_a_new_version_and_the_old_one_stays(archive: SqlArchive) -> None:
    put(archive, draft("Old words.", id="a"))
    assert put(archive, draft("New words.", id="a")) == Stored("a", 2, "changed")
    assert archive.article("a").text == "New words."
    assert archive.article("a", 1).text == "Old words."
    assert archive.count() == (1, 1)


def test_a_changed_date_keeps_the_version(archive: SqlArchive) -> None:
    put(archive, draft("Words.", id="a"))
    corrected = draft("Words.", id="a", published=Published(date(2024, 1, 2), "given"))
    assert archive.known(corrected) is None
    assert put(archive, corrected) == Stored("a", 1, "changed")
    assert archive.article("a").published.date == date(2024, 1, 2)


def test_the_same_address_in_another_spelling_is_the_same_article(archive: SqlArchive) -> None:
    put(archive, draft("Words.", url="https://www.example.org/story/"))
    assert (
        archive.known(draft("Words.", url="http://example.org/story#top")) is None
    )  # its stored address differs
    again = put(archive, draft("Words.", url="http://example.org/story#top"))
    assert again.outcome == "changed"
    assert archive.count() == (1, 1)


def test_two_files_of_one_name_are_two_articles(archive: SqlArchive) -> None:
    first = put(archive, draft("One.", source="/a/story.txt"))
    second = put(archive, draft("Two.", source="/b/story.txt"))
    assert first.id == "story.txt"
    assert second.id.startswith("story.txt~")
    assert archive.count() == (2, 2)


def test_a_file_moved_elsewhere_is_still_the_same_article(archive: SqlArchive) -> None:
    put(archive, draft("One.", source="/a/story.txt"))
    assert archive.known(draft("One.", source="/moved/story.txt")) == Stored("story.txt", 1, "unchanged")


def test_the_same_text_under_another_id_is_a_copy_of_one_origin(archive: SqlArchive) -> None:
    put(archive, draft("Wire copy.", id="a"))
    assert put(archive, draft("Wire copy.", id="b")).outcome == "copy"
    assert archive.article("a").origin == archive.article("b").origin


def test_deletion_leaves_nothing_but_its_place_in_the_sequence(archive: SqlArchive) -> None:
    put(archive, draft("Words.", id="a"))
    archive.delete("a")
    with pytest.raises(NotFound, match="no article 'a'"):
        archive.article("a")
    assert archive.count() == (0, 0)
    assert len(archive.vectors(ANY)[0]) == 0
    assert archive.changes(0, limit=10) == (2, ["a"], [])


def test_an_article_that_is_not_there_cannot_be_deleted(archive: SqlArchive) -> None:
    with pytest.raises(NotFound):
        archive.delete("nobody")


def test_a_put_that_fails_leaves_nothing_behind(archive: SqlArchive) -> None:
    item = draft("One.\n\nTwo.", id="a")
    with pytest.raises(ValueError, match="zip"):
        archive.put(Prepared(item, tuple(whole(item.text)), np.zeros((1, 64), np.float32)))
    assert archive.count() == (0, 0)
    assert archive.position() == 0


def test_filters_let_in_what_they_name(archive: SqlArchive) -> None:
    put(archive, draft("a", id="a", publisher="The Paper", published=Published(date(2024, 4, 1), "given")))
    put(archive, draft("b", id="b", publisher="Other", published=Published(date(2024, 5, 1), "given")))
    put(archive, draft("c", id="c"))

    def found(filters: Filters) -> set[str]:
        ids, _ = archive.vectors(filters)
        return {article.id for _, article in archive.passages(ids.tolist()).values()}

    assert found(ANY) == {"a", "b", "c"}
    assert found(Filters(publishers=("the paper",))) == {"a"}
    assert found(Filters(published_from=date(2024, 4, 2))) == {"b"}
    assert found(Filters(published_to=date(2024, 4, 1))) == {"a"}
    assert found(Filters(as_of=date(2024, 4, 15))) == {"a"}, "an undated article is not known by any day"
    assert found(Filters(articles=("c",))) == {"c"}


def test_a_conversation_is_kept_in_order(archive: SqlArchive) -> None:
    turns = [Turn("one?", "one?", "1"), Turn("two?", "two?", "2")]
    archive.write_down([Record(turn, conversation="a" * 32) for turn in turns])
    assert archive.history("a" * 32) == turns
    with pytest.raises(NotFound, match="no conversation"):
        archive.history("unknown")


def test_the_schema_constant_is_the_newest_migration() -> None:
    assert migrate.newest() == SCHEMA


def test_the_migrations_make_the_tables_that_the_code_declares(archive: SqlArchive, tmp_path: Path) -> None:
    held = sqlite3.connect(tmp_path / "archive.db")
    for table in metadata.sorted_tables:
        columns = {row[1] for row in held.execute(f"PRAGMA table_info({table.name})")}
        assert columns == {column.name for column in table.columns}, table.name
    held.close()


def test_an_archive_of_a_newer_schema_is_refused_and_left_alone(archive: SqlArchive, tmp_path: Path) -> None:
    archive.close()
    held = sqlite3.connect(tmp_path / "archive.db")
    held.execute("UPDATE alembic_version SET version_num = '9999'")
    held.commit()
    with pytest.raises(SchemaTooNew, match=r"9999.*Upgrade dateline-qa"):
        SqlArchive.at(tmp_path, fingerprint="fake/64")
    assert held.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    held.close()


def test_another_database_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    held = sqlite3.connect(tmp_path / "archive.db")
    held.execute("CREATE TABLE accounts (name TEXT)")
    held.commit()
    held.close()
    with pytest.raises(ArchiveError, match="not a Dateline archive"):
        SqlArchive.at(tmp_path, fingerprint="fake/64")


def test_a_file_that_is_no_database_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("This is not a database, it only looks like one. " * 50)
    with pytest.raises(ArchiveError, match=r"damaged \(file is not a database\)"):
        SqlArchive.at(tmp_path, fingerprint="fake/64")


def test_another_embedding_model_is_named_with_the_command_that_mends_it(
    archive: SqlArchive, tmp_path: Path
) -> None:
    other = SqlArchive.at(tmp_path, fingerprint="other/8")
    with pytest.raises(ModelMismatch, match=r"fake/64.*other/8.*qa reindex"):
        other.require_model()
    other.close()


def test_an_archive_that_others_write_to_all_the_time_is_busy_not_broken(
    archive: SqlArchive, tmp_path: Path
) -> None:
    put(archive, draft("One.", id="a"))
    with contextlib.closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match=r"written to by others all the time\. Try again"):
            archive.delete("a")
        other.execute("ROLLBACK")
    archive.delete("a")
    assert archive.count() == (0, 0)


def test_some_passages_are_spread_over_all(archive: SqlArchive) -> None:
    for number in range(10):
        put(archive, Draft(f"Text {number}.", id=str(number)))
    assert archive.spread(10) == archive.spread(99) == list(range(1, 11))
    assert archive.spread(5) == [2, 4, 6, 8, 10]
    assert len(archive.spread(3)) == 3
    assert archive.spread(0) == []
