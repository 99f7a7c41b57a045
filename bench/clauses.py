"""Which date of a sentence answers a question: the labelled set, in halves.

Run at the root: `python -m bench.clauses [--errors]`. Each row is a sentence of an article of a known day with one to three
dates, a question, and the days that answer it. The sentence is read as ingestion reads it, and the dates in it are weighed
as an answer's are. Errors of the tuning half may be looked at; of the other only the total.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

from bench.dates import Row, half, rows
from qa import dates
from qa.answer import sentences, values, words
from qa.answer.sentences import Asked
from qa.models import Article, Hit, Passage, Published, Spoken

SET = "date_clauses.jsonl"


def answered(row: Row) -> tuple[str, str] | None:
    """The days, half-open, of the date that the most speaks for; None where none is left."""
    asked, hit = _read(row)
    scored = sentences.score(asked, sentences.split([hit]))
    groups = values.group(asked.kind, values.told(asked, scored))
    days = groups[0].told[0].days if groups else None
    return (days[0].isoformat(), days[1].isoformat()) if days else None


def _read(row: Row) -> tuple[Asked, Hit]:
    text, day = row["text"], date.fromisoformat(row["dateline"])
    article = Article(
        "a", 1, text, "", "Paper", None, (), Published(day, "given"), datetime.now(UTC), "a", language="en"
    )
    passage = Passage(1, "a", 1, 0, 0, len(text), text, ((0, len(text)),))
    spoken = [
        Spoken(
            each.start, each.end, each.interval.start if each.interval else None,
            each.interval.end if each.interval else None, each.basis, role, each.why,
        )
        for each, role in dates.told(text, anchor=day)
    ]  # fmt: skip
    weights = dict.fromkeys(words.words_of(row["question"]), 1.0)
    return Asked(row["question"], weights, spoken={1: spoken}), Hit(passage, article, 1.0, 0.6, 1.0)


def right(row: Row) -> bool:
    """Whether the date with the most behind it is the label's."""
    return answered(row) == (row["from"], row["to"])


def report(data: list[Row]) -> Iterator[str]:
    """A line for each half."""
    told = [row for row in data if not row.get("fresh")]
    parts = {part: [row for row in told if half(row["id"]) == part] for part in ("tuning", "reporting")}
    for part, mine in (parts | {"fresh": [row for row in data if row.get("fresh")]}).items():
        good = sum(map(right, mine))
        yield f"| {part} | {good / len(mine):.3f} ({good}/{len(mine)}) |"


def errors(data: list[Row]) -> Iterator[str]:
    """Wrong rows of the tuning half."""
    for row in data:
        if (half(row["id"]) == "tuning" or row.get("fresh")) and not right(row):
            yield f"{row['id']} {row['question']} want {row['from']} got {answered(row)}: {row['text']}"


def main() -> None:
    """Print the table, and on request the tuning half's errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the tuning half's errors")
    data = rows(SET)
    found = errors(data) if parser.parse_args().errors else report(data)
    sys.stdout.writelines(f"{line}\n" for line in found)


if __name__ == "__main__":
    main()
