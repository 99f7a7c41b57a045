"""Kills the server with SIGKILL at random moments of ingestion, and looks at what is left.

    python -m bench.crash [--rounds 20] [--seed 7] [--ready-within 5]

Each round: start `qa serve` and wait until it is ready, add articles over REST until it is killed, then ask
`qa doctor` and read every article back. What was acknowledged must be there, whole; every passage must find itself
by its own vector; the server must be ready again within 5 seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

PARAGRAPHS = 6


@dataclass
class Archive:
    home: Path
    port: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "QA_HOME": str(self.home)}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kill the server during ingestion and check what is left.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--ready-within", type=float, default=5.0, help="seconds")
    chosen = parser.parse_args(arguments)
    dice = random.Random(chosen.seed)
    folder = Path(tempfile.mkdtemp(prefix="qa-crash-"))
    archive = Archive(folder / "home", _free_port())
    failures, slowest = [], 0.0
    for number in range(1, chosen.rounds + 1):
        ready, moment = _round(archive, dice)
        problems = _problems(archive)
        slowest = max(slowest, ready)
        if ready > chosen.ready_within:
            problems.append(f"ready after {ready:.1f} s")
        print(
            f"round {number:2}: killed after {moment:.2f} s, {len(archive.acknowledged)} acknowledged, "
            f"ready in {ready:.2f} s, {'; '.join(problems) or 'whole'}",
            flush=True,
        )
        failures += problems
    shutil.rmtree(folder)
    print(
        f"{chosen.rounds} kills, {len(archive.acknowledged)} articles acknowledged, {len(failures)} problems, "
        f"slowest start {slowest:.2f} s"
    )
    return 1 if failures else 0


def _round(archive: Archive, dice: random.Random) -> tuple[float, float]:
    """Returns the seconds until the server was ready, and from then to its death."""
    server = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--port", str(archive.port)],
        env=archive.environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ready = _wait(archive.url)
    moment = dice.uniform(0.02, 3.0)
    kill = threading.Timer(moment, server.send_signal, (signal.SIGKILL,))
    at_once = dice.random() < 0.25  # while the indexes are still being opened
    if at_once:
        kill.start()
    with httpx2.Client(trust_env=False, timeout=30) as client:
        while server.poll() is None:
            _add(archive, client, dice)
            if not kill.is_alive() and not kill.finished.is_set():
                kill.start()
    return ready, moment


def _add(archive: Archive, client: httpx2.Client, dice: random.Random) -> None:
    batch = []
    for _ in range(dice.randint(1, 5)):
        archive.sent += 1
        batch.append(
            {"id": f"a{archive.sent}", "title": f"Story {archive.sent}", "text": _story(archive.sent)}
        )
    if archive.acknowledged and dice.random() < 0.3:  # a new version of an old one
        old = dice.choice(sorted(archive.acknowledged))
        batch.append({"id": old, "title": "Changed", "text": _story(archive.sent + 10**6)})
    try:
        done = client.post(f"{archive.url}/v1/articles", json={"articles": batch})
    except httpx2.HTTPError:
        for item in batch:  # not acknowledged: either text may stand
            archive.acknowledged.pop(item["id"], None)
        return
    if done.is_success:
        archive.acknowledged.update({item["id"]: item["text"] for item in batch})


def _story(number: int) -> str:
    dice = random.Random(number)
    words = [f"w{dice.randrange(3000)}" for _ in range(60 * PARAGRAPHS)]
    lines = [" ".join(words[start : start + 15]).capitalize() + "." for start in range(0, len(words), 15)]
    return "\n\n".join(" ".join(lines[start : start + 4]) for start in range(0, len(lines), 4))


def _problems(archive: Archive) -> list[str]:
    found = []
    doctor = _run(archive, "doctor", "--json")
    if not doctor.get("ok"):
        found += doctor.get("problems", ["qa doctor failed"])
    held = {article["id"] for article in _run(archive, "articles", "--json", "--limit", "1000")["articles"]}
    lost = set(archive.acknowledged) - held
    if lost:
        found.append(f"{len(lost)} acknowledged articles are lost")
    for name in random.Random(archive.sent).sample(sorted(held), min(3, len(held))):
        text = _run(archive, "articles", name, "--json")["text"]
        if archive.acknowledged.get(name, text) != text:
            found.append(f"{name} has another text than was acknowledged")
    return found


def _run(archive: Archive, *arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        env=archive.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {
            "problems": [done.stderr.strip().splitlines()[-1] if done.stderr else "no output"],
            "articles": [],
        }


def _wait(url: str) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 60:
        try:
            if httpx2.get(f"{url}/readyz", trust_env=False).is_success:
                return time.monotonic() - began
        except httpx2.HTTPError:
            time.sleep(0.02)
    raise SystemExit("the server did not become ready within 60 s")


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
