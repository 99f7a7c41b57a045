"""Builds the indexes anew in a thread of its own, one at a time, and tells how far it is."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from dataclasses import dataclass, replace
from typing import Literal

from qa.errors import Busy, InputError, Interrupted, QaError
from qa.library import Library

NICE = 10
"""What waits for an answer goes first. Linux counts niceness by thread."""
State = Literal["none", "running", "done", "failed"]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """The last time that the indexes were built anew, or this one."""

    state: State = "none"
    model: str = ""
    """Fingerprint of the embedding model that they are of when it is done."""
    before: str = ""
    passages: int = 0
    """That had to be embedded; 0 where all had a vector of the model."""
    embedded: int = 0
    detail: str = ""
    """Why it failed, in a sentence."""


class Reindexer:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._progress = Progress()
        self._stop = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def progress(self) -> Progress:
        return self._progress

    def start(self, model: str = "") -> Progress:
        """Begin, or join the one that goes on. `model` is the fingerprint that who asks expects the settings to name.

        Raises:
            InputError: the settings name another.
            Busy: one to another model goes on.
            SettingsError: the settings cannot be read.
        """
        with self._starting:
            chosen = self._library.chosen().fingerprint
            if model and model != chosen:
                raise InputError(
                    f"The server's settings name the embedding model {chosen}, and not {model}. Name it in qa.toml of its "
                    "data folder, which is read again for this, or start the server anew with the same variables."
                )
            if self._progress.state == "running":
                if self._progress.model != chosen:
                    raise Busy(
                        f"The indexes are being built for {self._progress.model}. Wait until that is done."
                    )
                return self._progress
            before = self._library.model_of_vectors
            self._progress = Progress("running", chosen, before, self._library.to_embed())
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="reindex", daemon=True)
            self._thread.start()
            return self._progress

    def _run(self) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            embedded = self._library.reindex(on_passages=self._more, stop=self._stop)
        except QaError as error:
            if not isinstance(error, Interrupted):
                log.warning("The indexes could not be built anew: %s", error, exc_info=error.__cause__)
            self._progress = replace(self._progress, state="failed", detail=str(error))
        except Exception:
            log.exception("The indexes could not be built anew")
            said = "It failed as nobody expected, and everything is as it was. The log says where."
            self._progress = replace(self._progress, state="failed", detail=said)
        else:
            self._progress = replace(self._progress, state="done", embedded=embedded)

    def _more(self, count: int) -> None:
        self._progress = replace(self._progress, embedded=self._progress.embedded + count)

    def close(self) -> None:
        """Stop. What was embedded is kept for the next time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=20)
