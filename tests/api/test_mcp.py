"""The protocol through its own client: over HTTP behind the gate, and on standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from conftest import SEEDS
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from served import served
from test_service import FLOOD, filled

from qa import access
from qa.interfaces import rest
from qa.service import Newsroom


@pytest.fixture
def address(newsroom: Newsroom) -> Iterator[str]:
    with served(rest.app(filled(newsroom))) as found:
        yield f"{found}/mcp"


@asynccontextmanager
async def speaking(address: str, **headers: str) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(trust_env=False, headers=headers) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        yield client


async def called(client: Client, name: str, **values: Any) -> dict[str, Any]:
    """The structured reply, which is also its one item of text."""
    reply = await client.call_tool(name, values)
    assert not reply.is_error, reply
    (item,) = reply.content
    assert json.loads(item.text) == reply.structured_content
    return dict(reply.structured_content or {})


async def test_tools_are_named_and_only_read(address: str) -> None:
    async with speaking(address) as client:
        tools = (await client.list_tools()).tools
    assert {tool.name for tool in tools} == {"search", "fetch", "ask", "timeline"}
    for tool in tools:
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.description
        assert tool.output_schema


async def test_search_and_fetch_have_the_shape_of_deep_research(address: str) -> None:
    async with speaking(address) as client:
        found = await called(client, "search", query="flood in Aveley")
        first = found["results"][0]
        assert set(first) == {"id", "title", "url"}
        assert (first["id"], first["url"]) == ("flood", "dateline:flood")
        document = await called(client, "fetch", id=first["id"])
    assert set(document) == {"id", "title", "text", "url", "metadata"}
    assert FLOOD in document["text"]
    assert document["metadata"]["publisher"] == "The Paper"
    assert document["metadata"]["published"] == "2024-04-01"


async def test_ask_gives_the_answer_object(address: str) -> None:
    async with speaking(address) as client:
        answer = await called(client, "ask", question="When did the flood reach Aveley?")
        again = await called(
            client, "ask", question="When did it reach Aveley?", conversation_id=answer["conversation_id"]
        )
        early = await called(client, "ask", question="When did the flood reach Aveley?", as_of="2024-03-31")
    assert (answer["status"], answer["citations"][0]["article_id"]) == ("answered", "flood")
    assert again["conversation_id"] == answer["conversation_id"]
    assert early["status"] == "not_answered"


async def test_a_story_is_told_in_order(address: str) -> None:
    async with speaking(address) as client:
        told = await called(client, "timeline", topic="the flood in Aveley")
    assert set(told) >= {"topic", "moments", "citations", "undated"}
    assert told["topic"] == "the flood in Aveley"


async def test_what_is_wrong_is_said_in_a_sentence(address: str) -> None:
    async with speaking(address) as client:
        for name, values, said in (
            ("fetch", {"id": "nobody"}, "There is no article 'nobody'"),
            ("ask", {"question": "who?", "conversation_id": "nope"}, "no conversation 'nope'"),
            ("ask", {"question": " "}, "The question is empty"),
        ):
            reply = await client.call_tool(name, values)
            assert reply.is_error
            assert said in reply.content[0].text, reply


async def test_the_gate_stands_before_it(newsroom: Newsroom) -> None:
    asking, _ = access.create(newsroom.keys, "asks", ["ask"])
    reading, _ = access.create(newsroom.keys, "reads", ["read"])
    with served(rest.app(filled(newsroom))) as found:
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Bearer {reading}"}):
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
            refused = httpx2.post(f"{found}/mcp", json=body, headers=headers, trust_env=False)
            assert refused.status_code in (401, 403)
        async with speaking(f"{found}/mcp", Authorization=f"Bearer {asking}") as client:
            assert (await called(client, "search", query="flood"))["results"]
            refused_tool = await client.call_tool("fetch", {"id": "flood"})
            assert refused_tool.is_error
            assert "needs a key with the scope read" in refused_tool.content[0].text


async def test_other_hosts_and_origins_are_refused(address: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers, status in (({"Host": "evil.example"}, 400), ({"Origin": "https://evil.example"}, 403)):
        assert httpx2.post(address, json=body, headers=headers, trust_env=False).status_code == status


async def test_hostile_bodies_are_no_crash(address: str) -> None:
    for body in (b"", b"{", b"[]", b"null", b'{"jsonrpc":"2.0","id":1,"method":"nope"}', b"\xff" * 100):
        reply = httpx2.post(
            address, content=body, trust_env=False,
            headers={"Content-Type": "application/json", "Accept": "application/json, text/event-stream"},
        )  # fmt: skip
        assert reply.status_code < 500, (body, reply.text)


async def test_on_standard_input_and_output(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "QA_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "qa", "ingest", str(SEEDS)]
    await asyncio.to_thread(subprocess.run, command, env=environment, check=True, capture_output=True)
    speaks = StdioServerParameters(command=sys.executable, args=["-m", "qa", "mcp"], env=environment)
    async with Client(speaks) as client:
        answer = await called(client, "ask", question="when did Russian instructors arrive")
        found = await called(client, "search", query="Russian instructors")
    assert answer["status"] == "answered"
    assert len(found["results"]) >= 3
