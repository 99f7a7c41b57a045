"""News time: every kind of expression in a sentence, the traps, the seeds, and what must hold on any text."""

import json
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import dates as bench
from qa import dates
from qa.dates import Interval, Mention, Story, find

ROOT = Path(__file__).resolve().parent.parent
SATURDAY = date(2024, 4, 13)


def only(text: str, anchor: date | Interval | None = SATURDAY, language: str = "en") -> Mention:
    """The one mention of a text."""
    found = find(text, anchor=anchor, language=language)
    assert len(found) == 1, found
    return found[0]


def span(
    text: str, anchor: date | Interval | None = SATURDAY, language: str = "en"
) -> tuple[str, str] | None:
    """The interval of a text's one mention, as ISO dates; "" for an open end."""
    return shown(only(text, anchor, language).interval)


def shown(interval: Interval | None) -> tuple[str, str] | None:
    """An interval as ISO dates."""
    if interval is None:
        return None
    return tuple(day.isoformat() if day else "" for day in (interval.start, interval.end))  # type: ignore[return-value]


def seed(number: str, published: date | None = None) -> Story:
    """A seed article."""
    path = next((ROOT / "seeds").glob(f"{number}_*.txt"))
    return Story(number, path.read_text(encoding="utf-8"), published)


def dated(story: Story, anchor: date | Interval | None) -> dict[str, Mention]:
    """The mentions of an article by their text."""
    return {mention.text: mention for mention in find(story.text, anchor=anchor)}


@pytest.fixture(scope="module")
def seeds() -> dict[str, Story]:
    published = {"000": date(2024, 5, 1), "001": SATURDAY}
    return {number: seed(number, published.get(number)) for number in ("000", "001", "002", "003", "004")}


# --- weekdays


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Trainers landed in the capital on Wednesday.", "2024-04-10"),
        ("The council will vote on Wednesday.", "2024-04-17"),
        ("A delegation is expected to visit on Monday.", "2024-04-15"),
        ("The minister resigned on Saturday.", "2024-04-13"),
        ("The talks are set to resume in Cairo on Sunday.", "2024-04-14"),
        ("Markets wait ahead of Tuesday's report.", "2024-04-16"),
        ("Crowds mourned after Tuesday's attack.", "2024-04-09"),
        ("He promised on Tuesday to resign.", "2024-04-09"),
        ("The ban takes effect Monday.", "2024-04-15"),
        ("Last Friday the bank raised its rate.", "2024-04-12"),
        ("The mayor was shot on Tuesday last week.", "2024-04-02"),
        ("A fire broke out late Friday.", "2024-04-12"),
    ],
)
def test_a_weekday_points_where_the_tense_points(sentence: str, day: str) -> None:
    assert span(sentence) == (day, (date.fromisoformat(day) + timedelta(days=1)).isoformat())


def test_two_weekdays_of_one_sentence_may_point_both_ways() -> None:
    found = find("Officials said Wednesday that schools will stay shut on Friday.", anchor=SATURDAY)
    assert [shown(each.interval) for each in found] == [
        ("2024-04-10", "2024-04-11"),
        ("2024-04-19", "2024-04-20"),
    ]


def test_the_reason_names_the_day_it_is_counted_from() -> None:
    assert only("He left on Wednesday.").why == "Wednesday before the article's date, Saturday 13 April 2024"


def test_next_weekday_within_the_week_says_that_it_is_the_week_after() -> None:
    assert span("They vote next Friday.", date(2024, 4, 15)) == ("2024-04-26", "2024-04-27")


