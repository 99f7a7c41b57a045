"""What is acknowledged survives SIGKILL: the short form of `python -m bench.crash`."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.crash", "--rounds", "2", "--ready-within", "60"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kills" in done.stdout
