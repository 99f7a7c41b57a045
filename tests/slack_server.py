"""Slack on loopback: the Web API with its rules for messages and streams, Socket Mode, and deliveries it signs."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from aiohttp import WSMsgType, web
from slack_sdk.models.blocks import Block

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105  of no real app
BOT_TOKEN, APP_TOKEN = "xoxb-test", "xapp-test"
TEAM, BOT, BOT_ID, USER, CHANNEL, DIRECT = "T0TEAM", "U0BOT", "B0BOT", "U0ASKER", "C0NEWS", "D0ASKER"
QUIET = {"auth.test", "assistant.threads.setStatus", "assistant.threads.setSuggestedPrompts"}
Body = dict[str, Any]


@dataclass
class Message:
    channel: str
    ts: str
    thread_ts: str = ""
    text: str = ""
    blocks: list[Body] = field(default_factory=list)
    streaming: bool = False
    flags: Body = field(default_factory=dict)

    @property
    def said(self) -> str:
        return words_in(self.blocks)


class Says(Exception):
    """Slack answers with an error of its own."""


class SlackServer:
    """`faults[method]` is what goes wrong with its next calls, in order; `down` is an outage of everything."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Body]] = []
        self.messages: dict[str, Message] = {}
        self.responses: list[Body] = []
        self.views: list[Body] = []
        self.faults: defaultdict[str, deque[Body]] = defaultdict(deque)
        self.down = False
        self.no_streams = ""
        self.sockets: list[web.WebSocketResponse] = []
        self.acknowledged: list[Body] = []
        self._ts = itertools.count(1)
        self.url = ""
        self._loop = asyncio.new_event_loop()

    # -- running -------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def running(self) -> Iterator[SlackServer]:
        ready = threading.Event()
        thread = threading.Thread(
            target=lambda: self._loop.run_until_complete(self._serve(ready)), daemon=True
        )
        thread.start()
        assert ready.wait(10)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._stop.set)
            thread.join(10)
            self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=10**7)
        app.router.add_post("/response/{name}", self._response)
        app.router.add_get("/socket", self._socket)
        app.router.add_route("*", "/api/{method}", self._call)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        ready.set()
        await self._stop.wait()
        for socket in self.sockets:
            await socket.close()
        await runner.cleanup()

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    # -- the Web API ---------------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _given(request)
        fault = self.faults[method].popleft() if self.faults[method] else {}
        self.calls.append((method, given))
        if self.down or fault.get("drop") == "before":
            return _broken(request)
        if "status" in fault:
            return web.json_response({"ok": False, "error": fault.get("error", "")}, status=fault["status"],
                                     headers=fault.get("headers", {}))  # fmt: skip
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if request.headers.get("authorization") != f"Bearer {wanted}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        try:
            if "error" in fault:
                raise Says(fault["error"])
            reply = getattr(self, "_" + method.replace(".", "_"), lambda _given: {})(given)
        except Says as error:
            return web.json_response({"ok": False, "error": str(error)})
        if fault.get("drop") == "after":
            return _broken(request)
        return web.json_response({"ok": True, **reply})

    def _auth_test(self, _given: Body) -> Body:
        return {
            "team_id": TEAM,
            "user_id": BOT,
            "bot_id": BOT_ID,
            "team": "Paper",
            "url": "https://paper.slack.example",
        }

    def _apps_connections_open(self, _given: Body) -> Body:
        return {"url": self.url.replace("http", "ws") + "/socket"}

    def _chat_postMessage(self, given: Body) -> Body:
        return {"ts": self._new(given, given.get("blocks") or []).ts}

    def _chat_startStream(self, given: Body) -> Body:
        if self.no_streams:
            raise Says(self.no_streams)
        if given["channel"].startswith("C") and not (
            given.get("recipient_user_id") and given.get("recipient_team_id")
        ):
            raise Says("missing_recipient")
        made = self._new(given, _chunked(given))
        made.streaming = True
        return {"ts": made.ts}

    def _chat_appendStream(self, given: Body) -> Body:
        held = self._streaming(given)
        held.blocks += _chunked(given)
        return {"ts": held.ts}

    def _chat_stopStream(self, given: Body) -> Body:
        held = self._streaming(given)
        held.blocks += [*_chunked(given), *checked(given.get("blocks") or [])]
        held.streaming = False
        return {"ts": held.ts}

    def _chat_update(self, given: Body) -> Body:
        held = self._held(given)
        if held.streaming:
            raise Says("streaming_state_conflict")
        held.text, held.blocks = given.get("text", ""), checked(given.get("blocks") or [])
        return {"ts": held.ts}

    def _chat_delete(self, given: Body) -> Body:
        del self.messages[self._held(given).ts]
        return {}

    def _conversations_replies(self, given: Body) -> Body:
        found = [held for held in self.messages.values() if held.thread_ts == given["ts"]]
        return {"messages": [{"ts": held.ts, "user": BOT, "bot_id": BOT_ID} for held in found]}

    def _views_publish(self, given: Body) -> Body:
        checked(given["view"]["blocks"], most=100)
        self.views.append(given)
        return {}

    def _views_open(self, given: Body) -> Body:
        self.views.append(given)
        return {}

    def _new(self, given: Body, blocks: list[Body]) -> Message:
        ts = f"{int(time.time())}.{next(self._ts):06d}"
        flags = {name: given.get(name) for name in ("unfurl_links", "unfurl_media", "parse", "link_names")}
        made = Message(
            given["channel"],
            ts,
            given.get("thread_ts", ""),
            given.get("text", ""),
            checked(blocks),
            flags=flags,
        )
        self.messages[ts] = made
        return made

    def _held(self, given: Body) -> Message:
        if given["ts"] not in self.messages:
            raise Says("message_not_found")
        return self.messages[given["ts"]]

    def _streaming(self, given: Body) -> Message:
        held = self._held(given)
        if not held.streaming:
            raise Says("message_not_in_streaming_state")
        return held

    async def _response(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults["response"].popleft() if self.faults["response"] else {}
        if "status" in fault:
            return web.Response(status=fault["status"], headers=fault.get("headers", {}))
        given = await request.json()
        checked(given.get("blocks") or [])
        self.responses.append({"to": request.match_info["name"], **given})
        return web.Response(text="ok")

    # -- Socket Mode ---------------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
        return socket

    def push(self, kind: str, payload: Body, envelope: str) -> None:
        """Send one envelope over the newest socket."""
        sent = self.sockets[-1].send_json({"type": kind, "envelope_id": envelope, "payload": payload})
        asyncio.run_coroutine_threadsafe(sent, self._loop).result(5)

    # -- what tests ask ------------------------------------------------------------------------------------

    def made(self, *, without: set[str] = QUIET) -> list[str]:
        """The methods called, in order, without those that only decorate."""
        return [method for method, _ in self.calls if method not in without]

    def given(self, method: str) -> list[Body]:
        return [given for name, given in self.calls if name == method]

    def posted(self) -> list[Message]:
        return list(self.messages.values())


def eventually(true: Callable[[], Any], *, seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.01)
    assert found, "it never came true"
    return found


def settles(slack: SlackServer, *, seconds: float = 0.3) -> list[str]:
    """The calls made once none has come for a while."""
    seen, since = len(slack.calls), time.monotonic()
    while time.monotonic() - since < seconds:
        if len(slack.calls) != seen:
            seen, since = len(slack.calls), time.monotonic()
        time.sleep(0.02)
    return slack.made()


class Deliveries:
    """Sends what Slack sends, signed as Slack signs."""

    def __init__(self, address: str, slack: SlackServer) -> None:
        self._address, self._slack = address, slack
        self._client = httpx2.Client(trust_env=False, timeout=20)
        self._numbers = itertools.count(1)

    def close(self) -> None:
        self._client.close()

    def event(self, event: Body, *, event_id: str = "", team: str = TEAM, **headers: str) -> httpx2.Response:
        return self.post(json.dumps(self.wrapped(event, event_id=event_id, team=team)).encode(), **headers)

    def wrapped(self, event: Body, *, event_id: str = "", team: str = TEAM) -> Body:
        number = event_id or f"Ev{next(self._numbers):06d}"
        return {"type": "event_callback", "team_id": team, "event_id": number, "event_time": 1, "event": event,
                "authorizations": [{"team_id": team, "user_id": BOT, "is_bot": True}]}  # fmt: skip

    def said(self, question: str, /, **values: Any) -> Body:
        number = next(self._numbers)
        given = {"type": "app_mention", "user": USER, "text": f"<@{BOT}> {question}", "ts": f"1700000000.{number:06d}",
                 "channel": CHANNEL, "team": TEAM}  # fmt: skip
        return given | values

    def direct(self, text: str, /, **values: Any) -> Body:
        return self.said(text, type="message", text=text, channel=DIRECT, channel_type="im") | values

    def command(self, text: str, **values: str) -> httpx2.Response:
        number = next(self._numbers)
        form = {"command": "/ask", "text": text, "team_id": TEAM, "user_id": USER, "channel_id": CHANNEL,
                "trigger_id": f"trigger-{number}", "response_url": f"{self._slack.url}/response/command-{number}"}  # fmt: skip
        return self.post(urlencode(form | values).encode(), kind="application/x-www-form-urlencoded")

    def action(self, action: Body, **values: Any) -> httpx2.Response:
        number = next(self._numbers)
        payload = {"type": "block_actions", "user": {"id": USER, "team_id": TEAM}, "team": {"id": TEAM},
                   "trigger_id": f"trigger-{number}", "actions": [action], "container": {"type": "message", "message_ts": "1.1",
                   "channel_id": CHANNEL}, "channel": {"id": CHANNEL},
                   "response_url": f"{self._slack.url}/response/action-{number}"}  # fmt: skip
        return self.interaction(payload | values)

    def interaction(self, payload: Body) -> httpx2.Response:
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return self.post(body, kind="application/x-www-form-urlencoded")

    def post(self, body: bytes, *, kind: str = "application/json", **headers: str) -> httpx2.Response:
        signed = (
            signature(body)
            | {"content-type": kind}
            | {name.replace("_", "-"): value for name, value in headers.items()}
        )
        address = f"{self._address}/slack/events"
        return self._client.post(address, content=body, headers=signed)


def signature(body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    made = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={made}"}


def checked(blocks: list[Body], *, most: int = 50) -> list[Body]:
    """The blocks, if Slack's own models and documented limits take them."""
    assert len(blocks) <= most
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None, f"not a block of Slack's: {block}"
        parsed.validate_json()
        for part in _objects(block):
            if part.get("type") in ("plain_text", "mrkdwn", "text"):
                assert 0 < len(part["text"]) <= 3_000, part
            if part.get("type", "").startswith("rich_text_"):
                assert part["elements"], part
    return list(blocks)


def words_in(blocks: list[Body]) -> str:
    return "".join(
        part["text"] for block in blocks for part in _objects(block) if isinstance(part.get("text"), str)
    )


def _objects(value: Any) -> Iterator[Body]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part)


objects = _objects


def _chunked(given: Body) -> list[Body]:
    found = [chunk for chunk in given.get("chunks") or [] if chunk["type"] == "blocks"]
    return checked([block for chunk in found for block in chunk["blocks"]])


async def _given(request: web.Request) -> Body:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **await request.post()}


def _broken(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
