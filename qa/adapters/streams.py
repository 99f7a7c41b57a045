"""Bytes from strangers, bounded in time and in size."""

from __future__ import annotations

import io
import socket
import zlib
from collections.abc import Callable

from qa.errors import FetchRefused


class Timer:
    """Time by the wall, for all steps together."""

    def __init__(self, deadline: float, clock: Callable[[], float]) -> None:
        self._deadline = deadline
        self._clock = clock

    def left(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        seconds = self._deadline - self._clock()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class Timed:
    """A socket as http.client uses it, on which no wait outlives the timer: a server that drips is cut off."""

    def __init__(self, plain: socket.socket, timer: Timer) -> None:
        self._socket = plain
        self._timer = timer

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._timer.left())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(Incoming(self._socket, self._timer))

    def close(self) -> None:
        """http.client calls this while the answer is still to be read; `shut` closes."""

    def shut(self) -> None:
        self._socket.close()


class Incoming(io.RawIOBase):
    """The bytes that come in over a timed socket."""

    def __init__(self, plain: socket.socket, timer: Timer) -> None:
        self._socket = plain
        self._timer = timer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._socket.settimeout(self._timer.left())
        return self._socket.recv_into(buffer)


class Unpacked:
    """What was sent, without its packing, up to a limit and one byte more."""

    def __init__(self, encoding: str, limit: int) -> None:
        kinds = {"": None, "identity": None, "gzip": 47, "x-gzip": 47, "deflate": 47}
        kind = encoding.strip().lower()
        if kind not in kinds:
            raise FetchRefused(f"It was sent packed as {kind!r}, which was not asked for.")
        bits = kinds[kind]
        self._unpack = zlib.decompressobj(bits) if bits else None
        self._blocks: list[bytes] = []
        self._left = limit + 1

    @property
    def over(self) -> bool:
        return self._left <= 0

    def add(self, block: bytes) -> None:
        if self._unpack:
            block = self._unpack.decompress(block, self._left)
        self._blocks.append(block)
        self._left -= len(block)

    def done(self) -> bytes:
        return b"".join(self._blocks)
