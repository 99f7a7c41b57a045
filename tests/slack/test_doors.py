"""The other ways in: commands, sharing, feedback, the assistant pane, the Home tab, Socket Mode."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes import BrokenModel
from slack_server import (
    APP_TOKEN,
    CHANNEL,
    DIRECT,
    TEAM,
    USER,
    Deliveries,
    SlackServer,
    eventually,
    objects,
    settles,
    words_in,
)
from test_service import FLOOD, filled

from qa.adapters.archive import SqlArchive
from qa.models import Answer
from qa.service import Newsroom

Opened = Callable[..., Deliveries]
QUESTION = "When did the flood reach Aveley?"


@pytest.fixture
def held(newsroom: Newsroom) -> Newsroom:
    return filled(newsroom)


@pytest.fixture
def deliver(opened: Opened, held: Newsroom) -> Deliveries:
    return opened(held)


def answered(held: Newsroom) -> Answer:
    """The one answer that was given."""
    (talk,) = held.conversations()
    answer = held.conversation(talk.id)[-1].given
    assert answer is not None
    return answer


# -- /ask --------------------------------------------------------------------------------------------------


def test_a_command_is_acknowledged_at_once_and_answered_for_one_person(
    slack: SlackServer, deliver: Deliveries
) -> None:
    told = deliver.command(QUESTION).json()
    assert (told["response_type"], words_in(told["blocks"])) == (
        "ephemeral",
        "Looking through the articles …",
    )
    (response,) = eventually(lambda: slack.responses)
    assert (response["response_type"], response["to"][:7]) == ("ephemeral", "command")
    assert FLOOD in words_in(response["blocks"])
    assert "Share with the channel" in words_in(response["blocks"])
    assert settles(slack) == [], "nothing is posted where others see it"


@pytest.mark.parametrize("text", ["", "  ", "help"])
def test_a_command_without_a_question_says_how_to_ask(
    slack: SlackServer, deliver: Deliveries, text: str
) -> None:
    assert "mention me in a channel" in deliver.command(text).json()["text"]
    assert (settles(slack), slack.responses) == ([], [])


def test_a_command_told_twice_is_answered_once(slack: SlackServer, deliver: Deliveries) -> None:
    for _ in range(2):
        assert deliver.command(QUESTION, trigger_id="once").status_code == 200
    settles(slack)
    assert len(slack.responses) == 1


def test_a_command_that_breaks_says_so_without_a_secret(
    slack: SlackServer, opened: Opened, make_newsroom: Callable[..., Newsroom]
) -> None:
    deliver = opened(filled(make_newsroom(model=BrokenModel())))
    deliver.command(QUESTION)
    (response,) = eventually(lambda: slack.responses)
    assert words_in(response["blocks"]) == "Something went wrong while this was answered. Please ask again."


def test_a_limited_response_is_made_again(slack: SlackServer, deliver: Deliveries) -> None:
    slack.faults["response"] += [{"status": 429, "headers": {"Retry-After": "0"}}, {"status": 503}]
    deliver.command(QUESTION)
    eventually(lambda: slack.responses)
    settles(slack)
    assert len(slack.responses) == 1


def test_sharing_puts_the_answer_into_the_channel_once_with_who_shared_it(
    slack: SlackServer, deliver: Deliveries, held: Newsroom
) -> None:
    deliver.command(QUESTION)
    (private,) = eventually(lambda: slack.responses)
    (share,) = [part for part in objects(private["blocks"]) if part.get("action_id") == "share"]
    assert share["value"] == answered(held).id
    for _ in range(3):
        deliver.action({"type": "button", "action_id": "share", "value": share["value"]})
    eventually(lambda: len(slack.responses) == 2)
    settles(slack)
    (shared,) = slack.responses[1:]
    assert (shared["response_type"], shared["delete_original"]) == ("in_channel", True)
    assert (shared["unfurl_links"], shared["unfurl_media"]) == (False, False)
    assert FLOOD in words_in(shared["blocks"])
    assert QUESTION in words_in(shared["blocks"])
    assert [part["user_id"] for part in objects(shared["blocks"]) if part.get("type") == "user"] == [USER]
    assert "Share with the channel" not in words_in(shared["blocks"])


def test_an_answer_that_was_forgotten_is_not_shared(slack: SlackServer, deliver: Deliveries) -> None:
    deliver.action({"type": "button", "action_id": "share", "value": "0" * 32})
    (response,) = eventually(lambda: slack.responses)
    assert response["response_type"] == "ephemeral"
    assert "forgotten" in words_in(response["blocks"])


# -- feedback ----------------------------------------------------------------------------------------------


def verdict(tmp_path: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        return list(connection.execute("SELECT answer_id, good, reason FROM feedback"))


def test_feedback_reaches_the_archive_with_its_reason(
    slack: SlackServer, deliver: Deliveries, held: Newsroom, tmp_path: Path
) -> None:
    deliver.event(deliver.said(QUESTION))
    settles(slack)
    answer = answered(held).id
    (buttons,) = [
        part for part in objects(slack.posted()[0].blocks) if part.get("type") == "feedback_buttons"
    ]

    def press(side: str) -> None:
        pressed = {"type": "feedback_buttons", "action_id": "feedback", "value": buttons[side]["value"]}
        assert deliver.action(pressed).status_code == 200

    press("positive_button")
    eventually(lambda: verdict(tmp_path) == [(answer, 1, "")])
    press("negative_button")
    eventually(lambda: verdict(tmp_path) == [(answer, 0, "")])
    (asked,) = eventually(lambda: slack.given("views.open"))
    assert asked["view"]["private_metadata"] == answer
    said = {
        "type": "modal",
        "callback_id": "why",
        "private_metadata": answer,
        "state": {"values": {"why": {"why": {"value": "It was\x00 Monday."}}}},
    }
    form = {
        "type": "view_submission",
        "user": {"id": USER, "team_id": TEAM},
        "team": {"id": TEAM},
        "view": said,
    }
    assert deliver.interaction(form).status_code == 200
    eventually(lambda: verdict(tmp_path) == [(answer, 0, "It was Monday.")])


def test_feedback_on_what_is_no_answer_changes_nothing(
    slack: SlackServer, deliver: Deliveries, tmp_path: Path
) -> None:
    for value in ("good:", "bad:nothing", "neither:1", ""):
        pressed = {"type": "feedback_buttons", "action_id": "feedback", "value": value}
        assert deliver.action(pressed).status_code == 200
    assert settles(slack) == []
    assert verdict(tmp_path) == []


# -- the assistant pane and the Home tab -------------------------------------------------------------------


def test_the_assistant_pane_begins_with_prompts_about_the_newest_articles(
    slack: SlackServer, deliver: Deliveries
) -> None:
    deliver.event({"type": "app_home_opened", "user": USER, "channel": DIRECT, "tab": "messages"})
    settles(slack)
    (prompts,) = slack.given("assistant.threads.setSuggestedPrompts")
    assert "thread_ts" not in prompts, "a call with it silently fails where the app has an agent view"
    assert prompts["prompts"][0] == {
        "title": "Flood in Aveley", "message": "What is reported about “Flood in Aveley”?",
    }  # fmt: skip


def test_an_app_of_the_older_kind_gets_them_in_its_thread(slack: SlackServer, deliver: Deliveries) -> None:
    thread = {"user_id": USER, "channel_id": DIRECT, "thread_ts": "1700000000.000001", "context": {}}
    deliver.event({"type": "assistant_thread_started", "assistant_thread": thread})
    deliver.event({"type": "assistant_thread_context_changed", "assistant_thread": thread})
    settles(slack)
    (prompts,) = slack.given("assistant.threads.setSuggestedPrompts")
    assert (prompts["channel_id"], prompts["thread_ts"]) == (DIRECT, "1700000000.000001")
    deliver.event(deliver.direct(QUESTION, thread_ts="1700000000.000001"))
    settles(slack)
    (shown,) = slack.posted()
    assert (shown.thread_ts, FLOOD in shown.said) == ("1700000000.000001", True)


def test_the_home_tab_says_what_is_known_and_what_one_asked_oneself(
    slack: SlackServer, deliver: Deliveries
) -> None:
    home = {"type": "app_home_opened", "user": USER, "channel": DIRECT, "tab": "home"}
    deliver.event(home)
    (first,) = eventually(lambda: slack.views)
    assert first["user_id"] == USER
    said = words_in(first["view"]["blocks"])
    assert "2 articles of 2 outlets" in said
    assert "Published 3 May 2023 to 1 April 2024" in said
    assert "Other (1), The Paper (1)" in said
    assert "None yet." in said
    deliver.event(deliver.said(QUESTION))
    deliver.event(deliver.said("Where was the harbour treaty signed?", user="U0OTHER"))
    eventually(lambda: len([shown for shown in slack.posted() if not shown.streaming]) == 2)
    settles(slack)
    deliver.event(home)
    eventually(lambda: len(slack.views) == 2)
    said = words_in(slack.views[1]["view"]["blocks"])
    assert QUESTION in said
    assert "harbour treaty" not in said


# -- Socket Mode -------------------------------------------------------------------------------------------


def test_socket_mode_has_the_same_handlers(slack: SlackServer, opened: Opened, held: Newsroom) -> None:
    deliver = opened(held, slack_app_token=APP_TOKEN, slack_signing_secret="")
    eventually(lambda: slack.sockets)
    body = deliver.wrapped(deliver.said(QUESTION))
    for number in range(3):
        slack.push("events_api", body, f"envelope-{number}")
    eventually(lambda: len(slack.acknowledged) == 3)
    assert {told["envelope_id"] for told in slack.acknowledged} == {f"envelope-{n}" for n in range(3)}
    settles(slack)
    (shown,) = slack.posted()
    assert FLOOD in shown.said
    command = {
        "command": "/ask", "text": QUESTION, "team_id": TEAM, "user_id": USER, "channel_id": CHANNEL,
        "trigger_id": "t1", "response_url": f"{slack.url}/response/socket",
    }  # fmt: skip
    slack.push("slash_commands", command, "envelope-4")
    (response,) = eventually(lambda: slack.responses)
    assert FLOOD in words_in(response["blocks"])
    # An answer that is quick may be there before the acknowledgement has come through the socket.
    (told,) = eventually(lambda: [told for told in slack.acknowledged if told["envelope_id"] == "envelope-4"])
    assert "Looking through the articles" in json.dumps(told["payload"], ensure_ascii=False)
    assert deliver.post(b"{}").status_code == 404, "no secret, no events over HTTP"


# -- what is kept ------------------------------------------------------------------------------------------


def test_after_the_retention_a_conversation_is_forgotten(
    slack: SlackServer, opened: Opened, held: Newsroom, tmp_path: Path
) -> None:
    deliver = opened(held)
    asked = deliver.said(QUESTION)
    deliver.event(asked)
    deliver.command(QUESTION)
    eventually(lambda: slack.responses and slack.posted())
    settles(slack)
    assert len(held.conversations()) == 2
    long_ago = (datetime.now(UTC) - timedelta(days=91)).isoformat()
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        for table in ("slack_postings", "slack_threads", "slack_seen"):
            connection.execute(f"UPDATE {table} SET at = ?", (long_ago,))
    opened(held, slack_retention_days=0)
    settles(slack)
    assert len(held.conversations()) == 2, "0 keeps them"
    opened(held)
    eventually(lambda: held.conversations() == [])
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        for table in ("slack_postings", "slack_threads", "slack_seen"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_no_words_are_in_the_tables_of_the_door(archive: SqlArchive, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        names = {
            row[1]
            for table in ("slack_postings", "slack_threads", "slack_seen")
            for row in connection.execute(f"PRAGMA table_info({table})")
        }
    assert names == {"id", "name", "team", "channel", "thread_ts", "user_id", "asked_ts", "ts", "conversation_id",
                     "answer_id", "finished", "at"}  # fmt: skip
