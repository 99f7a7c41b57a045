"""Errors on the wire: RFC 9457, and where OpenAI's API is spoken, with its `error` beside it."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.errors import QaError
from qa.interfaces import gate, openai_api, openai_wire, schemas

log = logging.getLogger(__name__)


def handle(app: FastAPI) -> None:
    """Whatever a route raises becomes a problem."""
    app.add_exception_handler(QaError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_body)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_middleware(Caught)


def _told(status: int, code: str, detail: str) -> schemas.ProblemOut:
    """The detail never repeats what was sent: it may not even be valid Unicode."""
    return schemas.ProblemOut(title=code.replace("_", " "), status=status, detail=detail, code=code)


def _sent(request: Request, told: schemas.ProblemOut, headers: dict[str, str] | None = None) -> JSONResponse:
    body = told.model_dump()
    if request.url.path.startswith(openai_api.PATHS):
        body["error"] = openai_wire.error(told)
    return JSONResponse(body, told.status, headers, media_type="application/problem+json")


async def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, QaError)  # noqa: S101  it is registered for nothing else
    if error.status >= 500 and error.__cause__ is not None:
        log.error("A request failed", exc_info=error.__cause__)
    return _sent(request, schemas.problem(error), gate.headers(error))


async def _of_body(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return _sent(request, _told(422, "bad_request", first(error.errors())))


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    told = _told(error.status_code, f"http_{error.status_code}", str(error.detail))
    return _sent(request, told, dict(error.headers or {}))


class Caught:
    """What nobody expected becomes a problem too, here inside, where the request still has its name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            if started or scope["type"] != "http":
                raise
            log.exception("Unhandled")
            await _sent(Request(scope), schemas.INTERNAL)(scope, receive, send)


def first(errors: Any) -> str:
    """Where the first thing is that cannot be used, and why."""
    found: dict[str, Any] = next(iter(errors), {})
    where = ".".join(str(part) for part in found.get("loc", ()) if part != "body") or "body"
    return f"{where}: {found.get('msg', 'is not valid')}".encode("utf-8", "replace").decode()[:300]
