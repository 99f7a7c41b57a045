"""Nothing inside is ever connected to, in any spelling; and what is fetched is bounded in size and time."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import internet
import pytest
from conftest import shared

from qa.adapters import addresses
from qa.adapters.addresses import Policy
from qa.adapters.fetch import Fetched, Fetcher, Limits
from qa.adapters.web import Web
from qa.errors import FetchError, FetchFailed, FetchGone, FetchRefused


@pytest.fixture
def net() -> Iterator[internet.Internet]:
    with internet.internet() as found:
        yield found


# -- what is never reached -----------------------------------------------------------------------------------

INSIDE = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
    "http://0177.0.0.1/", "http://0/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::a9fe:a9fe]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[fec0::1]/",
    "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/",
    "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[2606:4700::5efe:127.0.0.1]/", "http://169.254.169.254/",
    "http://100.64.0.1/", "http://100.100.100.200/", "http://168.63.129.16/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.0.1/", "http://192.0.0.192/", "http://198.18.0.1/", "http://224.0.0.1/",
    "http://240.0.0.1/", "http://255.255.255.255/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/",
    "http://metadata.google.internal/", "http://printer.local/", "http://intranet/", "http://imds.test/",
    "http://mixed.test/", "http://v6.test/", "http://mapped.test/", "http://127.0.0.1\\@pub.test/",
    "http://pub.test\\@127.0.0.1/", "http://127.0.0.1\t/", "http://pub.test\r\nHost: 127.0.0.1/", "http://pub.test@127.0.0.1/",
    "http://127.0.0.1%2523@pub.test/", "http://127.0.0.1%00.pub.test/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "http://pub.test:22/", "http://pub.test:6379/", "http://pub.test:0/", "http://pub.test:99999/", "http://pub.test:x/",
    "gopher://127.0.0.1:6379/_INFO", "ftp://127.0.0.1/", "file:///etc/hostname", "data:text/html,x", "//pub.test/",
    "javascript:alert(1)", "http:///", "http://", "", "http://./", "http://a..test/", "http://-a.test/", "dict://127.0.0.1/",
    "http://[::1", "http://" + "a" * 3000 + ".test/", "HTTP://127.0.0.1/", " http://127.0.0.1/ ",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_no_connection_is_attempted_to_what_is_inside(net: internet.Internet, url: str) -> None:
    with pytest.raises(FetchRefused):
        net.fetcher().get(url)
    assert net.reached == []


ELSEWHERE = [
    url for url in INSIDE
    if len(url) < 1_000 and "\r" not in url and "\t" not in url
    and url not in ("", "http://", "http:///", "//pub.test/")  # relative: they lead back to the same host
]  # fmt: skip


@pytest.mark.parametrize("url", ELSEWHERE)
@pytest.mark.parametrize("code", [301, 307])
def test_no_redirect_leads_inside(net: internet.Internet, url: str, code: int) -> None:
    asked = "http://pub.test/redir?c=" + str(code) + "&to=" + quote(url, safe="")
    with pytest.raises(FetchRefused):
        net.fetcher().get(asked)
    assert net.reached == [internet.PUBLIC]


def test_the_shared_list_of_hostile_addresses_reaches_nothing_inside() -> None:
    cases = json.loads(shared("security/own/ssrf_urls.json").read_text(encoding="utf-8"))
    for case in cases:
        with internet.internet() as net:
            url = case["url"].replace("%25s", "x").replace("%s", "x")
            with contextlib.suppress(FetchRefused, FetchGone):
                net.fetcher().get(url)
            assert set(net.reached) <= {internet.PUBLIC}, case["id"]


def test_a_name_that_resolves_differently_a_moment_later_changes_nothing(net: internet.Internet) -> None:
    assert net.fetcher().get("http://rebind.test/").data == b"hello"
    assert net.reached == [internet.PUBLIC]
    assert net.asked == ["rebind.test"]


def test_a_redirect_to_a_name_that_rebinds_is_checked_anew(net: internet.Internet) -> None:
    net.asked.append("rebind.test")
    with pytest.raises(FetchRefused, match="not a public address"):
        net.fetcher().get("http://pub.test/redir?to=http%3A//rebind.test/")
    assert net.reached == [internet.PUBLIC]


def test_a_fragment_is_not_part_of_the_host(net: internet.Internet) -> None:
    net.fetcher().get("http://pub.test#@127.0.0.1/")
    assert (net.asked, net.reached) == (["pub.test"], [internet.PUBLIC])


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"])
def test_public_addresses_are_public(text: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(text))


def test_a_named_server_may_be_allowed_by_address_and_port(net: internet.Internet) -> None:
    policy = Policy(allow=frozenset({("127.0.0.1", net.port)}))
    assert Fetcher(policy=policy).get(f"http://127.0.0.1:{net.port}/").data == b"hello"
    with pytest.raises(FetchRefused):
        Fetcher(policy=policy).get("http://127.0.0.1/")


# -- what is fetched -------------------------------------------------------------------------------------------


def test_an_answer_carries_its_encoding_and_its_validators(net: internet.Internet) -> None:
    found = net.fetcher().get("http://pub.test/#top")
    assert found == Fetched(
        "http://pub.test/", (), b"hello", content_type="text/html", charset="iso-8859-1", etag='"one"'
    )


def test_redirects_are_kept_as_aliases(net: internet.Internet) -> None:
    found = net.fetcher().get("http://pub.test/redir?to=/")
    assert (found.url, found.aliases) == ("http://pub.test/", ("http://pub.test/redir?to=/",))


def test_what_did_not_change_is_not_sent_again(net: internet.Internet) -> None:
    first = net.fetcher().get("http://pub.test/same")
    again = net.fetcher().get("http://pub.test/same", etag=first.etag, last_modified=first.last_modified)
    assert (first.data, first.last_modified) == (b"new", "Fri, 03 May 2024 10:00:00 GMT")
    assert (again.unchanged, again.data) == (True, b"")


def test_packed_answers_are_unpacked(net: internet.Internet) -> None:
    assert net.fetcher().get("http://pub.test/packed").data == b"packed"


def test_the_name_is_encoded_and_the_path_escaped(net: internet.Internet) -> None:
    net.names["xn--bcher-kva.test"] = [internet.PUBLIC]
    with pytest.raises(FetchGone):
        net.fetcher().get("http://bücher.test/straße?q=ü")
    assert internet.Pages.requests == [("xn--bcher-kva.test", "/stra%C3%9Fe?q=%C3%BC")]


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("bomb", FetchRefused, "over 5 MB"),
        ("big", FetchRefused, "over 5 MB"),
        ("loop", FetchRefused, "more than 5 redirects"),
        ("short", FetchFailed, "broke off|could not be read"),
        ("missing", FetchGone, "says 404"),
        ("status?code=410", FetchGone, "says 410"),
        ("status?code=403", FetchRefused, "says 403"),
        ("status?code=204", FetchRefused, "says 204"),
        ("status?code=500", FetchFailed, "says 500"),
        ("status?code=429", FetchFailed, "says 429"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(
    net: internet.Internet, path: str, kind: type[FetchError], reason: str
) -> None:
    with pytest.raises(kind, match=reason):
        net.fetcher().get(f"http://pub.test/{path}")


@pytest.mark.parametrize("path", ["drip", "dripping_headers"])
def test_a_server_that_drips_is_cut_off(net: internet.Internet, path: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchFailed, match=r"longer than 0\.5 s"):
        net.fetcher(limits=Limits(seconds=0.5)).get(f"http://pub.test/{path}")
    assert time.monotonic() - begun < 2


def test_a_resolver_that_hangs_is_not_waited_for(net: internet.Internet) -> None:
    fetcher = Fetcher(resolve=lambda host, port: time.sleep(2) or [], limits=Limits(seconds=0.2))
    with pytest.raises(FetchFailed, match="longer than"):
        fetcher.get("http://pub.test/")


def test_an_unknown_host_is_refused_for_good(net: internet.Internet) -> None:
    with pytest.raises(FetchRefused, match="no known host"):
        net.fetcher().get("http://nowhere.test/")


def test_a_host_that_does_not_answer_may_be_tried_again(net: internet.Internet) -> None:
    net.port = 1
    with pytest.raises(FetchFailed):
        net.fetcher().get("http://pub.test/")


# -- certificates ----------------------------------------------------------------------------------------------


@pytest.fixture
def certified(net: internet.Internet, tmp_path: Path) -> Iterator[tuple[internet.Internet, ssl.SSLContext]]:
    """A server with a certificate for pub.test, and the trust in it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pub.test",
         "-addext", "subjectAltName=DNS:pub.test", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = internet.Server(("127.0.0.1", 0), internet.Pages)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    net.port = server.server_address[1]
    yield net, ssl.create_default_context(cafile=str(certificate))
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_certificate_is_checked_for_the_name_while_the_address_is_pinned(
    certified: tuple[internet.Internet, ssl.SSLContext],
) -> None:
    net, trust = certified
    assert net.fetcher(tls=trust).get("https://pub.test/").data == b"hello"
    assert net.reached == [internet.PUBLIC]


