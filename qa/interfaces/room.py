"""How much is worked on at once."""

from __future__ import annotations

from collections.abc import Callable

from qa.errors import Overloaded


class Room:
    """For so many questions at once. One more is told to come back, before anything is done for it."""

    def __init__(self, size: int, *, on_full: Callable[[], None]) -> None:
        self._size, self._on_full, self._taken = size, on_full, 0

    def check(self) -> None:
        """Raises Overloaded where it is full."""
        if self._taken >= self._size:
            self._on_full()
            raise Overloaded(
                f"{self._size} questions are being answered already. Try again in a moment.", wait=1.0
            )

    def __enter__(self) -> None:
        self.check()
        self._taken += 1

    def __exit__(self, *_: object) -> None:
        self._taken -= 1
