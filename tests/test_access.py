"""Keys: what they open, for how long, how often, and that nothing of a secret is stored."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa import access
from qa.access import Access
from qa.adapters.archive import SqlArchive
from qa.errors import InputError, KeyRefused, NotFound, ScopeMissing, TooMany
from qa.models import HERE, Caller

NOW = datetime.now(UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_secret_is_long_and_stored_nowhere(archive: SqlArchive, tmp_path: Path) -> None:
    secret, key = access.create(archive.keys, "page", ["ask", "read", "ask"])
    assert len(secret.removeprefix("dateline_")) >= 43, "256 bits"
    assert key.scopes == ("ask", "read")
    archive.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("archive.db*"))
    assert secret.encode() not in stored
    assert secret.removeprefix("dateline_").encode() not in stored
    assert access.digest(secret).encode() in stored


def test_from_the_first_key_on_a_key_is_needed_even_when_all_are_revoked(archive: SqlArchive) -> None:
    gate = Access(archive.keys)
    assert not gate.closed
    _, key = access.create(archive.keys, "page", ["ask"])
    assert gate.closed
    archive.keys.revoke(key.id, NOW)
    assert Access(archive.keys).closed


def test_a_key_says_whose_it_is_and_what_it_may(archive: SqlArchive) -> None:
    secret, key = access.create(archive.keys, "page", ["ask"])
    caller = Access(archive.keys).caller(secret)
    assert caller == Caller(key.id, "page", frozenset({"ask"}))
    access.require(caller, "ask")
    with pytest.raises(ScopeMissing, match="needs a key with the scope ingest; this one has ask"):
        access.require(caller, "ingest")
    admin, _ = access.create(archive.keys, "operator", ["admin"])
    for scope in ("read", "ask", "ingest", "admin"):
        access.require(Access(archive.keys).caller(admin), scope)  # type: ignore[arg-type]


def test_unknown_revoked_and_expired_keys_are_refused_at_once(archive: SqlArchive) -> None:
    gate = Access(archive.keys)
    secret, key = access.create(archive.keys, "page", ["ask"])
    late, _ = access.create(archive.keys, "late", ["ask"], lasts=timedelta(microseconds=1))
    for wrong in ("", "x", secret[:-1], secret + "x", "dateline_" + "a" * 43, "\ud800", late):
        with pytest.raises(KeyRefused):
            gate.caller(wrong)
    assert gate.caller(secret).name == "page"
    archive.keys.revoke(key.id, NOW)
    with pytest.raises(KeyRefused, match="was revoked on"):
        gate.caller(secret)


def test_a_revoked_key_stays_revoked_as_of_the_first_time(archive: SqlArchive) -> None:
    _, key = access.create(archive.keys, "page", ["ask"])
    archive.keys.revoke(key.id, NOW)
    assert archive.keys.revoke(key.id, NOW + timedelta(days=9)).revoked == NOW
    with pytest.raises(NotFound, match="no key 'nope'"):
        archive.keys.revoke("nope", NOW)


def test_a_key_needs_a_name_and_a_known_scope(archive: SqlArchive) -> None:
    for name, scopes in ((" ", ["ask"]), ("x" * 101, ["ask"]), ("a\nb", ["ask"]), ("a", []), ("a", ["root"])):
        with pytest.raises(InputError):
            access.create(archive.keys, name, scopes)  # type: ignore[arg-type]
    assert not archive.keys.any()


def test_requests_are_counted_by_key_and_refill_evenly(archive: SqlArchive) -> None:
    clock = Clock()
    gate = Access(archive.keys, clock=clock)
    secret, _ = access.create(archive.keys, "page", ["ask"], per_minute=6)
    other, _ = access.create(archive.keys, "other", ["ask"])
    for _ in range(6):
        gate.caller(secret)
    with pytest.raises(TooMany) as refused:
        gate.caller(secret)
    assert refused.value.wait == pytest.approx(10)
    gate.caller(other)
    clock.now += 10
    gate.caller(secret)
    with pytest.raises(TooMany):
        gate.caller(secret)


def test_tokens_are_counted_by_the_day(archive: SqlArchive) -> None:
    gate = Access(archive.keys)
    secret, key = access.create(archive.keys, "page", ["ask"], tokens_per_day=100)
    today = datetime.now(UTC).date()
    archive.keys.spend(key.id, today - timedelta(days=1), 1000)
    archive.keys.spend(key.id, today, 60)
    assert not gate.caller(secret).spent
    archive.keys.spend(key.id, today, 40)
    assert gate.caller(secret).spent
    assert archive.keys.spent(key.id, today) == 100


def test_a_use_is_recorded_but_not_every_one(archive: SqlArchive) -> None:
    clock = Clock()
    gate = Access(archive.keys, clock=clock)
    secret, _ = access.create(archive.keys, "page", ["ask"])
    assert archive.keys.all()[0].used is None
    gate.caller(secret)
    first = archive.keys.all()[0].used
    gate.caller(secret)
    assert first is not None
    assert archive.keys.all()[0].used == first
    clock.now += access.USED_EVERY
    gate.caller(secret)
    later = archive.keys.all()[0].used
    assert later is not None
    assert later > first


def test_a_session_ends_with_its_key_its_time_or_a_word(archive: SqlArchive, tmp_path: Path) -> None:
    gate = Access(archive.keys)
    secret, key = access.create(archive.keys, "page", ["ask"])
    token, seconds = gate.sign_in(secret)
    assert 29 * 86_400 < seconds <= 30 * 86_400
    assert gate.signed_in(token) == gate.caller(secret)
    for wrong in (secret, token + "x", ""):
        with pytest.raises(KeyRefused):
            gate.signed_in(wrong)
    gate.sign_out(token)
    with pytest.raises(KeyRefused):
        gate.signed_in(token)
    token, _ = gate.sign_in(secret)
    archive.keys.revoke(key.id, NOW)
    with pytest.raises(KeyRefused):
        gate.signed_in(token)
    held = sqlite3.connect(tmp_path / "archive.db")
    assert held.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    held.close()
    short, _ = access.create(archive.keys, "short", ["ask"], lasts=timedelta(hours=1))
    assert gate.sign_in(short)[1] <= 3600


def test_who_can_read_the_data_folder_needs_no_key(archive: SqlArchive) -> None:
    access.create(archive.keys, "page", ["ask"])
    assert Access(archive.keys, local="secret of this run").caller("secret of this run") == HERE
    with pytest.raises(KeyRefused):
        Access(archive.keys).caller("")
