"""The wire forms of what the archive holds beside articles: versions, passages, origins."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from qa.interfaces.schemas import Wire


class VersionOut(Wire):
    version: int
    title: str
    fetched_at: datetime
    characters: int


class VersionsOut(Wire):
    article_id: str
    versions: tuple[VersionOut, ...] = Field(description="The oldest first.")


class PassageOut(Wire):
    """`article.text[start:end] == text`, in Unicode code points of that version."""

    ordinal: int
    version: int
    start: int
    end: int
    text: str
    sentences: tuple[tuple[int, int], ...] = Field(description="Their spans in the article's text.")


class PassagesOut(Wire):
    article_id: str
    passages: tuple[PassageOut, ...] = Field(description="Of the newest version, which alone is searched.")
    furniture: tuple[tuple[int, int], ...] = Field(description="Spans that are in no passage: never cited.")


class OriginOut(Wire):
    """Copies, and articles of one agency, are one origin: one voice."""

    origin: str
    articles: int


class OriginsOut(Wire):
    origins: tuple[OriginOut, ...]
    next: str | None = Field(description="Pass as `after` for the next page; null on the last.")


class DeletedOut(Wire):
    deleted: int
