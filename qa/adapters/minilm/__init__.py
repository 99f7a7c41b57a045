"""The built-in embedding model's files and their pins; apart from `onnx`, so that naming it loads nothing."""

from __future__ import annotations

from typing import Final

SHA256: Final = {
    "model.onnx": "c131741a3aa2b694fa7737e32b178548f97bff86b28f8ac23ab94f761d108e4f",
    "tokenizer.json": "5fd1c882abbd30517dced455a2c9768945ec726b96727927e4959348d9de550b",
}
FINGERPRINT: Final = f"all-MiniLM-L6-v2/int8/{SHA256['model.onnx'][:12]}"
