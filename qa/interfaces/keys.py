"""The command `qa keys`. It writes beside a running server, which knows of it at the next request."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import click

from qa import settings

if TYPE_CHECKING:
    from qa.models import Key, Scope
    from qa.ports import Keys

SCOPES = ("read", "ask", "ingest", "admin")
UNITS = {"h": "hours", "d": "days", "w": "weeks"}
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


class Lasts(click.ParamType[timedelta]):
    """A length of time: 12h, 90d, 8w."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = re.fullmatch(r"([1-9]\d{0,4})([hdw])", str(value))
        if found is None:
            self.fail(f"{value!r} is not a length of time. Write 12h, 90d or 8w.", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.group()
def keys() -> None:
    """Make, list and revoke the keys that the server asks for."""


@contextmanager
def _keys() -> Iterator[Keys]:
    from qa import bootstrap

    archive = bootstrap.archive(settings.load(os.environ))
    try:
        yield archive.keys
    finally:
        archive.close()


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=("read", "ask"), show_default=True,
    help="What it may do; may be repeated. admin may do everything.",
)  # fmt: skip
@click.option("--expires", "lasts", type=Lasts(), help="After 12h, 90d, 8w; never if left out.")
@click.option(
    "--per-minute", type=click.IntRange(1, 1_000_000), default=600, show_default=True, help="Requests."
)
@click.option(
    "--tokens-per-day", type=click.IntRange(0), default=0, show_default=True,
    help="Of the language model; then answers are quoted. 0 is no limit.",
)  # fmt: skip
@as_json
def create(name: str, scopes: tuple[str, ...], as_json: bool, **limits: Any) -> None:
    """Make a key called NAME and print it, once.

    With the first key, the server stops answering those who have none.
    """
    from qa import access

    with _keys() as held:
        secret, key = access.create(held, name, cast("tuple[Scope, ...]", scopes), **limits)
    if as_json:
        click.echo(json.dumps({"key": secret, **_wire(key)}))
    else:
        click.echo(secret)
        click.echo(f"Key {_line(key)}. It is not stored and not shown again.", err=True)


@keys.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the keys, without their secrets."""
    with _keys() as held:
        found = held.all()
    if as_json:
        click.echo(json.dumps({"keys": [_wire(key) for key in found]}))
    else:
        click.echo("\n".join(map(_line, found)) or "There is no key. `qa keys create NAME` makes the first.")


@keys.command()
@click.argument("key_id")
@as_json
def revoke(key_id: str, as_json: bool) -> None:
    """Refuse the key with KEY_ID from now on, with every session that it opened."""
    from datetime import UTC, datetime

    with _keys() as held:
        key = held.revoke(key_id, datetime.now(UTC))
    click.echo(json.dumps(_wire(key)) if as_json else f"Revoked {_line(key)}.")


def _line(key: Key) -> str:
    told = [f"{key.id} {key.name}: {', '.join(key.scopes)}", f"made {key.created:%Y-%m-%d}"]
    told.append(f"last used {key.used:%Y-%m-%d %H:%M} UTC" if key.used else "never used")
    if key.expires:
        told.append(f"expires {key.expires:%Y-%m-%d}")
    if key.revoked:
        told.append(f"REVOKED {key.revoked:%Y-%m-%d}")
    return ", ".join(told)


def _wire(key: Key) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(key).items()
    }
