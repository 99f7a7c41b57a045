"""What is read with care: foreign formats in child processes with limits, addresses through the one fetcher."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path, PurePosixPath
from threading import Lock
from urllib.parse import urlsplit

from qa.adapters import addresses, sources
from qa.adapters.contained import Contained, Job
from qa.adapters.fetch import Fetcher
from qa.adapters.web import Web
from qa.errors import ReadError
from qa.models import Draft, Feed, RawFile, Refusal, Sitemap

ARTICLES, FEEDS = "qa.ingest.read:drafts", "qa.ingest.feeds:parsed"
"""By name: they are imported by the child, and an adapter knows no step."""


class Reader:
    """Children and connections are made when first needed; `close()` ends the children."""

    def __init__(self, *, web: Web | None = None) -> None:
        self._web = web or Web(fetcher=Fetcher())
        self._children: dict[str, Contained] = {}
        self._lock = Lock()

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> RawFile:
        """What an address holds. Raises as `Web.get` does."""
        found = self._web.get(url, etag=etag, last_modified=last_modified)
        name = PurePosixPath(urlsplit(found.url).path).name or "page.html"
        return RawFile(
            name, found.url, None if found.unchanged else BytesIO(found.data), declared=found.charset, url=found.url,
            aliases=found.aliases, etag=found.etag, last_modified=found.last_modified, unchanged=found.unchanged,
        )  # fmt: skip

    def check(self, url: str) -> None:
        """Raises FetchRefused for what is not an address that may be fetched, by its form alone."""
        addresses.target(url)

    def open(self, path: str) -> RawFile:
        """The file at a path, or why it cannot be opened."""
        return sources.opened(Path(path))

    def parse(self, file: RawFile, data: bytes) -> list[Draft | Refusal]:
        """What a parser in a child process makes of the bytes."""
        return self._parser(ARTICLES).drafts(Job(data, file.name, file.source, file.declared, file.url))

    def feed(self, file: RawFile) -> Feed:
        """Raises ReadError, with a whole sentence."""
        found = self._listed(file, "feed")
        if not isinstance(found, Feed):
            raise ReadError(f"{file.source} is not a feed.")
        return found

    def sitemap(self, file: RawFile) -> Sitemap:
        """Raises as `feed` does."""
        found = self._listed(file, "sitemap")
        if not isinstance(found, Sitemap):
            raise ReadError(f"{file.source} is not a sitemap.")
        return found

    def _listed(self, file: RawFile, kind: str) -> object:
        data = file.file.read() if file.file else b""
        found: list[object] = list(
            self._parser(FEEDS).drafts(Job(data, kind, file.source, file.declared, file.url))
        )
        first = next(iter(found), None)
        if isinstance(first, Refusal):
            raise ReadError(first.reason)
        return first

    def _parser(self, name: str) -> Contained:
        with self._lock:
            if name not in self._children:
                self._children[name] = Contained(name)
            return self._children[name]

    def close(self) -> None:
        for children in self._children.values():
            children.close()
        self._children.clear()
