"""The command `qa articles`: what the archive holds, looked through from a terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import click

from qa import settings
from qa.interfaces import beside, days

DAYS = click.DateTime(["%Y-%m-%d"])
TIMES = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"])


def listing(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which articles are listed."""
    for option in reversed(
        [
            click.option("--publisher", "publishers", multiple=True, help="Of this outlet; may be repeated."),
            click.option("--title", default="", help="Words that all stand in the title."),
            click.option("--author", default="", help="A part of an author's name."),
            click.option("--language", default="", help="ISO 639-1, such as en."),
            click.option("--origin", default="", help="Copies and articles of one agency; see --json."),
            click.option("--from", "published_from", type=DAYS, callback=days.asked, help="Published then or later."),
            click.option("--to", "published_to", type=DAYS, callback=days.asked, help="Published then or before."),
            click.option("--since", "ingested_since", type=TIMES, help="Came in then (UTC) or later."),
            click.option("--dated", type=click.Choice(["own", "inferred", "none"]), help="By how a date is known."),
            click.option(
                "--order", type=click.Choice(["id", "newest", "ingested"]), default="id", show_default=True
            ),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("article_id", required=False)
@click.option("--version", type=click.IntRange(min=1), help="An older version of the article's text.")
@click.option("--delete", is_flag=True, help="Remove the article from the archive and every index.")
@listing
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--after", metavar="CURSOR", help="Go on with the list where its last page ended.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def articles(article_id: str | None, version: int | None, delete: bool, as_json: bool, **listed: Any) -> None:
    """List the articles, or show or delete the one with ARTICLE_ID."""
    if delete:
        if article_id is None:
            raise click.UsageError("Name the article to delete.")
        _delete(article_id)
        return
    from qa.interfaces import terminal

    wire = _page(**listed) if article_id is None else _article(article_id, version)
    if as_json:
        click.echo(json.dumps(wire, ensure_ascii=False))
    elif article_id is not None:
        terminal.show_article(wire)
    else:
        terminal.show_articles(wire)


def _page(*, limit: int, after: str | None, **listed: Any) -> dict[str, Any]:
    from qa import bootstrap
    from qa.interfaces import listings
    from qa.models import Listing

    wanted = Listing(**listed)
    with bootstrap.reading(settings.load(os.environ)) as newsroom:
        found = newsroom.articles(wanted, after=after, limit=limit + 1)
    return listings.page(found, wanted, limit).model_dump(mode="json")


def _article(article_id: str, version: int | None) -> dict[str, Any]:
    from qa import bootstrap
    from qa.interfaces import schemas

    with bootstrap.reading(settings.load(os.environ)) as newsroom:
        return schemas.article(newsroom.article(article_id, version)).model_dump(mode="json")


def _delete(article_id: str) -> None:
    chosen = settings.load(os.environ)
    held = beside.server(chosen.home)
    if held is not None:
        with beside.client(held) as client:
            client.delete(article_id)
    else:
        from qa import bootstrap

        with bootstrap.writing(chosen, what="qa articles --delete", opening="when it changes") as newsroom:
            newsroom.delete(article_id)
    click.echo(f"Deleted {article_id}.", err=True)
