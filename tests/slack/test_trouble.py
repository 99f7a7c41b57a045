"""Slack in trouble: rate limits, outages and lost replies end in one complete message, or in none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from slack_server import Deliveries, SlackServer, eventually, settles
from test_service import FLOOD, filled

from qa.errors import ModelUnavailable
from qa.events import ClaimReady, Done, Event
from qa.interfaces.slack import deliver as delivering
from qa.service import Newsroom

Opened = Callable[..., Deliveries]
QUESTION = "When did the flood reach Aveley?"


class Paused(Newsroom):
    """Calls `between` after each claim that it tells, so that something can go wrong there."""

    between: Callable[[], Any] = staticmethod(lambda: None)

    def stream(self, question: str, **given: Any) -> AsyncGenerator[Event]:
        return self._paused(super().stream(question, **given))

    async def _paused(self, events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
        async for event in events:
            yield event
            if isinstance(event, ClaimReady):
                self.between()


@pytest.fixture
def paused(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Paused:
    monkeypatch.setattr(delivering, "PATIENCE", 0.3)
    return Paused(filled(newsroom).parts)


def whole(slack: SlackServer) -> str:
    """The words of the one message that there is, which must be complete."""
    (shown,) = slack.posted()
    assert not shown.streaming
    assert shown.said.count(FLOOD) == 2, "once said, once quoted"
    assert shown.said.count("Good answer") == 1
    return shown.said


def complete(slack: SlackServer) -> bool:
    return any("Good answer" in shown.said and not shown.streaming for shown in slack.posted())


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
def test_a_limited_call_is_made_again_after_the_stated_time(
    slack: SlackServer, deliver: Deliveries, method: str
) -> None:
    slack.faults[method].append({"status": 429, "error": "ratelimited", "headers": {"Retry-After": "1"}})
    began = time.monotonic()
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: complete(slack))
    assert time.monotonic() - began >= 1
    assert len(slack.given(method)) >= 2
    whole(slack)


def test_a_limited_post_is_made_again_after_the_stated_time_however_long(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(paused)
    slack.no_streams = "unknown_method"
    limited = {"status": 429, "error": "ratelimited", "headers": {"Retry-After": "1"}}
    slack.faults["chat.postMessage"] += [limited, limited]
    began = time.monotonic()
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: complete(slack))
    assert time.monotonic() - began >= 1, "the first was given up for its claim, the second was waited out"
    whole(slack)


def test_an_outage_in_mid_stream_ends_in_one_complete_message(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(paused)
    paused.between = lambda: setattr(slack, "down", True)
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: slack.down)
    eventually(lambda: len(slack.given("chat.stopStream")) > 3)  # it is being waited out
    (half,) = slack.posted()
    assert half.streaming
    slack.down = False
    eventually(lambda: complete(slack))
    whole(slack)
    assert "chat.update" in slack.made()


def test_an_outage_before_the_first_word_ends_in_one_complete_message(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(paused)
    deliver.event(deliver.direct("When did the flood reach Bremen?"))
    eventually(slack.posted)
    settles(slack)
    slack.messages.clear()
    slack.faults["assistant.threads.setStatus"].append({"drop": "before"})
    slack.faults["chat.startStream"] += [{"drop": "before"}] * 3
    slack.faults["chat.postMessage"] += [{"status": 503}, {"drop": "before"}, {"error": "internal_error"}]
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: complete(slack))
    whole(slack)


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
def test_a_lost_reply_doubles_nothing(slack: SlackServer, deliver: Deliveries, method: str) -> None:
    slack.faults[method].append({"drop": "after"})
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: complete(slack))
    settles(slack)
    whole(slack)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_a_lost_reply_to_a_post_doubles_nothing(slack: SlackServer, deliver: Deliveries, method: str) -> None:
    slack.no_streams = "unknown_method"
    slack.faults[method].append({"drop": "after"})
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: complete(slack))
    settles(slack)
    whole(slack)


def test_a_stream_that_slack_has_closed_is_completed_by_an_update(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(paused)
    paused.between = lambda: [setattr(shown, "streaming", False) for shown in slack.posted()]
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: complete(slack))
    whole(slack)


def test_a_message_that_cannot_be_changed_is_replaced(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(paused)
    slack.faults["chat.stopStream"].append({"error": "message_not_in_streaming_state"})
    slack.faults["chat.update"].append({"error": "cant_update_message"})
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: complete(slack))
    whole(slack)
    assert "chat.delete" in slack.made()


def test_an_answer_that_somebody_deleted_stays_deleted(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(paused)
    paused.between = lambda: slack.messages.clear()
    deliver.event(deliver.said(QUESTION))
    settles(slack, seconds=0.6)
    assert slack.posted() == []


def test_a_channel_that_takes_nothing_ends_in_no_message(slack: SlackServer, deliver: Deliveries) -> None:
    slack.no_streams = "is_archived"
    slack.faults["chat.postMessage"] += [{"error": "is_archived"}] * 5
    deliver.event(deliver.said(QUESTION))
    settles(slack)
    assert slack.posted() == []


def test_an_answer_that_breaks_off_is_replaced_by_a_word_about_it(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(paused)

    def fail() -> None:
        raise ModelUnavailable("The model did not answer within 8 s.")

    paused.between = fail
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: "chat.update" in slack.made())
    settles(slack)
    (shown,) = slack.posted()
    assert (shown.said, shown.streaming) == ("The model did not answer within 8 s.", False)


def test_a_restart_completes_what_was_begun(slack: SlackServer, opened: Opened, paused: Paused) -> None:
    deliver = opened(paused)
    paused.between = lambda: setattr(slack, "down", True)
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: slack.down)
    eventually(lambda: len(slack.given("chat.stopStream")) > 3)  # it is being waited out
    assert slack.posted()[0].streaming
    paused.between = lambda: None
    opened(paused)
    slack.down = False
    eventually(lambda: complete(slack))
    settles(slack)
    whole(slack)


def test_a_restart_before_the_answer_says_so_in_its_place(
    slack: SlackServer, opened: Opened, paused: Paused
) -> None:
    deliver = opened(Held(paused.parts))
    deliver.event(deliver.said(QUESTION))
    eventually(lambda: [shown for shown in slack.posted() if shown.streaming])
    opened(paused)
    eventually(lambda: slack.posted() and not slack.posted()[0].streaming)
    settles(slack)
    (shown,) = slack.posted()
    assert "restarted before this answer was complete" in shown.said
    assert FLOOD not in shown.said


class Held(Newsroom):
    """Tells the claims and never comes to an end."""

    def stream(self, question: str, **given: Any) -> AsyncGenerator[Event]:
        return self._held(super().stream(question, **given))

    async def _held(self, events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
        async for event in events:
            if isinstance(event, Done):
                await asyncio.sleep(3600)
            yield event
