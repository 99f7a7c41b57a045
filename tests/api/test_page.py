"""The page as it is served: its headers, its size, where it may be framed, who may write."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa.errors import SettingsError
from qa.interfaces import page, rest
from qa.service import Newsroom
from qa.settings import load

SITE = "https://paper.example"
WEB = page.FOLDER
MODULES = sorted(WEB.glob("*.js"))


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    return TestClient(rest.app(newsroom))


@pytest.fixture
def framed(newsroom: Newsroom) -> TestClient:
    return TestClient(rest.app(newsroom, embed_origins=[SITE, "http://localhost:8000"]))


def test_the_policy_lets_nothing_in_but_the_pages_own_parts(client: TestClient) -> None:
    for path in ("/", "/operator", "/web/app.js", "/v1/archive", "/nowhere"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"


def test_only_the_files_of_the_page_are_served(client: TestClient) -> None:
    for name in ("..%2fpage.py", "%2e%2e/page.py", "app.js%00", "../page.py", "nothing.js", ""):
        assert client.get(f"/web/{name}").status_code == 404, name


def test_an_unchanged_file_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/web/style.css")
    again = client.get("/web/style.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_is_small_and_waits_for_nothing_but_its_style() -> None:
    assert sum(len(path.read_bytes()) for path in WEB.iterdir()) < 110_000
    assert sum(len(gzip.compress(path.read_bytes())) for path in WEB.iterdir()) < 40_000
    for name in ("index.html", "embed.html", "operator.html"):
        html = (WEB / name).read_text("utf-8")
        for script in re.findall(r"<script[^>]*>", html):
            assert 'type="module"' in script
        assert not re.search(r"<style|\sstyle=|\son\w+=|https?://", html), (
            "nothing inline, nothing from elsewhere"
        )


@pytest.mark.parametrize("path", MODULES, ids=[path.name for path in MODULES])
def test_text_is_only_ever_shown_as_text(path: Path) -> None:
    source = path.read_text("utf-8")
    never = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc|createContextualFragment|setHTML|javascript:"
    assert not re.search(never, source)
    if path.name not in ("dom.js", "embed.js"):
        assert not re.search(r"createElement|setAttribute\(|\.href\s*=|\.src\s*=", source), (
            "dom.js alone makes elements"
        )


def test_nobody_frames_the_page_unless_a_setting_names_them(client: TestClient, framed: TestClient) -> None:
    assert client.get("/embed").status_code == client.get("/embed.js").status_code == 404
    answer = framed.get("/embed")
    assert f"frame-ancestors {SITE} http://localhost:8000" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert "frame-ancestors 'none'" in framed.get("/").headers["content-security-policy"]
    assert framed.get("/embed.js").headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    "origin", ["*", "https://*", "https://a.example/path", "paper.example", "https://a.example;", "'self'"]
)
def test_only_whole_origins_may_be_named(origin: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not an origin"):
        load({"QA_EMBED_ORIGINS": f"{SITE} {origin}"}, home=tmp_path)


def test_a_page_of_another_site_cannot_write(client: TestClient) -> None:
    for origin in ("https://evil.example", "null", "http://localhost:1"):
        for method, path in (("POST", "/v1/demo"), ("POST", "/v1/articles"), ("DELETE", "/v1/articles/x")):
            refused = client.request(method, path, headers={"Origin": origin})
            assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin")
    assert client.post("/v1/demo", headers={"Origin": "http://testserver"}).status_code == 200