# --- months, units, parts


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The leaders had spoken back in March.", ("2024-03-01", "2024-04-01")),
        ("The pact was agreed last December.", ("2023-12-01", "2024-01-01")),
        ("Elections are planned for October.", ("2024-10-01", "2024-11-01")),
        ("He took power in August.", ("2023-08-01", "2023-09-01")),
        ("Relations soured last month.", ("2024-03-01", "2024-04-01")),
        ("Officers took part in a coup last year.", ("2023-01-01", "2024-01-01")),
        ("Two were kidnapped earlier this month.", ("2024-04-01", "2024-04-13")),
        ("The base will close later this year.", ("2024-04-14", "2025-01-01")),
        ("Fighting resumed in late March.", ("2024-03-21", "2024-04-01")),
        ("Rain is expected in the first week of June.", ("2024-06-01", "2024-06-08")),
        ("The plant closed in early 2020.", ("2020-01-01", "2020-05-01")),
        ("Crime fell in the mid-1990s.", ("1994-01-01", "1997-01-01")),
        ("The bill passed this spring.", ("2024-03-01", "2024-06-01")),
        ("Growth was negative in the fourth quarter.", ("2023-10-01", "2024-01-01")),
        ("The firm will report first-quarter earnings.", ("2024-01-01", "2024-04-01")),
        ("They met two years ago.", ("2022-01-01", "2023-01-01")),
        ("The mine collapsed three days ago.", ("2024-04-10", "2024-04-11")),
        ("It died out more than two years ago.", ("", "2022-04-14")),
        ("There was no water for the past two weeks.", ("2024-03-30", "2024-04-14")),
        ("Drones came overnight.", ("2024-04-12", "2024-04-14")),
        ("He was shot in July last year.", ("2023-07-01", "2023-08-01")),
        ("The pope spoke at Easter.", ("2024-03-31", "2024-04-01")),
        ("The band played on the eve of Christmas.", ("2023-12-24", "2023-12-25")),
        ("It fell in the 90s.", ("1990-01-01", "2000-01-01")),
        ("It was signed on the last day of 2023.", ("2023-12-31", "2024-01-01")),
        ("They elect a mayor in the autumn, and she will win.", ("2024-09-01", "2024-12-01")),
    ],
)
def test_spans_are_read_against_the_dateline(sentence: str, expected: tuple[str, str]) -> None:
    assert expected == span(sentence)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Four have quit since Monday.", ("2024-04-08", "")),
        ("Borders are shut since October.", ("2023-10-01", "")),
        ("They have until Friday to pay.", ("", "2024-04-20")),
        ("It wants to be neutral by 2030.", ("", "2031-01-01")),
        ("It was built before 1980.", ("", "1980-01-01")),
        ("The data covers arrests after June 30, 2023.", ("2023-07-01", "")),
        ("The fair ran April 2-7.", ("2024-04-02", "2024-04-08")),
        ("The town was cut off from Monday to Wednesday.", ("2024-04-08", "2024-04-11")),
        ("The town will be cut off from Monday to Wednesday.", ("2024-04-15", "2024-04-18")),
        ("Rebels held it between 2010 and 2014.", ("2010-01-01", "2015-01-01")),
        ("The 2019-2021 drought was long.", ("2019-01-01", "2022-01-01")),
        ("It lasted from March 28 to April 3, 2024.", ("2024-03-28", "2024-04-04")),
        ("Schools were shut Monday through Wednesday.", ("2024-04-08", "2024-04-11")),
    ],
)
def test_ranges_and_open_ends(sentence: str, expected: tuple[str, str]) -> None:
    assert expected == span(sentence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was shelled on April 3. Two days later it was empty.", ("2024-04-05", "2024-04-06")),
        ("They landed on Wednesday. The following day they flew on.", ("2024-04-11", "2024-04-12")),
        ("Talks failed on Tuesday. A week earlier they looked good.", ("2024-04-02", "2024-04-03")),
        ("It fell in July 2023. Three months later he fled.", ("2023-10-01", "2023-11-01")),
        ("She won in August 2021. A year earlier she was ill.", ("2020-08-01", "2020-09-01")),
        ("He left in 2017. The following year he was tried.", ("2018-01-01", "2019-01-01")),
    ],
)
def test_some_expressions_count_from_the_date_named_before(text: str, expected: tuple[str, str]) -> None:
    assert expected == shown(find(text, anchor=SATURDAY)[-1].interval)


def test_a_day_counted_from_a_month_is_not_invented() -> None:
    last = find("It began in July 2023. The next day he fled.", anchor=SATURDAY)[-1]
    assert (last.interval, last.basis) == (None, "unknown")


