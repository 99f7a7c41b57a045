"""The date of a page: what its metadata states, and a guess where it states nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date as day_of

import htmldate
from lxml.etree import _Element

from qa.ingest import date, jsonld
from qa.models import Published

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date.published",
    "published_time", "publish-date", "publish_date", "pubdate", "publication_date", "publicationdate", "published",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "sailthru.date", "parsely-pub-date",
    "article.published", "article:published", "cxenseparse:recs:publishtime", "cse_pubdate", "displaydate",
    "citation_publication_date", "rbpubdate", "datecreated", "article_date_original", "originalpublicationdate",
    "dc.date", "dcterms.date", "dc:date", "date", "pdate", "shareaholic:article_published_time", "ptime",
)  # fmt: skip
"""Names of meta tags that state when a page was published, the most telling first."""
_MODIFIED = frozenset(
    {"article:modified_time", "og:updated_time", "last-modified", "datemodified", "dcterms.modified"}
)
_OLDEST_WEB = day_of(1990, 1, 1)
_SHOWN_TEXT = 300_000


def stated(tree: _Element) -> Published:
    """What JSON-LD, a meta tag or a marked-up `time` states, checked against what the page shows.

    A stated day that the page shows too, and no other, is believed; so is one of a page that shows no day at all.
    Where the page shows other days only, it was moved or rewritten, and what it states is a guess. What cannot be
    read is kept in `seen`.
    """
    found = [date.given(said, basis="metadata") for said in _statements(tree)]
    known = [one for one in found if one.date and one.date > _OLDEST_WEB]
    if not known:
        return Published(seen=next((one.seen for one in found if one.seen), ""))
    first, visible = known[0], shown(tree)
    rivals = [one for one in known if one.date in visible and one.date != first.date]
    if first.date in visible or not visible:
        return replace(first, basis="guess") if rivals else first
    changed = [
        one for one in (date.given(said, basis="metadata") for said in _changes(tree)) if one.date in visible
    ]
    other = next(iter([*rivals, *changed]), None)
    return replace(other, basis="guess", seen=str(first.date)) if other else replace(first, basis="guess")


def guessed(tree: _Element, *, url: str | None, seen: str = "") -> Published:
    """htmldate's extensive search: a guess, for it takes a copyright line or a sidebar's day when nothing else is there."""
    found = htmldate.find_date(tree, extensive_search=True, original_date=True, url=url)
    if not found:
        return Published(seen=seen)
    return Published(day_of.fromisoformat(found), "guess", seen=seen)


def seconded(found: Published, tree: _Element, *, url: str | None) -> bool:
    """Whether htmldate, which weighs the same page in its own way, comes to the same day or to none.

    A neighbouring day is the same one in another time zone.
    """
    other = htmldate.find_date(tree, extensive_search=False, original_date=True, url=url)
    return other is None or found.date is None or abs((day_of.fromisoformat(other) - found.date).days) <= 1


def _statements(tree: _Element) -> Iterator[str]:
    yield from jsonld.dates(tree)
    said: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = tag.get("content") or tag.get("datetime") or ""
        if content.strip():
            said.setdefault(name, content)
    yield from (said[name] for name in _PUBLISHED if name in said)
    yield from _marked(tree)


def _changes(tree: _Element) -> Iterator[str]:
    """When the page says that it was last changed."""
    yield from jsonld.changes(tree)
    for tag in tree.iter("meta"):
        if (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower() in _MODIFIED:
            yield tag.get("content") or ""


def _marked(tree: _Element) -> Iterator[str]:
    """Elements that are marked up as the day of publication."""
    for tag in tree.xpath(
        "//*[@itemprop='datePublished' or @pubdate or contains(@property, 'datePublished')]"
    ):
        yield tag.get("datetime") or tag.get("content") or tag.get("title") or tag.text_content()[:60]
    for tag in tree.xpath(
        "//time[contains(@class, 'entry-date') or contains(@class, 'published')][@datetime]"
    ):
        if "updated" not in re.split(r"\s+", tag.get("class") or "") or "published" in (
            tag.get("class") or ""
        ):
            yield tag.get("datetime")


def shown(tree: _Element) -> set[day_of]:
    """The days that a person sees on the page, in any form of writing, and those of its `time` elements."""
    said = [tag.get("datetime") or "" for tag in tree.iter("time", "relative-time", "abbr")]
    words = tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")
    said.append(" ".join(" ".join(words).split())[:_SHOWN_TEXT])
    return {day for one in said for day in date.days(one)}
