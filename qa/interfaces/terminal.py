"""How an answer looks in a terminal. Takes wire forms, so that a server's answer looks the same.

What articles say is printed as plain text: no markup of theirs is read, no control character gets through.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import click

WIDTH = 96
DAYS = 26
"""Columns for the days of a timeline."""


def show_answer(answer: Mapping[str, Any]) -> None:
    click.echo()
    if answer["status"] == "not_answered":
        click.secho("Not answered by these articles.", bold=True)
        click.echo(_wrapped(answer["text"]))
    else:
        in_order = {moment["text"] for moment in answer["timeline"]}
        shown: set[str] = set()
        for claim in answer["claims"]:
            if claim["text"] in in_order:
                continue  # the table below has it, with its date
            marks = "".join(f" [{number}]" for number in claim["citations"])
            click.secho(_wrapped(claim["text"] + marks), bold=True)
            for line in _date_lines(claim):
                if line not in shown:
                    click.secho(_wrapped(line, indent="    "), dim=True)
                shown.add(line)
    if answer["timeline"]:
        click.secho("\nTimeline", bold=True)
        _show_moments(answer["timeline"])
    for citation in answer["citations"]:
        click.echo(f"\n[{citation['n']}] {_source(citation)}")
        click.echo(_wrapped(f"“{citation['quote']}”", indent="    "))
    _show_foot(answer)


def _date_lines(claim: Mapping[str, Any]) -> list[str]:
    """How the dates of a claim were reached, where that is not plain from the words themselves."""
    return [
        f"“{note['text']}”: {_span(note['from'], note['to'])}{', '.join(['', *_clocks(note)])} ({note['basis']}: {note['why']})"
        for note in claim["dates"]
        if note["basis"] in ("resolved", "inferred")
    ]


def _clocks(dated: Mapping[str, Any]) -> list[str]:
    """The time of day, as its article gives it, in lines of the column of days."""
    return textwrap.wrap(clean(dated["time"]["text"]), DAYS) if dated.get("time") else []


def _span(start: str | None, end: str | None) -> str:
    """A half-open interval as a person says it: a month, a year, or its first day and, if there are more, its last."""
    if start and end and start.endswith("-01") and end.endswith("-01"):
        (year, month), (until, _) = start[:7].split("-"), end[:7].split("-")
        if start.endswith("-01-01") and end.endswith("-01-01") and int(until) == int(year) + 1:
            return year
        if (date.fromisoformat(end) - date.fromisoformat(start)).days <= 31:
            return f"{year}-{month}"
    last = (date.fromisoformat(end) - timedelta(days=1)).isoformat() if end else "open"
    first = start or "open"
    return first if first == last else f"{first} to {last}"


def _show_foot(answer: Mapping[str, Any]) -> None:
    click.echo()
    for note in answer["notes"]:
        click.secho(_wrapped(note), dim=True)
    by = f"written by {answer['model']}" if answer["mode"] == "model" else "quoted from the articles"
    if answer["citations"]:
        voices = f"{_count(answer['articles'], 'article')}, {_count(answer['origins'], 'independent origin')}"
        click.secho(f"{voices}; {by}. Every quote was checked against its article.", dim=True)


def _source(item: Mapping[str, Any]) -> str:
    published = item["published"]
    when = f"{published['date']} ({published['basis']})" if published["date"] else "date not known"
    if not published["date"] and published.get("from"):
        when = f"{_span(published['from'], published['to'])} (inferred)"
    name = item["publisher"] or "publisher not known"
    number = item.get("article_id") or item["id"]
    return clean(f"{item['title'] or 'no title'} - {name}, {when} - {number}")


def show_timeline(found: Mapping[str, Any]) -> None:
    if not found["moments"]:
        click.echo("No article tells of this with a date.")
    _show_moments(found["moments"])
    for citation in found["citations"]:
        click.echo(f"\n[{citation['n']}] {_source(citation)}")
        click.echo(_wrapped(f"“{citation['quote']}”", indent="    "))
    click.echo()
    for note in found["notes"]:
        click.secho(_wrapped(note), dim=True)
    if found["undated"]:
        left = _count(found["undated"], "sentence")
        click.secho(_wrapped(f"{left} on this without a date left out."), dim=True)
    if found["citations"]:
        voices = f"{_count(found['articles'], 'article')}, {_count(found['origins'], 'independent origin')}"
        click.secho(f"{voices}. Every quote was checked against its article.", dim=True)


def _show_moments(moments: Sequence[Mapping[str, Any]]) -> None:
    """A table: the days and how they are known, what is told of them, by whom."""
    for moment in moments:
        marks = "".join(f" [{number}]" for number in moment["citations"])
        told = "told then; " if moment["role"] == "report" else ""
        left = [_span(moment["from"], moment["to"]), *_clocks(moment), f"({told}{moment['basis']})"]
        if len(" ".join(left)) <= DAYS:
            left = [" ".join(left)]
        right = textwrap.wrap(clean(moment["text"]) + marks, WIDTH - DAYS - 2)
        if moment["origins"] > 1:
            right.append(f"{moment['origins']} independent origins")
        click.echo()
        for at in range(max(len(left), len(right))):
            days, words = (side[at] if at < len(side) else "" for side in (left, right))
            click.echo(click.style(days.ljust(DAYS), bold=not at) + f"  {words}".rstrip())


def show_hits(hits: Sequence[Mapping[str, Any]]) -> None:
    if not hits:
        click.echo("Nothing was found.")
    for number, hit in enumerate(hits, 1):
        click.secho(f"{number}. {_source(hit)}  ({hit['score']:.2f})", bold=True)
        click.echo(_wrapped(textwrap.shorten(hit["text"], 300), indent="   "))


def show_articles(page: Mapping[str, Any]) -> None:
    if not page["articles"]:
        click.echo("No article is listed. Leave filters out, or add articles with `qa ingest PATH`.")
    for article in page["articles"]:
        click.echo(_source(article))
    if page["next"]:
        click.secho(
            f"There are more: the same command with --after '{clean(page['next'])}'", dim=True, err=True
        )


def show_article(article: Mapping[str, Any]) -> None:
    click.secho(_source(article), bold=True)
    if article["published"]["why"]:
        click.echo(_wrapped(f"Its date: {article['published']['why']}."))
    if article["url"]:
        click.echo(clean(article["url"]))
    click.echo(f"version {article['version']} of {article['versions']}, origin {clean(article['origin'])}\n")
    click.echo("\n".join(clean(line) for line in article["text"].split("\n")))


def show_report(report: Mapping[str, Any]) -> None:
    words = ", ".join(
        f"{report[name]} {name}" for name in ("new", "changed", "unchanged", "copies") if report[name]
    )
    click.echo(f"{words or 'nothing'}; {_count(report['passages'], 'passage')} embedded.", err=True)
    for refusal in report["refused"]:
        click.secho(f"refused: {clean(refusal['source'])}: {clean(refusal['reason'])}", fg="yellow", err=True)


def show_facts(facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{number} {key.replace('_', ' ')}" for key, number in value.items()) or 0
        click.echo(f"{name.replace('_', ' ')}: {'-' if value is None else clean(str(value))}")


def show_quarantine(newest: Sequence[Mapping[str, Any]], number: int) -> None:
    """What could not be read, the newest first."""
    for each in newest:
        click.secho(f"quarantined: {clean(each['source'])}: {clean(each['reason'])}", fg="yellow")
    if number > len(newest):
        click.secho(f"... and {number - len(newest)} more: GET /v1/quarantine lists them all.", dim=True)


def clean(text: str) -> str:
    """One line without control characters: an article must not move the cursor or colour the screen."""
    return "".join(char if char.isprintable() else " " for char in text)


def _wrapped(text: str, *, indent: str = "") -> str:
    return textwrap.fill(clean(text), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
