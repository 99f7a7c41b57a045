"""The indexes of one archive: opened, beside everything else if wished, and built anew beside those in use.

Chroma takes seconds to import and to open, so that its module is imported where it is needed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from qa.adapters import state
from qa.adapters.archive import SqlArchive
from qa.adapters.exact import ExactSearch
from qa.adapters.lexical import KeywordView
from qa.adapters.vectors import VectorLeg
from qa.errors import Interrupted, QaError
from qa.library import Library
from qa.ports import View

if TYPE_CHECKING:
    from qa.adapters.chroma import ChromaView

log = logging.getLogger(__name__)


def leg(held: SqlArchive, model: str) -> VectorLeg:
    """Search by the archive's own vectors of one model; an index may take over."""
    load = partial(held.vectors, model=model)
    return VectorLeg(ExactSearch(load, held.position, held.allowed), held.allowed)


class Indexes:
    """Those of a data folder that this process owns. What goes wrong with Chroma is logged, never fatal."""

    def __init__(self, folder: Path, held: SqlArchive, *, vectors: VectorLeg, chroma: bool = True) -> None:
        self._folder, self._held, self._leg, self._wanted = folder, held, vectors, chroma
        self.keywords = KeywordView(folder, archive=held.id)
        self._view: ChromaView | None = None
        self._library: Library | None = None
        self._thread = Thread(target=self._beside, name="open-vectors", daemon=True)

    def attach(self, library: Library) -> None:
        """Have a library search and follow these; Chroma once it is open."""
        self._library = library
        library.use_keywords(self.keywords)
        library.parts.renew = self.renew

    def start(self) -> None:
        """Find the dates that are missing, and open Chroma, in a thread of its own."""
        self._thread.start()

    def start_if_behind(self) -> None:
        """Start once, where the index at rest is not the archive's as it is now."""
        if self._thread.ident is None:
            rest = state.read(self._folder / "chroma.json")
            if (
                rest is None
                or not rest.clean
                or rest != replace(rest, archive=self._held.id, model=self._held.model)
                or rest.position != self._held.position()
            ):
                self.start()

    def _beside(self) -> None:
        try:
            if self._library is not None:
                self._library.follow()
        except Interrupted:
            return
        except (QaError, RuntimeError, OSError, ValueError):
            log.exception("Dates that were missing could not be found. The next start tries again.")
        self.open()

    def open(self) -> None:
        """Open Chroma, bring it up to the archive, and search it from then on."""
        view = None
        try:
            view = self._chroma(self._held.model)
            if view is not None and self._library is not None:
                self._library.add_view(view)
        except Interrupted:
            self._view = view  # it is as far as it says it is
        except (QaError, RuntimeError, OSError, ValueError):
            log.exception(
                "The vector index could not be opened; answers come from the archive's own vectors."
            )
        else:
            self._view = view
            self._leg.use(view)

    def _chroma(self, model: str, *, beside: bool = False) -> ChromaView | None:
        if not self._wanted:
            return None
        from qa.adapters.chroma import ChromaView

        return ChromaView(self._folder, archive=self._held.id, model=model, beside=beside)

    def renew(self, model: str) -> Renewal:
        """New ones beside these, of the vectors of a model. They are empty, and are to follow the archive."""
        self._opened()
        keywords = KeywordView(self._folder, archive=self._held.id, beside=True)
        return Renewal(keywords, self._chroma(model, beside=True), leg(self._held, model), self._take)

    def _take(self, fresh: Renewal) -> Callable[[], None]:
        old = self.keywords, self._view
        self.keywords, self._view, self._leg = fresh.keywords, fresh.chroma, fresh.vectors

        def retire() -> None:
            for view in old:
                if view is not None:
                    view.discard()

        return retire

    def _opened(self) -> None:
        if self._thread.ident is not None:
            self._thread.join(timeout=600)

    def close(self) -> None:
        self._opened()
        if self._view is not None:
            self._leg.use(None)
            self._view.close()


class Renewal:
    """See `qa.ports.Renewed`."""

    def __init__(
        self,
        keywords: KeywordView,
        chroma: ChromaView | None,
        vectors: VectorLeg,
        take: Callable[[Renewal], Callable[[], None]],
    ) -> None:
        self.keywords, self.chroma, self.vectors, self._take = keywords, chroma, vectors, take
        self.views: list[View] = [keywords, *([chroma] if chroma else [])]

    def adopt(self) -> Callable[[], None]:
        self.keywords.adopt()
        if self.chroma is not None:
            self.chroma.adopt()
            self.vectors.use(self.chroma)
        return self._take(self)

    def discard(self) -> None:
        for view in (self.keywords, self.chroma):
            if view is not None:
                view.discard()
