"""An OpenAI-compatible server on loopback that answers, or fails in the way it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping

LEAK = "upstream-secret-4711"
"""Stands in every error of the provider's; it must never be shown."""


class ModelServer:
    """`fault` names an entry of llm_faults.json, or is empty; `refused` are response formats it does not know; `pause` is
    in seconds, before each piece."""

    def __init__(
        self,
        reply: str,
        *,
        fault: str = "",
        refused: tuple[str, ...] = (),
        heals: bool = False,
        pause: float = 0,
    ) -> None:
        self.reply, self.fault, self.refused, self.heals = reply, fault, refused, heals
        self.pause = pause
        self.requests: list[Mapping[str, object]] = []
        self.url = ""
        self._busy: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[ModelServer]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        try:
            yield self
        finally:
            server.close()
            for task in self._busy:
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
        try:
            await self._speak(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line
            )
            asked = json.loads(await reader.readexactly(length))
            self.requests.append(asked)
            await self._answer(asked, writer)
            await writer.drain()

    async def _answer(self, asked: Mapping[str, object], writer: asyncio.StreamWriter) -> None:
        form = asked.get("response_format")
        name = str(form["type"]) if isinstance(form, dict) else "text"
        fault = "" if self.heals and len(self.requests) > 1 else self.fault
        if name in self.refused:
            _plain(writer, 400, {"error": {"message": LEAK}})
        elif fault in ("e429", "e429long", "e500"):
            wait = {"e429": "1", "e429long": "120"}.get(fault)
            _plain(writer, int(fault[1:4]), {"error": {"message": LEAK}}, retry_after=wait)
        elif fault == "html200":
            _raw(writer, 200, "text/html", f"<html>{LEAK}</html>".encode())
        elif fault == "badjson":
            _raw(writer, 200, "application/json", f'{{"id": "{LEAK}'.encode())
        elif fault == "hang":
            await asyncio.sleep(60)
        else:
            await self._stream(fault, writer)

    async def _stream(self, fault: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        size = max(1, len(self.reply) // 10)
        pieces = [self.reply[at : at + size] for at in range(0, len(self.reply), size)]
        for number, piece in enumerate(pieces):
            await asyncio.sleep(self.pause)
            if number == 5 and fault in ("midhang", "trunc", "miderr", "halfjson"):
                await _break(fault, writer)
                return
            _event(
                writer, {"choices": [] if fault == "empty" else [{"index": 0, "delta": {"content": piece}}]}
            )
        if fault == "surrogate":
            writer.write(b'data: {"choices": [{"index": 0, "delta": {"content": "\\ud83d"}}]}\n\n')
        reason = "content_filter" if fault == "filter" else "stop"
        if fault != "empty":
            _event(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
            _event(
                writer,
                {"choices": [], "usage": {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}},
            )
        writer.write(b"data: [DONE]\n\n")


async def _break(fault: str, writer: asyncio.StreamWriter) -> None:
    if fault == "midhang":
        await writer.drain()
        await asyncio.sleep(60)
    elif fault == "miderr":
        _event(writer, {"error": {"message": LEAK, "type": "server_error"}})
    elif fault == "halfjson":
        writer.write(b'data: {"choices": [{"ind\n\n')


def _event(writer: asyncio.StreamWriter, content: Mapping[str, object]) -> None:
    whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "stub", **content}
    writer.write(f"data: {json.dumps(whole)}\n\n".encode())


def _plain(
    writer: asyncio.StreamWriter, status: int, body: object, *, retry_after: str | None = None
) -> None:
    _raw(writer, status, "application/json", json.dumps(body).encode(), retry_after=retry_after)


def _raw(
    writer: asyncio.StreamWriter, status: int, kind: str, body: bytes, *, retry_after: str | None = None
) -> None:
    more = f"retry-after: {retry_after}\r\n" if retry_after else ""
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{more}\r\n"
    writer.write(head.encode() + body)
