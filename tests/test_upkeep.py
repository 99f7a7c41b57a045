"""An archive is copied while it is written, put back elsewhere, exported, imported, checked and mended."""

# ruff: noqa: F811  fixtures of another file are named where they are used

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from conftest import draft
from test_cli import QUESTION, asked, free_port, home, run, seeded, server  # noqa: F401  fixtures
from test_service import filled

from qa.adapters.archive import SqlArchive
from qa.errors import ArchiveError
from qa.ingest import portable
from qa.models import Article, Draft, Published, Refusal
from qa.service import Newsroom


def rows(database: Path) -> dict[str, list[Any]]:
    """Everything that a database holds, by table."""
    held = sqlite3.connect(database)
    names = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: held.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    held.close()
    return found


# -- backup and restore ------------------------------------------------------------------------------------


def test_a_backup_is_one_moment_of_an_archive_that_is_written(
    newsroom: Newsroom, archive: SqlArchive, tmp_path: Path
) -> None:
    going = threading.Event()
    going.set()

    def write() -> None:
        number = 0
        while going.is_set():
            newsroom.ingest([draft(f"Article {number} tells of flood {number}.", id=f"a{number}")])
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            archive.backup(tmp_path / f"copy{number}.db")
    finally:
        going.clear()
        writer.join()
    for number in range(5):
        held = rows(tmp_path / f"copy{number}.db")
        stored = {row[0] for row in held["articles"]}
        assert {row[0] for row in held["versions"]} == stored
        assert len(held["passages"]) == len(held["vectors"]) == len(held["sequence"]) == len(stored)
    assert [path.name for path in tmp_path.glob("copy0.db*")] == ["copy0.db"], "one file, nothing beside it"
    assert (tmp_path / "copy0.db").stat().st_mode & 0o077 == 0


