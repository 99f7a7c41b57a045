"""Measuring: numbers against hand-computed ones, a run over the wire form, and a report that loads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import draft
from fakes import FakeEmbedder
from starlette.testclient import TestClient

from qa.errors import InputError
from qa.eval import cases, fill, metrics, report, run, summarize
from qa.eval.baselines import convex
from qa.eval.cases import Case, CaseSet, Evidence
from qa.eval.inside import ArchiveInside
from qa.interfaces import rest
from qa.models import Published
from qa.service import Newsroom
from qa.settings import Settings

FLOOD = "The flood reached Aveley on Tuesday and 40 houses were emptied."
TALKS = "Ministers signed the harbour treaty in Lisbon on 3 May 2023."
QUESTIONS = [
    {"id": "q1", "question": "When did the flood reach Aveley?", "as_of": "2024-04-02", "answers": ["tuesday"],
     "choices": ["Monday", "Tuesday"], "gold": ["flood"], "evidence": [{"id": "flood", "text": "40 houses"}]},
    {"id": "q2", "question": "Where was the harbour treaty signed?", "answers": ["Lisbon"], "gold": ["talks"]},
    {"id": "q3", "question": "Who won the Bremen marathon?", "gold": []},
    {"id": "q4", "question": "What became of the lost article?", "gold": ["missing"]},
]  # fmt: skip


# -- reading a set -----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tiny"
    made.mkdir()
    (made / "queries.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)), "utf-8")
    return made


def test_a_set_is_read_in_order_and_halved_by_the_hash_of_the_id(folder: Path) -> None:
    read = cases.read(folder)
    assert (read.name, [case.id for case in read.cases]) == ("tiny", ["q1", "q2", "q3", "q4"])
    assert read.cases[0].as_of == date(2024, 4, 2)
    halves = [{case.id for case in cases.read(folder, sample=half).cases} for half in ("even", "odd")]
    assert halves[0] | halves[1] == {"q1", "q2", "q3", "q4"}
    assert not halves[0] & halves[1]
    assert Case("q2", "").half == "odd"  # its SHA-1 ends in 1


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "x"}', '{"id": "x", "question": "?", "as_of": "soon"}'])
def test_what_is_no_question_is_refused_with_its_line(folder: Path, line: str) -> None:
    (folder / "queries.jsonl").write_text(line, "utf-8")
    with pytest.raises(InputError, match="line 1"):
        cases.read(folder)
    with pytest.raises(InputError, match="no evaluation set"):
        cases.read(folder / "absent")


# -- metrics -----------------------------------------------------------------------------------------------


def test_ranks_hits_and_reciprocals() -> None:
    rank = metrics.first_rank(["a", "b", "c"], {"c", "x"})
    assert rank == 3
    assert (metrics.hit(rank, 1), metrics.hit(rank, 3), metrics.reciprocal(rank)) == (
        0.0,
        1.0,
        pytest.approx(1 / 3),
    )
    assert metrics.first_rank(["a"], {"x"}) == 0
    assert (metrics.hit(0, 10), metrics.reciprocal(0), metrics.reciprocal(11)) == (0.0, 0.0, 0.0)


def test_evidence_counts_only_when_all_of_it_is_there_in_its_own_article() -> None:
    wanted = (Evidence("a", "one two"), Evidence("b", "three"))
    assert metrics.all_evidence(wanted, [("a", "zero one two."), ("b", "three")]) == 1.0
    assert metrics.all_evidence(wanted, [("a", "zero one two."), ("c", "three")]) == 0.0


def test_containment_is_by_whole_words_without_case_articles_and_punctuation() -> None:
    assert metrics.contains("They chose “The Squid-Game”, again.", "Squid Game")
    assert not metrics.contains("The 17th came", "17")
    assert not metrics.contains("anything", "the")
    assert metrics.right_answer("About 700, later 1,000.", (), ("700", "1,000")) == 1.0
    assert metrics.right_answer("About 700.", (), ("700", "1,000")) == 0.0


def test_the_choice_that_the_first_telling_text_speaks_for_is_picked() -> None:
    choices = ["Ban on rifles", "Ban on pistols", "Training"]
    assert metrics.pick(choices, ["It says: ban on pistols."]) == 1
    assert metrics.pick(choices, ["the ban", "rifles were named"]) == 0
    assert metrics.pick(choices, ["nothing of it"]) is None


def test_refusals_as_precision_and_recall() -> None:
    found = metrics.refusals([True, True, False, False], [True, False, True, False])
    assert found == {"precision": 0.5, "recall": 0.5}
    assert metrics.refusals([False], [False]) == {"precision": 1.0, "recall": 1.0}


def test_intervals_are_the_same_every_time_and_hold_the_mean() -> None:
    values = [0.0, 1.0] * 50
    low, high = metrics.interval(values)
    assert (low, high) == metrics.interval(values)
    assert 0.38 < low < 0.5 < high < 0.62
    assert metrics.interval([1.0, 1.0]) == (1.0, 1.0)
    mean, (low, high) = metrics.difference([1.0] * 20, [0.0] * 20)
    assert (mean, low, high) == (1.0, 1.0, 1.0)


def test_calibration_bins_hold_as_many_cases_each() -> None:
    found = metrics.calibration([0.1, 0.9, 0.2, 0.8], [False, True, False, False], bins=2)
    assert found == [(pytest.approx(0.15), 0.0, 2), (pytest.approx(0.85), 0.5, 2)]


def test_the_plain_sum_of_both_legs() -> None:
    fused = dict(convex([(1, 0.9), (2, 0.5)], [(2, 8.0), (3, 4.0)]))
    assert fused == {1: pytest.approx(0.3), 2: pytest.approx(0.7), 3: pytest.approx(0.35)}


# -- a run -------------------------------------------------------------------------------------------------


class TestDoor:
    """The REST application without a network."""

    __test__ = False

    def __init__(self, newsroom: Newsroom) -> None:
        self._client = TestClient(rest.app(newsroom))

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        reply = self._client.post(path, json=dict(body))
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found


@pytest.fixture
def filled(newsroom: Newsroom) -> Newsroom:
    newsroom.ingest(
        [
            draft(FLOOD, id="flood", title="Flood in Aveley", published=Published(date(2024, 4, 1), "given")),
            draft(TALKS, id="talks", title="Treaty signed", publisher="Other"),
        ]
    )
    return newsroom


def measured(newsroom: Newsroom, folder: Path) -> dict[str, Any]:
    chosen = cases.read(folder)
    outcomes = run.run(chosen.cases, TestDoor(newsroom), ArchiveInside(newsroom, newsroom.parts))
    found: dict[str, Any] = json.loads(json.dumps(summarize.summary(chosen, outcomes, None)))
    return found


def test_a_run_counts_what_came_over_the_wire(filled: Newsroom, folder: Path) -> None:
    result = measured(filled, folder)
    table = {row["measure"]: row["value"] for row in result["table"]}
    assert table["as of the day, hit@1"] == pytest.approx(2 / 3)
    assert table["all evidence in 10 passages"] == 1.0
    assert (table["answer contains"], table["right choice"], table["cited in gold"]) == (1.0, 1.0, 1.0)
    assert (table["refused, rightly"], table["unanswerable, refused"]) == (0.5, 1.0)
    assert result["lost"]["not in the archive"] == 1
    assert set(result["table"][0]["against"]) == {"bm25", "dense", "convex"}


def test_a_second_run_says_the_same_but_for_the_clock(filled: Newsroom, folder: Path) -> None:
    first, second = measured(filled, folder), measured(filled, folder)
    assert first.pop("latency").keys() == second.pop("latency").keys()
    assert first == second


def test_an_earlier_run_is_compared_on_the_cases_of_both() -> None:
    found = {"hit@1": {"dateline": {"a": 1.0, "b": 1.0, "c": 0.0}}}
    (row,) = summarize.rows(found, {"hit@1": {"a": 0.0, "b": 1.0}})
    assert row.against["earlier"][:2] == (0.5, 0.5)


def test_the_report_loads_nothing_and_escapes_what_it_shows(filled: Newsroom, folder: Path) -> None:
    result = measured(filled, folder)
    result["misses"][0]["question"] = "<script>alert(1)</script>"
    page = report.page(result)
    assert "<script" not in page
    assert page.count("<svg") == 4
    assert not re.search(r"https?:|//|@import|url\(|\ssrc=|\shref=", page)
    lines = report.table(result).splitlines()
    assert len(lines) == 1 + len(result["table"])


# -- the cached archive ------------------------------------------------------------------------------------


def test_the_cached_archive_is_found_by_content(tmp_path: Path) -> None:
    corpus, settings = tmp_path / "corpus.jsonl", Settings(home=tmp_path)
    corpus.write_text("one", "utf-8")
    first = fill.home(corpus, settings, under=tmp_path)
    assert first == fill.home(corpus, settings, under=tmp_path)
    corpus.write_text("two", "utf-8")
    assert first != fill.home(corpus, settings, under=tmp_path)


def test_a_text_is_embedded_once_for_every_run(tmp_path: Path) -> None:
    first = FakeEmbedder()
    kept = fill.Remembered(first, tmp_path)
    made = kept.embed_passages(["a b", "c", "a b"])
    kept.write()
    again = FakeEmbedder()
    assert (fill.Remembered(again, tmp_path).embed_passages(["c", "a b"]) == made[[1, 0]]).all()
    assert (first.embedded, again.embedded) == (["a b", "c"], [])


def test_a_set_without_answers_still_has_a_table() -> None:
    chosen = CaseSet("empty", (), None)
    result = summarize.summary(chosen, [], None)
    assert result["questions"] == 0
    assert "measure" in report.table(result)
