"""Where connections end: what comes while all seats are taken is turned away before it is a request at all.

Of a thousand that ask at the same moment, more than nine hundred are turned away. Parsed, made a task and sent through the
application, each of them costs the interpreter five times what it costs here, and all the others wait for it
(`python -m bench.load`).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from qa.errors import Overloaded
from qa.interfaces.room import Seats

_HEAD = re.compile(rb"POST (/[^ ?#%]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+: ?[\x20-\x7e]*\r\n)+)\r\n")
_LENGTH = re.compile(rb"^content-length: ?(\d{1,9})\r$", re.I | re.M)
_OTHER = re.compile(rb"^(?:transfer-encoding|expect|upgrade|connection):(?! ?keep-alive\r$)", re.I | re.M)
"""With one of these, more is to be done than to reply."""


def edge(seats: Seats) -> type[Edge]:
    """What connections of a server with these seats end in."""
    status = b"HTTP/1.1 %d Service Unavailable\r\n" % Overloaded.status
    written = {
        path: (status + b"".join(b"%b: %b\r\n" % header for header in headers), body)
        for path, (headers, body) in seats.refusals.items()
    }
    return type("Edge", (Edge,), {"seats": seats, "written": written})


class Edge(HttpToolsProtocol):
    """A connection. Whole plain requests that come alone are looked at here; everything else is uvicorn's to parse."""

    seats: ClassVar[Seats]
    written: ClassVar[dict[str, tuple[bytes, bytes]]]
    """Of each path: the head of a refusal, which is to be ended, and its body."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._between = True

    def data_received(self, data: bytes) -> None:
        if self.seats.full and self._between and (self.cycle is None or self.cycle.response_complete):
            path = whole_request(data)
            if path in self.written:
                self._turn_away(path)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._between = True
        super().on_message_complete()

    def _turn_away(self, path: str) -> None:
        (wait, name), (head, body) = self.seats.turn_away(), self.written[path]
        date = b"".join(b"%b: %b\r\n" % header for header in self.server_state.default_headers)
        self.transport.write(
            b"%b%bretry-after: %d\r\nx-request-id: %b\r\n\r\n%b" % (head, date, wait, name.encode(), body)
        )
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )


def whole_request(data: bytes) -> str:
    """The path of a POST that is all of some bytes, nothing missing and nothing after it; empty for anything else."""
    head = _HEAD.match(data)
    if head is None or _OTHER.search(head[2]):
        return ""
    lengths = _LENGTH.findall(head[2])
    if len(lengths) != 1 or int(lengths[0]) != len(data) - head.end():
        return ""
    return head[1].decode()
