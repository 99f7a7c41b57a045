"""The commands by which an archive is kept: backup, restore, export, import."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from qa import settings
from qa.errors import InputError

if TYPE_CHECKING:
    from qa.service import Newsroom

PAGE = 200
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
new_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
old_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.command()
@new_file
@as_json
def backup(file: Path, as_json: bool) -> None:
    """Copy the archive into the new FILE, also while the server runs: one moment, one file.

    The indexes are not in it: they are built again from the archive.
    """
    from qa import bootstrap

    archive = bootstrap.archive(settings.load(os.environ))
    try:
        archive.backup(file)
        count, passages = archive.count()
    finally:
        archive.close()
    told = {"file": str(file), "bytes": file.stat().st_size, "articles": count, "passages": passages}
    _say(told, f"{count} articles are in {file} ({told['bytes']:,} bytes).", as_json=as_json)


@click.command()
@old_file
@click.option("--replace", is_flag=True, help="Set the archive that is there aside.")
@as_json
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Make FILE, which `qa backup` wrote, the archive of the data folder, and build its indexes."""
    from qa import bootstrap

    chosen = settings.load(os.environ)
    aside = bootstrap.restore(chosen, file, replace=replace)
    with bootstrap.writing(chosen, what="qa restore", any_model=True) as newsroom:
        health = newsroom.health()
    told = {
        "home": str(chosen.home),
        "articles": health["articles"],
        "set_aside": str(aside) if aside else None,
    }
    said = f"{health['articles']} articles are in {chosen.home}."
    _say(told, f"{said} The archive of before is {aside}." if aside else said, as_json=as_json)


@click.command()
@new_file
def export(file: Path) -> None:
    """Write every version of every article to FILE as JSON Lines; .gz packs it, - is standard output."""
    from qa import bootstrap

    with bootstrap.reading(settings.load(os.environ)) as newsroom:
        if str(file) == "-":
            count = _export(newsroom, sys.stdout.buffer)
        else:
            with _written(file) as out:
                count = _export(newsroom, out)
    click.echo(f"{count} articles are written.", err=True)


def _export(newsroom: Newsroom, out: BinaryIO) -> int:
    from qa.ingest import portable

    after, count = None, 0
    while page := newsroom.articles(after=after, limit=PAGE):
        for each in page:
            newest = newsroom.article(each.id)
            for version in range(newest.version - newest.versions + 1, newest.version):
                out.write(portable.line(newsroom.article(each.id, version)).encode() + b"\n")
            out.write(portable.line(newest).encode() + b"\n")
        after, count = page[-1].id, count + len(page)
    return count


@contextlib.contextmanager
def _written(file: Path) -> Iterator[BinaryIO]:
    """A new file that is there whole or not at all."""
    if file.exists():
        raise InputError(f"{file} exists already. Name a new file; nothing was written.")
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("wb") as plain:
            packed = gzip.GzipFile(fileobj=plain, mode="wb") if file.suffix == ".gz" else plain
            yield cast("BinaryIO", packed)
            if packed is not plain:
                packed.close()
        part.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


@click.command("import")
@old_file
@as_json
def import_(file: Path, as_json: bool) -> None:
    """Add the articles of FILE, which `qa export` wrote, with their ids, versions, dates and furniture."""
    from qa import bootstrap
    from qa.ingest import portable
    from qa.interfaces import schemas, terminal

    opened = gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # noqa: SIM115
    with opened, bootstrap.writing(settings.load(os.environ), what="qa import") as newsroom:
        try:
            report = newsroom.ingest(portable.drafts(cast("BinaryIO", opened), name=file.name))
        except (OSError, EOFError) as error:
            raise InputError(
                f"{file} cannot be read to its end: {error}. What came before is kept."
            ) from error
    wire = schemas.report(report).model_dump(mode="json")
    click.echo(json.dumps(wire, ensure_ascii=False)) if as_json else terminal.show_report(wire)
    if report.refused and not report.ids:
        raise click.exceptions.Exit(1)


def _say(told: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    click.echo(json.dumps(told) if as_json else sentence)
