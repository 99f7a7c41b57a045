"""A real server on a free port of the loopback, in a thread, for tests that need a socket or a browser."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from threading import Thread
from typing import Any

import uvicorn

from qa.interfaces.edge import edge


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Its address, without a slash at the end."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(
                app, http=_edge(app), log_level="error", access_log=False, timeout_graceful_shutdown=1
            )
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


def _edge(app: Any) -> Any:
    """What our own server has its connections end in."""
    seats = getattr(getattr(app, "state", None), "seats", None)
    return "auto" if seats is None else edge(seats)
