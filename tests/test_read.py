"""Any file becomes articles or a sentence that says why not; one bad record never stops the others."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qa.ingest import read
from qa.models import Draft, Published, Refusal

SEEDS = Path(__file__).parent.parent / "seeds"
STORY = "The river rose by two metres overnight and flooded the lower part of the town, the mayor said.\n\nNobody was hurt."
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The river rose | Post</title>
<meta property="og:site_name" content="The Valley Post"><link rel="canonical" href="https://post.test/flood">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "The river rose",
"datePublished": "2024-05-03T10:12:00+02:00", "author": [{{"@type": "Person", "name": "Jane Roe"}}],
"publisher": {{"name": "The Valley Post"}}}}</script></head><body><nav>Home News Weather</nav>
<article><h1>The river rose</h1>{"".join(f"<p>{STORY.splitlines()[0]} {n}</p>" for n in range(5))}</article>
<footer>All rights reserved</footer></body></html>"""


def read_all(data: bytes | str, name: str, **known: str) -> list[Draft | Refusal]:
    return list(read.drafts(data.encode() if isinstance(data, str) else data, name=name, **known))


def one(data: bytes | str, name: str, **known: str) -> Draft:
    (found,) = read_all(data, name, **known)
    assert isinstance(found, Draft), found
    return found


def refused(data: bytes | str, name: str) -> str:
    (found,) = read_all(data, name)
    assert isinstance(found, Refusal), found
    return found.reason


def lines(*records: object) -> bytes:
    return "\n".join(item if isinstance(item, str) else json.dumps(item) for item in records).encode()


# -- texts ---------------------------------------------------------------------------------------------------


def test_a_text_is_stored_as_it_came_with_headline_dateline_and_source() -> None:
    path = next(SEEDS.glob("001_*.txt"))
    draft = one(path.read_bytes(), path.name, source=str(path))
    assert draft.text == path.read_text(encoding="utf-8")
    assert draft.title == "Russian military arrive in Niger"
    assert draft.published == Published(date(2024, 4, 13), "dateline")
    assert draft.publisher == "Rossa Primavera News Agency"
    assert draft.source == str(path)
    assert [draft.text[start:end] for start, end in draft.furniture] == [
        "Russian military arrive in Niger\n\n13.04.2024, Niamey.", "Source: Rossa Primavera News Agency",
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["002", "003", "004"])
def test_an_undated_text_stays_undated(number: str) -> None:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    assert one(path.read_bytes(), path.name).published == Published()


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Größe".encode(), None, "Größe"),
        (b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe", None, "Größe"),
        ("Größe“".encode("cp1252"), None, "Größe“"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Größe".encode(), "latin-1", "Größe"),
        ("Größe".encode("utf-16"), None, "Größe"),
        (b"Gr\xf6\xdfe", "no-such-encoding", "Größe"),
    ],
)
def test_encodings_are_utf8_then_declared_then_windows(data: bytes, declared: str | None, text: str) -> None:
    (found,) = read.drafts(data, name="a.txt", declared=declared)
    assert isinstance(found, Draft)
    assert found.text == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"text\x00with\x00nuls", "NUL bytes"),
        (b"\x89PNG\r\n\x1a\n" + b"\x01" * 50, "PNG picture"),
        (b"\xff\xd8\xff\xe0" + b"\x01" * 50, "JPEG picture"),
        (bytes(range(1, 30)) * 20, "control characters"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, r"\.docx"),
        (b"x" * 5_000_001, "over 5 MB"),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    reason = refused(data, "note.txt")
    assert reason.startswith("note.txt ")
    assert reason.endswith(".")
    assert re.search(why, reason)


def test_markdown_gives_its_heading_and_its_front_matter() -> None:
    draft = one(
        f"---\ntitle: The river rose\ndate: 2024-05-03\nauthor: Jane Roe\n---\n# The river rose\n\n{STORY}",
        "a.md",
    )
    assert (draft.title, draft.authors, draft.published) == (
        "The river rose", ("Jane Roe",), Published(date(2024, 5, 3), "given"),
    )  # fmt: skip
    marked = "".join(draft.text[start:end] for start, end in draft.furniture)
    assert marked.startswith("---\ntitle")
    assert marked.endswith("# The river rose")


