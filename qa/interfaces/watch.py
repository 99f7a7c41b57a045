"""Every request gets a name, is timed, counted and told of in the log, and is turned away where there is too much to do."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.interfaces.metrics import Metrics
from qa.telemetry import request_id, traceparent

NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""Of a request, as a proxy in front may give it; another is not written into a log."""
HEADER = "X-Request-ID"
log = logging.getLogger("qa.requests")


class Watch:
    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if NAME.fullmatch(given) else secrets.token_hex(8)
        began, status, reset = perf_counter(), 500, request_id.set(name)
        outer = traceparent.set(Headers(scope=scope).get("traceparent", ""))

        async def named(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        self._metrics.open.inc()
        try:
            await self._app(scope, receive, named)
        finally:
            self._metrics.open.dec()
            self._tell(scope, status, perf_counter() - began)
            traceparent.reset(outer)
            request_id.reset(reset)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or "(none)"
        method = scope["method"] if scope["method"] in METHODS else "(other)"
        self._metrics.requests.labels(method, route, status).inc()
        self._metrics.latency.labels(route).observe(seconds)
        caller = scope.get("state", {}).get("caller")
        told = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        if caller is not None and caller.key:
            told["key"] = caller.key
        quiet = route in ("/healthz", "/readyz", "/metrics") and status < 400
        log.log(logging.DEBUG if quiet else logging.INFO, "request", extra=told)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
