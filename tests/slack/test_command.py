"""`qa slack`, and what the other commands say of the Slack door."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from slack_server import (
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    TEAM,
    USER,
    SlackServer,
    eventually,
    words_in,
)

from qa.errors import SettingsError
from qa.settings import load

TOKENS = {"QA_SLACK_BOT_TOKEN": BOT_TOKEN, "QA_SLACK_APP_TOKEN": APP_TOKEN}


def qa(tmp_path: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return subprocess.Popen(
        [sys.executable, "-m", "qa", *words], env=environ | {"QA_HOME": str(tmp_path)} | settings,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_it_answers_over_socket_mode_until_it_is_stopped(slack: SlackServer, tmp_path: Path) -> None:
    command = qa(tmp_path, "slack", QA_SLACK_API_URL=slack.api, **TOKENS)
    try:
        eventually(lambda: slack.sockets, seconds=40)
        asked = {
            "command": "/ask", "text": "when did it begin?", "team_id": TEAM, "user_id": USER, "channel_id": "C0NEWS",
            "trigger_id": "t1", "response_url": f"{slack.url}/response/x",
        }  # fmt: skip
        slack.push("slash_commands", asked, "e1")
        (response,) = eventually(lambda: slack.responses, seconds=20)
        assert "The archive is empty" in words_in(response["blocks"])
    finally:
        command.send_signal(signal.SIGTERM)
    _, told = command.communicate(timeout=20)
    assert (command.returncode, told) == (0, "Dateline answers in Slack. Press Ctrl+C to stop.\n")


def test_a_token_that_slack_refuses_is_a_sentence(slack: SlackServer, tmp_path: Path) -> None:
    for name, value in (("QA_SLACK_BOT_TOKEN", "xoxb-wrong"), ("QA_SLACK_APP_TOKEN", "xapp-wrong")):
        command = qa(tmp_path, "slack", QA_SLACK_API_URL=slack.api, **TOKENS | {name: value})
        _, told = command.communicate(timeout=40)
        assert (command.returncode, told) == (
            2, f"qa: Slack refused: invalid_auth. Check {name} and the way to Slack.\n",
        )  # fmt: skip


def test_without_tokens_it_says_what_it_needs(tmp_path: Path) -> None:
    command = qa(tmp_path, "slack")
    _, told = command.communicate(timeout=40)
    assert command.returncode == 2
    assert told == "qa: Socket Mode needs QA_SLACK_BOT_TOKEN and QA_SLACK_APP_TOKEN; see docs/slack.md.\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "no door (QA_SLACK_BOT_TOKEN is not set)"),
        (TOKENS, "Socket Mode"),
        (TOKENS | {"QA_SLACK_SIGNING_SECRET": SECRET}, "events over HTTP at /slack/events and Socket Mode"),
    ],
)
def test_the_status_says_which_doors_are_open(tmp_path: Path, given: dict[str, str], said: str) -> None:
    out, _ = qa(tmp_path, "status", "--json", **given).communicate(timeout=40)
    assert json.loads(out)["slack"] == said
    assert "xoxb" not in out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"QA_SLACK_BOT_TOKEN": "xapp-1"}, "must begin with xoxb-"),
        ({"QA_SLACK_BOT_TOKEN": BOT_TOKEN}, "needs QA_SLACK_SIGNING_SECRET"),
        ({"QA_SLACK_SIGNING_SECRET": SECRET}, "needs QA_SLACK_BOT_TOKEN"),
        ({**TOKENS, "QA_SLACK_CHANNELS": "#news"}, "'#news' is not an id of Slack's"),
        ({**TOKENS, "QA_SLACK_API_URL": "http://evil.example/"}, "must be an https address"),
        ({**TOKENS, "QA_SLACK_RETENTION_DAYS": "-1"}, "0 or more"),
        ({"QA_PUBLIC_URL": "javascript:alert(1)"}, "must be an address"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    given: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=said):
        load(given, home=tmp_path)


def test_tokens_are_not_in_what_is_printed_of_the_settings(tmp_path: Path) -> None:
    shown = repr(load(TOKENS | {"QA_SLACK_SIGNING_SECRET": SECRET}, home=tmp_path))
    assert all(secret not in shown for secret in (BOT_TOKEN, APP_TOKEN, SECRET))
