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
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    bodies = {"/v1/ask": "AskIn", "/v1/search": "SearchIn", "/v1/timeline": "TimelineIn"}
    for path, name in bodies.items():
        properties = schemas[name]["properties"]
        body = {field: form["examples"][0] for field, form in properties.items() if "examples" in form}
        assert body, name
        assert client.post(path, json=body).status_code == 200, path


def test_the_bench_is_where_the_docs_say() -> None:
    assert "python -m bench.api" in (ROOT / "docs" / "rest.md").read_text("utf-8")
    assert Path(api.__file__).name == "api.py"
