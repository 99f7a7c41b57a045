"""The command `qa eval`. The command line knows it by name only, and it knows nothing of the other doors."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from qa.errors import InputError

if TYPE_CHECKING:
    from qa.eval.cases import CaseSet, Sample
    from qa.eval.run import Outcome

BUILT_IN = ("bm25", "dense", "convex")


@click.command()
@click.argument("folder", metavar="SET_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@click.option(
    "--baseline",
    metavar="NAME|FILE",
    help="Compare with bm25, dense or convex alone, or with an earlier --json.",
)
@click.option("--sample", type=click.Choice(["even", "odd", "all"]), default="all", show_default=True)
@click.option("--url", help="Ask this running server instead of an archive made for the set.")
@click.option("--mode", type=click.Choice(["auto", "model", "extractive"]), default="auto", show_default=True)
@click.option(
    "--corpus", type=click.Path(exists=True, path_type=Path), help="The articles, if not in SET_DIR."
)
@click.option("--report", type=click.Path(path_type=Path), help="Where to write the HTML page.")
def evaluate(folder: Path, as_json: bool, baseline: str | None, sample: str, **options: Any) -> None:
    """Measure retrieval and answers on the questions of SET_DIR."""
    from qa.eval import cases, report, summarize

    chosen = cases.read(folder, sample=cast("Sample", sample))
    earlier = _earlier(baseline)
    outcomes = _outcomes(chosen, options)
    result = json.loads(json.dumps(summarize.summary(chosen, outcomes, earlier)))
    if baseline in BUILT_IN:
        _keep(result, baseline)
    path = options["report"] or Path(f"qa-eval-{chosen.name}.html")
    path.write_text(report.page(result), "utf-8")
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else report.table(result))
    click.echo(f"The report is in {path}.", err=True)


def _outcomes(chosen: CaseSet, options: Mapping[str, Any]) -> list[Outcome]:
    from qa.eval import door, run

    with _progress("Asking") as step:
        if options["url"]:
            with door.opened(options["url"]) as asked:
                return run.run(chosen.cases, asked, mode=options["mode"], on_case=step)
        return _on_archive(chosen, options, step)


def _on_archive(chosen: CaseSet, options: Mapping[str, Any], step: Any) -> list[Outcome]:
    from qa import prompts, settings
    from qa.eval import door, fill, inside, run

    corpus = options["corpus"] or chosen.corpus or prompts.shipped("seeds")
    made = fill.home(corpus, settings.load(os.environ))
    fill.fill(corpus, made, on_article=lambda _: step(1))
    with door.served(made.home) as asked, inside.opened(made) as behind:
        return run.run(chosen.cases, asked, behind, mode=options["mode"], on_case=step)


def _earlier(baseline: str | None) -> dict[str, dict[str, float]] | None:
    if baseline is None or baseline in BUILT_IN:
        return None
    try:
        values = json.loads(Path(baseline).read_text("utf-8"))["values"]
        return {measure: systems["dateline"] for measure, systems in values.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"--baseline {baseline} is neither {', '.join(BUILT_IN)} nor the --json of an earlier run."
        ) from error


def _keep(result: dict[str, Any], baseline: str) -> None:
    for row in result["table"]:
        row["against"] = {name: found for name, found in row["against"].items() if name == baseline}


@contextlib.contextmanager
def _progress(title: str) -> Iterator[Any]:
    """A counter on a terminal; silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=1, label=title, file=sys.stderr, show_eta=False) as bar:

        def step(count: int) -> None:
            bar.length = (bar.length or 0) + count
            bar.update(count)

        yield step