def test_a_heading_is_a_headline_without_its_marks() -> None:
    assert one(f"# The river rose\n\n{STORY}", "a.md").title == "The river rose"


# -- records -------------------------------------------------------------------------------------------------


def test_a_record_gives_all_its_fields() -> None:
    record = {
        "id": "a1", "url": "https://post.test/flood", "title": "The river rose", "publisher": "The Valley Post",
        "authors": ["Jane Roe"], "published_at": "2023-09-28T12:00:00+00:00", "text": STORY,
    }  # fmt: skip
    draft = one(lines(record), "all.jsonl", source="/in/all.jsonl")
    at = datetime(2023, 9, 28, 12, tzinfo=UTC)
    assert draft == Draft(
        STORY, "The river rose", "The Valley Post", "https://post.test/flood", ("Jane Roe",),
        Published(date(2023, 9, 28), "given", at), "a1", "/in/all.jsonl",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("2018/03/15", Published(date(2018, 3, 15), "given")),
        ("2018-03-15", Published(date(2018, 3, 15), "given")),
        ("2018-03-15T08:00:00", Published(date(2018, 3, 15), "given")),
        ("15 March 2018", Published(date(2018, 3, 15), "given")),
        ("2018-02-31", Published(seen="2018-02-31")),
        ("soon", Published(seen="soon")),
        (None, Published()),
        ("", Published()),
    ],
)
def test_a_date_is_read_in_any_of_its_shapes_or_kept_as_seen(said: str | None, published: Published) -> None:
    assert one(lines({"text": STORY, "published_at": said}), "a.jsonl").published == published


def test_bad_lines_are_refused_by_number_and_the_others_go_in() -> None:
    data = lines(
        {"id": "1", "text": STORY}, "not json", "", [1], {"id": "2", "title": "no body"}, {"id": "1", "text": "again"},
        {"id": "3", "text": " "}, {"id": 4, "text": STORY}, '{"text": 5}', "[" * 100_000,
    )  # fmt: skip
    found = read_all(data, "lines.jsonl")
    assert [item.id for item in found if isinstance(item, Draft)] == ["1", "4"]
    reasons = [item.reason for item in found if isinstance(item, Refusal)]
    assert [reason.split(":")[0] for reason in reasons] == [
        f"lines.jsonl line {n}" for n in (2, 4, 5, 6, 7, 9, 10)
    ]
    assert "is not JSON" in reasons[0]
    assert "is a list, not an article" in reasons[1]
    assert "has no body" in reasons[2]
    assert "the id '1' was already on line 1" in reasons[3]


def test_lone_surrogates_and_nuls_are_replaced() -> None:
    draft = one(b'{"text": "a\\ud800b\\u0000c", "title": "x\\udfffy"}', "a.jsonl")
    assert (draft.text, draft.title) == ("a\ufffdb c", "x\ufffdy")


def test_records_without_a_name_of_their_own_do_not_take_each_others_place() -> None:
    sources = {
        item.source
        for item in read_all(lines({"text": "One."}, {"text": "Two."}), "a.jsonl", source="/in/a.jsonl")
    }
    assert len(sources) == 2


@pytest.mark.parametrize("name", ["all.jsonl.gz", "all.gz", "all"])
def test_packed_lines_are_told_by_their_content(name: str) -> None:
    data = gzip.compress(lines({"id": "1", "text": STORY}, {"id": "2", "text": STORY}))
    assert [item.id for item in read_all(data, name) if isinstance(item, Draft)] == ["1", "2"]


