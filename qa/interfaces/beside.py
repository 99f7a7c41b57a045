"""The server that holds the data folder, where one runs: what a command would do, it then has done by that server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qa.adapters import lock

if TYPE_CHECKING:
    from qa.interfaces.client import Client


def server(home: Path) -> lock.Owner | None:
    """Who holds a data folder and answers over HTTP; None where nobody does."""
    held = lock.owner(home)
    return held if held is not None and held.url else None


def client(held: lock.Owner) -> Client:
    """Its client, with the secret of this run. Only ever to the address that the lock names, and past any proxy."""
    from qa.interfaces.client import Client

    return Client(held.url, key=held.secret, trust_env=False)
