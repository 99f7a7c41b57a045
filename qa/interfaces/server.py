"""Runs the REST application on a socket that was bound first: a taken port is a sentence, not a traceback."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import uvicorn

from qa.access import Access
from qa.errors import QaError
from qa.interfaces import logs, rest
from qa.interfaces.edge import edge
from qa.service import Newsroom

if TYPE_CHECKING:
    from qa.interfaces.slack.door import Door

SWITCH = 0.0002
"""Seconds for which a thread may keep the interpreter while another waits for it. Every reading and writing of a socket
gives it away; at the default of 5 ms, a thousand at once were turned away in seconds (`python -m bench.load`)."""
KEEP_ALIVE = 75
"""Seconds for which a connection may rest between two requests: longer than clients and proxies keep one (60 s, mostly), so
that it is they who close it, and no request is sent into a connection that is just being closed."""
GRACE = 10
"""Seconds that open requests get when the server is told to stop."""


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, port))
        except OSError as error:
            raise QaError(
                f"Port {port} on {host} cannot be used: {error.strerror}. Choose another --port."
            ) from error
        yield made


def run(
    newsroom: Newsroom,
    listening: socket.socket,
    *,
    access: Access,
    hosts: Sequence[str] = (),
    embed_origins: Sequence[str] = (),
    slack: Door | None = None,
) -> None:
    logs.configure()
    sys.setswitchinterval(SWITCH)
    app = rest.app(newsroom, access=access, hosts=hosts, embed_origins=embed_origins, slack=slack)
    config = uvicorn.Config(
        app, http=edge(app.state.seats), log_config=None, access_log=False, timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE, server_header=False,
    )  # fmt: skip
    # uvicorn raises the signal that stopped it once more when it is done; what is open must still be closed then.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listening])
