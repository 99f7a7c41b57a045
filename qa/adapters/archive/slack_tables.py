"""The archive's tables of the Slack door."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table

from qa.adapters.archive.tables import metadata

slack_seen = Table(
    "slack_seen",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("at", String(40), nullable=False, index=True),
)
"""Deliveries of Slack's that were taken, by event, by message and by signature: each counts once."""

slack_threads = Table(
    "slack_threads",
    metadata,
    Column("team", String(40), primary_key=True),
    Column("channel", String(40), primary_key=True),
    Column("thread_ts", String(40), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("at", String(40), nullable=False),
)
"""Threads in which Dateline was asked; the conversation is empty until the first answer is there."""

slack_postings = Table(
    "slack_postings",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("team", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("thread_ts", String(40), nullable=False),
    Column("user_id", String(40), nullable=False),
    Column("asked_ts", String(40), nullable=False),
    Column("ts", String(40)),
    Column("conversation_id", String(40)),
    Column("answer_id", String(32)),
    Column("finished", Boolean, nullable=False),
    Column("at", String(40), nullable=False, index=True),
    Index("slack_postings_by_user", "team", "user_id"),
)
"""Answers on their way into Slack, and those that arrived. No words: these are in the conversation's turns."""
