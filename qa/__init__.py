"""Dateline: questions to a news archive, answered with receipts."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.interfaces.client import AsyncClient, Client, Within
    from qa.models import Listing

__all__ = ["AsyncClient", "Client", "Listing", "Within", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # By name, when it is asked for: the command that answers one question needs none of it.
    if name in __all__:
        return getattr(import_module("qa.interfaces.client"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
