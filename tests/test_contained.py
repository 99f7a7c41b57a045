"""What breaks a parser is put aside with its reason, within its limits, and the others land."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Iterator

import pytest

from qa.adapters.contained import Contained, Job, Limits
from qa.ingest import read
from qa.models import Draft, Refusal

GOOD = b"<html><head><title>The river rose</title></head><body><article><h1>The river rose</h1>" + b"".join(
    b"<p>The river rose by %d metres overnight and flooded the lower part of the town, the mayor said.</p>" % number
    for number in range(2, 6)
) + b"</article></body></html>"  # fmt: skip


@pytest.fixture
def odd() -> Iterator[Contained]:
    """A child with a parser that misbehaves on demand."""
    with Contained("misbehaving:drafts", children=1, limits=Limits(memory=300_000_000, seconds=1.0)) as pool:
        yield pool


@pytest.fixture(scope="module")
def reading() -> Iterator[Contained]:
    """Children with the real parser."""
    with Contained("qa.ingest.read:drafts", children=1, limits=Limits(seconds=5.0)) as pool:
        yield pool


def reason(items: list[Draft | Refusal]) -> str:
    assert len(items) == 1
    assert isinstance(items[0], Refusal)
    return items[0].reason


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("sleep", "takes longer than 1 s"),
        ("spin", "takes longer than 1 s"),
        ("die", "broke its reader"),
        ("hog", "needs over 300 MB"),
        ("raise", "cannot be parsed (KeyError: 'a bug')"),
    ],
)
def test_a_parser_that_misbehaves_is_cut_off_and_the_next_file_lands(
    odd: Contained, does: str, why: str
) -> None:
    odd.drafts(Job(b"warm up", "a"))
    begun = time.monotonic()
    assert why in reason(odd.drafts(Job(does.encode(), "bad.pdf", source="/in/bad.pdf")))
    assert time.monotonic() - begun < 5
    assert isinstance(odd.drafts(Job(b"good", "good.pdf"))[0], Draft)


def test_a_healthy_child_is_used_again(odd: Contained) -> None:
    texts = [odd.drafts(Job(b"x", "x"))[0] for _ in range(3)]
    assert len({item.text for item in texts if isinstance(item, Draft)}) == 1


def test_a_refusal_names_its_file(odd: Contained) -> None:
    items = odd.drafts(Job(b"raise", "bad.pdf", source="/in/bad.pdf"))
    assert isinstance(items[0], Refusal)
    assert items[0].source == "/in/bad.pdf"
    assert items[0].reason.startswith("bad.pdf ")


def test_300000_paragraphs_are_put_aside_or_read_within_the_limits(reading: Contained) -> None:
    begun = time.monotonic()
    page = b"<html><body>" + b"<p>" * 300_000 + b"</body></html>"
    items = reading.drafts(Job(page, "many.html"))
    assert all(isinstance(item, Refusal) for item in items)
    assert time.monotonic() - begun < 20
    assert isinstance(reading.drafts(Job(GOOD, "good.html"))[0], Draft)


def test_a_million_links_stay_within_the_memory(reading: Contained) -> None:
    page = b"<html><body>" + b"<a href=x>y</a>" * 330_000 + b"</body></html>"
    assert all(isinstance(item, Refusal) for item in reading.drafts(Job(page, "links.html")))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"\xff" * 1_000,
        b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 1 0 R >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF",
        b"%PDF-1.4\n1 0 obj << /Type /Pages /Kids [1 0 R] /Count 1 >> endobj\ntrailer << /Root << /Pages 1 0 R >> >>\n",
    ],
)
def test_a_malformed_pdf_is_refused(reading: Contained, data: bytes) -> None:
    pytest.importorskip("pypdf")
    assert "broken.pdf" in reason(reading.drafts(Job(data, "broken.pdf")))


def test_a_gzip_bomb_is_refused(reading: Contained) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    assert "longer than 10 MB" in reason(reading.drafts(Job(bomb, "bomb.jsonl.gz")))
    assert "over 5 MB" in reason(reading.drafts(Job(bomb, "bomb.txt.gz")))


def test_an_entry_that_would_land_elsewhere_is_refused_and_the_others_land(reading: Contained) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/passwd", "root")
        archive.writestr("/abs.txt", "x")
        archive.writestr("bomb.txt", b"\0" * 50_000_000)
        archive.writestr("good.html", GOOD)
        archive.writestr("folder/note.txt", "The dam broke\n\nIt broke at noon.")
    items = reading.drafts(Job(file.getvalue(), "all.zip", source="/in/all.zip"))
    refused = [item.reason for item in items if isinstance(item, Refusal)]
    assert [item.source for item in items if isinstance(item, Draft)] == [
        "/in/all.zip!/good.html", "/in/all.zip!/folder/note.txt",
    ]  # fmt: skip
    assert ["outside of the zip" in why for why in refused] == [True, True, False]
    assert "unpacks to over 20 MB" in refused[2]


def test_a_file_of_100_mb_is_refused_without_being_read() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            buffer[:] = b"x" * len(buffer)
            self.given += len(buffer)
            return len(buffer)

    raw = Endless()
    file = io.BufferedReader(raw)
    assert "over 5 MB" in reason(list(read.stream(read.Input(file, "big.txt"))))
    assert raw.given < 6_000_000
