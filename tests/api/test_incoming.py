"""What comes in over REST: what is small at once, what is large as a job that can be followed, feeds, quarantine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from fakes import FakeReader
from fastapi.testclient import TestClient
from test_jobs import page

from qa.interfaces import rest
from qa.models import Draft, RawFile, Refusal
from qa.service import Newsroom

URL = "http://pub.test/story"
FEED = "http://pub.test/feed"


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[TestClient]:
    feed = f'<rss version="2.0"><channel><title>P</title><item><title>C</title><link>{URL}/c</link></item></channel></rss>'
    reader = FakeReader({URL: page("Aveley"), FEED: feed, f"{URL}/c": page("Corby")})
    newsroom.parts.reader = lambda: reader
    newsroom.jobs.backoff = 0.01
    with TestClient(rest.app(newsroom), raise_server_exceptions=False) as opened:
        yield opened


def done(client: TestClient, reply: Any) -> Any:
    assert (reply.status_code, reply.headers.get("location", f"/v1/jobs/{reply.json()['id']}")) == (
        202, f"/v1/jobs/{reply.json()['id']}",
    )  # fmt: skip
    until = time.monotonic() + 20
    while time.monotonic() < until:
        job = client.get(f"/v1/jobs/{reply.json()['id']}").json()
        if job["state"] == "done":
            return job
        time.sleep(0.02)
    raise AssertionError(job)


def test_an_address_becomes_a_job(client: TestClient) -> None:
    job = done(client, client.post("/v1/articles", json={"url": URL}))
    assert (job["new"], job["items"], job["done"], job["problems"]) == (1, 1, 1, [])
    assert client.get("/v1/jobs").json()["jobs"][0]["id"] == job["id"]
    (item,) = client.get(f"/v1/jobs/{job['id']}/items").json()["items"]
    assert (item["kind"], item["name"], item["done"], item["new"]) == ("address", URL, True, 1)


def test_what_cannot_be_fetched_is_a_problem_of_its_job_and_in_quarantine(client: TestClient) -> None:
    job = done(client, client.post("/v1/articles", json={"urls": [URL, "http://127.0.0.1/"]}))
    assert (job["new"], job["refused"]) == (1, 1)
    (problem,) = job["problems"]
    (held,) = client.get("/v1/quarantine").json()["quarantined"]
    assert (problem["source"], held["source"], held["job"]) == (
        "http://127.0.0.1/",
        "http://127.0.0.1/",
        job["id"],
    )


def test_a_large_upload_and_many_articles_become_jobs(client: TestClient) -> None:
    big = "\n\n".join(f"Part {number}. {'The flood rose. ' * 700}" for number in range(100)).encode()
    files = [("files", ("a.txt", big)), ("files", ("b.txt", b"The bridge opened."))]
    assert done(client, client.post("/v1/articles", files=files))["new"] == 2
    many = [{"id": f"n{number}", "text": f"The number is {number * 7919}."} for number in range(101)]
    assert done(client, client.post("/v1/articles", json={"articles": many}))["new"] == 101


class SlowReader(FakeReader):
    """Parses when it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()

    def parse(self, file: RawFile, data: bytes) -> list[Draft | Refusal]:
        self.go.wait(20)
        return [Draft("The bridge at Corby opened on Monday.", source=file.name)]


def test_files_that_take_long_to_read_become_a_job(client: TestClient, newsroom: Newsroom) -> None:
    reader = SlowReader()
    newsroom.parts.reader = lambda: reader
    files = [("files", ("slow.pdf", b"%PDF-1.4 slow")), ("files", ("b.txt", b"The bridge opened."))]
    began = time.monotonic()
    reply = client.post("/v1/articles", files=files, headers={"Idempotency-Key": "slow"})
    assert time.monotonic() - began < 1
    reader.go.set()
    assert done(client, reply)["new"] == 2
    again = client.post("/v1/articles", files=files, headers={"Idempotency-Key": "slow"})
    assert (again.status_code, again.json()["id"]) == (202, reply.json()["id"])


