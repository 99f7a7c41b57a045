"""A page gives its article, and who and when as its metadata says; what is broken in it does not break the reading."""

from __future__ import annotations

from datetime import date

import pytest

from qa.errors import ReadError
from qa.ingest import html
from qa.models import Draft

SENTENCE = "The river rose by two metres overnight and flooded the lower part of the town, the mayor said."
BODY = "".join(f"<p>{SENTENCE} This is paragraph {n}.</p>" for n in range(6))


def page(head: str = "", *, top: str = "", body: str = BODY) -> Draft:
    return html.article(
        f"<html><head>{head}</head><body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav>"
        f"<article><h1>The river rose</h1>{top}{body}</article><aside><h3>Related</h3><a>Bridge closed</a></aside></body></html>"
    )


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def test_paragraphs_stand_apart_and_furniture_spans_are_offsets_in_the_text() -> None:
    draft = page(
        body=BODY + "<p>Sign up for our newsletter and get the news in your inbox every morning.</p>"
    )
    paragraphs = draft.text.split("\n\n")
    assert f"{SENTENCE} This is paragraph 0." in paragraphs
    assert [draft.text[start:end] for start, end in draft.furniture][-1].startswith("Sign up")


@pytest.mark.parametrize(
    "head",
    [
        ld('{"@type": "NewsArticle", "headline": "The title", "author": {"name": "Jane Roe"}, "publisher": {"name": "Post"}}'),
        ld('{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["Article"], "headline": "The title", '
           '"author": ["Jane Roe"], "publisher": [{"name": "Post"}]}]}'),
        ld('<!-- {"@type": "Article", "headline": "The\n title", "author": {"name": "Jane Roe"}, "publisher": {"name": "Post",},} -->'),
        '<meta property="og:title" content="The title"><meta name="author" content="By Jane Roe">'
        '<meta property="og:site_name" content="Post">',
    ],
)  # fmt: skip
def test_title_author_and_publisher_come_from_the_metadata(head: str) -> None:
    draft = page(head)
    assert (draft.title, draft.authors, draft.publisher) == ("The title", ("Jane Roe",), "Post")


def test_without_metadata_the_heading_is_the_title() -> None:
    assert page("<title>The river rose | Post</title>").title == "The river rose"


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[[[",
        '{"@type": 5, "datePublished": {}}',
        '{"@type": "Article", "author": 7, "publisher": [null]}',
        "\x00",
        "[" * 5000,
    ],
)
def test_broken_metadata_does_not_break_the_reading(broken: str) -> None:
    assert SENTENCE in page(ld(broken)).text


def test_an_address_is_no_author() -> None:
    assert page('<meta name="author" content="https://facebook.com/post">').authors == ()


def test_the_page_names_its_own_address() -> None:
    link = '<link rel="canonical" href="https://post.test/2024/flood">'
    assert page(link).url == "https://post.test/2024/flood"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://post.test/", "", "http://[", "/x"])
def test_what_names_no_page_is_not_taken_for_its_address(address: str) -> None:
    assert page(f'<link rel="canonical" href="{address}">').url is None


STATED = [
    (
        ld('{"@type": "NewsArticle", "datePublished": "2024-05-03T23:30:00-05:00"}'),
        "2024-05-03T23:30:00-05:00",
    ),
    ('<meta property="article:published_time" content="2024-05-03T10:12:00Z">', "2024-05-03T10:12:00+00:00"),
    ('<meta name="dc.date.issued" content="2024-05-03">', None),
    ('<meta itemprop="datePublished" content="2024-05-03">', None),
]


@pytest.mark.parametrize(("head", "at"), STATED)
def test_a_stated_date_is_believed_with_its_time(head: str, at: str | None) -> None:
    found = page(head).published
    assert (found.date, found.basis) == (date(2024, 5, 3), "metadata")
    assert (found.at.isoformat() if found.at else None) == at


def test_the_articles_own_date_comes_before_the_sites() -> None:
    head = ld(
        '[{"@type": "WebSite", "datePublished": "2011-01-01"}, {"@type": "Article", "datePublished": "2024-05-03"}]'
    )
    assert page(head).published.date == date(2024, 5, 3)


def test_a_stated_date_that_the_page_contradicts_is_a_guess() -> None:
    head = '<meta property="article:published_time" content="2017-08-21"><meta property="article:modified_time" content="2024-05-03">'
    found = page(head, top="<p><time datetime='2024-05-03'>3 May 2024</time></p>").published
    assert (found.date, found.basis, found.seen) == (date(2024, 5, 3), "guess", "2017-08-21")


def test_a_copyright_line_is_a_guess_at_most() -> None:
    found = page(body=f"{BODY}<footer>Copyright 2019</footer>").published
    assert found.basis in ("guess", "unknown")


def test_a_page_without_any_date_is_undated() -> None:
    assert page().published.date is None


@pytest.mark.parametrize("markup", ["", "<html></html>", "<!-- nothing -->"])
def test_a_page_without_an_article_is_refused(markup: str) -> None:
    with pytest.raises(ReadError):
        html.article(markup)


def test_the_declared_encoding_is_found() -> None:
    assert (
        html.charset(b'<html><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">')
        == "iso-8859-2"
    )
    assert html.charset(b"<html>") is None
