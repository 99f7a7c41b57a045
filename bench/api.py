"""Generated requests to every route, and bodies that break parsers: none may be a 5xx, none may take a second.

    python -m bench.api [CASES_A_ROUTE]        100 by default

Prints what failed and the slowest request of each route; ends with code 1 where one broke the rule.
"""

from __future__ import annotations

import collections
import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings

from qa import bootstrap
from qa.interfaces import rest
from qa.settings import Settings

SECONDS = 1.0
RAW = Path(__file__).parent.parent.parent / "shared" / "security" / "own" / "api_raw_bodies.json"


@contextmanager
def app(home: Path) -> Iterator[FastAPI]:
    """Over an archive of the demo's articles."""
    with bootstrap.writing(Settings(home=home), what="bench.api") as newsroom:
        made = rest.app(newsroom)
        yield made


class Tally:
    def __init__(self) -> None:
        self.generated, self.raw = 0, 0
        self.slowest: dict[str, float] = collections.defaultdict(float)
        self.broken: collections.Counter[str] = collections.Counter()

    @property
    def cases(self) -> int:
        return self.generated + self.raw

    def add(self, name: str, status: int, seconds: float) -> None:
        self.slowest[name] = max(self.slowest[name], seconds)
        if status >= 500:
            self.broken[f"{name}: {status}"] += 1

    @property
    def slow(self) -> dict[str, float]:
        """Seconds of the slowest request of each route that took too long."""
        return {name: seconds for name, seconds in self.slowest.items() if seconds > SECONDS}


def generated(made: FastAPI, tally: Tally, *, cases: int) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", made)
    for found in schema.get_all_operations():
        operation = found.ok()
        name = f"{operation.method.upper()} {operation.path}"

        asked = given(case=operation.as_strategy())(sender(tally, name))
        settings(
            max_examples=cases, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), derandomize=True,
        )(asked)()  # fmt: skip


def sender(tally: Tally, name: str) -> Callable[..., None]:
    def send(case: schemathesis.Case) -> None:
        began = time.perf_counter()
        reply = case.call()
        tally.generated += 1
        tally.add(name, reply.status_code, time.perf_counter() - began)

    return send


def raw(made: FastAPI, tally: Tally) -> None:
    if not RAW.exists():
        return
    client = TestClient(made, raise_server_exceptions=False)
    paths = [path for path, routes in made.openapi()["paths"].items() if "post" in routes]
    for case in json.loads(RAW.read_text("utf-8")):
        for path in paths:
            began = time.perf_counter()
            body = case["body"].encode("utf-8", "surrogatepass")
            reply = client.post(path, content=body, headers={"content-type": "application/json"})
            tally.raw += 1
            tally.add(f"raw POST {path}", reply.status_code, time.perf_counter() - began)


def main() -> int:
    logging.disable(logging.CRITICAL)
    tally = Tally()
    with tempfile.TemporaryDirectory() as home, app(Path(home)) as made:
        TestClient(made).post("/v1/demo").raise_for_status()
        raw(made, tally)
        generated(made, tally, cases=int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    for name, seconds in sorted(tally.slowest.items(), key=lambda each: -each[1]):
        print(f"{seconds:7.3f} s  {name}")
    print(
        f"{tally.generated} generated requests and {tally.raw} raw bodies, broken: {dict(tally.broken) or 'none'}, over {SECONDS:g} s: {tally.slow or 'none'}"
    )
    return 1 if tally.broken or tally.slow else 0


if __name__ == "__main__":
    sys.exit(main())