def test_a_job_is_followed_to_its_end(client: TestClient) -> None:
    job = client.post("/v1/articles", json={"url": URL}).json()
    with client.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = "".join(stream.iter_text())
    events = [block.split("\n") for block in told.strip().split("\n\n")]
    names = [line.removeprefix("event: ") for event in events for line in event if line.startswith("event: ")]
    data = [json.loads(line.removeprefix("data: ")) for line in events[-1] if line.startswith("data: ")]
    assert (names[-1], set(names[:-1]) <= {"progress"}, data[0]["new"]) == ("done", True, 1)


def test_feeds_are_followed_listed_refreshed_and_removed(client: TestClient) -> None:
    assert done(client, client.post("/v1/feeds", json={"url": FEED}))["new"] == 1
    (feed,) = client.get("/v1/feeds").json()["feeds"]
    assert (feed["url"], feed["state"], feed["entries"]) == (FEED, "ok", 1)
    assert done(client, client.post("/v1/feeds/refresh"))["new"] == 0
    assert client.post("/v1/feeds/refresh", json={"urls": ["http://pub.test/no"]}).status_code == 404
    assert client.delete(f"/v1/feeds/{FEED}").status_code == 204
    assert client.delete("/v1/feeds/http%3A%2F%2Fpub.test%2Ffeed").status_code == 404
    assert client.get("/v1/feeds").json() == {"feeds": []}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/articles", {}, 400),
        ("POST", "/v1/articles", {"url": URL, "sitemap": URL}, 400),
        ("POST", "/v1/feeds", {"url": "file:///etc/passwd"}, 400),
        ("POST", "/v1/feeds", {"url": "http://127.0.0.1/feed"}, 202),
        ("POST", "/v1/feeds", {}, 422),
        ("GET", "/v1/jobs/nobody", None, 404),
        ("GET", "/v1/jobs/nobody/events", None, 404),
        ("GET", "/v1/jobs/nobody/items", None, 404),
        ("DELETE", "/v1/jobs/nobody", None, 404),
        ("GET", "/v1/jobs?before=nobody", None, 404),
    ],
)
def test_wrong_use_has_its_status(client: TestClient, method: str, path: str, body: Any, status: int) -> None:
    reply = client.request(method, path, json=body)
    assert reply.status_code == status
    if status >= 400:
        assert reply.json()["detail"]


def test_a_job_can_be_stopped(client: TestClient, newsroom: Newsroom) -> None:
    newsroom.jobs.close()
    job = client.post("/v1/articles", json={"url": URL}).json()
    assert client.delete(f"/v1/jobs/{job['id']}").json()["state"] == "stopped"
    newsroom.jobs.serve()
    assert client.get(f"/v1/jobs/{job['id']}").json()["state"] == "stopped"


@pytest.mark.parametrize("path", ["/v1/quarantine?before={}", "/v1/jobs/some/items?after={}"])
def test_a_cursor_that_no_row_can_have_is_refused(client: TestClient, path: str) -> None:
    assert client.get(path.format(2**63)).status_code == 422
    assert client.get(path.format(2**63 - 1)).status_code in (200, 404)


def test_a_feed_that_is_sent_twice_with_one_key_is_one_job(client: TestClient) -> None:
    headers = {"Idempotency-Key": "f"}
    first, again = (client.post("/v1/feeds", json={"url": FEED}, headers=headers).json() for _ in range(2))
    assert first["id"] == again["id"]
    assert len(client.get("/v1/jobs").json()["jobs"]) == 1
    other = client.post("/v1/feeds/refresh", headers=headers)
    assert (other.status_code, other.json()["code"]) == (400, "bad_input")
    headers = {"Idempotency-Key": "r"}
    refreshed = [client.post("/v1/feeds/refresh", headers=headers).json()["id"] for _ in range(2)]
    assert len(set(refreshed)) == 1
