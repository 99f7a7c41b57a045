"""The embedded text embedder: all-MiniLM-L6-v2 in int8 on onnxruntime, with no torch and no download.

The model and its tokenizer lie in the folder minilm beside this file; bench/make_embedder.py makes them
from weights on the package index, bench/embedder.py measures speed and quality. Text goes through the model
one at a time, and texts side by side in threads: a vector then never depends on what else was embedded with
it, and on 2 cores that was also faster and smaller than batches. Between kinds of processor vectors agree
to rounding, not bit for bit.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from qa.adapters.minilm import FINGERPRINT, SHA256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from numpy.typing import NDArray

DIMENSIONS: Final = 384
MAX_TOKENS: Final = 256
# 256 tokens of news are about 1,200 characters: what lies behind this many is not among the first 256 tokens,
# unless the text is mostly blanks or of words over 64 characters. Tokenizing 1 MB takes 0.5 to 4 s.
_READ_CHARACTERS: Final = 16_384
_MEND: Final = "reinstall dateline-qa, or run bench/make_embedder.py"
_OUTPUT: Final = ["sentence_embedding"]


class OnnxEmbedder:
    """Texts to float32 vectors of length 1. Safe to call from several threads."""

    dimensions: Final = DIMENSIONS
    max_tokens: Final = MAX_TOKENS
    fingerprint: Final = FINGERPRINT

    def __init__(self, *, threads: int | None = None) -> None:
        """Load the model (about 80 ms). threads: texts embedded at once, by default one for each usable core.

        Raises ValueError when a file is not the one that this version was built with.
        """
        self._threads = threads or _usable_cores()
        folder = resources.files("qa.adapters").joinpath("minilm")
        with resources.as_file(_file(folder, "tokenizer.json")) as path:
            self._tokenizer = Tokenizer.from_file(str(_verified(path)))
        with resources.as_file(_file(folder, "model.onnx")) as path:
            providers = ["CPUExecutionProvider"]
            self._session = ort.InferenceSession(str(_verified(path)), _options(), providers=providers)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return [len(texts), 384], row i for texts[i]. Only the first 256 tokens of a text count."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        if self._threads == 1 or len(texts) < 2:
            for row, text in enumerate(texts):
                vectors[row] = self.embed_question(text)
            return vectors
        with ThreadPoolExecutor(min(self._threads, len(texts)), thread_name_prefix="embed") as pool:
            for row, vector in enumerate(pool.map(self.embed_question, texts)):
                vectors[row] = vector
        return vectors

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """Return the vector [384] of a text: this model embeds questions and passages alike."""
        ids = self._tokens(text[:_READ_CHARACTERS])
        if len(ids) > MAX_TOKENS:
            ids = [*ids[: MAX_TOKENS - 1], ids[-1]]  # the last is the end marker
        feed = {"input_ids": np.array([ids], dtype=np.int64)}
        vector: NDArray[np.float32] = self._session.run(_OUTPUT, feed)[0][0]
        return vector

    def token_count(self, text: str) -> int:
        """Count all tokens, the two markers included: a text of at most max_tokens is embedded whole."""
        return len(self._tokens(text))

    def _tokens(self, text: str) -> list[int]:
        # A lone surrogate, which JSON can carry, has no UTF-8 form and the tokenizer would refuse the text.
        ids: list[int] = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8")).ids
        return ids


def _file(folder: Traversable, name: str) -> Traversable:
    file = folder.joinpath(name)
    if not file.is_file():
        raise ValueError(f"the embedder's {name} is missing; {_MEND}")
    return file


def _verified(path: Path) -> Path:
    """Return path if it is the pinned file. Hashing 23 MB takes 13 ms where the processor has SHA-NI."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256[path.name]:
        raise ValueError(
            f"the embedder's {path.name} has sha256 {found}, expected {SHA256[path.name]}; {_MEND}"
        )
    return path


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # texts run side by side instead, and no pool of threads spins
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # would keep one allocation plan for every length of text ever seen
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL  # the file is already fused
    options.log_severity_level = 3  # errors; a warning would land in the middle of a command's output
    return options


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS; unlike cpu_count it respects taskset and cpusets
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
