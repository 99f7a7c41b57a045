"""`qa slack`, and what `qa serve` and `qa status` say of the Slack door. The rest is imported where there is one."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from qa import settings
from qa.errors import SettingsError

if TYPE_CHECKING:
    from qa.interfaces.slack.door import Door
    from qa.service import Newsroom
    from qa.settings import Settings

MISSING = "The Slack door needs an extra: pip install 'dateline-qa[slack]'."


def told(chosen: Settings) -> str:
    """Which ways in from Slack there are."""
    if not chosen.slack_bot_token:
        return "no door (QA_SLACK_BOT_TOKEN is not set)"
    if not _installed():
        return f"no door: {MISSING}"
    ways = [
        *(["events over HTTP at /slack/events"] if chosen.slack_signing_secret else []),
        *(["Socket Mode"] if chosen.slack_app_token else []),
    ]
    return " and ".join(ways)


def door(newsroom: Newsroom, chosen: Settings) -> Door | None:
    """The door that the settings open, or None. Raises SettingsError where the extra is missing."""
    if not chosen.slack_bot_token:
        return None
    if not _installed():
        raise SettingsError(MISSING)
    made: Any = importlib.import_module("qa.interfaces.slack.door")
    opened: Door = made.Door(newsroom, chosen)
    return opened


def _installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("slack_bolt", "slack_sdk", "aiohttp"))


@click.command()
def slack() -> None:
    """Answer in Slack over Socket Mode until stopped, without an address that Slack must reach.

    It needs QA_SLACK_BOT_TOKEN and QA_SLACK_APP_TOKEN. `qa serve` does the same beside the page and REST.
    """
    from qa import bootstrap

    chosen = settings.load(os.environ)
    if not (chosen.slack_bot_token and chosen.slack_app_token):
        raise SettingsError("Socket Mode needs QA_SLACK_BOT_TOKEN and QA_SLACK_APP_TOKEN; see docs/slack.md.")
    with bootstrap.answering(chosen, what="qa slack", again=lambda: chosen) as newsroom:
        opened = door(newsroom, chosen)
        if opened is not None:
            asyncio.run(_until_stopped(opened, newsroom.parts.on_serving))


async def _until_stopped(opened: Door, on_serving: Callable[[], None]) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    await opened.require()
    async with opened.opened():
        click.echo("Dateline answers in Slack. Press Ctrl+C to stop.", err=True)
        on_serving()
        await stop.wait()
