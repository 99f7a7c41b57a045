"""The suite reaches nothing but this machine, whatever library would."""

from __future__ import annotations

import asyncio
import socket

import pytest
from conftest import reached

ELSEWHERE = ("192.0.2.1", 9)


def test_a_socket_that_would_go_elsewhere_is_stopped_and_remembered() -> None:
    with socket.socket() as stream, pytest.raises(AssertionError):
        stream.connect(ELSEWHERE)
    with socket.socket() as stream, pytest.raises(AssertionError):
        stream.connect_ex(ELSEWHERE)
    with socket.socket(type=socket.SOCK_DGRAM) as packets, pytest.raises(AssertionError):
        packets.sendto(b"hello", ELSEWHERE)
    with pytest.raises(AssertionError):
        asyncio.run(awaited())
    assert [reached.pop().partition(" ")[2] for _ in range(4)] == [str(ELSEWHERE)] * 4


async def awaited() -> None:
    with socket.socket() as stream:
        stream.setblocking(False)
        await asyncio.get_running_loop().sock_connect(stream, ELSEWHERE)


def test_no_name_is_looked_up_elsewhere() -> None:
    with pytest.raises(OSError, match="no names"):
        socket.getaddrinfo("example.org", 80)
    assert socket.getaddrinfo("localhost", 80)
