"""Only the one fetcher opens connections to addresses from outside: nothing else in the package may even name the means."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "qa"
NETWORK = frozenset(
    [
        "socket",
        "ssl",
        "http",
        "urllib.request",
        "urllib3",
        "httpx",
        "httpx2",
        "httpcore",
        "requests",
        "aiohttp",
        "websockets",
        "websocket",
        "ftplib",
        "smtplib",
        "imaplib",
        "poplib",
        "nntplib",
        "telnetlib",
        "xmlrpc",
        "pycurl",
        "curl_cffi",
        "niquests",
        "treq",
        "trio.socket",
        "openai",
        "anthropic",
        "chromadb",
        "slack_sdk",
        "slack_bolt",
        "opentelemetry.exporter",
        "grpc",
        "paramiko",
    ]
)
CALLS = frozenset(
    [
        "open_connection",
        "open_unix_connection",
        "create_connection",
        "create_datagram_endpoint",
        "sock_connect",
        "urlopen",
        "urlretrieve",
        "fetch_url",
        "fetch_response",
    ]
)
"""Of asyncio, urllib, trafilatura and others, under whatever name their module goes."""
MAY = {
    "adapters/fetch.py": {"http", "socket", "ssl", "create_connection"},  # the one fetcher
    "adapters/streams.py": {"socket"},  # the clock around its socket
    "adapters/openai.py": {"httpx2", "openai"},  # the model server that the operator names
    "adapters/chroma.py": {"chromadb"},  # embedded: a folder on the disk
    "adapters/chroma_server.py": {"chromadb"},  # the server that the operator names
    "adapters/probe.py": {"chromadb"},
    "adapters/otel.py": {"opentelemetry.exporter"},  # the collector that the operator names
    "interfaces/server.py": {"socket"},  # listens
    "interfaces/client.py": {"httpx2"},  # the server that a program or the lock of the data folder names
    "interfaces/calls.py": {"httpx2"},  # the form of what is sent to it
    "interfaces/remote.py": {"httpx2"},  # what it refuses
    "interfaces/slack": {"aiohttp", "slack_bolt", "slack_sdk"},  # Slack's own API
    "eval/door.py": {"httpx2", "socket"},  # the server that is being measured
}
"""Every module that may, and what for. An entry is added only for an address that no stranger can choose."""


def uses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything in a module that could open a connection."""
    for node in ast.walk(tree):
        for name in _modules(node):
            parts = name.split(".")
            found = next(
                (".".join(parts[:n]) for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in NETWORK), ""
            )
            if found:
                yield node.lineno, found  # type: ignore[attr-defined]
        for said in _names(node) & CALLS:
            yield node.lineno, said  # type: ignore[attr-defined]
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "feedparser.parse"
            and not _in_memory(node)
        ):
            yield node.lineno, "feedparser.parse"  # it fetches what looks like an address


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    called = isinstance(node, ast.Call) and (
        _is(node.func, "importlib.import_module") or _is(node.func, "__import__")
    )
    if called and node.args and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
        return [str(node.args[0].value)]  # type: ignore[attr-defined]
    return []


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.Attribute):
        return {node.attr}
    return {node.id} if isinstance(node, ast.Name) else set()


def _is(node: ast.expr, name: str) -> bool:
    return ast.unparse(node) in (name, name.rpartition(".")[2])


def _in_memory(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Call) and _is(first.func, "io.BytesIO")


def test_nothing_but_the_fetcher_and_named_clients_can_open_a_connection() -> None:
    found = {
        (str(path.relative_to(PACKAGE)), name)
        for path in sorted(PACKAGE.rglob("*.py"))
        for _, name in uses(ast.parse(path.read_text("utf-8")))
    }
    assert {(path, name) for path, name in found if name not in _allowed(path)} == set()


def _allowed(path: str) -> set[str]:
    return MAY.get(path, MAY.get(str(Path(path).parent), set()))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import socket", "socket"),
        ("def f():\n    import requests as r", "requests"),
        ("from urllib import request", "urllib.request"),
        ("from http.client import HTTPSConnection", "http"),
        ("import importlib\nimportlib.import_module('aiohttp')", "aiohttp"),
        ("__import__('httpx')", "httpx"),
        ("import asyncio\nasyncio.open_connection('h', 80)", "open_connection"),
        ("import trafilatura\ntrafilatura.fetch_url(url)", "fetch_url"),
        ("from trafilatura import fetch_url as get", "fetch_url"),
        ("import feedparser\nfeedparser.parse(url)", "feedparser.parse"),
    ],
)
def test_every_way_of_opening_one_is_seen(code: str, name: str) -> None:
    assert {found for _, found in uses(ast.parse(code))} == {name}


@pytest.mark.parametrize(
    "code", ["from urllib.parse import urlsplit", "import io, feedparser\nfeedparser.parse(io.BytesIO(b''))"]
)
def test_what_opens_none_is_let_be(code: str) -> None:
    assert list(uses(ast.parse(code))) == []
