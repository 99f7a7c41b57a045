"""Reads an evaluation set: a folder with `queries.jsonl` and, beside it, the articles the questions are about.

A question is {id, question, history, as_of, answers | expect, choices, gold, silver, evidence, kind}; only `id` and `question`
must be there. A question without `gold` must not be answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from pathlib import Path
from typing import Any, Literal

from qa.errors import InputError

Sample = Literal["even", "odd", "all"]
CORPORA = ("corpus.jsonl.gz", "corpus.jsonl", "articles")


@dataclass(frozen=True, slots=True)
class Evidence:
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is known of its answer."""

    id: str
    question: str
    as_of: Day | None = None
    answers: tuple[str, ...] = ()
    """Any of these is right."""
    expect: tuple[str, ...] = ()
    """All of these must be there."""
    choices: tuple[str, ...] = ()
    gold: frozenset[str] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    kind: str = ""
    history: tuple[str, ...] = ()
    """Questions of the same conversation that came before."""

    @property
    def half(self) -> Literal["even", "odd"]:
        """By the last hexadecimal digit of the id's SHA-1: tuning sees one half, reports are read on the other."""
        return (
            "odd"
            if int(hashlib.sha1(self.id.encode(), usedforsecurity=False).hexdigest()[-1], 16) % 2
            else "even"
        )


@dataclass(frozen=True, slots=True)
class CaseSet:
    name: str
    cases: tuple[Case, ...]
    corpus: Path | None
    """The file or folder to ingest; None where the set brings none."""


def read(folder: Path, *, sample: Sample = "all") -> CaseSet:
    """Read a set's questions, all or one half of them, in the order of the file.

    Raises:
        InputError: there is no `queries.jsonl`, or a line of it is not a question.
    """
    path = folder / "queries.jsonl"
    if not path.is_file():
        raise InputError(f"{folder} is no evaluation set: it has no queries.jsonl.")
    lines = path.read_text("utf-8").splitlines()
    found = [_case(line, f"{path} line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    corpus = next((folder / name for name in CORPORA if (folder / name).exists()), None)
    kept = tuple(case for case in found if sample in ("all", case.half))
    return CaseSet(folder.resolve().name, kept, corpus)


def _case(line: str, where: str) -> Case:
    try:
        item: Mapping[str, Any] = json.loads(line)
        return Case(
            id=str(item["id"]),
            question=str(item["question"]),
            as_of=Day.fromisoformat(item["as_of"]) if item.get("as_of") else None,
            answers=tuple(map(str, item.get("answers") or ())),
            expect=tuple(map(str, item.get("expect") or ())),
            choices=tuple(map(str, item.get("choices") or ())),
            gold=frozenset(map(str, item.get("gold") or ())),
            evidence=tuple(Evidence(str(e["id"]), str(e["text"])) for e in item.get("evidence") or ()),
            kind=str(item.get("kind") or ""),
            history=tuple(map(str, item.get("history") or ())),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{where} is not a question of an evaluation set: {error!r}.") from error
