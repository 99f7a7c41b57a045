"""Every example of the documentation is run as it stands there, by bash or by Python, from a folder of its own.

One `qa serve` answers for all; commands that need none have their own copy of the data folder. What an example names
(files, addresses of loopback, ids) is there under these names.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import yaml
from conftest import ROOT, SEEDS
from models_server import models
from test_cli import free_port, run, serving

SERVED = "127.0.0.1:8321"
MODELS = "127.0.0.1:8080"
REVOKED = "1f0c9a7e"
"""The id of a key in the documentation."""
LEFT_OUT = {
    "make demo": "builds the environment that this runs in; `qa demo` is run",
    "make test": "is what runs this",
    "https://example.org": "is no address of this machine",
    "docker compose": "needs a container engine",
    "qa slack": "needs a workspace of Slack's",
    "QA_SLACK_": "needs a workspace of Slack's",
    "qa eval my-set/": "takes seconds, and is run for docs/evaluation.md",
    "--sample odd": "likewise",
}
"""Commands that are not run, by a part of theirs, and why."""
ELSEWHERE = {
    "json": "the settings of an MCP client",
    "yaml": "of Prometheus",
    "html": "of another site",
    "text": "a drawing",
}
"""Kinds of blocks that are no commands; what they name is tested below."""
THE_PAPER = {
    "id": "paper-1", "title": "Troops remain", "publisher": "The Paper", "published_at": "2024-04-12",
    "text": "About 700 American troops are still in Niger, the ministry of defence said on Friday. Russian instructors "
    "arrived in the capital on Wednesday, 10 April.",
}  # fmt: skip
ASKED = {"id": "q1", "question": "Who visited Niamey in December 2023?", "answers": ["Yevkurov"], "gold": []}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Example:
    page: str
    kind: str
    text: str
    line: int

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"


def _examples() -> list[Example]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [
        Example(str(page.relative_to(ROOT)), found[1], found[2], text.count("\n", 0, found.start()) + 1)
        for page, text in ((page, page.read_text("utf-8")) for page in pages)
        for found in FENCE.finditer(text)
    ]


EXAMPLES = _examples()
PYTHON = [each for each in EXAMPLES if each.kind == "python"]


def commands(example: Example) -> str:
    """What is typed, without what is left out."""
    text = example.text
    if example.kind == "console":
        text = "".join(f"{line}\n" for line in re.findall(r"^\$ (.*)$", text, re.M))
    if not any(part in text for part in LEFT_OUT):
        return text
    lines = re.findall(r"(?:[^\n]*\\\n)*[^\n]+\n", text)
    if any(line.startswith("export") and any(part in line for part in LEFT_OUT) for line in lines):
        return ""  # what follows would be another example without it
    return "".join(line for line in lines if not any(part in line for part in LEFT_OUT))


SHELL = [each for each in EXAMPLES if each.kind in ("sh", "console") and commands(each)]
# A key closes the archive to who has none: what makes one in the archive that is served comes last.
SHELL.sort(key=lambda each: "keys create" in each.text and "curl" in each.text)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where examples are run."""

    folder: Path
    home: Path
    url: str
    models: str

    def here(self, text: str) -> str:
        """The same with the addresses of this run."""
        return text.replace(SERVED, self.url.partition("://")[2]).replace(MODELS, self.models)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(SEEDS, folder / "articles")
    shutil.copy(SEEDS / "003_1d3e16af9a6e96c8.txt", folder / "story.txt")
    (folder / "more.jsonl.gz").write_bytes(gzip.compress(json.dumps(THE_PAPER).encode()))
    (folder / "my-set").mkdir()
    (folder / "my-set" / "queries.jsonl").write_text(json.dumps(ASKED))
    _tools(folder / "bin", folder / "qa.socket")
    home, qa = folder / "home", folder / "bin" / "qa"
    with forking(folder / "qa.socket"), models() as address:
        given = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "QA_HOME": str(home)}, "check": True}
        subprocess.run([qa, "ingest", "articles"], **given)  # type: ignore[call-overload]
        shutil.copytree(home, folder / "kept")
        subprocess.run([qa, "ingest", "more.jsonl.gz"], **given)  # type: ignore[call-overload]
        with serving(home, QA_EMBED_ORIGINS="http://paper.example") as url:
            yield Desk(folder, home, url, address)


