"""Article text from saved pages, ours beside trafilatura's default in the same run.

    python bench/extraction.py FOLDER [--half even|odd|all]

FOLDER holds `ground-truth.json` and `html/<key>.html.gz`. The measure is that of the article extraction benchmark
of scrapinghub (github.com/scrapinghub/article-extraction-benchmark): precision and recall of 4-word shingles,
averaged over the pages, and their harmonic mean.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import trafilatura

from qa.errors import ReadError
from qa.ingest import decode, html

Score = tuple[float, float, float]


def ours(data: bytes) -> str:
    """What is left as evidence: the extracted text without what is marked as furniture."""
    try:
        draft = html.article(decode.text(data, declared=html.charset(data)))
    except ReadError:
        return ""
    left, last = [], 0
    for start, end in draft.furniture:
        left.append(draft.text[last:start])
        last = end
    return " ".join([*left, draft.text[last:]])


def ours_whole(data: bytes) -> str:
    """The stored text, furniture included."""
    try:
        return html.article(decode.text(data, declared=html.charset(data))).text
    except ReadError:
        return ""


def baseline(data: bytes) -> str:
    return trafilatura.extract(data) or ""


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)) if words)


def matched(truth: str, found: str) -> Score:
    """Shares of shared, surplus and missing shingles of one page."""
    expected, actual = shingles(truth), shingles(found)
    both, surplus, missing = (
        (expected & actual).total(),
        (actual - expected).total(),
        (expected - actual).total(),
    )
    total = both + surplus + missing
    return (both / total, surplus / total, missing / total) if total else (0.0, 0.0, 0.0)


def metrics(scores: list[Score]) -> tuple[float, float, float]:
    precision = statistics.mean(tp / (tp + fp) for tp, fp, _ in scores if tp + fp > 0)
    recall = statistics.mean(tp / (tp + fn) for tp, _, fn in scores if tp + fn > 0)
    return 2 * precision * recall / (precision + recall), precision, recall


def half_of(key: str) -> str:
    return "odd" if int(hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[-1], 16) % 2 else "even"


def bootstrapped(ours_: list[Score], theirs: list[Score]) -> tuple[float, float]:
    """The 95% interval of the difference in F1, over 1,000 draws of the pages."""
    draw = random.Random(7)
    differences = []
    for _ in range(1_000):
        at = [draw.randrange(len(ours_)) for _ in ours_]
        differences.append(metrics([ours_[n] for n in at])[0] - metrics([theirs[n] for n in at])[0])
    differences.sort()
    return differences[25], differences[974]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=["even", "odd", "all"], default=None)
    parser.add_argument("--worst", type=int, default=0, help="print the pages where ours is furthest behind")
    given = parser.parse_args()
    truth = json.loads((given.folder / "ground-truth.json").read_text(encoding="utf-8"))
    ways: dict[str, Callable[[bytes], str]] = {
        "ours": ours,
        "ours, whole": ours_whole,
        "trafilatura": baseline,
    }
    scores: dict[str, dict[str, Score]] = {name: {} for name in ways}
    seconds = dict.fromkeys(ways, 0.0)
    for key, page in truth.items():
        data = gzip.decompress((given.folder / "html" / f"{key}.html.gz").read_bytes())
        for name, way in ways.items():
            begun = time.perf_counter()
            scores[name][key] = matched(page["articleBody"], way(data))
            seconds[name] += time.perf_counter() - begun
    for half in [given.half] if given.half else ["even", "odd", "all"]:
        keys = [key for key in truth if half in ("all", half_of(key))]
        for name in ways:
            f1, precision, recall = metrics([scores[name][key] for key in keys])
            print(
                f"{half:5} {len(keys):4} pages  {name:12} F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}"
            )
        low, high = bootstrapped(
            [scores["ours"][key] for key in keys], [scores["trafilatura"][key] for key in keys]
        )
        print(f"{half:5} ours - trafilatura, 95% interval of F1: {low:+.4f} to {high:+.4f}")
    print("seconds:", {name: round(spent, 1) for name, spent in seconds.items()})
    behind = sorted(truth, key=lambda key: scores["ours"][key][0] - scores["trafilatura"][key][0])
    for key in behind[: given.worst]:
        print(key, half_of(key), scores["ours"][key], scores["trafilatura"][key])
    return 0


if __name__ == "__main__":
    sys.exit(main())
