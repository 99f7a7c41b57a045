"""The indexes of one archive: opened, beside everything else if wished, and built anew beside those in use.

Chroma takes seconds to import and to open, so that its module is imported where it is needed.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from qa.adapters import state
from qa.adapters.archive import SqlArchive
from qa.adapters.exact import ExactSearch
from qa.adapters.lexical import KeywordView
from qa.adapters.vectors import VectorLeg
from qa.errors import Interrupted, QaError, ViewAway
from qa.library import Library
from qa.ports import View

if TYPE_CHECKING:
    from qa.adapters.chroma import ChromaView
    from qa.adapters.chroma_server import ChromaServer

    Chroma = ChromaView | ChromaServer

EVERY = 5.0
"""Seconds between two looks at the Chroma server."""
AWAY = "The vector index does not answer: passages are found by the archive's own vectors until it is back."
log = logging.getLogger(__name__)


def leg(held: SqlArchive, model: str) -> VectorLeg:
    """Search by the archive's own vectors of one model; an index may take over."""
    load = partial(held.vectors, model=model)
    return VectorLeg(ExactSearch(load, held.position, held.allowed), held.allowed)


class Indexes:
    """Those of a data folder that this process owns. What goes wrong with Chroma is logged, never fatal."""

    def __init__(
        self, folder: Path, held: SqlArchive, *, vectors: VectorLeg, chroma: bool = True, server: str = ""
    ) -> None:
        """`server` is the address of a Chroma server; without one, Chroma runs in this process."""
        self._folder, self._held, self._leg = folder, held, vectors
        self._wanted, self._server = chroma, server
        self.keywords = KeywordView(folder, archive=held.id)
        self._view: Chroma | None = None
        self._library: Library | None = None
        self._away, self._renewing = False, False
        self._changing = Lock()
        self._tried, self._stop = Event(), Event()
        self._thread = Thread(target=self._beside, name="open-vectors", daemon=True)

    def attach(self, library: Library) -> None:
        """Have a library search and follow these; Chroma once it is open."""
        self._library = library
        library.use_keywords(self.keywords)
        library.parts.renew = self.renew
        library.parts.trouble = self.trouble

    def trouble(self) -> str:
        """A sentence where the Chroma server is away."""
        lost = self._server and self._view is not None and self._leg.engine == "exact"
        return AWAY if self._away or lost else ""

    def start(self) -> None:
        """Find the dates that are missing, open Chroma, and look after its server, in a thread of its own."""
        self._thread.start()

    def start_if_behind(self) -> None:
        """Start once, where the index at rest is not the archive's as it is now. A server's is not known."""
        if self._thread.ident is None and (self._server or not self._at_rest()):
            self.start()

    def _at_rest(self) -> bool:
        rest = state.read(self._folder / "chroma.json")
        return (
            rest is not None
            and rest.clean
            and rest == replace(rest, archive=self._held.id, model=self._held.model)
            and rest.position == self._held.position()
        )

    def _beside(self) -> None:
        try:
            if self._library is not None:
                self._library.follow()
        except Interrupted:
            self._stop.set()
        except (QaError, RuntimeError, OSError, ValueError):
            log.exception("Dates that were missing could not be found. The next start tries again.")
        if not self._stop.is_set():
            self.open()
        self._tried.set()
        # A full collection looks at every object, a quarter of a million once Chroma is imported, and for 150 ms nobody
        # else has the interpreter. What is there by now stays, and need not be looked at again.
        gc.collect()
        gc.freeze()
        while self._server and not self._stop.wait(EVERY):
            self._look()

    def open(self) -> None:
        """Open Chroma, bring it up to the archive, and search it from then on."""
        view = None
        try:
            view = self._chroma(self._held.model)
            if view is not None and self._library is not None:
                self._library.add_view(view)
        except Interrupted:
            self._view = view  # it is as far as it says it is
        except ViewAway as error:
            self._lost(error)
            if view is not None:
                view.close()
        except (QaError, RuntimeError, OSError, ValueError):
            log.exception(
                "The vector index could not be opened; answers come from the archive's own vectors."
            )
        else:
            self._view, self._away = view, False
            self._leg.use(view)

    def _look(self) -> None:
        """Notice that the Chroma server went away, or that it is back. Not while it is exchanged for another."""
        with self._changing:
            if self._renewing:
                return
            if self._view is not None and not self._there(self._view):
                self._drop(self._view)
            if self._view is None:
                self.open()

    def _there(self, view: Chroma) -> bool:
        if self._leg.engine == "exact" or (
            self._library is not None and view not in self._library.parts.views
        ):
            return False  # a question or an article noticed it already
        try:
            view.beat()
        except ViewAway as error:
            self._lost(error)
            return False
        return True

    def _drop(self, view: Chroma) -> None:
        self._leg.use(None)
        if self._library is not None:
            self._library.drop_view(view)
        self._view = None
        view.close()

    def _lost(self, error: ViewAway) -> None:
        if not self._away:
            log.warning("%s Until then answers come from the archive's own vectors.", error)
        self._away = True

    def _chroma(self, model: str, *, beside: bool = False) -> Chroma | None:
        if not self._wanted:
            return None
        if self._server:
            from qa.adapters.chroma_server import ChromaServer

            return ChromaServer(self._server, self._folder, archive=self._held.id, model=model, beside=beside)
        from qa.adapters.chroma import ChromaView

        return ChromaView(self._folder, archive=self._held.id, model=model, beside=beside)

    def renew(self, model: str) -> Renewal:
        """New ones beside these, of the vectors of a model. They are empty, and are to follow the archive.

        Raises:
            ViewAway: the Chroma server does not answer.
        """
        self._opened()
        with self._changing:
            chroma = self._chroma(model, beside=True)
            self._renewing = True
        keywords = KeywordView(self._folder, archive=self._held.id, beside=True)
        return Renewal(keywords, chroma, leg(self._held, model), self)

    def take(self, fresh: Renewal) -> Callable[[], None]:
        """Have these in use from now on. Returns what removes the ones of before."""
        old = self.keywords, self._view
        self.keywords, self._view, self._leg = fresh.keywords, fresh.chroma, fresh.vectors

        def retire() -> None:
            self.renewed()
            for view in old:
                if view is not None:
                    view.discard()

        return retire

    def renewed(self) -> None:
        """The new ones are in use, or were given up."""
        self._renewing = False

    def _opened(self) -> None:
        if self._thread.ident is not None:
            self._tried.wait(timeout=600)

    def close(self) -> None:
        self._opened()
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=600)
        if self._view is not None:
            self._leg.use(None)
            self._view.close()


class Renewal:
    """See `qa.ports.Renewed`."""

    def __init__(
        self, keywords: KeywordView, chroma: Chroma | None, vectors: VectorLeg, indexes: Indexes
    ) -> None:
        self.keywords, self.chroma, self.vectors, self._indexes = keywords, chroma, vectors, indexes
        self.views: list[View] = [keywords, *([chroma] if chroma else [])]

    def adopt(self) -> Callable[[], None]:
        self.keywords.adopt()
        if self.chroma is not None:
            self.chroma.adopt()
            self.vectors.use(self.chroma)
        return self._indexes.take(self)

    def discard(self) -> None:
        self._indexes.renewed()
        for view in (self.keywords, self.chroma):
            if view is not None:
                view.discard()
