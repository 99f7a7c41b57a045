"""What keeps a model server from being asked too often: a breaker for one that fails, a budget for one that costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from qa.errors import ModelRefused, ModelUnavailable
from qa.models import Usage

FAILURES = 5
REST = 30.0
"""Seconds for which a failing server is left alone."""
_DAY = 86_400


class Breaker:
    """Opens after 5 failures in a row; after 30 s it lets one try through, and closes when that one succeeds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._opened = 0.0
        self._trying = False

    def enter(self) -> None:
        """Raises ModelUnavailable while the server is left alone."""
        with self._lock:
            if self._failures < FAILURES:
                return
            if self._trying or self._clock() - self._opened < REST:
                raise ModelUnavailable("The model server failed several times and is left alone for a while.")
            self._trying = True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._trying = 0, False

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._opened, self._trying = self._clock(), False


class Budget:
    """Tokens for a day (UTC) of this process; 0 is no limit."""

    def __init__(self, tokens: int, *, clock: Callable[[], float] = time.time) -> None:
        self._tokens, self._clock = tokens, clock
        self._lock = Lock()
        self._day, self._spent = -1, 0

    def enter(self) -> None:
        """Raises ModelRefused when the day's tokens are spent."""
        with self._lock:
            self._turn()
            if self._tokens and self._spent >= self._tokens:
                raise ModelRefused(f"Today's {self._tokens:,} tokens (QA_LLM_TOKENS_PER_DAY) are spent.")

    def spend(self, usage: Usage) -> None:
        with self._lock:
            self._turn()
            self._spent += usage.prompt_tokens + usage.completion_tokens

    def _turn(self) -> None:
        today = int(self._clock() // _DAY)
        if today != self._day:
            self._day, self._spent = today, 0