@pytest.mark.parametrize("sentence", ["The Sept. 11 attacks came.", "He changed after 9/11."])
def test_attacks_known_by_their_day_keep_their_year(sentence: str) -> None:
    assert span(sentence) == ("2001-09-11", "2001-09-12")


def test_a_fiscal_period_is_flagged() -> None:
    assert "fiscal" in only("It reported fiscal third-quarter revenue.").why


def test_a_date_that_does_not_exist_is_unknown() -> None:
    assert (only("It is dated 30 February 2024.").interval, "unknown") == (None, "unknown")


# --- basis


def test_a_full_date_is_stated_and_needs_no_dateline() -> None:
    assert only("It was signed on April 9, 2024.", None).basis == "stated"


@pytest.mark.parametrize("word", ["Wednesday", "last month", "April 24", "in March", "two years ago"])
def test_without_a_dateline_relative_words_stay_unknown(word: str) -> None:
    found = only(f"He had left {word}.", None)
    assert (found.interval, found.basis) == (None, "unknown")


def test_an_inferred_dateline_makes_results_inferred_and_as_wide_as_they_must_be() -> None:
    placed = Interval(date(2024, 4, 11), date(2024, 4, 17), "range")
    one, wide = only("He left on Wednesday.", placed), only("He left yesterday.", placed)
    assert (one.basis, shown(one.interval)) == ("inferred", ("2024-04-10", "2024-04-11"))
    assert (wide.basis, shown(wide.interval)) == ("inferred", ("2024-04-10", "2024-04-16"))
    assert wide.interval is not None
    assert wide.interval.precision != "day"


# --- dates in figures, datelines


def test_a_date_of_two_readings_is_unknown_and_shows_both() -> None:
    found = only("A note of 04/05/2024 warns.")
    assert (found.interval, found.basis) == (None, "unknown")
    assert "5 April 2024" in found.why
    assert "4 May 2024" in found.why


def test_the_order_of_figures_comes_from_dates_with_one_reading() -> None:
    assert dates.day_order(["13.04.2024", "01.05.2024"]) is True
    assert dates.day_order(["on 04/23/2024"]) is False
    assert dates.day_order(["23/04/2024 and 04/23/2024"]) is None
    assert dates.day_order(["04/05/2024"]) is None
    ordered = find("A note of 04/05/2024.", anchor=None, day_first=True)[0]
    assert shown(ordered.interval) == ("2024-05-04", "2024-05-05")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13.04.2024, Niamey.\n\nText", "2024-04-13"),
        ("Title\n\nBy Ann Lee\nPublished: April 13, 2024 10:04 am\n\nText", "2024-04-13"),
        ("NIAMEY, April 13, 2024 (Agency) - The army said.", "2024-04-13"),
        ("Moscow. June 5, 2023. INTERFAX.COM - Text", "2023-06-05"),
    ],
)
def test_a_dateline_is_read_from_the_first_lines(text: str, day: str) -> None:
    found = dates.dateline(text)
    assert found is not None
    assert shown(found.interval) == (day, (date.fromisoformat(day) + timedelta(days=1)).isoformat())
    assert text[found.start : found.end] == found.text


def test_a_dateline_in_another_language() -> None:
    found = dates.dateline("BAMAKO, 13 avr. 2024 (AFP) \u2013 Le", language="fr")
    assert found is not None
    assert shown(found.interval) == ("2024-04-13", "2024-04-14")


def test_no_dateline_is_made_of_a_date_in_a_sentence() -> None:
    assert dates.dateline("WASHINGTON (AP) - The war that began on April 3, 2024 is over.") is None


def test_a_dateline_without_a_year_is_unknown_until_something_gives_it() -> None:
    text = "NIAMEY, April 13 (Agency) - The army said."
    bare, near = dates.dateline(text), dates.dateline(text, near=date(2024, 4, 20))
    assert bare is not None
    assert near is not None
    assert (bare.basis, shown(near.interval)) == ("unknown", ("2024-04-13", "2024-04-14"))


