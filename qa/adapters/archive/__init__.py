"""The archive in SQL: the truth that every view follows."""

from qa.adapters.archive.store import SqlArchive

__all__ = ["SqlArchive"]
