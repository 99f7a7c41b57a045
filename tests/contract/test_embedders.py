"""What every embedder must do, asked of each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from fakes import FakeEmbedder

from qa.adapters.onnx import OnnxEmbedder
from qa.adapters.openai import OpenAIEmbedder
from qa.errors import ModelError
from qa.ports import Embedder

ODD = ["", " ", "\x00", "\ud800", "a" * 1_000_000, "🙂" * 500, "\u202eabc", "ﬁne"]


class EmbeddingServer(BaseHTTPRequestHandler):
    """Speaks /v1/embeddings, with the fake embedder behind it, not normalised."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        rows = FakeEmbedder(16).embed_passages(asked["input"]) * 3
        data = [{"object": "embedding", "index": n, "embedding": row.tolist()} for n, row in enumerate(rows)]
        body = json.dumps({"object": "list", "data": data, "model": asked["model"], "usage": {}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), EmbeddingServer)
    Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_address[1]}/v1"
    made.shutdown()
    made.server_close()


def openai(server: str, *, dimensions: int = 16) -> OpenAIEmbedder:
    return OpenAIEmbedder(base_url=server, model="m", dimensions=dimensions, api_key="")


@pytest.fixture(scope="module", params=["fake", "onnx", "openai"])
def embedder(request: pytest.FixtureRequest, server: str) -> Embedder:
    if request.param == "fake":
        return FakeEmbedder()
    return OnnxEmbedder() if request.param == "onnx" else openai(server)


def test_rows_are_unit_vectors_in_order(embedder: Embedder) -> None:
    texts = ["the flood reached the town", "ministers signed a treaty", "a bridge opened"]
    rows = embedder.embed_passages(texts)
    assert (rows.shape, rows.dtype) == ((3, embedder.dimensions), np.float32)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    for row, text in zip(rows, texts, strict=True):
        assert row == pytest.approx(embedder.embed_question(text), abs=1e-6)


def test_a_text_has_one_vector_whatever_is_beside_it(embedder: Embedder) -> None:
    alone = embedder.embed_passages(["the flood reached the town"])[0]
    among = embedder.embed_passages(["x", "the flood reached the town", "word " * 200])[1]
    assert np.array_equal(alone, among)


def test_nothing_gives_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_like_texts_are_nearer_than_unlike_ones(embedder: Embedder) -> None:
    flood, also, treaty = embedder.embed_passages(
        ["the flood reached the town", "the town was reached by the flood", "ministers signed an agreement"]
    )
    assert flood @ also > flood @ treaty


def test_the_fingerprint_names_the_model(embedder: Embedder) -> None:
    assert embedder.fingerprint
    assert "/" in embedder.fingerprint


@pytest.mark.parametrize("text", ODD)
def test_odd_text_does_not_break_it(text: str) -> None:
    row = OnnxEmbedder().embed_question(text)
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


def test_a_server_that_gives_other_dimensions_is_named(server: str) -> None:
    with pytest.raises(ModelError, match="QA_EMBED_DIMENSIONS"):
        openai(server, dimensions=8).embed_passages(["a"])


def test_a_server_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(ModelError, match="embedding server failed"):
        openai("http://127.0.0.1:9/v1").embed_question("a")
