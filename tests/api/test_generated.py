"""A slice of what `python -m bench.api` does at length: generated requests, and bodies that break parsers."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT
from fastapi.testclient import TestClient
from test_service import filled

from qa.interfaces import rest
from qa.service import Newsroom

api = pytest.importorskip("bench.api", reason="needs the source's folder bench")


def test_generated_requests_break_nothing(newsroom: Newsroom) -> None:
    made, tally = rest.app(filled(newsroom)), api.Tally()
    api.generated(made, tally, cases=4)
    api.raw(made, tally)
    assert tally.cases > 100
    assert not tally.broken


def test_the_openapi_s_examples_are_accepted(newsroom: Newsroom) -> None:
    client = TestClient(rest.app(filled(newsroom)))
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    refused = {"/v1/session": 401, "/v1/feedback": 404}  # a key and an answer that nobody has
    tried = []
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            if "requestBody" not in route:
                continue
            form = route["requestBody"]["content"]["application/json"]["schema"]
            for option in form.get("anyOf", ()):
                form = option if "$ref" in option else form
            if "$ref" in form:
                form = document["components"]["schemas"][form["$ref"].rpartition("/")[2]]
            body = {name: of["examples"][0] for name, of in form["properties"].items() if "examples" in of}
            assert body, f"{method} {path} has no example"
            assert set(form.get("required", ())) <= set(body)
            status = client.request(method, path, json=body).status_code
            assert status in ((refused[path],) if path in refused else (200, 202)), (path, status)
            tried.append(path)
    assert len(tried) >= 10


def test_the_bench_is_where_the_docs_say() -> None:
    assert "python -m bench.api" in (ROOT / "docs" / "rest.md").read_text("utf-8")
    assert Path(api.__file__).name == "api.py"
