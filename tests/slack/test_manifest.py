"""The manifest that the setup page has people paste into Slack."""

from __future__ import annotations

import ast
import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import ROOT

MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "docs/slack-manifest.yaml").read_text("utf-8"))
SCHEMA: dict[str, Any] = json.loads((ROOT / "tests/data/slack-manifest.schema.json").read_text("utf-8"))
BOT_SCOPES = SCHEMA["properties"]["oauth_config"]["properties"]["scopes"]["properties"]["bot"]["items"][
    "enum"
]
UNLISTED = {"assistant:write"}
"""In Slack's reference of scopes, not yet in the types that the schema is made from."""
NEEDED = {
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "app_home_opened": set(),
    "app_context_changed": {"assistant:write"},
}
"""By https://docs.slack.dev/reference/events."""
CALLED = {
    "chat_": "chat:write", "assistant_threads_": "assistant:write", "set_status": "assistant:write", "say_stream": "chat:write",
    "conversations_replies": "channels:history",
}  # fmt: skip


def valid(manifest: dict[str, Any]) -> None:
    known = copy.deepcopy(manifest)
    known["oauth_config"]["scopes"]["bot"] = sorted(set(known["oauth_config"]["scopes"]["bot"]) - UNLISTED)
    jsonschema.validate(known, SCHEMA)


def socket_mode() -> dict[str, Any]:
    """As the setup page says: switched on, and without the three addresses."""
    lines = (
        (ROOT / "docs/slack-manifest.yaml")
        .read_text("utf-8")
        .replace("socket_mode_enabled: false", "socket_mode_enabled: true")
    )
    kept = [line for line in lines.splitlines() if "https://dateline.example" not in line]
    assert len(kept) == len(lines.splitlines()) - 3
    found: dict[str, Any] = yaml.safe_load("\n".join(kept))
    return found


def test_it_is_what_slack_takes() -> None:
    valid(MANIFEST)
    assert len(MANIFEST["display_information"]["long_description"]) >= 175, (
        "the app settings refuse a shorter one"
    )


def test_it_is_what_slack_takes_for_socket_mode_too() -> None:
    manifest = socket_mode()
    valid(manifest)
    assert manifest["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.update(extra=1),
        lambda manifest: manifest["features"].update(asistant_view={}),
        lambda manifest: manifest["oauth_config"]["scopes"]["bot"].append("chat:wirte"),
        lambda manifest: manifest["settings"]["event_subscriptions"]["bot_events"].append("message.dm"),
        lambda manifest: manifest["display_information"].update(name="x" * 36),
    ],
)  # fmt: skip
def test_the_schema_sees_what_is_wrong(change: Any) -> None:
    manifest = copy.deepcopy(MANIFEST)
    change(manifest)
    with pytest.raises(jsonschema.ValidationError):
        valid(manifest)


def test_its_scopes_are_what_its_events_and_our_calls_need_and_no_more() -> None:
    events = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert events == NEEDED.keys()
    called = {scope for name, scope in CALLED.items() if any(name in used for used in names())}
    needed = set().union(*NEEDED.values()) | called | {"commands"}
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed
    assert needed - UNLISTED <= set(BOT_SCOPES)


def names() -> set[str]:
    """Every name that the Slack door's code uses."""
    found = set()
    for path in (ROOT / "qa/interfaces/slack").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_event_and_command_in_it_has_a_handler() -> None:
    code = Path(ROOT / "qa/interfaces/slack/app.py").read_text("utf-8")
    for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:
        assert f'"{event.partition(".")[0]}"' in code, event
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == ["/ask"]


def test_every_address_in_it_is_the_route_that_is_served() -> None:
    text = (ROOT / "docs/slack-manifest.yaml").read_text("utf-8")
    assert set(re.findall(r"https://dateline\.example(\S*)", text)) == {"/slack/events"}
