"""Every locked distribution under a licence that Dateline can be given away with.

    python -m bench.licences        (part of `make check`)

What is installed says its licence itself; for the few that are locked for other machines it is written here.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PERMISSIVE = frozenset(
    [
        "0BSD",
        "AFL-2.1",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    ]
)
BY_FILE = frozenset(["MPL-1.1", "MPL-2.0"])
"""Of which only the files themselves, changed, would have to be given on; Dateline changes none."""
TOOLS = frozenset(["GPL-3.0"])
"""For programs that only check Dateline and are never part of it."""
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause", "BSD License": "BSD-3-Clause", "MIT License": "MIT", "Academic Free License (AFL)": "AFL-2.1",
    "Apache Software License": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0", "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}  # fmt: skip
"""Words of older metadata. Of a "BSD License", all variants are permissive."""
READ = {
    "axe-playwright-python": "MIT",  # in its LICENSE file only
    "httpx2-jsfetch": "BSD-3-Clause",  # for browsers
    "ml-dtypes": "Apache-2.0",  # with onnx
    "onnx": "Apache-2.0",  # makes the built-in model's file, by hand
    "pywin32": "PSF-2.0",  # for Windows
    "safetensors": "Apache-2.0",  # with onnx
}
"""Read from the distributions themselves, for those that are not installed here or do not say it."""


def main() -> int:
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    installed = {_name(found.metadata["Name"]): found for found in distributions()}
    faults = list(check(lock, {name: licence(found) for name, found in installed.items()}))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(lock['package'])} locked distributions, {len(faults)} without a licence that is allowed.")
    return bool(faults)


def check(lock: Mapping[str, Any], said: Mapping[str, str]) -> Iterator[str]:
    """What is wrong, each in a sentence. `said` are licences by the names of what is installed."""
    locked = {package["name"]: package for package in lock["package"]}
    ours = shipped(locked)
    for name, package in locked.items():
        found = said.get(name) or READ.get(name)
        allowed = PERMISSIVE | BY_FILE | (frozenset() if name in ours else TOOLS)
        what = f"{name} {package.get('version', '')}"
        if not found:
            yield f"{what} does not say its licence here. Read it, and write it into READ in bench/licences.py."
        elif not permitted(found, allowed):
            whose = "a part of Dateline" if name in ours else "a tool"
            yield f"{what} is under {found}, which is not allowed for {whose}. Use another, or allow it in bench/licences.py."
    for name in READ.keys() - locked.keys():
        yield f"{name} is in READ in bench/licences.py, but not in uv.lock. Take it out."


def shipped(locked: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """What an installation may hold with all its extras, and not the tools."""
    found: set[str] = set()
    waiting = ["dateline-qa"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            package = locked[name]
            extras = package.get("optional-dependencies", {}).values()
            needed = [*package.get("dependencies", []), *(each for extra in extras for each in extra)]
            waiting += [each["name"] for each in needed]
    return found


def licence(found: Distribution) -> str:
    """As an SPDX expression, where it says one; empty where it says nothing that is understood."""
    told = found.metadata
    expression = str(told.get("License-Expression") or "")
    classified = [
        SPDX.get(words.rpartition(" :: ")[2], words.rpartition(" :: ")[2])
        for words in told.get_all("Classifier") or []
        if words.startswith("License :: ") and words != "License :: OSI Approved"
    ]
    line = str(told.get("License") or "").strip().partition("\n")[0]
    return expression or " AND ".join(classified) or SPDX.get(line, line)


def permitted(expression: str, allowed: frozenset[str]) -> bool:
    """Whether an SPDX expression can be met with these licences. One that is not understood cannot."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression)

    def either() -> bool:
        met = both()
        while tokens[:1] == ["OR"]:
            tokens.pop(0)
            met = both() or met
        return met

    def both() -> bool:
        met = one()
        while tokens[:1] == ["AND"]:
            tokens.pop(0)
            met = one() and met
        return met

    def one() -> bool:
        token = tokens.pop(0) if tokens else ""
        if token != "(":  # noqa: S105
            return token in allowed
        met = either()
        return bool(tokens) and tokens.pop(0) == ")" and met

    return either() and not tokens


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    raise SystemExit(main())