def test_a_damaged_pack_gives_what_was_read_and_a_reason() -> None:
    data = gzip.compress(lines(*({"id": str(n), "text": STORY} for n in range(500))))
    found = read_all(data[: len(data) // 2], "all.jsonl.gz")
    assert isinstance(found[-1], Refusal)
    assert "cannot be unpacked to its end" in found[-1].reason


@pytest.mark.parametrize("document", [[{"id": "1", "text": STORY}], {"id": "1", "text": STORY}])
def test_a_json_document_is_an_article_or_a_list_of_them(document: object) -> None:
    assert one(json.dumps(document, indent=1), "all.json").id == "1"


# -- pages and documents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["page.html", "page.txt", "page"])
def test_a_page_is_told_by_its_content_and_gives_who_and_when(name: str) -> None:
    draft = one(PAGE, name)
    assert draft.title == "The river rose"
    assert draft.publisher == "The Valley Post"
    assert draft.authors == ("Jane Roe",)
    assert draft.url == "https://post.test/flood"
    assert draft.published.date == date(2024, 5, 3)
    assert draft.published.basis == "metadata"
    assert "The river rose by two metres" in draft.text
    assert "Home News" not in draft.text


def test_a_page_may_not_name_another_sites_address_as_its_own() -> None:
    assert one(PAGE, "page.html", url="https://evil.test/x").url == "https://evil.test/x"


def test_a_page_declares_its_encoding() -> None:
    page = PAGE.replace('charset="utf-8"', 'charset="iso-8859-2"').replace("the mayor", "Wałęsa")
    assert "Wałęsa" in one(page.encode("iso-8859-2"), "page.html").text


def test_a_page_without_an_article_is_refused() -> None:
    assert "has no body" in refused("<html><body></body></html>", "page.html")


def test_a_word_document_gives_its_paragraphs() -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.core_properties.author = "Jane Roe"
    for words in ["The river rose", "3 May 2024, Leeds", *STORY.split("\n\n")]:
        document.add_paragraph(words)
    file = io.BytesIO()
    document.save(file)
    draft = one(file.getvalue(), "any name")
    assert draft.text.endswith(STORY)
    assert (draft.title, draft.published.date, draft.authors) == (
        "The river rose",
        date(2024, 5, 3),
        ("Jane Roe",),
    )


def test_a_pdf_without_text_is_refused() -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    assert "holds no text" in refused(file.getvalue(), "scan.pdf")


def pdf(text: str) -> bytes:
    """A PDF of one page, by hand."""
    shown = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]  # fmt: skip
    out, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table, len(out),
    )  # fmt: skip


def test_the_lines_of_a_pdf_are_put_together_to_paragraphs() -> None:
    pytest.importorskip("pypdf")
    draft = one(
        pdf(
            "The river rose by two metres overnight and flooded the\nlower part of the town, the mayor said."
        ),
        "a.pdf",
    )
    assert (
        draft.text
        == "The river rose by two metres overnight and flooded the lower part of the town, the mayor said."
    )


def test_a_mailbox_gives_an_article_for_each_message() -> None:
    message = f"From a@b.test Fri May  3 10:00:00 2024\nFrom: Jane Roe <j@post.test>\nSubject: The river rose\nDate: Fri, 3 May 2024 10:00:00 +0200\nMessage-ID: <{{}}@post.test>\n\n{STORY}\n\n"
    found = read_all(message.format("1") + message.format("2"), "export.mbox")
    assert [(item.id, item.title, item.authors) for item in found if isinstance(item, Draft)] == [
        ("1@post.test", "The river rose", ("Jane Roe",)), ("2@post.test", "The river rose", ("Jane Roe",)),
    ]  # fmt: skip


def test_a_zip_gives_its_files_each_with_its_place() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a/note.txt", f"The river rose\n\n{STORY}")
        archive.writestr("all.jsonl", lines({"id": "1", "text": STORY}))
        archive.writestr("empty.txt", "")
        archive.writestr("../up.txt", STORY)
        archive.writestr("__MACOSX/._note.txt", b"\0\0")
    found = read_all(file.getvalue(), "all.zip", source="/in/all.zip")
    assert [item.source for item in found if isinstance(item, Draft)] == [
        "/in/all.zip!/a/note.txt",
        "/in/all.zip!/all.jsonl",
    ]
    assert [item.reason for item in found if isinstance(item, Refusal)] == [
        "empty.txt is empty.", "all.zip: ../up.txt would land outside of the zip; it was not read.",
    ]  # fmt: skip
