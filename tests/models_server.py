"""A model server on loopback as the documentation's examples know one: embeddings, and answers that quote a passage."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fakes import FakeEmbedder

DIMENSIONS = 768


class _Models(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/embeddings"):
            self._say("application/json", json.dumps(_embedded(asked)).encode())
        else:
            piece = {"choices": [{"index": 0, "delta": {"content": _quoted(asked)}, "finish_reason": "stop"}]}
            whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "stub", **piece}
            self._say("text/event-stream", f"data: {json.dumps(whole)}\n\ndata: [DONE]\n\n".encode())

    def _say(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def _embedded(asked: dict[str, Any]) -> dict[str, Any]:
    texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
    found = FakeEmbedder(DIMENSIONS, "examples").embed_passages(texts).tolist()
    data = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(found)]
    return {
        "object": "list",
        "model": asked["model"],
        "data": data,
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }


def _quoted(asked: dict[str, Any]) -> str:
    """A draft of one claim: the first sentence of the passages that speaks of Wednesday, word for word."""
    shown = asked["messages"][-1]["content"]
    for label, text in re.findall(r"passage=(P\d+)>\n.*\n((?s:.*?))\n</article", shown):
        if found := re.search(r"[A-Z][^.\n]*\bWednesday\b[^.\n]*\.", text):
            claim = {"quotes": [{"passage": label, "quote": found[0]}], "text": found[0]}
            return json.dumps({"answered": True, "reason": "", "claims": [claim]})
    return json.dumps({"answered": False, "reason": "missing_fact", "claims": []})


@contextmanager
def models() -> Iterator[str]:
    """Its host and port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Models)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
