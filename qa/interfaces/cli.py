"""The command `qa`. Answers go to standard output, everything else to standard error.

Exit codes: 0 answered or done, 1 an error, 2 wrong use, 3 not answered by the articles.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import click

from qa import __version__, settings
from qa.errors import QaError, QuestionError, SettingsError
from qa.interfaces import bar, beside, days, intake_commands

if TYPE_CHECKING:
    from qa.adapters.lock import Owner
    from qa.figures import Holdings
    from qa.models import AskMode, Filters
    from qa.service import Newsroom

NOT_ANSWERED = 3
DEMO_QUESTION = "when did Russian instructors arrive"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104  to recognise them
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


def main() -> None:
    """Entry point: our own errors become one sentence, never a traceback."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except QaError as error:
        click.echo(f"qa: {error}", err=True)
        code = 2 if isinstance(error, QuestionError | SettingsError) else 1
    sys.exit(code if isinstance(code, int) else 0)


class Commands(click.Group):
    """Knows some commands by name only, and imports one when it is used: Slack's needs an extra.

    `qa.eval` is this package's neighbour, and neither imports the other: it measures through the doors as any client
    does, and a door must not come to lean on what measures it.
    """

    beside: ClassVar = {
        "articles": "qa.interfaces.article_commands:articles",
        "eval": "qa.eval.command:evaluate",
        "keys": "qa.interfaces.keys:keys",
        **{name: f"qa.interfaces.upkeep:{name}" for name in ("backup", "restore", "export")},
        "import": "qa.interfaces.upkeep:import_",
        "reindex": "qa.interfaces.reindexing_command:reindex",
        "slack": "qa.interfaces.slack.command:slack",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self.beside])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.beside:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.beside[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="qa")
def cli() -> None:
    """Ask a news archive, and get answers with receipts."""


def _settings() -> settings.Settings:
    return settings.load(os.environ)


# -- asking ------------------------------------------------------------------------------------------------


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """The options that restrict what a question is answered from."""
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--publisher", "publishers", multiple=True, help="Only this outlet; may be repeated."),
        click.option(
            "--from", "published_from", type=day, callback=days.asked, help="Published on this day or later."
        ),
        click.option(
            "--to", "published_to", type=day, callback=days.asked, help="Published on this day or before."
        ),
        click.option(
            "--as-of", type=day, callback=days.asked, help="Only what was published by the end of this day."
        ),
        click.option("--article", "articles", multiple=True, help="Only this article; may be repeated."),
    ):
        command = option(command)
    return command


@cli.command()
@click.argument("question")
@asking
@click.option("--conversation", metavar="ID", help="Follow up on an earlier answer.")
@click.option("--mode", type=click.Choice(["auto", "model", "extractive"]), default="auto", show_default=True)
@as_json
def ask(question: str, conversation: str | None, mode: str, as_json: bool, **restrict: Any) -> None:
    """Answer QUESTION from the articles, or say that they do not answer it."""
    asked: dict[str, Any] = {"conversation_id": conversation, "mode": mode}
    answer = _through_server("ask", question, restrict, **asked) or _ask_here(
        question, conversation, mode, _filters(restrict)
    )
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        from qa.interfaces import terminal

        terminal.show_answer(answer)
    if answer["status"] == "not_answered":
        raise click.exceptions.Exit(NOT_ANSWERED)


def _ask_here(question: str, conversation: str | None, mode: str, filters: Filters) -> dict[str, Any]:
    from qa import bootstrap
    from qa.interfaces import schemas

    with bootstrap.reading(_settings()) as newsroom:
        answer = asyncio.run(
            newsroom.ask(question, conversation=conversation, filters=filters, mode=cast("AskMode", mode))
        )
    return schemas.answer(answer).model_dump(mode="json")


@cli.command()
@click.argument("question")
@asking
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@as_json
def search(question: str, limit: int, as_json: bool, **restrict: Any) -> None:
    """Show the passages that an answer to QUESTION would be made from."""
    found = _through_server("search", question, restrict, limit=limit) or _search_here(
        question, limit, _filters(restrict)
    )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        from qa.interfaces import terminal

        terminal.show_hits(found["hits"])
    if not found["hits"]:
        raise click.exceptions.Exit(NOT_ANSWERED)


def _search_here(question: str, limit: int, filters: Filters) -> dict[str, Any]:
    from qa import bootstrap
    from qa.interfaces import schemas

    with bootstrap.reading(_settings()) as newsroom:
        return schemas.hits(newsroom.search(question, filters=filters, limit=limit)).model_dump(mode="json")


@cli.command()
@click.argument("topic")
@asking
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="Entries at most.")
@as_json
def timeline(topic: str, limit: int, as_json: bool, **restrict: Any) -> None:
    """Tell what the articles say on TOPIC, a topic or a question, in order of the days on which it happened."""
    found = _through_server("timeline", topic, restrict, limit=limit) or _timeline_here(
        topic, limit, _filters(restrict)
    )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        from qa.interfaces import terminal

        terminal.show_timeline(found)
    if not found["moments"]:
        raise click.exceptions.Exit(NOT_ANSWERED)


