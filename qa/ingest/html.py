"""A saved page to an article: trafilatura finds the body, the page's own metadata says who and when.

Parses what strangers wrote, which can take minutes and gigabytes: run it in a child process with limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import trafilatura
from lxml import html as lxml_html
from lxml.etree import ParserError, _Element
from trafilatura.settings import Document

from qa.errors import ReadError
from qa.ingest import clean, date, jsonld, language, pagedate
from qa.models import Draft, Published

_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_SITE = re.compile(r"^(?:https?://|www\.|@)|\.(?:com|org|net|de|fr|it|es|uk)$", re.IGNORECASE)
_TITLES = ("og:title", "twitter:title", "dc.title", "sailthru.title")
_AUTHORS = (
    "author",
    "article:author",
    "dc.creator",
    "sailthru.author",
    "parsely-author",
    "byl",
    "twitter:data1",
)
_PUBLISHERS = ("og:site_name", "application-name", "dc.publisher", "publisher")
_MOST_WORDS = 8
"""A byline of more words is a sentence."""


def charset(data: bytes) -> str | None:
    """The encoding that the page itself declares."""
    match = _META_CHARSET.search(data[:4_096])
    return match[1].decode("ascii", "ignore") if match else None


def article(markup: str, *, source: str = "", url: str | None = None) -> Draft:
    """The article of a page. Its text is the extracted body; offsets are in that.

    Raises:
        ReadError: the page has no article that can be found.
    """
    tree = parsed(markup)
    text = body(tree)
    if not text.strip():
        raise ReadError("has no body: no article text was found in the page")
    data = jsonld.article(tree)
    meta = metas(tree)
    address = canonical(tree, meta, url)
    title = _title(tree, data, meta)
    page = clean.page(text, title=title, url=address)
    return Draft(
        text=text,
        title=title or page.title,
        publisher=page.publisher or _publisher(data, meta),
        url=address,
        authors=tuple(_authors(data, meta)) or page.authors,
        published=published(tree, text=text, url=address),
        source=source,
        furniture=page.furniture,
        language=_language(tree, meta),
    )


def parsed(markup: str) -> _Element:
    """The page as a tree.

    Raises:
        ReadError: it holds no element.
    """
    try:
        # As bytes: lxml refuses a str that declares an encoding.
        tree = lxml_html.fromstring(markup.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    except (ParserError, ValueError) as error:
        raise ReadError(f"is not a page that can be read: {error}") from error
    return tree


def body(tree: _Element) -> str:
    """The article's text, a blank line between its paragraphs; empty where none is found."""
    return re.sub(r"\n+", "\n\n", _extracted(tree)).strip()


def _extracted(tree: _Element) -> str:
    document = trafilatura.bare_extraction(tree, include_comments=False)
    return (document.text or "") if isinstance(document, Document) else ""


def published(tree: _Element, *, text: str, url: str | None) -> Published:
    """When the page says it was published, else what its text and its address say, else a guess."""
    found = pagedate.stated(tree)
    if found.basis == "metadata":
        return found if pagedate.seconded(found, tree, url=url) else replace(found, basis="guess")
    read = date.from_text(text, url=url, seen=found.seen)
    if read.date or found.date:
        return read if read.date else found
    return pagedate.guessed(tree, url=url, seen=read.seen)


def metas(tree: _Element) -> dict[str, str]:
    """The page's meta tags by name or property, in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = " ".join((tag.get("content") or "").split())
        if name and content:
            found.setdefault(name, content)
    return found


def canonical(tree: _Element, meta: dict[str, str], url: str | None) -> str | None:
    """The address that the page calls its own, where it is an http address that names a page."""
    links = [
        link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"
    ]
    for said in [*links, meta.get("og:url", "")]:
        address = urljoin(url or "", said.strip()) if said.strip() else ""
        if _page(address) and _same_site(address, url):
            return address
    return url


def _page(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path not in ("", "/")


def _same_site(address: str, url: str | None) -> bool:
    """A page may name its own site's address, not another's: else it could take another article's place."""
    if url is None:
        return True
    ours, theirs = (urlsplit(one).hostname or "" for one in (url, address))
    return ours.removeprefix("www.").split(".")[-2:] == theirs.removeprefix("www.").split(".")[-2:]


def _title(tree: _Element, data: jsonld.Said, meta: dict[str, str]) -> str:
    said = data.title or next((meta[name] for name in _TITLES if name in meta), "")
    if said:
        return said
    for path in ("//h1", "//title"):
        for tag in tree.xpath(path)[:1]:
            if words := " ".join(tag.text_content().split()):
                return words
    return ""


def _publisher(data: jsonld.Said, meta: dict[str, str]) -> str:
    return data.publisher or next((meta[name] for name in _PUBLISHERS if name in meta), "")


def _language(tree: _Element, meta: dict[str, str]) -> str:
    return language.declared(tree.get("lang") or meta.get("og:locale") or meta.get("dc.language"))


def _authors(data: jsonld.Said, meta: dict[str, str]) -> Iterator[str]:
    names = data.authors or tuple(meta[name] for name in _AUTHORS if name in meta)[:1]
    for name in names:
        for part in re.split(r"\s*[;,|]\s*| and ", re.sub(r"^by\s+", "", name, flags=re.IGNORECASE)):
            if part and not _SITE.search(part) and len(part.split()) <= _MOST_WORDS:
                yield part
