"""Reading a question, scoring candidates, and choosing the list: pure functions, no newsroom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from qa import retrieve
from qa.dates import Interval
from qa.models import ANY, Filters, Hit, Passage, Published, Summary
from qa.ports import Place, Vectors
from qa.retrieve.parse import aliases
from qa.retrieve.rank import Ranked, recency

TODAY = date(2024, 5, 10)
OUTLETS = ("cbssports.com", "fortune", "the independent - life and style", "the verge", "usatoday.com")


def unit(*values: float) -> Vectors:
    row = np.array(values, dtype=np.float32)
    normed: Vectors = row / np.linalg.norm(row)
    return normed


def place(number: int, article: str = "", vector: Vectors | None = None, **values: object) -> Place:
    made = {"ordinal": 1, "publisher": "", "day": None, **values}
    return Place(number, article or f"a{number}", vector=unit(1, 0) if vector is None else vector, **made)  # type: ignore[arg-type]


def order(places: list[Place], legs: retrieve.Legs, question: str = "What?", **how: object) -> list[int]:
    wanted = retrieve.parse(question, publishers=OUTLETS)
    ranked = retrieve.rank({found.passage: found for found in places}, legs, wanted, **how)  # type: ignore[arg-type]
    return [found.place.passage for found in ranked]


# -- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did The Verge report on Threads?", {"the verge"}),
        ("As USA Today says, who won?", {"usatoday.com"}),
        ("Who is it, according to 'Fortune' and CBSSports.com?", {"fortune", "cbssports.com"}),
        ("What does The Independent write?", {"the independent - life and style"}),
        ("Who made a fortune on the verge of war?", {"the verge"}),
        ("Who made a fortune?", set()),
    ],
)
def test_outlets_are_known_by_the_archives_own_names(question: str, named: set[str]) -> None:
    assert retrieve.parse(question, publishers=OUTLETS).publishers == named


def test_an_outlet_is_known_by_its_name_without_section_or_domain() -> None:
    assert {"usatoday", "usatodaycom", "theindependent", "fortune"} <= aliases(OUTLETS).keys()


def test_a_question_that_asks_two_things_is_read_in_parts() -> None:
    asked = "Did the harbour strike in Aveley end in May, while the miners of Bremen both stayed out and won?"
    assert retrieve.parse(asked).clauses == (
        "Did the harbour strike in Aveley end in May",
        "miners of Bremen both stayed out won?",
    )
    assert retrieve.parse("When did the harbour strike in Aveley, a port, end?").clauses == ()


@pytest.mark.parametrize(
    ("question", "as_of", "interval"),
    [
        ("Who won in 2021?", None, (date(2021, 1, 1), date(2022, 1, 1))),
        ("Who won in March 2021?", None, (date(2021, 3, 1), date(2021, 4, 1))),
        ("Who won in December?", TODAY, (date(2023, 12, 1), date(2024, 1, 1))),
        ("Who won in March?", TODAY, (date(2024, 3, 1), date(2024, 4, 1))),
        ("Who may march?", TODAY, None),
        ("What did it say this week?", TODAY, None),
        ("How many were there as of 15 April 2024?", TODAY, None),
    ],
)
def test_a_time_in_the_question_is_an_interval(
    question: str, as_of: date | None, interval: tuple[date, date] | None
) -> None:
    time = retrieve.parse(question, as_of=as_of).time
    assert (time and time.interval and (time.interval.start, time.interval.end)) == interval


def test_what_is_preferred_is_searched_for_besides() -> None:
    wanted = retrieve.parse("What did The Verge say this week?", publishers=OUTLETS)
    assert retrieve.narrowed(wanted, ANY) == [Filters(publishers=("the verge",))]
    asked = Filters(as_of=TODAY, publishers=("Fortune",))
    narrower = Filters(as_of=TODAY, publishers=("Fortune",), published_from=TODAY - timedelta(days=14))
    assert retrieve.narrowed(wanted, asked) == [narrower]


def test_what_was_reported_then_and_what_happened_then_are_searched_for_differently() -> None:
    reported = retrieve.parse("What was reported on Niger in March 2024?", newest=TODAY)
    happened = retrieve.parse("What happened in Niger in March 2024?", newest=TODAY)
    assert reported.happened is None
    assert happened.happened == Interval(date(2024, 3, 1), date(2024, 4, 1), "month")
    march = Filters(published_from=date(2024, 3, 1), published_to=date(2024, 3, 31))
    assert retrieve.narrowed(reported, ANY) == [march]
    assert retrieve.narrowed(happened, ANY) == [replace(march, published_to=date(2024, 4, 7))]
    narrow = Filters(published_from=date(2024, 3, 10), published_to=date(2024, 3, 11))
    assert retrieve.narrowed(reported, narrow) == [], "nothing beyond what the caller lets in"


def test_only_the_one_who_asks_knows_which_month_this_is() -> None:
    asked = "Who resigned this month?"
    assert retrieve.parse(asked, newest=TODAY).time is None
    assert retrieve.parse(asked, as_of=TODAY).happened == Interval(
        date(2024, 5, 1), date(2024, 6, 1), "month"
    )
    assert retrieve.parse("Who resigned in March?", newest=TODAY).happened is not None


def test_the_latest_is_asked_for() -> None:
    assert retrieve.parse("What is the latest on Niger?", newest=TODAY).latest
    assert not retrieve.parse("What happened in Niger?", newest=TODAY).latest


@pytest.mark.parametrize(
    ("question", "given", "found"),
    [
        ("How many troops were there as of 15 April 2024?", None, date(2024, 4, 15)),
        ("As of April 15, how many troops are there?", None, date(2024, 4, 15)),
        ("How many troops as of 15 April 2024?", date(2024, 4, 2), date(2024, 4, 2)),
        ("How many troops were there on 15 April 2024?", None, None),
    ],
)
def test_a_question_as_of_a_day_is_walled_by_it(
    question: str, given: date | None, found: date | None
) -> None:
    assert retrieve.until(question, Filters(as_of=given), today=TODAY).as_of == found


# -- scoring -----------------------------------------------------------------------------------------------


def test_both_legs_count_and_ties_go_by_id() -> None:
    places = [place(3), place(1), place(2, vector=unit(0, 1))]
    assert order(places, retrieve.Legs(unit(1, 0), {})) == [1, 3, 2]
    assert order(places, retrieve.Legs(unit(1, 1), {2: 7.0, 3: 3.0})) == [2, 3, 1]


def test_a_passage_of_an_article_that_is_about_the_question_gains() -> None:
    places = [place(1, "a"), place(2, "b"), place(3, "b", ordinal=2)]
    assert order(places, retrieve.Legs(unit(1, 0), {}, articles=[(2, 9.0), (1, 3.0)])) == [2, 3, 1]


def test_an_outlet_that_is_named_is_preferred_but_no_wall() -> None:
    places = [place(1, publisher="fortune", vector=unit(0.9, 0.4)), place(2, publisher="the verge", vector=unit(1, 0)),
              place(3, vector=unit(0, 1))]  # fmt: skip
    legs = retrieve.Legs(unit(1, 0), {})
    assert order(places, legs) == [2, 1, 3]
    assert order(places, legs, "What does Fortune report?") == [1, 2, 3]


def test_the_best_part_of_a_question_counts() -> None:
    places = [place(1), place(2)]
    legs = retrieve.Legs(unit(1, 0), {1: 5.0, 2: 4.0}, clauses=[{1: 1.0}, {2: 6.0, 1: 1.0}])
    assert order(places, legs) == [1, 2]  # each is the best for one part
    assert order(places, retrieve.Legs(unit(1, 0), {1: 5.0, 2: 4.0}, clauses=[{2: 6.0, 1: 1.0}])) == [2, 1]


def test_with_as_of_recent_articles_are_likelier_and_old_ones_still_found() -> None:
    places = [place(1, day=TODAY - timedelta(days=400)), place(2, day=TODAY - timedelta(days=2))]
    legs = retrieve.Legs(unit(1, 0), {1: 5.0, 2: 4.0})
    assert order(places, legs) == [1, 2], "without a day nothing is assumed"
    assert order(places, legs, as_of=TODAY) == [2, 1]
    only_old = retrieve.Legs(unit(1, 0), {1: 5.0})
    far = [places[0], place(2, day=TODAY, vector=unit(0, 1))]
    assert order(far, only_old, as_of=TODAY) == [1, 2], "a right old article stands above a wrong new one"


def test_recency_falls_with_age_and_sharpens_with_this_week() -> None:
    ages = [0, 3, 7, 10, 30, 100, 1000]
    plain = [recency(age) for age in ages]
    sharp = [recency(age, this_week=True) for age in ages]
    assert plain == sorted(plain, reverse=True)
    assert sharp == sorted(sharp, reverse=True)
    assert plain[0] == pytest.approx(1, abs=0.02)
    assert plain[-1] == pytest.approx(0, abs=0.01)
    assert recency(30, this_week=True) < recency(30)
    assert recency(-5) == recency(0)


def test_scores_stay_between_0_and_1() -> None:
    places = [place(1, publisher="fortune", day=TODAY, ordinal=0)]
    wanted = retrieve.parse("What did Fortune report in May 2024?", publishers=OUTLETS)
    legs = retrieve.Legs(unit(1, 0), {1: 3.0}, articles=[(1, 2.0)])
    ranked = retrieve.rank({1: places[0]}, legs, wanted, as_of=TODAY)
    assert 0.9 < ranked[0].score <= 1.0
    assert retrieve.rank({}, legs, wanted) == []


# -- choosing ----------------------------------------------------------------------------------------------


def ranked(*places: Place) -> list[Ranked]:
    return [Ranked(found, 1 - 0.01 * number, 0.5) for number, found in enumerate(places)]


def test_one_article_does_not_fill_the_list() -> None:
    own = [place(number, "a", vector=unit(1, number), ordinal=2 * number) for number in range(1, 7)]
    found = retrieve.choose(ranked(*own, place(9, "b", vector=unit(-1, 0))), limit=5)
    assert [kept.place.passage for kept in found] == [1, 2, 3, 4, 9]


def test_passages_that_follow_each_other_are_one_of_the_list() -> None:
    own = [place(number, "a", vector=unit(1, number), ordinal=number) for number in (5, 6, 4, 7)]
    other = place(9, "b", vector=unit(-1, 0))
    assert passages(retrieve.choose(ranked(*own, other), limit=3)) == [5, 6, 4, 7, 9], (
        "a run has room for three"
    )


def test_a_neighbour_that_is_much_worse_stays_by_itself() -> None:
    first, second = place(1, "a", ordinal=0), place(2, "a", ordinal=1)
    other = Ranked(place(3, vector=unit(0, 1)), 0.5, 0.5)
    found = retrieve.choose([Ranked(first, 1.0, 0.5), Ranked(second, 0.95, 0.5), other], limit=2)
    assert passages(found) == [1, 2, 3], "the two are one of the list"
    found = retrieve.choose([Ranked(first, 1.0, 0.5), Ranked(second, 0.85, 0.5), other], limit=2)
    assert passages(found) == [1, 2]


def passages(found: list[Ranked]) -> list[int]:
    return [kept.place.passage for kept in found]


def test_joined_passages_are_the_articles_own_text() -> None:
    text = "One is first. Two goes on.\n\nThree ends it. | Share | Four is after the furniture."
    cuts = [(0, 13), (14, 26), (28, 42), (53, 81)]
    held = [hit(text, number, cut) for number, cut in enumerate(cuts)]
    found = retrieve.joined([held[1], held[3], held[0], held[2]], {("a", 1): text})
    assert [(one.passage.text, one.score) for one in found] == [
        ("One is first. Two goes on.\n\nThree ends it.", 0.9),
        ("Four is after the furniture.", 0.79),
    ]
    whole = found[0].passage
    assert (whole.start, whole.end, whole.id, whole.sentences) == (0, 42, 1, tuple(cuts[:3]))
    assert retrieve.followed(held) == {("a", 1)}
    assert retrieve.joined(held[:2], {}) == [held[1], held[0]], "an article that went away joins nothing"


def hit(text: str, number: int, cut: tuple[int, int]) -> Hit:
    passage = Passage(number, "a", 1, number, *cut, text[slice(*cut)], (cut,))
    article = Summary(
        "a", 1, "T", "P", None, (), Published(None, "unknown"), datetime(2024, 4, 13, tzinfo=UTC), "article:a"
    )
    return Hit(passage, article, (86, 90, 82, 79)[number] / 100, None, None)


def test_copies_of_one_text_come_after_everything_else() -> None:
    copies = [place(1, "a"), place(2, "b"), place(3, "c", vector=unit(0, 1))]
    assert [kept.place.passage for kept in retrieve.choose(ranked(*copies), limit=3)] == [1, 3, 2]
    assert [kept.place.passage for kept in retrieve.choose(ranked(*copies), limit=2)] == [1, 3]
    assert retrieve.choose([], limit=5) == []
