"""How long one question takes from the command line, as a whole process, beside `import chromadb`.

    python -m bench.cold [--runs 9]

The two are run in turns, so that both meet the same machine; what counts is the ratio of their medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTION = "when did Russian instructors arrive"
BAR = 1.5


def main() -> int:
    parser = argparse.ArgumentParser(description="Time `qa ask` beside `import chromadb`.")
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "QA_HOME": home}
        ask = [sys.executable, "-m", "qa", "ask", QUESTION]
        bare = [sys.executable, "-c", "import chromadb"]
        subprocess.run([sys.executable, "-m", "qa", "ingest", str(SEEDS)], env=environment, check=True)
        asked, imported = [], []
        for _ in range(runs):
            asked.append(_seconds(ask, environment))
            imported.append(_seconds(bare, environment))
    ratio = statistics.median(asked) / statistics.median(imported)
    for name, times in (("qa ask", asked), ("import chromadb", imported)):
        print(
            f"{name:16} min {min(times):.2f}  median {statistics.median(times):.2f}  max {max(times):.2f} s"
        )
    print(f"ratio of medians {ratio:.2f} (bar {BAR})")
    return 0 if ratio <= BAR else 1


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