def test_a_certificate_for_another_name_is_refused(
    certified: tuple[internet.Internet, ssl.SSLContext],
) -> None:
    net, trust = certified
    net.names["other.test"] = [internet.PUBLIC]
    with pytest.raises(FetchRefused, match="certificate"):
        net.fetcher(tls=trust).get("https://other.test/")


# -- politeness ------------------------------------------------------------------------------------------------


class Clock:
    """Time that passes only while one sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Polite(internet.Pages):
    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.requests.append((self.headers.get("Host", ""), self.path))
            self.say(b"User-agent: *\nDisallow: /private\nCrawl-delay: 4\n")
            return
        super().do_GET()


def door_to(net: internet.Internet, clock: Clock, **options: float) -> Web:
    return Web(fetcher=net.fetcher(), clock=clock, sleep=clock.sleep, **options)  # type: ignore[arg-type]


def test_robots_txt_is_respected_and_asked_for_once() -> None:
    with internet.internet(Polite) as net:
        door = door_to(net, Clock())
        with pytest.raises(FetchRefused, match=r"robots\.txt"):
            door.get("http://pub.test/private")
        door.get("http://pub.test/")
        assert [path for _, path in Polite.requests] == ["/robots.txt", "/"]


def test_a_redirect_does_not_go_around_robots_txt() -> None:
    with internet.internet(Polite) as net, pytest.raises(FetchRefused, match=r"robots\.txt"):
        door_to(net, Clock()).get("http://pub.test/redir?to=/private")


def test_a_host_is_asked_at_the_rate_that_it_asks_for() -> None:
    with internet.internet(Polite) as net:
        clock = Clock()
        door = door_to(net, clock)
        for _ in range(3):
            door.get("http://pub.test/")
        assert clock.slept == [1.0, 4.0, 4.0]


def test_hosts_do_not_wait_for_each_other(net: internet.Internet) -> None:
    net.names["other.test"] = [internet.PUBLIC]
    clock = Clock()
    door = door_to(net, clock, interval=10.0)
    door.get("http://pub.test/")
    waited = list(clock.slept)
    clock.slept.clear()
    door.get("http://other.test/")
    assert clock.slept == waited


def test_a_site_without_robots_txt_may_be_read(net: internet.Internet) -> None:
    assert door_to(net, Clock()).get("http://pub.test/").data == b"hello"
