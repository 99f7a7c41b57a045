"""Replies with an ETag: who has them already is told so in an empty one."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response

from qa.interfaces.schemas import Wire


def tagged(value: Wire, request: Request) -> Response:
    """A reply with a strong ETag; 304 where the client has it already."""
    body = value.model_dump_json().encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
    given = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if headers["ETag"] in given or "*" in given:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
