"""A newsroom behind a real server, with Slack on loopback in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from served import served
from slack_server import BOT_TOKEN, SECRET, Deliveries, SlackServer
from test_service import filled

from qa.interfaces import rest
from qa.interfaces.slack import calls
from qa.interfaces.slack.door import Door
from qa.service import Newsroom
from qa.settings import Settings


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer().running() as running:
        yield running


@pytest.fixture
def settings(slack: SlackServer, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path, slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET, slack_api_url=slack.api,
        public_url="https://dateline.paper.example",
    )  # fmt: skip


@pytest.fixture
def opened(
    slack: SlackServer,
    settings: Settings,
    make_newsroom: Callable[..., Newsroom],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Deliveries]]:
    """`opened(newsroom=..., slack_channels=...)`: a server with a Slack door; opened again, the first one is closed."""
    monkeypatch.setattr(calls, "LONGEST_WAIT", 0.2)
    with ExitStack() as stack:
        current = ExitStack()
        stack.callback(lambda: current.close())

        def open_(newsroom: Newsroom | None = None, **changes: Any) -> Deliveries:
            nonlocal current
            current.close()
            current = ExitStack()
            held = newsroom or filled(make_newsroom())
            app = rest.app(held, slack=Door(held, replace(settings, **changes)))
            return current.enter_context(closing(Deliveries(current.enter_context(served(app)), slack)))

        yield open_


@pytest.fixture
def deliver(opened: Callable[..., Deliveries]) -> Deliveries:
    return opened()