def test_beside_a_server_a_backup_restored_elsewhere_gives_the_same(
    home: Path, server: str, tmp_path: Path
) -> None:
    before = asked(home, QUESTION)
    copy, other = tmp_path / "copy.db", tmp_path / "other"
    done = json.loads(run(home, "backup", str(copy), "--json").stdout)
    assert done["articles"] == 5
    restored = run(other, "restore", str(copy))
    assert restored.returncode == 0, restored.stderr
    left, right = rows(copy), rows(other / "archive.db")
    for name in ("articles", "versions", "passages", "vectors", "sequence", "facts"):
        assert left[name] == right[name], name
    again = asked(other, QUESTION)
    changing = {"id", "conversation_id", "timings"}
    assert {k: v for k, v in again.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert run(other, "doctor").returncode == 0


def test_what_stands_in_the_way_is_said_and_nothing_is_changed(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run(home, "backup", str(copy)).returncode == 0
    before = copy.read_bytes()
    again = run(home, "backup", str(copy))
    assert (again.returncode, copy.read_bytes()) == (1, before)
    assert "exists already" in again.stderr
    assert run(home, "backup", str(tmp_path / "no" / "folder.db")).returncode == 1
    held = rows(home / "archive.db")
    refused = run(home, "restore", str(copy))
    assert refused.returncode == 1
    assert "has an archive already" in refused.stderr
    for name, damage in (
        ("nothing.db", b""),
        ("noise.db", os.urandom(5000)),
        ("half.db", before[: len(before) // 2]),
    ):
        wrong = tmp_path / name
        wrong.write_bytes(damage)
        refused = run(home, "restore", "--replace", str(wrong))
        assert refused.returncode == 1, name
        assert re.search(r"damaged", refused.stderr), refused.stderr
        assert "Traceback" not in refused.stderr
    assert rows(home / "archive.db") == held


def test_a_newer_archive_is_refused(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    run(home, "backup", str(copy))
    held = sqlite3.connect(copy)
    held.execute("UPDATE alembic_version SET version_num = '9999'")
    held.commit()
    held.close()
    for arguments in (["restore", str(copy)], ["restore", "--replace", str(copy)]):
        done = run(tmp_path / "other", *arguments)
        assert done.returncode == 1
        assert "schema 9999; this Dateline knows up to" in done.stderr
    assert not (tmp_path / "other" / "archive.db").exists()


def test_restoring_sets_the_archive_of_before_aside(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    run(home, "backup", str(copy))
    name = "001_5938293592f3906c.txt"
    run(home, "articles", "--delete", name)
    done = json.loads(run(home, "restore", "--replace", "--json", str(copy)).stdout)
    assert done["articles"] == 5
    assert len(rows(Path(done["set_aside"]))["articles"]) == 4
    assert run(home, "articles", name).returncode == 0
    assert run(home, "doctor").returncode == 0


@pytest.mark.parametrize("damage", ["no database", "a torn page", "a foreign log"])
def test_a_damaged_archive_is_named_and_a_backup_takes_its_place(
    home: Path, tmp_path: Path, damage: str
) -> None:
    copy, held = tmp_path / "copy.db", home / "archive.db"
    run(home, "backup", str(copy))
    before = asked(home, QUESTION)["text"]
    if damage == "no database":
        held.write_bytes(b"torn" * 1000)
    elif damage == "a torn page":
        whole = held.read_bytes()
        held.write_bytes(whole[:4096] + b"torn" * 1024 * 12 + whole[4096 * 13 :])
    else:
        held.write_bytes(b"torn" * 1000)
        (home / "archive.db-wal").write_bytes(b"torn" * 1000)
    for command in (["doctor"], ["status"], ["ask", QUESTION]):
        done = run(home, *command)
        assert "Traceback" not in done.stderr
        if command == ["doctor"] or damage != "a torn page":  # of which it is not sure who needs it
            said = done.stdout + done.stderr
            assert (done.returncode, "file is damaged" in said, "qa restore" in said) == (1, True, True), done
    done = run(home, "restore", "--replace", str(copy))
    assert (done.returncode, "5 articles are in" in done.stdout + done.stderr) == (0, True), done.stderr
    assert asked(home, QUESTION)["text"] == before
    assert run(home, "doctor").returncode == 0
    assert len(list(home.glob("archive-until-*.db"))) == 1


def test_a_folder_in_use_is_not_restored_into(home: Path, server: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    run(home, "backup", str(copy))
    refused = run(home, "restore", "--replace", str(copy))
    assert refused.returncode == 1
    assert "in use by `qa serve`" in refused.stderr


# -- export and import -------------------------------------------------------------------------------------


def test_what_is_exported_and_imported_is_the_same(
    make_newsroom: Callable[..., Newsroom], newsroom: Newsroom, tmp_path: Path
) -> None:
    filled(newsroom)
    given = Published(date(2024, 5, 2), "metadata", seen="2 May")
    newsroom.ingest([Draft("Zażółć 🙂 news.\n\nRelated Articles", id="x/1", title="T", publisher="P", url="https://a.example/1",
                           authors=("A", "B"), published=given, furniture=((16, 32),))])  # fmt: skip
    newsroom.ingest([Draft("Zażółć 🙂 news, changed.", id="x/1", title="T", published=given)])
    lines = [portable.line(each) for each in everything(newsroom)]
    other = tmp_path / "other"
    other.mkdir()
    held = SqlArchive.at(other, fingerprint="fake/64")
    parts = make_newsroom().parts
    imported = Newsroom(replace(parts, archive=held, views=[]))
    report = imported.ingest(portable.drafts(BytesIO("\n".join(lines).encode()), name="e.jsonl"))
    assert (report.refused, report.new) == ((), 3)
    assert [same(each) for each in everything(imported)] == [same(each) for each in everything(newsroom)]
    assert [portable.line(each) for each in everything(newsroom)] == lines
    held.close()


def everything(newsroom: Newsroom) -> list[Article]:
    found = []
    for each in newsroom.articles():
        newest = newsroom.article(each.id)
        found += [newsroom.article(each.id, version) for version in range(1, newest.versions + 1)]
    return found


def same(article: Article) -> Article:
    return replace(
        article, fetched_at=article.fetched_at.replace(year=2000, month=1, day=1, hour=0, minute=0, second=0)
    )


@pytest.mark.parametrize("bad", [
    "not json", "[]", "null", '{"text": "x"}', '{"id": "a", "text": "x", "dateline": {"form": 9}}', "[" * 20_000,
    json.dumps({"id": "a", "url": None, "title": "", "publisher": "", "authors": [], "published_at": None, "text": "abc",
                "dateline": {"form": 1, "version": 1, "basis": "unknown", "seen": "", "furniture": [[2, 9]]}}),
    json.dumps({"id": "a", "url": None, "title": "\ud800", "publisher": "", "authors": [], "published_at": None, "text": "abc",
                "dateline": {"form": 1, "version": 1, "basis": "unknown", "seen": "", "furniture": []}}),
    json.dumps({"id": "a", "url": None, "title": "", "publisher": "", "authors": [], "published_at": "never", "text": "abc",
                "dateline": {"form": 1, "version": 1, "basis": "given", "seen": "", "furniture": []}}),
])  # fmt: skip
def test_a_line_that_is_something_else_is_refused_by_its_number(bad: str) -> None:
    (found,) = portable.drafts(BytesIO(b"\n" + bad.encode()), name="e.jsonl")
    assert isinstance(found, Refusal)
    assert "e.jsonl line 2: is not an article as `qa export` writes it" in found.reason


def test_the_commands_write_and_read_files(seeded: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl.gz"
    assert run(seeded, "export", str(file)).returncode == 0
    assert len(gzip.decompress(file.read_bytes()).splitlines()) == 5
    assert run(seeded, "export", "-").stdout.encode() == gzip.decompress(file.read_bytes())
    assert run(seeded, "export", str(file)).returncode == 1
    other = tmp_path / "other"
    assert json.loads(run(other, "import", str(file), "--json").stdout)["new"] == 5
    assert asked(other, QUESTION)["citations"] == asked(seeded, QUESTION)["citations"]
    assert json.loads(run(other, "import", str(file), "--json").stdout)["unchanged"] == 5
    torn = tmp_path / "torn.jsonl.gz"
    torn.write_bytes(file.read_bytes()[:-20])
    done = run(tmp_path / "third", "import", str(torn))
    assert done.returncode == 1
    assert "cannot be read to its end" in done.stderr


# -- the doctor --------------------------------------------------------------------------------------------


def test_the_doctor_finds_and_mends_what_belongs_to_nothing(home: Path) -> None:
    held = sqlite3.connect(home / "archive.db")
    held.execute("DELETE FROM vectors WHERE passage_id = (SELECT min(id) FROM passages)")
    held.execute("INSERT INTO vectors SELECT 999999, model, vector FROM vectors LIMIT 1")
    held.execute(
        "INSERT INTO versions SELECT 'ghost', 1, title, text, digest, furniture, fetched_at FROM versions LIMIT 1"
    )
    held.commit()
    held.close()
    shutil.rmtree(home / "views" / "keywords", ignore_errors=True)
    sick = json.loads(run(home, "doctor", "--json").stdout)
    told = "\n".join(sick["problems"])
    for words in ("1 vectors without their passage", "1 versions without their article", "have no vector"):
        assert words in told
    mended = json.loads(run(home, "doctor", "--fix", "--json").stdout)
    assert (mended["ok"], mended["problems"], mended["mended"]) == (True, [], sick["problems"])
    assert run(home, "doctor").returncode == 0
    assert asked(home, QUESTION)["status"] == "answered"


def test_another_model_is_found_by_the_doctor(home: Path) -> None:
    held = sqlite3.connect(home / "archive.db")
    held.execute("UPDATE facts SET value = 'older/8' WHERE name = 'model'")
    held.execute("UPDATE vectors SET model = 'older/8'")
    held.commit()
    held.close()
    done = run(home, "doctor")
    assert done.returncode == 1
    assert "made with older/8, but the model now is all-MiniLM" in done.stdout
    assert run(home, "doctor", "--fix").returncode == 0
    assert asked(home, QUESTION)["status"] == "answered"


def test_only_sqlite_is_copied(archive: SqlArchive, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="exists already"):
        archive.backup(tmp_path)