# --- traps


def negatives() -> list[dict[str, str]]:
    rows = (ROOT / "tests" / "data" / "dates.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, rows) if row["expression"] is None]


@pytest.mark.parametrize("row", negatives(), ids=lambda row: row["trap"])
def test_nothing_is_found_where_no_date_is(row: dict[str, str]) -> None:
    assert [each.text for each in find(row["text"], anchor=SATURDAY, language=row["language"])] == []


@pytest.mark.parametrize("half", ["tuning", "reporting"])
def test_the_labelled_set_is_read_as_well_as_promised(half: str) -> None:
    rows = [row for row in bench.rows("dates.jsonl") if row["expression"] and bench.half(row["id"]) == half]
    guesses = [(row, bench.ours(row)) for row in rows]
    exact = [(row, guess) for row, guess in guesses if bench.right(row, guess)]
    assert len(exact) / len(rows) >= 0.90
    assert sum(row["basis"] == guess.basis for row, guess in exact) / len(exact) >= 0.95
    assert not [row["id"] for row, guess in guesses if bench.too_exact(row, guess)]


def test_sentences_of_other_registers_are_read_as_well_as_promised() -> None:
    told = [row for row in bench.rows("dates_fresh.jsonl") if row["expression"]]
    guesses = [(row, bench.ours(row)) for row in told]
    exact = [(row, guess) for row, guess in guesses if bench.right(row, guess)]
    assert len(exact) / len(told) >= 0.97
    assert sum(row["basis"] == guess.basis for row, guess in exact) / len(exact) >= 0.95


def test_the_labelled_set_points_at_its_expressions() -> None:
    rows = (ROOT / "tests" / "data" / "dates.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, rows):
        if row["expression"] is not None:
            start = row["start"]
            assert row["text"][start : start + len(row["expression"])] == row["expression"]


# --- other languages


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("fr", "Il est arrivé mercredi.", ("2024-04-10", "2024-04-11")),
        ("fr", "Le Conseil votera jeudi.", ("2024-04-18", "2024-04-19")),
        ("fr", "Il a fui il y a deux ans.", ("2022-01-01", "2023-01-01")),
        ("fr", "Le festival aura lieu du 12 au 15 juin.", ("2024-06-12", "2024-06-16")),
        ("es", "Llegaron el miércoles.", ("2024-04-10", "2024-04-11")),
        ("es", "Votarán el jueves.", ("2024-04-18", "2024-04-19")),
        ("es", "Se fue hace dos años.", ("2022-01-01", "2023-01-01")),
        ("es", "La marcha del 1 de mayo será prohibida.", ("2024-05-01", "2024-05-02")),
    ],
)
def test_another_language_is_another_table(language: str, sentence: str, expected: tuple[str, str]) -> None:
    assert expected == span(sentence, SATURDAY, language)


def test_a_language_without_a_table_has_dates_in_figures_only() -> None:
    assert [each.text for each in find("Am Montag, 13.04.2024, kam er.", anchor=None, language="de")] == [
        "13.04.2024"
    ]


# --- questions


@pytest.mark.parametrize(
    ("question", "expected", "axis"),
    [
        ("what happened in March?", ("2024-03-01", "2024-04-01"), "event"),
        ("who led it before April 2024?", ("", "2024-04-01"), "event"),
        ("what has happened this week?", ("2024-04-29", "2024-05-06"), "event"),
        ("As of 15 April, how many troops were there?", ("", "2024-04-16"), "as_of"),
        ("what was known by 13 April 2024?", ("", "2024-04-14"), "as_of"),
        ("what was reported on April 12?", ("2024-04-12", "2024-04-13"), "published"),
        ("what changed since the coup?", None, "event"),
    ],
)
def test_a_question_names_its_time(question: str, expected: tuple[str, str] | None, axis: str) -> None:
    asked = dates.question_time(question, as_of=date(2024, 5, 3))
    assert (expected, axis) == (shown(asked.interval), asked.axis)


