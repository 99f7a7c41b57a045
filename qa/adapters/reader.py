"""What is read with care: foreign formats in child processes with limits, addresses through the one fetcher."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath
from threading import Lock
from urllib.parse import urlsplit

from qa.adapters.contained import Contained, Job
from qa.adapters.fetch import Fetcher
from qa.adapters.web import Web
from qa.errors import FetchError
from qa.models import Draft, RawFile, Refusal

PARSER = "qa.ingest.read:drafts"
"""By name: it is imported by the child, and an adapter knows no step."""


class Reader:
    """Children and connections are made when first needed; `close()` ends the children."""

    def __init__(self, *, web: Web | None = None) -> None:
        self._web = web or Web(fetcher=Fetcher())
        self._children: Contained | None = None
        self._lock = Lock()

    def fetch(self, url: str) -> RawFile:
        """The page at an address, or why it is not had. Never raises for what the address does."""
        try:
            found = self._web.get(url)
        except FetchError as error:
            return RawFile(url, url, refused=str(error))
        name = PurePosixPath(urlsplit(found.url).path).name or "page.html"
        return RawFile(name, found.url, BytesIO(found.data), declared=found.charset, url=found.url)

    def parse(self, file: RawFile, data: bytes) -> list[Draft | Refusal]:
        """What a parser in a child process makes of the bytes."""
        with self._lock:
            if self._children is None:
                self._children = Contained(PARSER)
        return self._children.drafts(Job(data, file.name, file.source, file.declared, file.url))

    def close(self) -> None:
        if self._children is not None:
            self._children.close()
            self._children = None
