"""Every delivery counts once, and only if it is Slack's, now, and whole."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx2
from fastapi.testclient import TestClient
from slack_server import CHANNEL, TEAM, USER, Deliveries, SlackServer, settles, signature
from test_service import filled

from qa.interfaces import rest
from qa.service import Newsroom

Opened = Callable[..., Deliveries]
QUESTION = "When did the flood reach Aveley?"


def test_an_event_told_four_times_and_once_more_after_a_restart_is_answered_once(
    slack: SlackServer, opened: Opened, newsroom: Newsroom
) -> None:
    deliver = opened(filled(newsroom))
    asked = deliver.said(QUESTION)
    for number in range(4):
        again = {"x_slack_retry_num": str(number)} if number else {}
        assert deliver.event(asked, event_id="Ev1", **again).status_code == 200
    settles(slack)
    deliver = opened(newsroom)
    assert deliver.event(asked, event_id="Ev1", x_slack_retry_num="4").status_code == 200
    assert deliver.event(asked, event_id="Ev2").status_code == 200, "one message told by two events"
    settles(slack)
    assert len(slack.posted()) == 1
    assert [len(newsroom.conversation(talk.id)) for talk in newsroom.conversations()] == [1]


def test_four_at_the_same_time_are_answered_once(slack: SlackServer, deliver: Deliveries) -> None:
    asked = deliver.said(QUESTION)
    with ThreadPoolExecutor(4) as threads:
        sent = [
            threads.submit(deliver.event, asked, event_id="Ev1", x_slack_retry_num=str(n)) for n in range(4)
        ]
        assert {each.result().status_code for each in sent} == {200}
    settles(slack)
    assert len(slack.posted()) == 1


def sent(
    deliver: Deliveries, body: bytes, headers: dict[str, str], kind: str = "application/json"
) -> httpx2.Response:
    address = f"{deliver._address}/slack/events"
    return httpx2.post(address, content=body, headers={"content-type": kind, **headers}, trust_env=False)


def test_forged_stale_and_replayed_deliveries_are_401_and_nothing_is_done(
    slack: SlackServer, deliver: Deliveries
) -> None:
    body = json.dumps(deliver.wrapped(deliver.said(QUESTION))).encode()
    good = signature(body)
    stamp = good["x-slack-request-timestamp"]
    forged = [
        {},
        signature(body, secret="another"),  # noqa: S106
        signature(body, at=time.time() - 301),
        signature(body, at=time.time() + 302),
        signature(body + b" "),
        good | {"x-slack-signature": ""},
        good | {"x-slack-signature": "v0=\xe9"},
        good | {"x-slack-signature": good["x-slack-signature"].upper()},
        *(good | {"x-slack-request-timestamp": wrong} for wrong in ("", "soon", "1e9", "-1", f"{stamp}.5", f"{stamp}x", "9" * 400)),
        {"x-slack-signature": good["x-slack-signature"]},
    ]  # fmt: skip
    for headers in forged:
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        assert sent(deliver, body, encoded).status_code == 401, headers  # type: ignore[arg-type]
    assert settles(slack) == []
    command = urlencode({"command": "/ask", "text": "why?", "team_id": TEAM, "user_id": USER, "channel_id": CHANNEL,
                         "trigger_id": "t1", "response_url": f"{slack.url}/response/x"}).encode()  # fmt: skip
    signed = signature(command)
    form = "application/x-www-form-urlencoded"
    assert sent(deliver, command, signed, form).status_code == 200
    replayed = sent(deliver, command, signed, form)
    assert (replayed.status_code, replayed.json()["error"]) == (401, "This delivery was taken before.")
    settles(slack)
    assert len(slack.responses) == 1


MALFORMED = [
    b"", b"{", b"[]", b"null", b'"x"', b"1", b"\xff\xfe", b'{"type": "event_callback"}', b"[" * 100_000,
    b'{"type": "event_callback", "event_id": 1, "team_id": "T", "event": {}}',
    b'{"type": "event_callback", "event_id": "E", "team_id": "T", "event": []}',
    b'{"type": "event_callback", "event_id": "E", "team_id": "T", "event": {"type": 7}}',
    b'{"type": "event_callback", "event_id": "E", "team_id": "T", "event": {"type": "message", "ts": 7}}',
    b'{"type": "event_callback", "event_id": "E", "team_id": "T", "event": {"type": "message", "channel": []}}',
    b'{"type": "url_verification", "challenge": {}}',
    b'{"type": "nothing"}',
]  # fmt: skip
FORMS = [
    b"", b"x", b"payload=", b"payload=%7B", b"payload=[]", b"payload=%7B%22type%22%3A%22block_actions%22%7D",
    b"command=/ask", b"command=%ff", b"a=1&" * 200,
]  # fmt: skip


def test_malformed_deliveries_are_400_and_nothing_is_done(slack: SlackServer, deliver: Deliveries) -> None:
    for bodies, kind in ((MALFORMED, "application/json"), (FORMS, "application/x-www-form-urlencoded")):
        for body in bodies:
            assert deliver.post(body, kind=kind, x_slack_retry_num="1").status_code == 400, body
    assert slack.made() == []


def test_deliveries_that_lack_something_are_acknowledged_and_nothing_is_done(
    slack: SlackServer, deliver: Deliveries
) -> None:
    whole = deliver.said(QUESTION)
    for name in ("channel", "user", "ts", "text"):
        assert deliver.event({key: value for key, value in whole.items() if key != name}).status_code == 200
    for change in ({"ts": "soon"}, {"channel": "../x"}, {"user": "a b"}, {"thread_ts": "x"}):
        assert deliver.event(whole | change).status_code == 200
    for event in (
        {"type": "app_home_opened"}, {"type": "assistant_thread_started"}, {"type": "app_context_changed", "context": {}},
        {"type": "assistant_thread_started", "assistant_thread": {"channel_id": 1}}, {"type": "never_heard_of"},
    ):  # fmt: skip
        assert deliver.event(event).status_code == 200
    assert settles(slack) == []


def test_a_body_larger_than_any_of_slacks_is_413(deliver: Deliveries) -> None:
    assert deliver.post(b"x" * 2_000_001).status_code == 413


def test_slack_may_verify_the_address_before_it_answers_us(slack: SlackServer, opened: Opened) -> None:
    slack.down = True
    deliver = opened()
    told = deliver.post(json.dumps({"type": "url_verification", "challenge": "c1"}).encode())
    assert (told.status_code, told.json()) == (200, {"challenge": "c1"})


def test_while_slack_does_not_say_who_we_are_deliveries_are_sent_again(
    slack: SlackServer, deliver: Deliveries
) -> None:
    slack.down = True
    body = json.dumps(deliver.wrapped(deliver.said(QUESTION))).encode()
    assert deliver.post(body).status_code == 503
    slack.down = False
    assert deliver.post(body).status_code == 200
    settles(slack)
    assert len(slack.posted()) == 1


def test_slack_reaches_its_route_under_any_name_and_nobody_reaches_another(deliver: Deliveries) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c1"}).encode()
    public = {"host": "dateline.paper.example"}
    assert sent(deliver, body, signature(body) | public).status_code == 200
    other = httpx2.get(f"{deliver._address}/v1/archive", headers=public, trust_env=False)
    assert other.status_code == 400


def test_without_tokens_there_is_no_door(newsroom: Newsroom) -> None:
    assert TestClient(rest.app(newsroom)).post("/slack/events", content=b"{}").status_code == 404
