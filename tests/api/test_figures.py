"""The archive in figures, and the log of answers: what it counts, and whose words it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from conftest import draft
from fakes import FakeModel
from fastapi.testclient import TestClient
from served import served
from sqlalchemy import create_engine
from test_chronology import SPORT, UNDATED, later
from test_service import filled, reply

import qa
from qa import access
from qa.adapters.archive import SqlArchive, migrate
from qa.errors import ModelUnavailable, SettingsError
from qa.interfaces import rest
from qa.service import Newsroom
from qa.settings import load

MakeNewsroom = Callable[..., Newsroom]
FLOODED = "When did the flood reach Aveley?"
INVENTED = "words that nobody wrote"
GOOD = reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday"), ("P1", INVENTED))


def test_articles_are_counted_by_date_outlet_language_and_copy(newsroom: Newsroom) -> None:
    newsroom.ingest([draft(UNDATED, id="undated"), later(), draft(SPORT, id="sport")])
    newsroom.ingest(
        [later(id="copy", day=date(2023, 9, 30), publisher="PAPER"), later(id="x", day=date(2024, 1, 2))]
    )
    newsroom.ingest([draft(SPORT + " It rained.", id="sport")])
    told = TestClient(rest.app(newsroom)).get("/v1/stats").json()
    assert (told["articles"], told["versions"]) == (5, 6)
    assert (told["dated"], told["inferred"], told["undated"]) == (3, 1, 1)
    assert (told["published_first"], told["published_last"]) == ("2023-09-14", "2024-01-02")
    assert told["periods"] == [{"from": "2023-09-01", "articles": 2}, {"from": "2024-01-01", "articles": 1}]
    assert [each["articles"] for each in told["publishers"]] == [3, 2], (
        "an outlet whatever the case of its name"
    )
    assert told["languages"] == [{"language": "en", "articles": 5}]
    assert (told["copies"], told["behind"]) == (2, {"keywords": 0})
    days = TestClient(rest.app(newsroom)).get("/v1/stats?by=day").json()["periods"]
    assert [each["from"] for each in days] == ["2023-09-14", "2023-09-30", "2024-01-02"]


def test_an_empty_archive_has_figures_too(newsroom: Newsroom) -> None:
    told = TestClient(rest.app(newsroom)).get("/v1/stats").json()
    assert (told["articles"], told["published_first"], told["answers"], told["periods"]) == (0, None, [], [])
    shown = TestClient(rest.app(newsroom)).get("/v1/activity?days=3").json()
    assert [each["answered"] for each in shown["days"]] == [0, 0, 0]
    assert shown["stages"] == []


def asked(client: TestClient) -> list[dict[str, Any]]:
    """One answer with a dropped quote, one in which the model failed, one abstention."""
    first = client.post("/v1/ask", json={"question": FLOODED})
    second = client.post("/v1/ask", json={"question": FLOODED})
    third = client.post("/v1/ask", json={"question": "Who won the cup?", "mode": "extractive"})
    client.post("/v1/feedback", json={"answer_id": first.json()["id"], "good": True})
    client.post("/v1/feedback", json={"answer_id": third.json()["id"], "good": False, "reason": "it did"})
    return [first.json(), second.json(), third.json()]


@pytest.fixture
def client(make_newsroom: MakeNewsroom) -> TestClient:
    newsroom = filled(make_newsroom(model=FakeModel(GOOD, ModelUnavailable("down"))))
    return TestClient(rest.app(newsroom))


def test_the_log_tells_what_became_of_each_answer(client: TestClient) -> None:
    first, _, third = asked(client)
    told = client.get("/v1/answers").json()["answers"]
    assert [(each["status"], each["mode"]) for each in told] == [
        ("not_answered", "extractive"), ("answered", "extractive"), ("answered", "model"),
    ]  # fmt: skip
    silent, failed, good = told
    assert (silent["reason"], silent["good"], silent["said"]) == (third["reason"], False, "it did")
    assert (failed["model_error"], failed["good"]) == ("model_unavailable", None)
    assert (good["answer_id"], good["question"], good["model"]) == (first["id"], FLOODED, "fake-model")
    assert good["dropped"] == [{"words": INVENTED, "why": "unfound"}]
    assert (good["prompt_tokens"], good["timings"]["total"]) == (100, first["timings"]["total"])
    only = client.get("/v1/answers", params={"status": "not_answered"}).json()["answers"]
    assert [each["answer_id"] for each in only] == [third["id"]]
    assert len(client.get("/v1/answers?rated=true").json()["answers"]) == 1
    page = client.get("/v1/answers?limit=2").json()
    rest_of = client.get("/v1/answers", params={"before": page["next"]}).json()
    assert ([each["answer_id"] for each in rest_of["answers"]], rest_of["next"]) == ([first["id"]], None)


def test_days_stages_reasons_and_drops_are_counted(client: TestClient) -> None:
    asked(client)
    told = client.get("/v1/activity?days=2").json()
    before, today = told["days"]
    assert (before["answered"], before["day"]) == (0, str(datetime.now(UTC).date() - timedelta(days=1)))
    assert (today["answered"], today["not_answered"], today["dropped"]) == (2, 1, 1)
    assert (today["model_errors"], today["good"], today["bad"]) == (1, 1, 1)
    assert (today["prompt_tokens"], told["tokens_today"]) == (100, 120)
    assert (told["reasons"], told["dropped"]) == ({"no_evidence": 1}, {"unfound": 1})
    stages = {each["stage"]: each for each in told["stages"]}
    assert stages["total"]["answers"] == 3
    assert stages["total"]["p50"] <= stages["total"]["p95"] <= stages["total"]["highest"]
    counted = client.get("/v1/stats").json()
    assert sum(each["answers"] for each in counted["answers"]) == 3
    assert (counted["conversations"], counted["good"], counted["bad"]) == (3, 1, 1)


def test_tokens_cost_what_the_operator_says(client: TestClient, newsroom: Newsroom) -> None:
    asked(client)
    assert client.get("/v1/activity").json()["cost"] is None
    newsroom.parts.prices = load({"QA_LLM_PRICE": "1000 5000.5"}, home=Path("/nowhere")).prices
    told = TestClient(rest.app(newsroom)).get("/v1/activity").json()
    assert told["cost"] == pytest.approx((100 * 1000 + 20 * 5000.5) / 1e6, abs=1e-4)
    with pytest.raises(SettingsError, match="two numbers"):
        load({"QA_LLM_PRICE": "cheap"}, home=Path("/nowhere"))


def test_who_keeps_no_conversation_leaves_no_words(client: TestClient, tmp_path: Path) -> None:
    body = {"model": "dateline", "messages": [{"role": "user", "content": FLOODED}]}
    assert client.post("/v1/chat/completions", json=body).status_code == 200
    (logged,) = client.get("/v1/answers").json()["answers"]
    assert (logged["question"], logged["status"], logged["dropped"]) == (
        "", "answered", [{"words": "", "why": "unfound"}],
    )  # fmt: skip
    held = sqlite3.connect(tmp_path / "archive.db")
    everything = "\n".join(line for line in held.iterdump() if "answer_log" in line or "dropped" in line)
    held.close()
    assert "unfound" in everything
    assert "nobody wrote" not in everything
    assert "Aveley" not in everything


def test_a_conversation_that_is_forgotten_takes_its_words_along(client: TestClient) -> None:
    first, *_ = asked(client)
    client.delete(f"/v1/conversations/{first['conversation_id']}")
    logged = client.get("/v1/answers").json()["answers"][-1]
    assert (logged["answer_id"], logged["question"], logged["good"]) == (first["id"], "", None)
    assert logged["dropped"] == [{"words": "", "why": "unfound"}]


def test_only_admin_reads_the_log(client: TestClient, newsroom: Newsroom) -> None:
    asked(client)
    for scope, status in (("read", 403), ("ask", 403), ("ingest", 403), ("admin", 200)):
        secret, _ = access.create(newsroom.keys, scope, [scope])  # type: ignore[list-item]
        headers = {"Authorization": f"Bearer {secret}"}
        for path in ("/v1/answers", "/v1/activity"):
            assert client.get(path, headers=headers).status_code == status, (scope, path)


def test_answers_of_an_older_archive_are_counted(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'archive.db'}")
    with engine.begin() as connection:
        command.upgrade(migrate.configuration(connection), "0009")
        connection.exec_driver_sql(
            "INSERT INTO turns (conversation_id, question, standalone, answer, at, answer_id, given, owner) VALUES "
            "('c', 'q', 'q', 'a', '2026-05-01T10:00:00+00:00', 'd', "
            '\'{"status": "not_answered", "reason": "no_evidence", "mode": "extractive", "timings": {"total": 5.5}}\', \'\')'
        )
    engine.dispose()
    held = SqlArchive.at(tmp_path, fingerprint="fake/64")
    (logged,) = held.log.newest()
    assert (logged.reason, logged.at.day, logged.timings, logged.question) == (
        "no_evidence", 1, {"total": 5.5}, "q",
    )  # fmt: skip
    held.close()


def test_the_client_gives_figures(newsroom: Newsroom) -> None:
    with served(rest.app(filled(newsroom))) as address, qa.Client(address) as client:
        told = client.stats(by="day")
    assert (told.articles, told.publishers[0].articles) == (2, 1)
    assert [each.start for each in told.periods] == [date(2023, 5, 3), date(2024, 4, 1)]
    assert told.published_last == date(2024, 4, 1)
