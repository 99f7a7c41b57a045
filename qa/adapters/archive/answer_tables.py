"""The archive's tables of what became of answers. They hold no words but those whose conversation is kept."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from qa.adapters.archive.tables import metadata

answer_log = Table(
    "answer_log",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False, index=True),
    Column("answer_id", String(32), nullable=False, index=True),
    Column("owner", String(16), nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("model", Text, nullable=False),
    Column("model_error", String(40), nullable=False),
    Column("dropped", Integer, nullable=False),
    Column("citations", Integer, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("timings", JSON, nullable=False),
)

dropped_quotes = Table(
    "dropped_quotes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer_id", String(32), nullable=False, index=True),
    Column("why", String(20), nullable=False),
    Column("words", Text, nullable=False),
)
"""The words go with their conversation; why they were dropped stays."""
