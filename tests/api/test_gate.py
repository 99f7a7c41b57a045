"""Every route with every kind of credential, walked from the application itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes import FakeModel
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Route
from test_service import filled, reply

from qa import access
from qa.interfaces import gate, rest
from qa.interfaces.gate import Guarded
from qa.models import SCOPES
from qa.service import Newsroom

ASKED = {"question": "When did the flood reach Aveley?"}
PUBLIC = {"/healthz", "/readyz", "/openapi.json", "/v1/session", "/", "/operator", "/web/{name}"}
DENIED = {401, 403}


def routes(app: FastAPI) -> list[tuple[str, str, Guarded]]:
    """Every method and path of the application, with its route."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        assert isinstance(route, Guarded)
        found += [(method, str(context.path), route) for method in sorted(context.methods or ())]
    return found


def filled_in(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "nothing", path)


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    return TestClient(rest.app(filled(newsroom)), raise_server_exceptions=False)


def key(newsroom: Newsroom, *scopes: Any, **more: Any) -> dict[str, str]:
    secret, _ = access.create(newsroom.keys, "a key", scopes, **more)
    return {"Authorization": f"Bearer {secret}"}


def test_every_route_with_every_kind_of_credential(client: TestClient, newsroom: Newsroom) -> None:
    scoped = {scope: key(newsroom, scope) for scope in sorted(SCOPES)}
    revoked = key(newsroom, "admin")
    newsroom.keys.revoke(newsroom.keys.all()[-1].id, datetime.now(UTC))
    bad = {
        "none": {},
        "bad": {"Authorization": "Bearer dateline_nonsense"},
        "empty": {"Authorization": ""},
        "basic": {"Authorization": "Basic YTpi"},
        "in another header": {"X-API-Key": scoped["admin"]["Authorization"].split()[1]},
        "a cookie of nobody's": {"Cookie": f"{gate.COOKIE}=nonsense"},
        "a key as a cookie": {"Cookie": f"{gate.COOKIE}={scoped['admin']['Authorization'].split()[1]}"},
        "revoked": revoked,
        "expired": key(newsroom, "admin", lasts=timedelta(microseconds=1)),
    }
    walked = routes(client.app)  # type: ignore[arg-type]
    assert len(walked) > 15
    assert {path for _, path, route in walked if route.needs is None} == PUBLIC
    for method, path, route in walked:
        where, body = filled_in(path), b"{" if method == "POST" else None

        def status(
            headers: dict[str, str], method: str = method, where: str = where, body: Any = body
        ) -> int:
            reply = client.request(
                method, where, headers={"Content-Type": "application/json", **headers}, content=body
            )
            assert reply.status_code < 500, (method, where, reply.text)
            return reply.status_code

        for kind, headers in bad.items():
            assert (status(headers) in DENIED) == (route.needs is not None), (method, path, kind)
        for scope, headers in scoped.items():
            through = route.needs is None or scope in (route.needs, "admin")
            assert (status(headers) not in DENIED) == through, (method, path, scope)


def test_routes_that_change_or_tell_need_the_scope_of_their_kind(client: TestClient) -> None:
    needed = {(method, path): route.needs for method, path, route in routes(client.app)}  # type: ignore[arg-type]
    assert needed["POST", "/v1/ask"] == needed["POST", "/v1/search"] == "ask"
    assert needed["GET", "/v1/articles"] == needed["GET", "/v1/articles/{article_id:path}"] == "read"
    assert needed["POST", "/v1/articles"] == needed["DELETE", "/v1/articles/{article_id:path}"] == "ingest"


def test_before_the_first_key_everything_is_open_on_this_machine(client: TestClient) -> None:
    for method, path, _ in routes(client.app):  # type: ignore[arg-type]
        reply = client.request(method, filled_in(path), headers={"Authorization": "Bearer whatever"})
        assert reply.status_code not in DENIED, (method, path)


