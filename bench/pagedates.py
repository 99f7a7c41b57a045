"""Publication dates of saved pages, ours beside htmldate's extensive search in the same run.

    python bench/pagedates.py FOLDER

FOLDER holds `ground-truth.json` (name -> url, date) and `html/<name>`. Accuracy is the share of all pages with the right day.
High confidence is what has another basis than `guess`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from datetime import date as day_of
from pathlib import Path

import htmldate

from qa.errors import ReadError
from qa.ingest import date, decode, html
from qa.models import Draft, Published


def ours(data: bytes, url: str) -> Published:
    try:
        draft = html.article(decode.text(data, declared=html.charset(data)), url=url)
    except ReadError:
        markup = decode.text(data, declared=html.charset(data))
        draft = Draft("", url=url, published=html.published(html.parsed(markup), text="", url=url))
    return date.settled(draft, today=day_of.max.replace(year=9998)).published


def baseline(data: bytes, url: str) -> str | None:
    return htmldate.find_date(data, extensive_search=True, original_date=True, url=url)


def half_of(key: str) -> str:
    return "odd" if int(hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[-1], 16) % 2 else "even"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--wrong", choices=["even", "odd", "all"], help="print the pages of that half that are wrong"
    )
    given = parser.parse_args()
    truth = json.loads((given.folder / "ground-truth.json").read_text(encoding="utf-8"))
    rows = []
    for name, page in truth.items():
        path = given.folder / "html" / name
        data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        found, theirs = ours(data, page["url"]), baseline(data, page["url"])
        rows.append((name, half_of(name), page["date"], found, theirs))
    for half in ("even", "odd", "all"):
        report(half, [row for row in rows if half in ("all", row[1])])
    for name, half, true, found, theirs in rows:
        if given.wrong in (half, "all") and str(found.date) != true:
            print(
                f"{half} {name}: true {true}, ours {found.date} ({found.basis}, seen {found.seen!r}), htmldate {theirs}"
            )
    return 0


def report(half: str, rows: list[tuple[str, str, str, Published, str | None]]) -> None:
    right = sum(str(found.date) == true for _, _, true, found, _ in rows)
    theirs = sum(other == true for _, _, true, _, other in rows)
    sure = [
        (str(found.date) == true) for _, _, true, found, _ in rows if found.date and found.basis != "guess"
    ]
    print(
        f"{half:5} {len(rows):4} pages  ours {right / len(rows):.4f}  htmldate {theirs / len(rows):.4f}  "
        f"high confidence: {len(sure)} claimed, precision {sum(sure) / max(1, len(sure)):.4f}"
    )
    for basis in ("metadata", "dateline", "url", "guess", "unknown"):
        hits = [str(found.date) == true for _, _, true, found, _ in rows if found.basis == basis]
        print(f"{half:5}      {basis:9} {len(hits):4} pages, {sum(hits)} right")


if __name__ == "__main__":
    sys.exit(main())