def test_a_question_asks_for_a_date_or_for_the_newest() -> None:
    when = dates.question_time("when did instructors arrive?", as_of=None)
    newest = dates.question_time("what is the latest on the troops?", as_of=None)
    assert (when.asks_when, when.latest) == (True, False)
    assert (newest.asks_when, newest.latest) == (False, True)


def test_a_relative_question_without_its_day_stays_open() -> None:
    asked = dates.question_time("what happened last week?", as_of=None)
    assert asked.interval is None
    assert asked.mention is not None


# --- event and report


def test_an_arrival_and_its_announcement_are_told_apart() -> None:
    text = "Instructors landed in Bangui on Wednesday, the presidency announced on Friday."
    roles = {each.text: dates.role(text, each) for each in find(text, anchor=SATURDAY)}
    assert roles == {"Wednesday": "event", "Friday": "report"}


# --- the seeds


def test_seed_000_and_001_against_their_datelines(seeds: dict[str, Story]) -> None:
    april = dated(seeds["000"], seeds["000"].published)["April 24"]
    december = dated(seeds["001"], seeds["001"].published)["last December"]
    assert shown(april.interval) == ("2024-04-24", "2024-04-25")
    assert (*(shown(december.interval) or ()), december.basis) == ("2023-12-01", "2024-01-01", "resolved")
    assert dates.role(seeds["001"].text, dated(seeds["001"], SATURDAY)["April 12"]) == "report"


@pytest.mark.parametrize("number", ["002", "004"])
def test_the_undated_seeds_put_the_arrival_on_wednesday_10_april(
    seeds: dict[str, Story], number: str
) -> None:
    others = [story for key, story in seeds.items() if key != number]
    placed = dates.infer_published(seeds[number], others)
    assert placed is not None
    wednesday = dated(seeds[number], placed.interval)["Wednesday"]
    assert (*(shown(wednesday.interval) or ()), wednesday.basis) == ("2024-04-10", "2024-04-11", "inferred")
    assert "Friday 12 April 2024" in placed.why
    assert set(placed.rests_on) <= {"000", "001"}


def test_seed_002_places_its_months_and_years(seeds: dict[str, Story]) -> None:
    placed = dates.infer_published(seeds["002"], [seeds["000"], seeds["001"]])
    assert placed is not None
    found = dated(seeds["002"], placed.interval)
    assert {text: shown(found[text].interval) for text in ("March", "last year")} == {
        "March": ("2024-03-01", "2024-04-01"),
        "last year": ("2023-01-01", "2024-01-01"),
    }
    assert {"inferred"} == {found[text].basis for text in ("March", "last year", "last month", "Thursday")}


def test_seed_003_gets_an_interval_and_later_this_week_never_a_day(seeds: dict[str, Story]) -> None:
    placed = dates.infer_published(seeds["003"], [seeds["000"], seeds["001"]])
    assert placed is not None
    later = dated(seeds["003"], placed.interval)["later this week"]
    assert later.basis == "inferred"
    assert later.interval is not None
    assert (later.interval.days or 0) > 1
    assert dated(seeds["003"], None)["later this week"].basis == "unknown"


def test_when_nothing_supports_a_date_there_is_none() -> None:
    article = Story("a", "Fire in Lagos market\n\nA fire burned forty stalls in Lagos on Tuesday.")
    other = Story("b", "Bus crash\n\nA bus crash near Ibadan killed seven on April 6.", date(2022, 4, 8))
    assert dates.infer_published(article, [other]) is None
    assert dates.infer_published(article, []) is None
    assert dates.infer_published(Story("c", ""), [other]) is None


# --- what holds on any text