def _timeline_here(topic: str, limit: int, filters: Filters) -> dict[str, Any]:
    from qa import bootstrap
    from qa.interfaces import timelines

    with bootstrap.reading(_settings()) as newsroom:
        found = newsroom.timeline(topic, filters=filters, limit=limit)
    return timelines.timeline(found).model_dump(mode="json")


def _filters(restrict: dict[str, Any]) -> Filters:
    from qa.models import Filters

    return Filters(**restrict)


def _through_server(
    call: Literal["ask", "search", "timeline"], asked: str, restrict: dict[str, Any], **more: Any
) -> dict[str, Any] | None:
    """The reply of a server that holds the data folder; None where there is none."""
    held = beside.server(_settings().home)
    if held is None:
        return None
    from qa.interfaces.calls import Within

    given = {**restrict}
    more |= {"as_of": given.pop("as_of"), "within": Within(**given)}
    with beside.client(held) as client:
        found: dict[str, Any] = getattr(client, call)(asked, **more).model_dump(mode="json")
    return found


# -- articles ----------------------------------------------------------------------------------------------


cli.add_command(intake_commands.ingest)
cli.add_command(intake_commands.feeds)


# -- operating ---------------------------------------------------------------------------------------------


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8321, show_default=True)
def serve(host: str, port: int) -> None:
    """Answer over REST until stopped."""
    _serve(_settings(), host, port)


def _serve(chosen: settings.Settings, host: str, port: int) -> None:
    import secrets

    from qa import bootstrap
    from qa.access import Access
    from qa.adapters import lock
    from qa.interfaces import server
    from qa.interfaces.slack import command as slack_command

    if host not in LOOPBACK:
        _require_key(chosen, host)
    named, secret = f"[{host}]" if ":" in host else host, secrets.token_urlsafe(32)
    # Who asks through the lock is on this machine, where a server of every address answers as well.
    url = f"http://{'127.0.0.1' if host in EVERYWHERE else named}:{port}"
    with (
        server.bound(host, port) as socket,
        bootstrap.answering(
            chosen, what="qa serve", served=lock.Served(url, secret), again=lambda: again(chosen)
        ) as newsroom,
    ):
        click.echo(f"Dateline answers at {url}. Press Ctrl+C to stop.", err=True)
        hosts = [*chosen.hosts.split(), *({named} - EVERYWHERE)]
        server.run(
            newsroom, socket, access=Access(newsroom.keys, local=secret), hosts=hosts,
            embed_origins=chosen.embed_origins.split(), slack=slack_command.door(newsroom, chosen),
        )  # fmt: skip


def again(chosen: settings.Settings) -> settings.Settings:
    """The settings of the same folder as they are by now: `qa.toml` may have been changed."""
    return settings.load(os.environ, home=chosen.home)


def _require_key(chosen: settings.Settings, host: str) -> None:
    from qa import bootstrap

    archive = bootstrap.archive(chosen)
    try:
        if not archive.keys.any():
            raise SettingsError(
                f"{host} is not a loopback address, and this archive has no key yet: anybody could ask and delete. "
                "Run `qa keys create NAME` first, or leave --host out."
            )
    finally:
        archive.close()
    if host in EVERYWHERE and not chosen.hosts:
        click.echo(
            "QA_HOSTS is not set, so only requests that call this server localhost are answered. Name it there.",
            err=True,
        )


@cli.command()
def mcp() -> None:
    """Speak the Model Context Protocol on standard input and output, for a client that starts this command.

    Needs dateline-qa[mcp].
    """
    from importlib.util import find_spec

    if not find_spec("mcp"):
        raise SettingsError("`qa mcp` needs the package mcp: pip install 'dateline-qa[mcp]'.")
    from qa import bootstrap
    from qa.interfaces import mcp as tools

    with bootstrap.reading(_settings()) as newsroom:
        tools.server(newsroom).run("stdio")


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8321, show_default=True)
@as_json
def demo(port: int, as_json: bool) -> None:
    """Ingest five articles into a folder of the demo's own, ask about them, then serve them.

    With DEMO_ONCE=1 it ends after the answer.
    """
    from dataclasses import replace

    from qa import bootstrap, prompts
    from qa.adapters import sources
    from qa.ingest import read
    from qa.interfaces import schemas, terminal

    ordinary = _settings()
    home = Path(os.environ.get("DEMO_HOME") or ordinary.home.parent / f"{ordinary.home.name}-demo")
    chosen = replace(ordinary, home=home.absolute(), database_url="")
    with bootstrap.writing(chosen, what="qa demo") as newsroom:
        found = sources.files([prompts.shipped("seeds")], readable=read.is_readable)
        report = newsroom.ingest(newsroom.read(found))
        answer = asyncio.run(newsroom.ask(DEMO_QUESTION))
    wire = schemas.answer(answer).model_dump(mode="json")
    if as_json:
        click.echo(json.dumps(wire, ensure_ascii=False))
    else:
        terminal.show_report(schemas.report(report).model_dump(mode="json"))
        terminal.show_answer(wire)
    if os.environ.get("DEMO_ONCE") != "1":
        click.echo(f'\nTry: curl -s http://127.0.0.1:{port}/v1/ask -H "content-type: application/json" '
                   "-d '{\"question\": \"who visited Niamey in December 2023\"}'", err=True)  # fmt: skip
        _serve(chosen, "127.0.0.1", port)


