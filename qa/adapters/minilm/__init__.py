"""The built-in embedding model's files and their pins; apart from `onnx`, so that naming it loads nothing."""

from __future__ import annotations

from typing import Final

SHA256: Final = {
    "model.onnx": "35a8a5f23ce75cfeb5731810df0c3bc0a066e41d3d771a71b5aee1d22a840bae",
    "tokenizer.json": "5fd1c882abbd30517dced455a2c9768945ec726b96727927e4959348d9de550b",
}
FINGERPRINT: Final = f"all-MiniLM-L6-v2/int8/{SHA256['model.onnx'][:12]}"
