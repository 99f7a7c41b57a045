"""Dateline: questions to a news archive, answered with receipts."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.interfaces.calls import Within
    from qa.interfaces.client import AsyncClient, Client
    from qa.interfaces.llama import DatelineQueryEngine, DatelineRetriever
    from qa.interfaces.local import LocalArchive
    from qa.models import Listing

__all__ = [
    "AsyncClient",
    "Client",
    "DatelineQueryEngine",
    "DatelineRetriever",
    "Listing",
    "LocalArchive",
    "Within",
    "__version__",
]

__version__ = "0.1.0"
_AT = {
    "DatelineQueryEngine": "qa.interfaces.llama",
    "DatelineRetriever": "qa.interfaces.llama",
    "Listing": "qa.models",
    "LocalArchive": "qa.interfaces.local",
    "Within": "qa.interfaces.calls",
}


def __getattr__(name: str) -> object:
    # By name, when it is asked for: the command that answers one question needs none of it.
    if name in __all__:
        return getattr(import_module(_AT.get(name, "qa.interfaces.client")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
