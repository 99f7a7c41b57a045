"""A result as a table for the terminal and as one HTML page that loads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from qa.eval import plots
from qa.eval.summarize import CURVE

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0 } th, td { padding: .25rem .7rem; text-align: left }
tr { border-bottom: 1px solid #ddd; vertical-align: top } svg { font: 11px system-ui, sans-serif; margin: .5rem }
.better { color: #1d6b1d } .worse { color: #a61c00 } summary { cursor: pointer }
"""
Result = Mapping[str, Any]


def table(result: Result) -> str:
    """The table as text: mean, 95% interval, and each baseline with our difference; * where zero is outside."""
    names = _baselines(result)
    heads = ["measure", "n", "dateline", "95%", *(f"against {name}" for name in names)]
    lines = [heads, *(_cells(row, names) for row in result["table"])]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in lines)  # fmt: skip


def _baselines(result: Result) -> list[str]:
    return list(dict.fromkeys(name for row in result["table"] for name in row["against"]))


def _cells(row: Result, names: Sequence[str]) -> list[str]:
    ours = [row["measure"], str(row["n"]), f"{row['value']:.3f}", f"{row['low']:.3f}-{row['high']:.3f}"]
    return ours + [_against(row["against"].get(name)) for name in names]


def _against(compared: Sequence[float] | None) -> str:
    if compared is None:
        return ""
    baseline, mean, low, high = compared
    return f"{baseline:.3f} {mean:+.3f} ({low:+.3f} to {high:+.3f}){'*' if low > 0 or high < 0 else ''}"


def page(result: Result) -> str:
    """The report as HTML, with every plot inside it."""
    title = f"Evaluation of {escape(result['set'])}: {result['questions']} questions"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1>{_table(result)}"
        "<p>Intervals are 95% bootstraps over questions; differences are paired, and marked * where zero is outside.</p>"
        f"<div>{_curves(result)}{_lost(result)}{_calibration(result)}{_latency(result)}</div>"
        f"{_misses(result)}</body></html>"
    )


def _table(result: Result) -> str:
    names = _baselines(result)
    heads = "".join(f"<th>{escape(h)}</th>" for h in ["measure", "n", "dateline", "95%", *names])
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{_class(cell)}">{escape(cell)}</td>' for cell in _cells(row, names))
        + "</tr>"
        for row in result["table"]
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _class(cell: str) -> str:
    if not cell.endswith("*"):
        return ""
    return "better" if cell.split()[1].startswith("+") else "worse"


def _curves(result: Result) -> str:
    series = {name: list(zip(CURVE, shares, strict=True)) for name, shares in result["curves"].items()}
    return plots.lines(
        "A gold article among the first k", series, across="k articles", up="share of questions"
    )


def _lost(result: Result) -> str:
    return plots.bars("Where a gold article was lost", result["lost"], up="questions")


def _calibration(result: Result) -> str:
    points = [(score, share) for score, share, _ in result["calibration"]]
    return plots.lines("Right answers by the best passage's score", {"right": points},
                       across="score of the best passage", up="share right")  # fmt: skip


def _latency(result: Result) -> str:
    heights = {
        f"{name} {share}": value
        for name, found in result["latency"].items()
        for share, value in found.items()
    }
    return plots.bars("Time of a question over HTTP", heights, up="ms")


def _misses(result: Result) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(miss[key]))}</td>" for key in ("id", "question", "lost", "rank", "answer"))
        + "</tr>"
        for miss in result["misses"]
    )  # fmt: skip
    heads = "<tr><th>id</th><th>question</th><th>lost</th><th>rank</th><th>answer</th></tr>"
    return f"<details><summary>{len(result['misses'])} misses</summary><table>{heads}{rows}</table></details>"