@cli.command()
@as_json
def status(as_json: bool) -> None:
    """Say what is in the archive, who holds it, and what writes the answers."""
    from qa import bootstrap
    from qa.adapters import lock
    from qa.interfaces import terminal
    from qa.interfaces.slack import command as slack_command

    chosen = _settings()
    held = lock.owner(chosen.home)
    archive = bootstrap.archive(chosen)
    try:
        count, passages = archive.count()
        quarantined, feeds = archive.jobs.quarantine(limit=20), len(archive.feeds.all())
        refused, unfinished = archive.jobs.quarantined(), len(archive.jobs.unfinished())
        held_in, given = archive.catalogue.holdings(), archive.log.outcomes()
        embedded_with, keys, schema = archive.model, len(archive.keys.all()), archive.schema
    finally:
        archive.close()
    wire = {
        "home": str(chosen.home),
        "articles": count,
        "passages": passages,
        "versions": held_in.versions,
        "published": _days(held_in),
        "undated": held_in.undated,
        "dates_inferred": held_in.inferred,
        "publishers": sum(bool(outlet.name) for outlet in held_in.publishers),
        "origins": held_in.origins,
        "copies": held_in.copies,
        "bytes": sum(path.stat().st_size for path in chosen.home.rglob("*") if path.is_file()),
        "schema": schema,
        "keys": keys,
        "feeds": feeds,
        "unfinished_jobs": unfinished,
        "quarantined": refused,
        "embedding_model": embedded_with,
        "embedding_model_in_use": bootstrap.fingerprint(chosen),
        "answers": f"written by {chosen.llm_model}"
        if chosen.has_model
        else "quoted from the articles (no model set)",
        "answered": sum(each.answers for each in given if each.status != "not_answered"),
        "not_answered": {each.reason: each.answers for each in given if each.status == "not_answered"},
        "held_by": f"{held.what} (process {held.pid})" if held else None,
        "url": held.url if held and held.url else None,
        "behind": _behind(held),
        "slack": slack_command.told(chosen),
    }
    newest = [{"source": each.source, "reason": each.reason} for each in quarantined]
    if as_json:
        click.echo(json.dumps({**wire, "quarantine": newest}))
    else:
        terminal.show_facts(wire)
        terminal.show_quarantine(newest, refused)


def _days(found: Holdings) -> str | None:
    """Between which days its articles were published."""
    first, last = found.published_first, found.published_last
    return f"{first} to {last}" if first else None


def _behind(held: Owner | None) -> dict[str, int] | None:
    """How far a running server's indexes are behind; None where there is none or it does not say."""
    if held is None or not held.url:
        return None
    try:
        with beside.client(held) as client:
            found: dict[str, int] = client.ready()["behind"]
    except QaError:
        return None
    return found


@cli.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended, then check again.")
@as_json
def doctor(fix: bool, as_json: bool) -> None:
    """Check the archive and its indexes; every passage must find itself by its own vector.

    Beside a running server it is the server that checks, with 500 passages from all over the archive.
    """
    from qa import bootstrap

    chosen = _settings()
    if (server := beside.server(chosen.home)) and not fix:
        with beside.client(server) as client:
            checked = client.check().model_dump()
        _tell_of_health(checked, as_json=as_json)
        return
    with bootstrap.writing(chosen, what="qa doctor", any_model=True) as newsroom:
        found = [*bootstrap.other_model(chosen, newsroom), *_checked(newsroom)]
        mended = list(found) if fix and found else []
        if mended:
            with bar.progress("Embedding", total=newsroom.to_embed) as step:
                newsroom.fix(on_passages=step)
            found = _checked(newsroom)
        health = newsroom.health()
    _tell_of_health({"ok": not found, "problems": found, "mended": mended, **health}, as_json=as_json)


def _tell_of_health(told: dict[str, Any], *, as_json: bool) -> None:
    """Ends with 1 where something is wrong."""
    if as_json:
        click.echo(json.dumps(told))
    else:
        well = f"All is well: {told['articles']} articles, {told['passages']} passages."
        mended = [f"Mended: {line}" for line in told.get("mended", ()) if line not in told["problems"]]
        click.echo("\n".join([*mended, *(told["problems"] or [well])]))
    if told["problems"]:
        raise click.exceptions.Exit(1)


def _checked(newsroom: Newsroom) -> list[str]:
    with bar.progress("Checking", total=lambda: newsroom.parts.archive.count()[1]) as step:
        return newsroom.check(on_passages=step)
