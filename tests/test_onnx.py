"""The embedded embedder: what its vectors promise, and that no text can break it."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import numpy as np
import pytest

from qa.adapters import onnx
from qa.adapters.onnx import OnnxEmbedder

TEXTS = [
    "Russian military instructors landed in Niamey with an air defence system.",
    "A short one.",
    "",
    "The central bank left its interest rate unchanged at 4.5 percent. " * 30,
    "Rain is expected over the weekend, with temperatures falling to 9 degrees.",
]
ODD_TEXTS = [
    "",
    " \n\t ",
    "\x00",
    "nul\x00inside",
    "lone \ud83d surrogate",
    "\udfff",
    "emoji \U0001f600 and e\u0301 combining",
    "[CLS] [SEP] [MASK] [PAD]",
    "\u202e right to left \u200b zero width",
    "x" * 5_000,
    "\uffff\ufffe",
]


@pytest.fixture(scope="module")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder()


def test_vectors_have_the_promised_shape_and_length_one(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert (len(TEXTS), embedder.dimensions) == vectors.shape
    assert np.float32 == vectors.dtype
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_an_empty_array(embedder: OnnxEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)


def test_rows_follow_the_order_of_the_texts(embedder: OnnxEmbedder) -> None:
    forward, backward = embedder.embed_passages(TEXTS), embedder.embed_passages(TEXTS[::-1])
    np.testing.assert_array_equal(forward, backward[::-1])


def test_a_text_has_the_same_vector_alone_and_among_others(embedder: OnnxEmbedder) -> None:
    together = embedder.embed_passages(TEXTS)
    for row, text in enumerate(TEXTS):
        np.testing.assert_array_equal(together[row], embedder.embed_passages([text])[0])
        np.testing.assert_array_equal(together[row], embedder.embed_question(text))


def test_the_number_of_threads_does_not_change_a_vector(embedder: OnnxEmbedder) -> None:
    np.testing.assert_array_equal(
        OnnxEmbedder(threads=1).embed_passages(TEXTS), embedder.embed_passages(TEXTS)
    )


def test_several_callers_at_once_get_the_same_vectors(embedder: OnnxEmbedder) -> None:
    expected = embedder.embed_passages(TEXTS)
    with ThreadPoolExecutor(4) as callers:
        for vectors in callers.map(embedder.embed_passages, [TEXTS] * 8):
            np.testing.assert_array_equal(expected, vectors)


def test_a_question_is_nearest_to_the_passage_that_answers_it(embedder: OnnxEmbedder) -> None:
    scores = embedder.embed_passages(TEXTS) @ embedder.embed_question(
        "When did Russian troops arrive in Niger?"
    )
    assert int(np.argmax(scores)) == 0
    assert scores[0] > 0.3 + max(scores[1:])


def test_known_similarities_stay_near_those_of_the_float_model(embedder: OnnxEmbedder) -> None:
    a, b, c = embedder.embed_passages(
        ["The cat sits outside", "A man is playing guitar", "The new movie is awesome"],
    )
    expected = [0.0363, -0.0247, 0.0093]  # from the float32 weights
    np.testing.assert_allclose([a @ b, a @ c, b @ c], expected, atol=0.02)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_have_vectors(embedder: OnnxEmbedder, text: str) -> None:
    assert abs(float(np.linalg.norm(embedder.embed_question(text))) - 1) < 1e-5
    assert embedder.token_count(text) >= 2


def test_a_megabyte_is_cut_before_it_is_tokenized(embedder: OnnxEmbedder) -> None:
    text = "seven hundred troops " * 50_000
    np.testing.assert_array_equal(embedder.embed_question(text), embedder.embed_question(text[:16_384]))


def test_text_behind_the_last_token_does_not_count(embedder: OnnxEmbedder) -> None:
    read = "war " * (embedder.max_tokens - 2)
    assert embedder.max_tokens == embedder.token_count(read)
    np.testing.assert_array_equal(embedder.embed_question(read), embedder.embed_question(read + "peace"))


def test_tokens_are_counted_beyond_the_limit(embedder: OnnxEmbedder) -> None:
    assert [embedder.token_count("war " * n) for n in (0, 2, 500)] == [2, 4, 502]


def test_the_files_are_those_of_the_fingerprint(embedder: OnnxEmbedder) -> None:
    folder = resources.files("qa.adapters").joinpath("minilm")
    found = {name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() for name in onnx.SHA256}
    assert found == onnx.SHA256
    assert embedder.fingerprint == f"all-MiniLM-L6-v2/int8/{found['model.onnx'][:12]}"
    assert {"LICENSE", "NOTICE"} <= {entry.name for entry in folder.iterdir()}


def test_a_changed_file_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(onnx.SHA256, "model.onnx", "0" * 64)
    with pytest.raises(ValueError, match=r"model\.onnx has sha256 .* expected 0000"):
        OnnxEmbedder()
