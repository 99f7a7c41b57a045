"""Events over HTTP. Whatever is not signed by Slack, now, for the first time and whole, gets 401 or 400 and no more."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp

from qa.interfaces.gate import public
from qa.interfaces.slack.calls import SlackTrouble
from qa.interfaces.slack.desk import Desk

PATH = "/slack/events"
AGE = 300
"""Seconds by which a delivery's time may differ from ours."""
MAX_BODY = 2_000_000
TIMESTAMP = re.compile(r"[0-9]{1,12}")
INTERACTIONS = frozenset({"block_actions", "view_submission", "view_closed", "shortcut", "message_action"})


class Rejected(Exception):
    """A delivery that nothing is done for."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Signatures:
    """Checks signatures, and knows those of the last minutes: a copy of a delivery carries the same one."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    def check(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises Rejected. Slack's SDK fails on a time that is no number, and on a body that is not UTF-8."""
        stamp, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        now = time.time()
        if not TIMESTAMP.fullmatch(stamp) or abs(now - int(stamp)) > AGE:
            raise Rejected(401, "The delivery's time is missing, not a number, or not of these five minutes.")
        made = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        signature = f"v0={made.hexdigest()}".encode()
        if not hmac.compare_digest(signature, given.encode("utf-8", "replace")):
            raise Rejected(401, "The delivery is not signed by Slack.")
        # Slack says so when it sends something again; its retries are told apart by their event.
        if signature in self._seen and "x-slack-retry-num" not in headers:
            raise Rejected(401, "This delivery was taken before.")
        self._seen[signature] = now
        while self._seen and next(iter(self._seen.values())) < now - 2 * AGE:
            self._seen.popitem(last=False)

    def forget(self, headers: Mapping[str, str]) -> None:
        """A delivery that could not be taken may come again."""
        self._seen.pop(headers.get("x-slack-signature", "").encode("utf-8", "replace"), None)


def add_route(router: APIRouter, app: AsyncApp, desk: Desk, secret: str) -> None:
    """`POST /slack/events`: events, interactions and commands. It is signed by Slack, so no key opens or shuts it."""
    signatures = Signatures(secret)

    @router.post(PATH)
    @public("every request is signed by Slack")
    async def events(request: Request) -> Response:
        try:
            body = await _body(request)
            signatures.check(body, request.headers)
            asks_only = _checked(body, request.headers.get("content-type", ""))
        except Rejected as rejected:
            return JSONResponse({"error": str(rejected)}, rejected.status)
        if not asks_only:
            try:
                await desk.identity()
            except SlackTrouble:
                signatures.forget(request.headers)
                return JSONResponse({"error": "Slack does not say who the bot is. Send it again."}, 503)
        made = await app.async_dispatch(to_async_bolt_request(request, body))
        if made.status >= 500:
            signatures.forget(request.headers)
        return to_starlette_response(made)


async def _body(request: Request) -> bytes:
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > MAX_BODY:
            raise Rejected(413, "The delivery is larger than any of Slack's.")
    return bytes(held)


def _checked(body: bytes, kind: str) -> bool:
    """Whether it is Slack's question if the address is right, which needs no more. Raises Rejected."""
    try:
        text = body.decode()
        if "json" in kind:
            return _event(json.loads(text))
        form = parse_qs(text, keep_blank_values=True, strict_parsing=True, max_num_fields=100)
        if "payload" in form:
            _interaction(json.loads(form["payload"][0]))
        elif not {"command", "team_id", "user_id", "channel_id", "trigger_id"} <= form.keys():
            raise ValueError("neither a payload nor a command")
    except (ValueError, RecursionError) as error:
        raise Rejected(400, "The delivery is not a form or JSON such as Slack sends.") from error
    return False


def _event(made: Any) -> bool:
    _require(isinstance(made, dict))
    if made.get("type") == "url_verification":
        _require(isinstance(made.get("challenge"), str))
        return True
    event = made.get("event")
    _require(made.get("type") in ("event_callback", "app_rate_limited"))
    if made["type"] == "event_callback":
        _require(isinstance(made.get("event_id"), str) and isinstance(made.get("team_id"), str))
        _require(isinstance(event, dict) and isinstance(event.get("type"), str))
        for name in ("channel", "user"):
            _require(isinstance(event.get(name), str | dict | None))
        for name in ("ts", "thread_ts", "text", "bot_id", "subtype", "team"):
            _require(isinstance(event.get(name), str | None))
        _require(isinstance(made.get("authorizations") or [], list))
    return False


def _interaction(made: Any) -> None:
    _require(isinstance(made, dict) and made.get("type") in INTERACTIONS)
    _require(isinstance(made.get("user"), dict) and isinstance(made["user"].get("id"), str))
    _require(isinstance(made.get("team"), dict | None) and isinstance(made.get("container", {}), dict))
    if made["type"] == "block_actions":
        actions = made.get("actions")
        _require(
            isinstance(actions, list) and bool(actions) and all(isinstance(each, dict) for each in actions)
        )
        _require(all(isinstance(each.get("action_id"), str) for each in actions))
    if made["type"] in ("view_submission", "view_closed"):
        view = made.get("view")
        _require(isinstance(view, dict) and isinstance(view.get("type"), str))


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not the shape of a delivery")