def test_without_a_key_nothing_from_elsewhere_is_answered(newsroom: Newsroom) -> None:
    app = rest.app(filled(newsroom))
    afar = TestClient(app, client=("203.0.113.7", 5000))
    assert afar.get("/v1/articles").status_code == 401
    assert afar.get("/healthz").status_code == 200
    proxied = TestClient(app, client=("127.0.0.1", 5000))
    assert proxied.get("/v1/articles").status_code == 200
    for name in gate.FORWARDED:
        assert proxied.get("/v1/articles", headers={name: "203.0.113.7"}).status_code == 401, name
    with_key = afar.get("/v1/articles", headers=key(newsroom, "read"))
    assert with_key.status_code == 200


def test_a_refusal_says_what_to_do(client: TestClient, newsroom: Newsroom) -> None:
    reader = key(newsroom, "read")
    none = client.get("/v1/articles")
    assert none.headers["www-authenticate"].startswith("Bearer")
    assert (none.status_code, none.json()["code"]) == (401, "no_key")
    assert "Authorization: Bearer" in none.json()["detail"]
    narrow = client.post("/v1/ask", json=ASKED, headers=reader)
    assert (narrow.status_code, narrow.json()["code"]) == (403, "scope")
    assert "scope ask; this one has read" in narrow.json()["detail"]


def test_nothing_of_a_body_is_read_before_the_key_is_known(client: TestClient, newsroom: Newsroom) -> None:
    key(newsroom, "ask")
    broken = client.post("/v1/ask", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 401


def test_too_many_requests_are_told_when_to_come_back(client: TestClient, newsroom: Newsroom) -> None:
    headers = key(newsroom, "read", per_minute=2)
    statuses = [client.get("/v1/archive", headers=headers) for _ in range(3)]
    assert [reply.status_code for reply in statuses] == [200, 200, 429]
    assert 1 <= int(statuses[-1].headers["retry-after"]) <= 30
    assert statuses[-1].json()["code"] == "too_many"


def test_a_route_that_says_nothing_is_never_made(newsroom: Newsroom) -> None:
    made = gate.router()
    with pytest.raises(TypeError, match="does not say who may use it"):

        @made.get("/v1/new")
        def new() -> None: ...

    app = rest.app(newsroom)
    app.router.routes.append(Route("/beside", lambda request: None))
    with pytest.raises(TypeError, match="/beside does not go through the gate"):
        gate.sealed(app)


# -- whose a conversation is -------------------------------------------------------------------------------


def test_a_conversation_is_its_keys_alone(client: TestClient, newsroom: Newsroom) -> None:
    before = client.post("/v1/ask", json=ASKED).json()
    mine, other, admin = key(newsroom, "ask"), key(newsroom, "ask"), key(newsroom, "admin")
    given = client.post("/v1/ask", json=ASKED, headers=mine).json()
    name = given["conversation_id"]

    def listed(headers: dict[str, str]) -> list[str]:
        found = client.get("/v1/conversations", headers=headers).json()["conversations"]
        return [talk["id"] for talk in found]

    assert (listed(mine), listed(other), listed(admin)) == ([name], [], [before["conversation_id"]])
    follow_up = {**ASKED, "conversation_id": name}
    rated = {"answer_id": given["id"], "good": True}
    doors: list[Callable[[dict[str, str]], int]] = [
        lambda headers: client.get(f"/v1/conversations/{name}", headers=headers).status_code,
        lambda headers: client.get(f"/v1/conversations?before={name}", headers=headers).status_code,
        lambda headers: client.get(f"/v1/answers/{given['id']}", headers=headers).status_code,
        lambda headers: client.post("/v1/feedback", json=rated, headers=headers).status_code,
        lambda headers: client.post("/v1/ask", json=follow_up, headers=headers).status_code,
        lambda headers: client.delete(f"/v1/conversations/{name}", headers=headers).status_code,
    ]
    for door in doors:
        assert door(other) == 404
        assert door(admin) == 404
    for door in doors:
        assert door(mine) in (200, 204)


def test_a_stream_is_followed_again_by_its_own_key_only(client: TestClient, newsroom: Newsroom) -> None:
    mine, other = key(newsroom, "ask"), key(newsroom, "ask")
    with TestClient(client.app) as held:  # one loop, in which the finished answer is kept
        told = held.post("/v1/ask", json={**ASKED, "stream": True}, headers=mine).text
        again = {"Last-Event-ID": re.findall(r"^id: (.*)$", told, re.M)[0]}
        body = {**ASKED, "stream": True}
        assert held.post("/v1/ask", json=body, headers={**other, **again}).status_code == 404
        assert held.post("/v1/ask", json=body, headers={**mine, **again}).status_code == 200


def test_a_spent_key_is_answered_with_quotes(make_newsroom: Callable[..., Newsroom]) -> None:
    model = FakeModel(reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday")))
    newsroom = filled(make_newsroom(model=model))
    client = TestClient(rest.app(newsroom))
    headers = key(newsroom, "ask", tokens_per_day=100)
    first = client.post("/v1/ask", json=ASKED, headers=headers).json()
    second = client.post("/v1/ask", json=ASKED, headers=headers).json()
    assert (first["mode"], second["mode"]) == ("model", "extractive")
    assert "This key's tokens of the day are spent" in second["notes"][0]
    assert len(model.asked) == 1


# -- signing in --------------------------------------------------------------------------------------------


def test_the_page_signs_in_with_a_cookie_that_no_script_reads(client: TestClient, newsroom: Newsroom) -> None:
    assert client.get("/v1/session").json() == {
        "open": True, "name": None, "scopes": ["admin", "ask", "ingest", "read"],
    }  # fmt: skip
    secret = key(newsroom, "ask", "read")["Authorization"].split()[1]
    assert client.get("/v1/session").json() == {"open": False, "name": None, "scopes": []}
    signed = client.post("/v1/session", json={"key": f" {secret} "})
    assert signed.json() == {"open": False, "name": "a key", "scopes": ["ask", "read"]}
    cookie = signed.headers["set-cookie"]
    for part in (f"{gate.COOKIE}=", "HttpOnly", "SameSite=strict", "Path=/", "Max-Age=2592000"):
        assert part.lower() in cookie.lower() or part.startswith("Max-Age")
    assert secret not in cookie
    assert client.get("/v1/archive").status_code == 200
    assert client.get("/v1/session").json()["name"] == "a key"
    kept = dict(client.cookies)
    assert client.delete("/v1/session").status_code == 204
    assert client.get("/v1/archive").status_code == 401
    again = {"Cookie": f"{gate.COOKIE}={kept[gate.COOKIE]}"}
    assert client.get("/v1/archive", headers=again).status_code == 401, "the old cookie is worth nothing"


def test_a_cookie_writes_only_from_the_servers_own_page(client: TestClient, newsroom: Newsroom) -> None:
    secret = key(newsroom, "admin")["Authorization"].split()[1]
    client.post("/v1/session", json={"key": secret})
    for origin in (
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil"},
    ):
        refused = client.post("/v1/ask", json=ASKED, headers=origin)
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin"), origin
        assert client.delete("/v1/articles/flood", headers=origin).status_code == 403
    own = {"Origin": "http://testserver"}
    assert client.post("/v1/ask", json=ASKED, headers=own).status_code == 200


def test_a_wrong_key_beside_a_good_cookie_is_wrong(client: TestClient, newsroom: Newsroom) -> None:
    secret = key(newsroom, "admin")["Authorization"].split()[1]
    client.post("/v1/session", json={"key": secret})
    assert client.get("/v1/archive").status_code == 200
    assert client.get("/v1/archive", headers={"Authorization": "Bearer x"}).status_code == 401


def test_signing_in_needs_a_key_that_stands(client: TestClient, newsroom: Newsroom) -> None:
    key(newsroom, "ask")
    for wrong in ("nonsense", "", "x" * 200):
        refused = client.post("/v1/session", json={"key": wrong})
        assert (refused.status_code, refused.json()["code"]) == (401, "bad_key")
        assert "set-cookie" not in refused.headers


def test_hosts_by_setting(newsroom: Newsroom) -> None:
    client = TestClient(rest.app(newsroom, hosts=["news.example"]))
    assert client.get("/healthz", headers={"host": "news.example"}).status_code == 200
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_no_site_is_told_that_it_may_read(client: TestClient) -> None:
    reply = client.get("/v1/archive", headers={"Origin": "https://evil.example"})
    assert not [name for name in reply.headers if name.startswith("access-control-")]
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    reply = client.options("/v1/ask", headers=asked)
    assert not [name for name in reply.headers if name.startswith("access-control-")]
