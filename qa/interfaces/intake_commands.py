"""The commands by which articles come in: `qa ingest` and `qa feeds`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa import settings
from qa.errors import NotFound
from qa.interfaces import bar, beside

if TYPE_CHECKING:
    from qa.interfaces.intake_schemas import JobOut
    from qa.interfaces.schemas import ReportOut
    from qa.models import FeedState, IngestReport, Input, Job, JobKind
    from qa.service import Newsroom

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


def _settings() -> settings.Settings:
    return settings.load(os.environ)


@click.command()
@click.argument("sources", nargs=-1)
@click.option(
    "--sitemap", "sitemaps", multiple=True, metavar="URL", help="Every page that this sitemap names."
)
@as_json
def ingest(sources: tuple[str, ...], sitemaps: tuple[str, ...], as_json: bool) -> None:
    """Add the articles in SOURCES: files, folders, and addresses of pages.

    Read are .txt, .md, .html, .jsonl, .jsonl.gz, .zip, mailboxes, and with dateline-qa[documents] .pdf and .docx.
    What was interrupted before is finished first. Beside a running server, that server is sent all this and stores it.
    """
    if not sources and not sitemaps:
        raise click.UsageError("Name files, folders or addresses, or a --sitemap.")
    paths = [Path(source) for source in sources if not _address(source)]
    for path in paths:
        if not path.exists():
            raise click.UsageError(f"Path '{path}' does not exist.")
    urls = [source for source in sources if _address(source)]
    if held := beside.server(_settings().home):
        from qa.interfaces import sending

        with beside.client(held) as client:
            report = sending.sent(client, paths, urls, sitemaps)
    else:
        report = _taken_here(_inputs(paths, urls, sitemaps), " ".join((*sources, *sitemaps)))
    _say(report, as_json=as_json)
    if report.refused and not (report.new or report.changed or report.unchanged or report.copies):
        raise click.exceptions.Exit(1)


def _taken_here(inputs: Sequence[Input], what: str) -> ReportOut:
    from qa import bootstrap
    from qa.interfaces import schemas

    kind: JobKind = "sitemap" if any(each.kind == "sitemap" for each in inputs) else "articles"
    with bootstrap.writing(_settings(), what="qa ingest", opening="when it changes") as newsroom:
        _finish(newsroom)
        return schemas.report(_run(newsroom, newsroom.jobs.start(kind, what[:500], inputs)))


def _address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _inputs(paths: Sequence[Path], urls: Sequence[str], sitemaps: Sequence[str]) -> list[Input]:
    from qa.adapters import sources
    from qa.ingest import read
    from qa.models import Input

    return [
        *(Input("file", str(path.resolve())) for path in sources.named(paths, readable=read.is_readable)),
        *(Input("address", url) for url in urls),
        *(Input("sitemap", url) for url in sitemaps),
    ]


def _run(newsroom: Newsroom, job: Job) -> IngestReport:
    """Work on a job, with a bar on a terminal."""
    from qa.intake import Mark
    from qa.models import IngestReport, Refusal
    from qa.ports import Stored

    ids: list[str] = []
    refused: list[Refusal] = []
    shelf = newsroom.parts.archive.jobs
    with bar.progress("Reading articles", total=lambda: shelf.job(job.id).items) as step:

        def told(outcome: Mark | Stored | Refusal) -> None:
            if isinstance(outcome, Stored):
                ids.append(outcome.id)
            elif isinstance(outcome, Refusal):
                refused.append(outcome)
            elif outcome.ends:
                step(1)

        try:
            done = newsroom.jobs.run(job.id, told=told)
        except KeyboardInterrupt:
            newsroom.jobs.stop(job.id)  # it was meant to end; what a crash ends is taken up again
            raise
    return IngestReport(
        done.new, done.changed, done.unchanged, done.copies, tuple(refused), tuple(ids), done.passages
    )


def _finish(newsroom: Newsroom) -> None:
    """Take up what a crash has left."""
    from qa.interfaces import schemas

    for job in newsroom.jobs.unfinished():
        click.echo(
            f"Finishing what was interrupted: {_plain(job.what)} ({job.done} of {job.items} done).", err=True
        )
        _say(schemas.report(_run(newsroom, job)), as_json=False)


def _say(report: ReportOut, *, as_json: bool) -> None:
    from qa.interfaces import terminal

    if as_json:
        click.echo(json.dumps(report.model_dump(mode="json"), ensure_ascii=False))
    else:
        terminal.show_report(report.model_dump(mode="json"))


# -- feeds ---------------------------------------------------------------------------------------------------


@click.group()
def feeds() -> None:
    """Follow feeds: RSS, Atom and JSON Feed."""


@feeds.command("add")
@click.argument("url")
@as_json
def add_feed(url: str, as_json: bool) -> None:
    """Follow the feed at URL and read its entries."""
    if held := beside.server(_settings().home):
        with beside.client(held) as client:
            _begun(client.follow(url), held.url, as_json=as_json)
        return
    with _writing("qa feeds add") as newsroom:
        newsroom.jobs.follow_feed(url)
        _refresh(newsroom, (url,), as_json=as_json)


@feeds.command("refresh")
@click.argument("urls", nargs=-1)
@as_json
def refresh_feeds(urls: tuple[str, ...], as_json: bool) -> None:
    """Look for new entries in the feeds at URLS, or in all."""
    if held := beside.server(_settings().home):
        with beside.client(held) as client:
            _begun(client.refresh(*urls), held.url, as_json=as_json)
        return
    with _writing("qa feeds refresh") as newsroom:
        _refresh(newsroom, urls, as_json=as_json)


@feeds.command("list")
@as_json
def list_feeds(as_json: bool) -> None:
    """Show the feeds and how each did the last time."""
    from qa import bootstrap
    from qa.interfaces import intake_schemas

    archive = bootstrap.archive(_settings())
    try:
        found = archive.feeds.all()
    finally:
        archive.close()
    if as_json:
        wire = [intake_schemas.feed(feed).model_dump(mode="json") for feed in found]
        click.echo(json.dumps({"feeds": wire}, ensure_ascii=False))
        return
    for feed in found:
        click.echo(_feed_line(feed))
    if not found:
        click.echo("No feed is followed. Add one with `qa feeds add URL`.")


@feeds.command("remove")
@click.argument("url")
def remove_feed(url: str) -> None:
    """Follow the feed at URL no longer. Its articles stay."""
    if held := beside.server(_settings().home):
        with beside.client(held) as client:
            client.unfollow(url)
    else:
        with _writing("qa feeds remove") as newsroom:
            newsroom.parts.archive.feeds.remove(url)
    click.echo(f"{_plain(url)} is no longer followed.", err=True)


@contextmanager
def _writing(what: str) -> Iterator[Newsroom]:
    from qa import bootstrap

    with bootstrap.writing(_settings(), what=what, opening="when it changes") as newsroom:
        yield newsroom


def _refresh(newsroom: Newsroom, urls: Sequence[str], *, as_json: bool) -> None:
    from qa.interfaces import schemas

    if not newsroom.parts.archive.feeds.all():
        raise NotFound("No feed is followed. Add one with `qa feeds add URL`.")
    _finish(newsroom)
    report = _run(newsroom, newsroom.jobs.refresh(urls))
    _say(schemas.report(report), as_json=as_json)
    bad = [
        feed
        for feed in newsroom.parts.archive.feeds.all()
        if feed.failures and (not urls or feed.url in urls)
    ]
    if bad and not report.ids:
        raise click.exceptions.Exit(1)


def _begun(job: JobOut, url: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(job.model_dump_json())
    else:
        click.echo(f"The server reads it as job {job.id}: {url}/v1/jobs/{job.id}", err=True)


def _feed_line(feed: FeedState) -> str:
    when = f"{feed.checked_at:%Y-%m-%d %H:%M}" if feed.checked_at else "never"
    said = f"{feed.url}  {feed.title or '-'}  {feed.state}, {feed.entries} entries, last looked at {when}"
    return _plain(f"{said}: {feed.reason}" if feed.reason else said)


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
