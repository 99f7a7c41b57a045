"""What is turned away where connections end: whole plain requests alone, and never a word of another's body."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from fakes import SlowModel
from served import served
from test_service import filled

from qa.interfaces import rest
from qa.interfaces.edge import whole_request
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
BODY = b'{"question": "When did the flood reach Aveley?"}'


def post(path: str = "/v1/ask", body: bytes = BODY, more: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_a_whole_plain_request_is_known_by_its_path() -> None:
    assert whole_request(post()) == "/v1/ask"
    assert whole_request(post("/v1/search", b"", "Connection: keep-alive\r\n")) == "/v1/search"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        post()[:-1],
        post() + b"P",
        post() * 2,
        post().replace(b"POST", b"GET"),
        post().replace(b"HTTP/1.1", b"HTTP/1.0"),
        post().replace(b"Content-Length", b"X-Length"),
        post().replace(b"\r\n", b"\n"),
        post("/v1/ask?x=1"),
        post("http://localhost/v1/ask"),
        post(more="Content-Length: 48\r\n"),
        post(more="Transfer-Encoding: chunked\r\n"),
        post(more="Expect: 100-continue\r\n"),
        post(more="Upgrade: websocket\r\n"),
        post(more="Connection: close\r\n"),
        post(more="Connection: keep-alive, upgrade\r\n"),
        post(more="Folded: a\r\n b\r\n"),
        post(more="Odd : a\r\n"),
        post(more="Odd: \x01\r\n"),
    ],
)
def test_everything_else_is_left_to_the_parser(data: bytes) -> None:
    assert whole_request(data) == ""


class Line:
    """One connection, by hand."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)
        self._read = b""

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def reply(self) -> tuple[int, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(self._read) < length:
            self._more()
        body, self._read = self._read[:length], self._read[length:]
        return int(status.split()[1]), headers, body

    def _more(self) -> None:
        data = self._socket.recv(65536)
        assert data, "the server hung up"
        self._read += data

    def silent(self) -> bool:
        """Whether nothing more comes."""
        self._socket.settimeout(0.3)
        try:
            return not (self._read or self._socket.recv(1))
        except TimeoutError:
            return True

    def close(self) -> None:
        self._socket.close()


@asynccontextmanager
async def full(make: MakeNewsroom, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A server that has as many questions as it takes on."""
    monkeypatch.setattr(rest, "MAX_QUESTIONS", 1)
    model = SlowModel()
    with served(rest.app(filled(make(model=model)))) as address:
        async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
            held = asyncio.create_task(client.post(f"{address}/v1/ask", json=json.loads(BODY)))
            while not model.started:  # noqa: ASYNC110  the model is in the server's thread
                await asyncio.sleep(0.01)
            yield address
            model.go.set()
            assert (await held).status_code == 200


async def test_who_finds_no_seat_is_told_so_in_one_form_and_may_go_on(
    make_newsroom: MakeNewsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with full(make_newsroom, monkeypatch) as address:
        line = Line(address)
        told = []
        for data in (post(), post(more="Connection: keep-alive\r\n"), post(more="X-Request-ID: mine\r\n")):
            line.send(data)
            told.append(line.reply())
        line.send(post()[:40])
        await asyncio.sleep(0.1)
        line.send(post()[40:])
        told.append(line.reply())
        assert {status for status, _, _ in told} == {503}
        assert {json.loads(body)["code"] for _, _, body in told} == {"overloaded"}
        names = [set(headers) for _, headers, _ in told]
        assert all(each == names[0] for each in names)
        assert {"retry-after", "x-request-id", "date", "content-security-policy"} <= names[0]
        line.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert line.reply()[0] == 200
        line.close()


async def test_a_body_that_looks_like_a_request_is_a_body(
    make_newsroom: MakeNewsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with full(make_newsroom, monkeypatch) as address:
        line = Line(address)
        outer = post("/v1/articles", post())
        line.send(outer[: -len(post())])
        await asyncio.sleep(0.1)
        line.send(post())
        status, _, body = line.reply()
        assert (status, json.loads(body)["code"]) == (400, "bad_input")
        assert line.silent()
        line.close()
        early = Line(address)  # turned away before its body has come
        whole = post("/v1/ask", post())
        early.send(whole[: -len(post())])
        assert early.reply()[0] == 503
        early.send(post())
        assert early.silent(), "the body of a request that was turned away is no second one"
        early.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert early.reply()[0] == 200
        early.close()
        metrics = httpx2.get(f"{address}/metrics", trust_env=False).text
        assert re.search(r"^dateline_requests_shed_total 1\.0$", metrics, re.M)
