"""What a server is run with is checked by the tools that know: no container engine and no systemd is needed."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

from qa.interfaces import server
from qa.settings import Settings, load

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
UNIT = ROOT / "deploy" / "dateline.service"
TOOLS = Path(sys.executable).parent


def test_the_compose_file_is_valid() -> None:
    command = [
        TOOLS / "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        ROOT / "docker-compose.yml",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="needs docker-compose, as of Debian")
@pytest.mark.parametrize("profile", ["", "model", "chroma"])
def test_the_compose_file_is_one_that_docker_compose_takes(profile: str) -> None:
    profiles = ["--profile", profile] if profile else []
    command = ["docker-compose", "--file", ROOT / "docker-compose.yml", *profiles, "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {volume["name"] for volume in COMPOSE["volumes"].values()} == {
        "dateline_archive",
        "dateline_vectors",
    }


def test_compose_sets_only_what_dateline_knows() -> None:
    given = COMPOSE["services"]["dateline"]["environment"]
    known = {f"QA_{field.name.upper()}" for field in fields(Settings)} | {"OPENAI_API_KEY"}
    assert set(given) <= known
    assert all(value.startswith(f"${{{name}:-") for name, value in given.items())


def test_what_compose_leaves_empty_is_as_if_it_were_not_set(tmp_path: Path) -> None:
    left = {
        name: value.partition(":-")[2].rstrip("}")
        for name, value in COMPOSE["services"]["dateline"]["environment"].items()
    }
    assert load({**left, "QA_HOME": str(tmp_path)}) == load({"QA_HOME": str(tmp_path)})
    with_key = load({**left, "QA_HOME": str(tmp_path), "OPENAI_API_KEY": "x"})
    assert with_key.has_model


def test_every_service_may_do_little_and_only_dateline_is_reached_from_the_machine() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert re.search(r":[\w.-]*\d", service["image"]) or "build" in service, "pinned"
        assert ("profiles" in service) == (name != "dateline")
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert int(COMPOSE["services"]["dateline"]["stop_grace_period"].rstrip("s")) > server.GRACE


def test_the_dockerfile_is_sound() -> None:
    done = subprocess.run(
        [TOOLS / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", stage) for stage in stages)
    assert DOCKERFILE.rindex("USER 10001") > DOCKERFILE.rindex("FROM")
    assert "HEALTHCHECK" in DOCKERFILE


def test_the_image_is_made_of_files_that_are_there_and_let_in() -> None:
    copied = [
        name for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.M) for name in line.split()[:-1]
    ]
    let_in = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(), re.M))
    assert set(copied) == let_in
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = [
        project["project"]["readme"],
        *project["project"]["license-files"],
        *wheel["packages"],
        *wheel["force-include"],
    ]
    for name in needed:
        assert (ROOT / name).exists()
        assert Path(name).parts[0] in let_in, name


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNIT)
    assert unit["Service"]["ExecStart"].endswith("/bin/qa serve")
    assert int(unit["Service"]["TimeoutStopSec"]) > server.GRACE
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    here = tmp_path / UNIT.name
    here.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={sys.executable}", UNIT.read_text()))
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", here]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []
