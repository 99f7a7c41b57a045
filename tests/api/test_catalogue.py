"""What the archive holds, over REST: versions, passages, origins, outlets; and writes that are sent twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from test_service import filled

from qa import access
from qa.interfaces import once, rest, schemas
from qa.models import HERE, Draft, FeedState
from qa.ports import Reply
from qa.service import Newsroom

BODY = {"articles": [{"id": "a/1", "title": "One", "text": "The bridge in Porto opened."}]}


@pytest.fixture
def client(newsroom: Newsroom) -> TestClient:
    return TestClient(rest.app(filled(newsroom)))


def test_versions_are_listed_the_oldest_first(client: TestClient) -> None:
    for text in ("The bridge in Porto opened.", "The bridge in Porto opened late."):
        client.post("/v1/articles", json={"articles": [{"id": "a/1", "title": "One", "text": text}]})
    told = client.get("/v1/articles/a/1/versions").json()
    assert told["article_id"] == "a/1"
    assert [(each["version"], each["characters"]) for each in told["versions"]] == [(1, 27), (2, 32)]
    assert client.get("/v1/articles/a%2F1/versions").json() == told
    assert client.get("/v1/articles/nobody/versions").status_code == 404


def test_passages_have_offsets_and_furniture_stands_apart(client: TestClient, newsroom: Newsroom) -> None:
    newsroom.ingest([Draft("Zażółć 🙂 news came.\n\nRelated Articles", id="f", furniture=((20, 36),))])
    told = client.get("/v1/articles/f/passages").json()
    text = client.get("/v1/articles/f").json()["text"]
    assert told["passages"]
    for passage in told["passages"]:
        assert text[passage["start"] : passage["end"]] == passage["text"]
    assert told["furniture"] == [[20, 36]]
    assert client.get("/v1/articles/nobody/passages").status_code == 404


def test_an_outlet_is_deleted_whatever_the_case_of_its_name(client: TestClient) -> None:
    assert client.delete("/v1/articles", params={"publisher": "the paper"}).json() == {"deleted": 1}
    assert [each["id"] for each in client.get("/v1/articles").json()["articles"]] == ["talks"]
    assert all(
        hit["article_id"] == "talks"
        for hit in client.post("/v1/search", json={"question": "flood"}).json()["hits"]
    )
    assert client.delete("/v1/articles", params={"publisher": "the paper"}).json() == {"deleted": 0}
    assert client.delete("/v1/articles").status_code == 422, "never all by leaving something out"


def test_origins_are_counted_and_paged(client: TestClient) -> None:
    first = client.get("/v1/origins?limit=1").json()
    second = client.get("/v1/origins", params={"limit": 1, "after": first["next"]}).json()
    assert [each["articles"] for each in first["origins"] + second["origins"]] == [1, 1]
    assert second["next"] is None


def test_an_article_that_did_not_change_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/v1/articles/flood")
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get("/v1/articles/flood", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    parts = [f"/v1/articles/flood/{part}" for part in ("versions", "passages")]
    known = {path: client.get(path).headers["etag"] for path in parts}
    for path, held in known.items():
        assert client.get(path, headers={"If-None-Match": held}).status_code == 304
    client.post("/v1/articles", json={"articles": [{"id": "flood", "text": "The flood went down."}]})
    for path, held in known.items():
        assert client.get(path, headers={"If-None-Match": held}).status_code == 200
    changed = client.get("/v1/articles/flood", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles", "/v1/articles?limit=1&order=newest", "/v1/origins", "/v1/feeds", "/v1/jobs", "/v1/quarantine",
        "/v1/stats", "/v1/archive", "/v1/conversations",
    ],
)  # fmt: skip
def test_a_list_that_did_not_change_is_not_sent_again(
    client: TestClient, newsroom: Newsroom, path: str
) -> None:
    first = client.get(path)
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get(path, headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["cache-control"] == "private, no-cache"
    client.post(
        "/v1/articles", json={**BODY, "articles": [{**BODY["articles"][0], "published_at": "2026-01-01"}]}
    )
    client.post("/v1/ask", json={"question": "When did the flood reach Aveley?"})
    newsroom.parts.archive.feeds.add(FeedState("https://a.test/feed", added_at=datetime.now(UTC)))
    job = client.post("/v1/articles", json={"url": "http://10.0.0.1/"}).json()
    newsroom.jobs.run(job["id"])
    changed = client.get(path, headers=known)
    assert (changed.status_code, changed.json() != first.json()) == (200, True)
    one = client.get(f"/v1/jobs/{job['id']}")
    assert (
        client.get(f"/v1/jobs/{job['id']}", headers={"If-None-Match": one.headers["etag"]}).status_code == 304
    )


# -- idempotency keys --------------------------------------------------------------------------------------


def test_a_write_that_is_sent_again_is_not_done_again(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = client.post("/v1/articles", json=BODY, headers=headers)
    assert first.json()["new"] == 1
    client.delete("/v1/articles/a/1")
    again = client.post("/v1/articles", json=BODY, headers=headers)
    assert (again.status_code, again.json()) == (200, first.json())
    assert client.get("/v1/articles/a/1").status_code == 404, "it was not done again"
    other = client.post("/v1/articles", json={"articles": []}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (400, "bad_input")
    assert "used for another request" in other.json()["detail"]
    assert client.post("/v1/articles", json=BODY, headers={"Idempotency-Key": "x" * 201}).status_code == 400


def test_files_sent_again_are_the_same_request(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-2"}

    def send(text: bytes) -> Any:
        return client.post("/v1/articles", files={"files": ("story.txt", text)}, headers=headers)

    first = send(b"The bridge in Porto opened on Monday.")
    assert first.json()["new"] == 1
    assert send(b"The bridge in Porto opened on Monday.").json() == first.json()
    assert send(b"Another story.").status_code == 400


def test_what_failed_may_be_tried_again(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-3", "Content-Type": "application/json"}
    assert client.post("/v1/articles", content=b"{", headers=headers).status_code == 400
    assert client.post("/v1/articles", json=BODY, headers=headers).json()["new"] == 1


def test_a_key_of_another_caller_is_another_key(client: TestClient, newsroom: Newsroom) -> None:
    keys = [access.create(newsroom.keys, name, ["ingest"])[0] for name in ("one", "two")]
    told = [
        client.post(
            "/v1/articles", json=BODY, headers={"Idempotency-Key": "k", "Authorization": f"Bearer {key}"}
        ).json()
        for key in keys
    ]
    assert [(each["new"], each["unchanged"]) for each in told] == [(1, 0), (0, 1)]


async def test_what_is_not_done_yet_is_not_begun_twice(newsroom: Newsroom) -> None:
    held, go, begun = once.Once(newsroom.parts.archive.replies, schemas.RefusalOut), asyncio.Event(), 0
    done = schemas.RefusalOut(source="s", reason="r")

    async def body() -> bytes:
        return b"{}"

    async def work() -> schemas.RefusalOut:
        nonlocal begun
        begun += 1
        await go.wait()
        return done

    sent: Any = SimpleNamespace(
        headers={"idempotency-key": "k"}, url=SimpleNamespace(path="/v1/articles"), body=body
    )
    first = asyncio.create_task(held.do(sent, HERE, work))
    while not begun:  # noqa: ASYNC110  a thread looks it up
        await asyncio.sleep(0.01)
    with pytest.raises(Exception, match="not done yet"):
        await held.do(sent, HERE, work)
    go.set()
    assert (await first, await held.do(sent, HERE, work), begun) == (done, done, 1)


def test_a_write_is_remembered_by_the_next_server_until_a_day_has_passed(newsroom: Newsroom) -> None:
    headers = {"Idempotency-Key": "k"}
    first = TestClient(rest.app(newsroom)).post("/v1/articles", json=BODY, headers=headers).json()
    newsroom.delete("a/1")
    again = TestClient(rest.app(newsroom))
    assert again.post("/v1/articles", json=BODY, headers=headers).json() == first
    assert again.post("/v1/articles", json={"articles": []}, headers=headers).status_code == 400
    job = again.post("/v1/articles", json={"url": "http://10.0.0.1/"}, headers={"Idempotency-Key": "job"})
    same = TestClient(rest.app(newsroom)).post(
        "/v1/articles", json={"url": "http://10.0.0.1/"}, headers={"Idempotency-Key": "job"}
    )
    assert (job.status_code, same.status_code, same.json()) == (202, 202, job.json())
    assert same.headers["location"] == job.headers["location"]
    kept, later = newsroom.parts.archive.replies, datetime.now(UTC) + once.KEPT
    assert kept.find("", "k", datetime.now(UTC)) is not None
    assert kept.find("", "k", later) is None
    kept.keep("", "other", Reply("d", "{}"), now=later, until=later + once.KEPT)
    assert kept.find("", "k", datetime.now(UTC)) is None, "what has expired is forgotten"