PIECES = st.sampled_from(
    [
        "may",
        "May",
        "March",
        "Sept.",
        "11",
        "12",
        ",",
        ".",
        "-",
        "2024",
        "1999",
        "the",
        "of",
        "last",
        "next",
        "this",
        "Monday",
        "Tuesday's",
        "week",
        "weeks",
        "ago",
        "later",
        "earlier",
        "in",
        "on",
        "since",
        "until",
        "by",
        "from",
        "to",
        "between",
        "and",
        "two",
        "a",
        "year",
        "years",
        "first",
        "quarter",
        "Q3",
        "half",
        "early",
        "late",
        "mid-",
        "90s",
        "1990s",
        "Christmas",
        "04/05/2024",
        "2024-02-30",
        "14:30",
        "GMT",
        "p.m.",
        "eve",
        "fiscal",
        "following",
        "day",
        "will",
        "said",
        "\n",
        "\n\n",
        "30",
        "31",
        "February",
        "overnight",
    ]
)
ANCHORS = st.one_of(
    st.none(),
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(
        lambda day: Interval(day, day + timedelta(days=9), "range")
    ),
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=25).map(" ".join)),
    ANCHORS,
    st.sampled_from(["en", "fr", "es", "de"]),
)
def test_offsets_are_exact_and_nothing_is_raised(
    text: str, anchor: date | Interval | None, language: str
) -> None:
    last = 0
    for each in find(text, anchor=anchor, language=language):
        assert text[each.start : each.end] == each.text
        assert each.start >= last
        assert (each.interval is None) == (each.basis == "unknown")
        assert each.why
        last = each.end
    dates.dateline(text, language=language)
    dates.question_time(text, as_of=anchor if isinstance(anchor, date) else None, language=language)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=30).map(" ".join), min_size=2, max_size=3))
def test_placing_an_article_never_raises(texts: list[str]) -> None:
    stories = [Story(str(at), text, SATURDAY if at else None) for at, text in enumerate(texts)]
    dates.infer_published(stories[0], stories[1:])


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "may ",
        "May ",
        "the first week of ",
        "12-",
        "1.",
        "2024 ",
        "\n \n",
        "from Monday to ",
        "a ",
        "last ",
        "' ",
        "A.",
        ",",
    ],
)
def test_time_is_linear_in_the_text(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        find(text, anchor=SATURDAY)
        return time.process_time() - begun

    small, large = seconds(125_000), seconds(1_000_000)
    assert large < max(16 * small, 3.0)
    assert large < 60


def test_the_public_names_are_those_listed() -> None:
    assert sorted(set(dates.__all__)) == sorted(name for name in dates.__all__ if hasattr(dates, name))


@pytest.mark.parametrize(
    ("text", "first", "until"),
    [
        ("The gallery is shut on Monday.", date(2024, 4, 15), date(2024, 4, 16)),
        ("The gallery was shut on Monday.", date(2024, 4, 8), date(2024, 4, 9)),
        ("What the funeral on Monday is to cost nobody knows.", date(2024, 4, 15), date(2024, 4, 16)),
        ("The funeral on Monday was quiet.", date(2024, 4, 8), date(2024, 4, 9)),
        ("The fare rises from Tuesday.", date(2024, 4, 16), None),
        ("A blockade from 20 to 28 April was ordered.", date(2024, 4, 20), date(2024, 4, 29)),
        ("The vote on the first Monday of April was close.", date(2024, 4, 1), date(2024, 4, 2)),
        ("Orders for the six months to March fell.", date(2023, 10, 1), date(2024, 4, 1)),
        ("Cash flow in the quarter ended 31 March was flat.", date(2024, 1, 1), date(2024, 4, 1)),
        ("Hearings resume the week after next.", date(2024, 4, 22), date(2024, 4, 29)),
        ("They voted the month before last.", date(2024, 2, 1), date(2024, 3, 1)),
        ("The bill returns a week on Thursday.", date(2024, 4, 25), date(2024, 4, 26)),
        ("It was laid in 1931. The following autumn it broke.", date(1932, 9, 1), date(1932, 12, 1)),
        ("Snow fell between 2 and 5 April.", date(2024, 4, 2), date(2024, 4, 6)),
        ("Nurses have until noon on Wednesday to reply.", None, date(2024, 4, 18)),
    ],
)
def test_schedules_periods_and_distances(text: str, first: date | None, until: date | None) -> None:
    found = dates.find(text, anchor=date(2024, 4, 13))[-1].interval
    assert found is not None
    assert (found.start, found.end) == (first, until)
