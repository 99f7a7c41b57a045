"""What became of every answer, for who runs the server; answers that were kept before are counted too."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    log = op.create_table(
        "answer_log",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False, index=True),
        sa.Column("answer_id", sa.String(32), nullable=False, index=True),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("model_error", sa.String(40), nullable=False),
        sa.Column("dropped", sa.Integer, nullable=False),
        sa.Column("citations", sa.Integer, nullable=False),
        sa.Column("prompt_tokens", sa.Integer, nullable=False),
        sa.Column("completion_tokens", sa.Integer, nullable=False),
        sa.Column("timings", sa.JSON, nullable=False),
    )
    op.create_table(
        "dropped_quotes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("answer_id", sa.String(32), nullable=False, index=True),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    held = op.get_bind().exec_driver_sql(
        "SELECT at, answer_id, owner, given FROM turns WHERE given IS NOT NULL ORDER BY id"
    )
    while some := held.fetchmany(500):
        op.bulk_insert(log, [_counted(*row) for row in some])


def _counted(at: str, answer_id: str, owner: str, given: str) -> dict[str, object]:
    answer = json.loads(given)
    usage = answer.get("usage") or {}
    return {
        "at": at, "answer_id": answer_id, "owner": owner, "status": answer["status"],
        "reason": answer.get("reason") or "", "mode": answer["mode"], "model": answer.get("model") or "",
        "model_error": "", "dropped": 0, "citations": len(answer.get("citations") or ()),
        "prompt_tokens": usage.get("prompt_tokens", 0), "completion_tokens": usage.get("completion_tokens", 0),
        "timings": answer.get("timings") or {},
    }  # fmt: skip
