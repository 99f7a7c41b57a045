"""Rate, memory and second run of `qa ingest`, beside the embedder alone on the same passages.

    python -m bench.ingest CORPUS [--articles 800]

CORPUS is a .jsonl.gz, of which the first so many articles are taken; 0 takes all. Four processes, one after the other:
the command on an empty folder, the embedder alone over every other passage that the command stored, the command again,
and the embedder alone over the other half: machines slow down and speed up, so the rate of the command is held against
what the embedder does before and after it. Seconds are those of the whole process by the wall, start and views included; peak memory is Linux's VmHWM.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

ALONE = """
import json, sys, time
from qa import bootstrap, intake, settings
chosen = settings.load(__import__("os").environ)
held, embedder = bootstrap.archive(chosen), bootstrap.embedder(chosen)
texts, last = [], 0
while last < held.position():
    last, _, parts = held.changes(last, limit=200)
    found = held.passages([part.passage.id for part in parts])
    texts += [intake.embedded_text(article, passage.text) for passage, article in found.values()]
texts = texts[int(sys.argv[1]) :: 2]
embedder.embed_passages(texts[:20])
began = time.perf_counter()
embedder.embed_passages(texts)
print(json.dumps({"passages": len(texts), "seconds": time.perf_counter() - began}))
"""


def main() -> None:
    chosen = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("corpus", type=Path)
    chosen.add_argument("--articles", type=int, default=800)
    options = chosen.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sample = _sample(options.corpus, options.articles, Path(folder))
        home = str(Path(folder, "home"))
        command = [sys.executable, "-m", "qa", "ingest", str(sample), "--json"]
        alone = [sys.executable, "-c", ALONE]
        first, first_s, first_mb = _run(command, home)
        before, _, _ = _run([*alone, "0"], home)
        second, second_s, second_mb = _run(command, home)
        after, _, _ = _run([*alone, "1"], home)
    raw = (before["passages"] + after["passages"]) / (before["seconds"] + after["seconds"])
    rate = first["passages"] / first_s
    counts = ("new", "changed", "unchanged", "copies", "passages")
    print(json.dumps({
        "articles": first["new"] + first["copies"], "copies": first["copies"], "passages": first["passages"],
        "refused": len(first["refused"]), "seconds": round(first_s, 1),
        "passages_per_s": round(rate, 1), "embedder_alone_per_s": round(raw, 1), "share": round(rate / raw, 3),
        "peak_mb": round(first_mb), "second_run": {name: second[name] for name in counts},
        "second_seconds": round(second_s, 2), "second_share": round(second_s / first_s, 4),
        "second_peak_mb": round(second_mb),
    }, indent=1))  # fmt: skip


def _sample(corpus: Path, count: int, folder: Path) -> Path:
    made = folder / "articles.jsonl.gz"
    with gzip.open(corpus, "rb") as lines, gzip.open(made, "wb", compresslevel=1) as out:
        out.writelines(islice(lines, count or None))
    return made


def _run(command: list[str], home: str) -> tuple[dict[str, Any], float, float]:
    """What the process printed, its seconds by the wall, and its own peak memory in MB."""
    began = time.perf_counter()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env={**os.environ, "QA_HOME": home}, stdout=said) as process,
    ):
        peak = 0
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        said.seek(0)
        found = json.load(said)
    return found, seconds, peak / 1024


def _peak(process: int) -> int:
    """kB; 0 when it has just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) if "VmHWM:" in status else 0


if __name__ == "__main__":
    main()
