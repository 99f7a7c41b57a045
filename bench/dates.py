"""How well dates are read: our grammar and dateparser alone on the labelled set, in one run, with the speed.

Run at the root: `python -m bench.dates [--errors]`. Rows of the tuning half may be looked at (`--errors`),
those of the reporting half only counted. dateparser gets the labelled expression itself (it need not find
it), the dateline as RELATIVE_BASE and PREFER_DATES_FROM past; the period that it reports makes the
interval. False positives are sentences without a date in which something was found (for dateparser by
`search_dates`).
"""

import argparse
import hashlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from qa import dates

ROOT = Path(__file__).resolve().parent.parent

Row = dict[str, Any]
Span = tuple[str | None, str | None]


@dataclass(frozen=True)
class Guess:
    """What a reader made of a labelled expression."""

    span: Span
    basis: str | None
    found: bool


def half(row_id: str) -> str:
    """The half a row belongs to, by the last hex digit of its id's SHA-1: even is for tuning."""
    return (
        "reporting"
        if int(hashlib.sha1(row_id.encode(), usedforsecurity=False).hexdigest()[-1], 16) % 2
        else "tuning"
    )


def rows(name: str) -> list[Row]:
    """The rows of a labelled file in tests/data."""
    return [
        json.loads(line) for line in (ROOT / "tests" / "data" / name).read_text(encoding="utf-8").splitlines()
    ]


def ours(row: Row) -> Guess:
    """The mention that covers most of the labelled expression."""
    anchor = date.fromisoformat(row["dateline"]) if row["dateline"] else None
    low, high = row["start"], row["start"] + len(row["expression"])
    best, most = None, 0
    for mention in dates.find(row["text"], anchor=anchor, language=row["language"]):
        shared = min(high, mention.end) - max(low, mention.start)
        if shared > most:
            best, most = mention, shared
    if best is None:
        return Guess((None, None), None, found=False)
    span = best.interval
    return Guess((iso(span.start), iso(span.end)) if span else (None, None), best.basis, found=True)


def iso(day: date | None) -> str | None:
    """A date in ISO form, None for an open end."""
    return day.isoformat() if day else None


def baseline() -> tuple[Callable[[Row], Guess], Callable[[Row], bool]]:
    """dateparser as a reader of expressions and as a finder in sentences."""
    from dateparser.date import DateDataParser
    from dateparser.search import search_dates

    def settings(row: Row) -> dict[str, Any]:
        base = {"RELATIVE_BASE": datetime.fromisoformat(row["dateline"])} if row["dateline"] else {}
        return {"PREFER_DATES_FROM": "past"} | base

    def read(row: Row) -> Guess:
        found = DateDataParser(languages=[row["language"]], settings=settings(row)).get_date_data(
            row["expression"]
        )
        if found["date_obj"] is None:
            return Guess((None, None), None, found=False)
        return Guess(around(found["date_obj"].date(), found["period"]), None, found=True)

    def finds(row: Row) -> bool:
        return bool(search_dates(row["text"], languages=[row["language"]], settings=settings(row)))

    return read, finds


def around(day: date, period: str) -> Span:
    """The calendar period of a day, half-open."""
    if period == "month":
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return iso(day.replace(day=1)), iso(following)
    if period == "year":
        return iso(date(day.year, 1, 1)), iso(date(day.year + 1, 1, 1))
    return iso(day), iso(date.fromordinal(day.toordinal() + (7 if period == "week" else 1)))


def too_exact(row: Row, guess: Guess) -> bool:
    """Whether one day was given where the label holds a month, a part or another closed span of more days."""
    return width(guess.span) == 1 and width((row["from"], row["to"])) > 1


def width(span: Span) -> int:
    """Days in an interval; 0 for none or an open one."""
    low, high = span
    return (date.fromisoformat(high) - date.fromisoformat(low)).days if low and high else 0


def right(row: Row, guess: Guess) -> bool:
    """Whether the interval is the label's; an expression labelled unknown must be found and left unknown."""
    if row["basis"] == "unknown":
        return guess.found and guess.span == (None, None)
    return guess.span == (row["from"], row["to"])


def score(read: Callable[[Row], Guess], finds: Callable[[Row], bool], data: list[Row]) -> str:
    """One table line's figures for a list of rows."""
    dated = [(row, read(row)) for row in data if row["expression"]]
    exact = [(row, guess) for row, guess in dated if right(row, guess)]
    basis = [row["basis"] == guess.basis for row, guess in exact if guess.basis]
    empty = [finds(row) for row in data if not row["expression"]]
    days = sum(too_exact(row, guess) for row, guess in dated)
    shown = f"{sum(basis) / len(basis):.3f}" if basis else "-"
    share = f"{len(exact) / len(dated):.3f} ({len(exact)}/{len(dated)})"
    return f"| {share} | {shown} | {days} | {sum(empty)}/{len(empty)} |"


def report(data: list[Row]) -> Iterator[str]:
    """The table, line by line."""
    yield "| reader | half | exact interval | basis right | day for more | false positives |"
    yield "|---|---|---|---|---|---|"
    readers = {
        "ours": (
            ours,
            lambda row: bool(dates.find(row["text"], anchor=date(2024, 4, 13), language=row["language"])),
        ),
        "dateparser alone": baseline(),
    }
    for name, (read, finds) in readers.items():
        for part in ("tuning", "reporting"):
            yield f"| {name} | {part} {score(read, finds, [row for row in data if half(row['id']) == part])}"
    fresh = rows("dates_fresh.jsonl")
    for batch in sorted({row["batch"] for row in fresh}):
        mine = [row for row in fresh if row["batch"] == batch]
        yield f"| ours | fresh {batch}, since looked at {score(*readers['ours'], mine)}"
    for language in ("en", "fr", "es"):
        mine = [row for row in data if row["language"] == language and half(row["id"]) == "reporting"]
        yield f"| ours, {language} | reporting {score(*readers['ours'], mine)}"


def speed() -> str:
    """Time to find and resolve everything in the seeds, the fastest of nine runs."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("0*.txt"))]
    words = sum(len(text.split()) for text in texts)
    best = min(timed(texts) for _ in range(9))
    size = sum(len(text.encode()) for text in texts)
    passage = f"{best / words * 180e3:.3f} ms per 180 words"
    return f"seeds: {best / words * 1e9:.0f} µs per 1,000 words, {size / best / 1e6:.1f} MB/s, {passage}"


def timed(texts: list[str]) -> float:
    """Processor seconds for one pass over the texts."""
    begun = time.process_time()
    for text in texts:
        dates.find(text, anchor=date(2024, 4, 13))
    return time.process_time() - begun


def errors(data: list[Row]) -> Iterator[str]:
    """Wrong rows of the tuning half."""
    for row in data:
        if half(row["id"]) == "reporting":
            continue
        if not row["expression"]:
            for mention in dates.find(row["text"], anchor=date(2024, 4, 13), language=row["language"]):
                yield f"{row['id']} FALSE {mention.text!r} in {row['text']}"
            continue
        guess = ours(row)
        if not right(row, guess) or guess.basis != row["basis"]:
            label = (row["from"], row["to"], row["basis"])
            asked = f"{row['id']} [{row['expression']}] {row['dateline']}"
            yield f"{asked} want {label} got {guess.span, guess.basis} {row['text']}"


def main() -> None:
    """Print the table, and on request the tuning half's errors."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the tuning half's errors")
    asked = parser.parse_args()
    data = rows("dates.jsonl")
    lines = errors(data) if asked.errors else [*report(data), speed()]
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