@contextlib.contextmanager
def forking(path: Path) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, ROOT / "tests" / "forked.py", path])
    try:
        while not path.exists():
            assert process.poll() is None
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def _tools(folder: Path, path: Path) -> None:
    """`qa` as it is installed, where serving is over once it is ready; `curl` that fails where a server refuses."""
    folder.mkdir()
    qa = f"""#!/bin/bash
    [ "$1" = serve ] || exec {sys.executable} -S -E {ROOT / "tests" / "forked.py"} {path} "$@"
    {sys.executable} -m qa "$@" --port "$PORT" & server=$!
    trap 'kill $server' EXIT
    until curl -s "http://127.0.0.1:$PORT/readyz" > /dev/null; do kill -0 $server && sleep 0.1 || exit 1; done
    trap - EXIT
    kill $server && wait $server
    """
    curl = f"""#!/bin/bash
    exec {shutil.which("curl")} --fail-with-body "$@"
    """
    for name, text in {"qa": qa, "curl": curl}.items():
        (folder / name).write_text(text.replace("\n    ", "\n"))
        (folder / name).chmod(0o755)


def test_every_block_is_of_a_kind_that_is_run_or_looked_at() -> None:
    kinds = {each.kind for each in EXAMPLES}
    assert kinds - {"sh", "console", "python"} == set(ELSEWHERE)
    assert len(SHELL) >= 14
    assert len(PYTHON) >= 4


@pytest.mark.parametrize("part", LEFT_OUT)
def test_what_is_left_out_is_still_in_the_documentation(part: str) -> None:
    assert any(part in each.text for each in EXAMPLES if each.kind in ("sh", "console"))


def the(kind: str) -> str:
    (found,) = [each.text for each in EXAMPLES if each.kind == kind]
    return found


def test_what_another_program_is_told_leads_to_a_door_that_is_open(desk: Desk) -> None:
    (scraped,) = yaml.safe_load(the("yaml"))["scrape_configs"]
    assert set(scraped) == {"job_name", "authorization", "static_configs"}, "the path is Prometheus's own"
    assert "dateline_requests_total" in httpx2.get(f"{desk.url}/metrics", trust_env=False).text
    (source,) = re.findall(r'<script src="([^"]+)"', the("html"))
    script = httpx2.get(desk.here(source), trust_env=False)
    assert (script.status_code, script.headers["content-type"].partition(";")[0]) == (200, "text/javascript")
    given = json.loads(the("json"))["mcpServers"]["dateline"]
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip
    done = subprocess.run(
        [desk.folder / "bin" / given["command"], *given["args"]], input=json.dumps(hello) + "\n",
        env={"PATH": os.environ["PATH"], **given["env"], "QA_HOME": str(desk.home)}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["result"]["serverInfo"]["name"]


@pytest.mark.parametrize("page", dict.fromkeys(each.page for each in PYTHON))
def test_every_python_example_runs(desk: Desk, page: str) -> None:
    """Those of a page one after the other, as they stand: a later one may go on with what an earlier one made."""
    for package in ("openai", "llama_index.core"):
        pytest.importorskip(package)
    names: dict[str, object] = {}
    with contextlib.ExitStack() as closing:
        for each in PYTHON:
            if each.page == page:
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    exec(compile(desk.here(each.text), each.name, "exec"), names)  # noqa: S102  it is ours
                assert "[1]" in said.getvalue() or "citation" in said.getvalue(), each.name
        for made in names.values():
            if hasattr(made, "close") and not isinstance(made, type):
                closing.callback(made.close)


@pytest.mark.parametrize("example", SHELL, ids=lambda each: each.name)
def test_every_command_runs(desk: Desk, tmp_path: Path, example: Example) -> None:
    text = commands(example)
    home = desk.home
    if "curl" not in text:
        home = shutil.copytree(desk.folder / "kept", tmp_path / "home")
    if REVOKED in text:
        text = text.replace(REVOKED, json.loads(run(home, "keys", "create", "old", "--json").stdout)["id"])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", desk.here(text)], cwd=desk.folder, env=_environment(desk, home, tmp_path),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert "Traceback" not in done.stderr
    if example.kind == "console":
        assert re.search(_shown(example), _flat(done.stdout)), done.stdout


def _environment(desk: Desk, home: Path, folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{desk.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "QA_HOME": str(home),
        "PORT": str(free_port()), "DEMO_ONCE": "1", "JOB": _job(desk),
    }  # fmt: skip


def _job(desk: Desk) -> str:
    """The id of a job that the server has done."""
    found = httpx2.get(f"{desk.url}/v1/jobs?limit=1", trust_env=False)
    return str(found.json()["jobs"][0]["id"]) if found.is_success else ""


def _shown(example: Example) -> str:
    """What the documentation shows of the output, as a pattern: where it leaves something out, there may be anything."""
    shown = "\n".join(line for line in example.text.splitlines() if not line.startswith("$ "))
    return ".*?".join(re.escape(part.strip()) for part in re.split(r"…|\.\.\.", _flat(shown)))


def _flat(text: str) -> str:
    return " ".join(text.split())
