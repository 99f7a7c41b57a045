"""The chat page: a few files that come as they are, and nothing from anywhere else."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from qa.errors import NotFound
from qa.interfaces import gate
from qa.interfaces.gate import public

FOLDER = Path(__file__).parent / "web"
EMPTY = "the page itself holds nothing of the archive"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def routes(*, embedded: bool) -> APIRouter:
    """`/` and its parts; with `embedded`, also the frame for other sites and the script that places it."""
    router = gate.router(include_in_schema=False)

    @router.get("/")
    @public(EMPTY)
    def index(request: Request) -> Response:
        return _file("index.html", request)

    @router.get("/web/{name}")
    @public(EMPTY)
    def part(name: str, request: Request) -> Response:
        return _file(name, request)

    @router.get("/operator")
    @public(EMPTY)
    def operator(request: Request) -> Response:
        return _file("operator.html", request)

    if embedded:

        @router.get("/embed")
        @public(EMPTY)
        def frame(request: Request) -> Response:
            return _file("embed.html", request)

        @router.get("/embed.js")
        @public(EMPTY)
        def script(request: Request) -> Response:
            return _file("embed.js", request)

    return router


def _file(name: str, request: Request) -> Response:
    held = _files().get(name)
    if held is None:
        raise NotFound("There is no such page. The start is at /.")
    body, kind, tag = held
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


@cache
def _files() -> dict[str, tuple[bytes, str, str]]:
    """Every file by its name: a name that is not one of these reaches no disk."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in KINDS:
            body = path.read_bytes()
            found[path.name] = (body, KINDS[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:20]}"')
    return found
