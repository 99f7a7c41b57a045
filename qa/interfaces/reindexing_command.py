"""The command `qa reindex`: in the server that owns the data folder, or here where none runs."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from qa import settings
from qa.errors import QaError
from qa.interfaces import bar, beside

if TYPE_CHECKING:
    from qa.adapters.lock import Owner

POLL = 0.3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def reindex(as_json: bool) -> None:
    """Embed what has no vector of the model in use, build new indexes beside the old, and switch to them in one step.

    Also while the server runs: questions are answered all the time. Stopped or killed, it goes on where it was.
    """
    from qa import bootstrap

    chosen = settings.load(os.environ)
    server = beside.server(chosen.home)
    told = _in_server(server, bootstrap.fingerprint(chosen)) if server else _here(chosen)
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"Embedded {told['embedded']} passages; the indexes hold {told['passages']}.")


def _here(chosen: settings.Settings) -> dict[str, Any]:
    from qa import bootstrap

    with bootstrap.writing(chosen, what="qa reindex", any_model=True) as newsroom:
        wanted = newsroom.to_embed()
        with bar.progress("Embedding", total=lambda: wanted) as step:
            embedded = newsroom.reindex(on_passages=step)
        return {"embedded": embedded, "model": newsroom.model_of_vectors, **newsroom.health()}


def _in_server(server: Owner, model: str) -> dict[str, Any]:
    with beside.client(server) as client:
        begun = client.reindex(model=model)
        with bar.progress("Embedding in the server", total=lambda: begun.passages) as step:
            told, seen = client.reindexing(), 0
            while told.state == "running":
                seen = _advance(step, seen, told.embedded)
                time.sleep(POLL)
                told = client.reindexing()
            _advance(step, seen, told.embedded)
        if told.state != "done":
            raise QaError(told.detail or "The server was started anew before it was done. Run it again.")
        return {"embedded": told.embedded, "model": told.model, **client.ready()}


def _advance(step: Callable[[int], None], seen: int, now: int) -> int:
    if now > seen:
        step(now - seen)
    return max(now, seen)
