"""What the server writes to standard error: one JSON object a line, or plain words on a terminal.

No question, answer, key or address of an article is ever in it. What an exception says may repeat what somebody sent, so
of those that we did not raise ourselves only the kind and the places in the code are written.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from qa.errors import QaError
from qa.telemetry import request_id

FIELDS = ("method", "route", "status", "ms", "key", "event", "count")
"""What a record may carry beside its message."""
QUIET = ("uvicorn", "httpx2", "httpcore2", "mcp", "chromadb", "sse_starlette", "opentelemetry")


class Lines(logging.Formatter):
    """JSON, with the request's id."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": _message(record),
        }  # fmt: skip
        if name := request_id.get():
            told["request"] = name
        told |= {field: getattr(record, field) for field in FIELDS if hasattr(record, field)}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = _error(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


class Words(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        more = " ".join(f"{field}={getattr(record, field)}" for field in FIELDS if hasattr(record, field))
        told = f"{datetime.fromtimestamp(record.created, UTC):%H:%M:%S} {record.levelname.lower()} {_message(record)} {more}"
        if record.exc_info and record.exc_info[1] is not None:
            told = f"{told.rstrip()} {_error(record.exc_info[1])}"
        return told.rstrip()


def _message(record: logging.LogRecord) -> str:
    # Others' messages are filled in with what they were sent; ours are not.
    return record.getMessage() if record.name.startswith("qa") else str(record.msg)


def _error(error: BaseException) -> str:
    """The kind, the places, innermost last, and for an error of our own its sentence."""
    places = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    said = f": {error}" if isinstance(error, QaError) else ""
    return f"{type(error).__name__}{said} at {' > '.join(places[-8:])}"


def configure(stream: TextIO | None = None) -> None:
    """Log to a stream, standard error unless given. Called once, by the command that serves."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Words() if out.isatty() else Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("qa").setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
