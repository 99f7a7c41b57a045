"""How well undated articles are placed and events told from their reports, on the labelled sets of articles.

Run at the root: `python -m bench.date_sets [--errors]`. An article is placed right when the interval holds
its true day and is closed, or when there is none and none was to be found. A resolved expression must have
exactly the label's interval and basis.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from qa import dates

ROOT = Path(__file__).resolve().parent.parent

Row = dict[str, Any]


@dataclass
class Tally:
    """Right and asked, with what went wrong in words."""

    right: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, right: bool, said: str) -> None:
        """Count one answer."""
        self.right += right
        self.asked += 1
        if not right:
            self.wrong.append(said)

    def __str__(self) -> str:
        return f"{self.right}/{self.asked}"


@dataclass
class Tallies:
    """One half's counts."""

    placed: Tally = field(default_factory=Tally)
    resolved: Tally = field(default_factory=Tally)
    roles: Tally = field(default_factory=Tally)
    widths: list[int] = field(default_factory=list)


def half(row_id: str) -> str:
    """The half a row belongs to, by the last hex digit of its id's SHA-1: even is for tuning."""
    return (
        "reporting"
        if int(hashlib.sha1(row_id.encode(), usedforsecurity=False).hexdigest()[-1], 16) % 2
        else "tuning"
    )


def count(row: Row, into: Tallies) -> None:
    """Answer one set and count."""
    stories = {
        each["id"]: dates.Story(each["id"], each["text"], day(each["published"])) for each in row["articles"]
    }
    anchors: dict[str, date | dates.Interval | None] = {each.id: each.published for each in stories.values()}
    for asked in row["placed"]:
        article = stories[asked["article"]]
        found = dates.infer_published(article, [each for each in stories.values() if each.id != article.id])
        anchors[article.id] = found.interval if found else None
        truth = day(asked["truth"])
        right = found is None if truth is None else found is not None and found.interval.holds(truth)
        into.placed.add(right, f"{row['id']} {asked} {found}")
        if found and truth:
            into.widths.append(found.interval.days or 9999)
    answer(row, stories, anchors, into)


def answer(row: Row, stories: dict[str, dates.Story], anchors: dict[str, Any], into: Tallies) -> None:
    """Resolve the expressions of a set and tell events from reports."""
    for asked in row["resolved"]:
        story = stories[asked["article"]]
        mention = next(
            (m for m in dates.find(story.text, anchor=anchors[story.id]) if asked["expression"] in m.text),
            None,
        )
        span = mention.interval if mention else None
        right = span is not None and (span.start, span.end) == (day(asked["from"]), day(asked["to"]))
        into.resolved.add(
            right and mention is not None and mention.basis == asked["basis"],
            f"{row['id']} {asked} {mention}",
        )
    for asked in row["roles"]:
        story = stories[asked["article"]]
        mention = next(
            (m for m in dates.find(story.text, anchor=None) if asked["expression"] in m.text), None
        )
        said = dates.role(story.text, mention) if mention else None
        into.roles.add(said == asked["role"], f"{row['id']} {asked} {said}")


def day(text: str | None) -> date | None:
    """A date from ISO form."""
    return date.fromisoformat(text) if text else None


def report(errors: bool) -> Iterator[str]:
    """The table, or the tuning half's errors."""
    data = [
        json.loads(line)
        for line in (ROOT / "tests/data/date_sets.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    yield "| half | sets | placed | median days | resolved | event or report |"
    yield "|---|---|---|---|---|---|"
    for part in ("tuning", "reporting"):
        tallies, rows = Tallies(), [row for row in data if half(row["id"]) == part]
        for row in rows:
            count(row, tallies)
        wide = f"{median(tallies.widths):.0f}" if tallies.widths else "-"
        yield f"| {part} | {len(rows)} | {tallies.placed} | {wide} | {tallies.resolved} | {tallies.roles} |"
        if errors and part == "tuning":
            yield from [*tallies.placed.wrong, *tallies.resolved.wrong, *tallies.roles.wrong]


def main() -> None:
    """Print the table, and on request the tuning half's errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the tuning half's errors")
    sys.stdout.writelines(f"{line}\n" for line in report(parser.parse_args().errors))


if __name__ == "__main__":
    main()
