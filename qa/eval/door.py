"""Asks as any client does: over HTTP, a server that runs or one started on an archive."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Protocol

import httpx2

from qa.errors import QaError

START = 120
"""Seconds that a server gets until every index is open."""


class Door(Protocol):
    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON reply. Raises QaError where there is none."""
        ...


class HttpDoor:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._client = httpx2.Client(timeout=60, trust_env=False)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._json("POST", path, body)

    def get(self, path: str) -> dict[str, Any]:
        return self._json("GET", path, None)

    def _json(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        try:
            reply = self._client.request(method, self.url + path, json=body)
            found: dict[str, Any] = reply.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise QaError(f"The server at {self.url} does not answer {path}: {error}.") from error
        if not reply.is_success:
            raise QaError(
                f"The server at {self.url} refused {path}: {found.get('detail', reply.status_code)}"
            )
        return found

    def close(self) -> None:
        self._client.close()


@contextlib.contextmanager
def opened(url: str) -> Iterator[HttpDoor]:
    with contextlib.closing(HttpDoor(url)) as door:
        yield door


@contextlib.contextmanager
def served(home: Path) -> Iterator[HttpDoor]:
    """A server on this data folder, in a process of its own, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qa", "serve", "--port", str(port)]
    environment = {**os.environ, "QA_HOME": str(home)}
    with (
        opened(f"http://127.0.0.1:{port}") as door,
        tempfile.TemporaryFile() as log,  # a pipe that nobody reads would stop the server when it is full
        subprocess.Popen(command, env=environment, stderr=log) as server,  # noqa: S603
    ):
        try:
            _wait(door, server, log)
            yield door
        finally:
            server.terminate()


def _wait(door: HttpDoor, server: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    """Until the server is ready and its vector index has taken over from exact search."""
    until = time.monotonic() + START
    while time.monotonic() < until:
        if server.poll() is not None:
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip()
            raise QaError(f"The server to be measured ended: {said[-500:]}")
        with contextlib.suppress(QaError):
            if "vectors" in door.get("/readyz")["behind"]:
                return
        time.sleep(0.2)
    raise QaError(f"The server to be measured was not ready within {START} seconds.")
