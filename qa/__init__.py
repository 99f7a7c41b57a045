"""Dateline: questions to a news archive, answered with receipts."""

__all__ = ["__version__"]

__version__ = "0.1.0"
