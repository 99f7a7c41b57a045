"""Conversations and answers in the archive: kept as given, opened again, forgotten whole."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from qa.adapters.archive import SqlArchive, migrate
from qa.errors import NotFound
from qa.events import Record
from qa.models import (
    Answer,
    Citation,
    Claim,
    Conflict,
    ConflictValue,
    DateNote,
    Feedback,
    Moment,
    Published,
    Turn,
)

CITED = Citation(
    n=1, article_id="a", version=2, title="T", publisher="The Paper", url=None,
    published=Published(date(2024, 4, 13), "dateline"), quote="Zażółć 🙂", start=3, end=11, before="", after=".",
    origin="article:a",
)  # fmt: skip
GIVEN = Answer(
    status="partial", reason="unverified", text="Zażółć 🙂 [1]", question="one?", standalone_question="one?",
    mode="extractive", id="f" * 32, conversation_id="c" * 32, origins=1, articles=1, as_of=date(2024, 5, 1),
    claims=(Claim("Zażółć 🙂", 0, 8, (1,), (DateNote("on Wednesday", date(2024, 4, 10), date(2024, 4, 11), "resolved", "a"),)),),
    citations=(CITED,), conflicts=(Conflict("troops", (ConflictValue("700", (1,)), ConflictValue("1,000", (1,)))),),
    timeline=(Moment("Arrival", date(2024, 4, 10), date(2024, 4, 11), "inferred", (1,)),),
    suggestions=("And then?",), notes=("Quoted.",), timings={"search": 1.5},
)  # fmt: skip


def write(archive: SqlArchive, turn: Turn, conversation: str) -> str:
    archive.write_down([Record(turn, conversation=conversation)])
    return conversation


def test_an_answer_is_opened_again_as_it_was_given(archive: SqlArchive) -> None:
    write(archive, Turn("one?", "one?", GIVEN.text, GIVEN), "c" * 32)
    assert archive.answer(GIVEN.id) == GIVEN
    assert archive.conversation("c" * 32) == [Turn("one?", "one?", GIVEN.text, GIVEN)]
    assert archive.history("c" * 32) == [Turn("one?", "one?", GIVEN.text)]


def test_conversations_come_newest_first_with_their_first_question(archive: SqlArchive) -> None:
    first = write(archive, Turn("one?", "one?", "1"), "a" * 32)
    second = write(archive, Turn("two?", "two?", "2"), "b" * 32)
    write(archive, Turn("three?", "three?", "3"), first)
    held = archive.conversations(before=None, limit=10)
    assert [(talk.id, talk.title, talk.turns) for talk in held] == [(first, "one?", 2), (second, "two?", 1)]
    assert [talk.id for talk in archive.conversations(before=first, limit=10)] == [second]
    assert [talk.id for talk in archive.conversations(before=None, limit=1)] == [first]


def test_feedback_replaces_what_was_said_before(archive: SqlArchive, tmp_path: Path) -> None:
    write(archive, Turn("one?", "one?", "1", GIVEN), "c" * 32)
    archive.rate(Feedback(GIVEN.id, good=True))
    archive.rate(Feedback(GIVEN.id, good=False, reason="Wrong day."))
    held = sqlite3.connect(tmp_path / "archive.db")
    assert held.execute("SELECT answer_id, good, reason FROM feedback").fetchall() == [
        (GIVEN.id, 0, "Wrong day.")
    ]
    held.close()


def test_a_conversation_is_forgotten_whole(archive: SqlArchive, tmp_path: Path) -> None:
    write(archive, Turn("one?", "one?", "1", GIVEN), "c" * 32)
    kept = write(archive, Turn("two?", "two?", "2", replace(GIVEN, id="e" * 32)), "e" * 32)
    archive.rate(Feedback(GIVEN.id, good=True))
    archive.rate(Feedback("e" * 32, good=True))
    archive.forget("c" * 32)
    assert [talk.id for talk in archive.conversations(before=None, limit=9)] == [kept]
    held = sqlite3.connect(tmp_path / "archive.db")
    assert held.execute("SELECT answer_id FROM feedback").fetchall() == [("e" * 32,)]
    held.close()
    for gone in (lambda: archive.answer(GIVEN.id), lambda: archive.conversation("c" * 32)):
        with pytest.raises(NotFound):
            gone()


def test_what_is_not_there_is_not_found(archive: SqlArchive) -> None:
    for asked in (
        lambda: archive.answer("nope"),
        lambda: archive.forget("nope"),
        lambda: archive.rate(Feedback("nope", good=True)),
        lambda: archive.conversations(before="nope", limit=5),
    ):
        with pytest.raises(NotFound):
            asked()


def test_an_archive_of_the_first_schema_keeps_its_conversations(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'archive.db'}")
    with engine.begin() as connection:
        command.upgrade(migrate.configuration(connection), "0001")
        row = ("c" * 32, "one?", "one?", "1", "2026-01-01T00:00:00+00:00")
        connection.exec_driver_sql(
            "INSERT INTO turns (conversation_id, question, standalone, answer, at) VALUES (?, ?, ?, ?, ?)",
            row,
        )
    engine.dispose()
    again = SqlArchive.at(tmp_path, fingerprint="fake/64")
    assert again.conversation("c" * 32) == [Turn("one?", "one?", "1")]
    again.close()
