"""Answers without a model: the kind of answer, the value that wins, and silence with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from qa.answer import candidates, judge, kinds, quote, sentences, values, vote, words
from qa.answer.sentences import Asked
from qa.answer.silence import Beside
from qa.models import AnswerDraft, Hit, Passage, Published, Summary

NOW = datetime(2024, 5, 1, tzinfo=UTC)


def hit(text: str, *, number: int = 1, title: str = "", origin: str = "", day: date | None = None) -> Hit:
    """A passage of sentences that end with a full stop."""
    spans, at = [], 0
    for sentence in text.split(". "):
        end = min(len(text), at + len(sentence) + 1)
        spans.append((at, end))
        at = end + 1
    passage = Passage(number, f"a{number}", 1, 0, 0, len(text), text, tuple(spans))
    published = Published(day, "given") if day else Published()
    article = Summary(f"a{number}", 1, title, "P", None, (), published, NOW, origin or f"o{number}")
    return Hit(passage, article, 1.0 / number, 0.6, 1.0)


def asked(question: str, *, as_of: date | None = None) -> Asked:
    return Asked(question, dict.fromkeys(words.words_of(question), 2.0), as_of)


def answer(question: str, *hits: Hit) -> AnswerDraft:
    known = asked(question)
    ranked = quote.candidates(known, hits)
    return quote.extract(known, ranked) or quote.silence(known, ranked, Beside())


@pytest.mark.parametrize(
    ("question", "name", "head"),
    [
        ("When did the ferry sink?", "when", ""),
        ("What year was the bridge built?", "when", ""),
        ("How many sailors were on the ferry?", "number", "sailors"),
        ("How much did the bridge cost?", "number", ""),
        ("What percentage of voters stayed at home?", "number", ""),
        ("Who is the mayor of Aveley?", "who", ""),
        ("Which Dutch official signed the treaty?", "who", "official"),
        ("Where did the ferry sink?", "where", ""),
        ("In which city was the treaty signed?", "where", "city"),
        ("Which airline bought the ferry company?", "which", "airline"),
        ("Did the ferry sink?", "yes_no", ""),
        ("Why did the ferry sink?", "why", ""),
        ("The ferry sank in May. How many sailors died?", "number", "sailors"),
        ("What did the mayor say?", "what", ""),
    ],
)
def test_the_kind_of_answer_is_recognised(question: str, name: str, head: str) -> None:
    kind = kinds.kind_of(question)
    assert (kind.name, kind.head if head else "") == (name, head)


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        ("When did the ferry Aurora sink?", "3 May 2023"),
        ("How many sailors did the ferry Aurora carry?", "about 40"),
        ("Where did the ferry Aurora sink?", "Port Haven"),
        ("Who commanded the ferry Aurora?", "Ilse Brandt"),
    ],
)
def test_the_value_is_put_first_with_the_sentence_that_carries_it(question: str, headline: str) -> None:
    text = "Captain Ilse Brandt commanded the ferry Aurora, which carried about 40 sailors and sank near Port Haven on 3 May 2023."
    draft = answer(question, hit(text))
    assert [claim.text for claim in draft.claims] == [headline, text]
    assert draft.claims[0].quotes[0].quote == text


def test_two_origins_outvote_one_and_copies_do_not() -> None:
    right = "The ferry Aurora carried 40 sailors."
    wrong = "The ferry Aurora carried 90 sailors."
    two = [
        hit(right, number=2, origin="x"),
        hit(right, number=3, origin="y"),
        hit(wrong, number=4, origin="z"),
    ]
    copies = [hit(right, number=2, origin="x"), *(hit(wrong, number=n, origin="z") for n in (3, 4, 5))]
    known = asked("How many sailors did the ferry Aurora carry?")
    groups = quote.values.group(known.kind, quote.values.told(known, quote.candidates(known, two)))
    assert groups[0].shown == "40"
    weights = {
        held.shown: held.weight
        for held in quote.values.group(known.kind, quote.values.told(known, quote.candidates(known, copies)))
    }
    assert weights["90"] < 1.2 * weights["40"]


def test_what_is_asked_of_one_people_is_not_answered_with_another() -> None:
    draft = answer(
        "When did Danish instructors arrive in Aveley?",
        hit("Norwegian instructors arrived in Aveley on Monday."),
    )
    assert (draft.claims, draft.reason) == ((), "false_premise")
    assert "Danish" in draft.explanation
    assert "Norwegian" in draft.explanation


def test_the_same_people_in_another_word_is_no_false_premise() -> None:
    draft = answer(
        "When did French instructors arrive in Aveley?",
        hit("Instructors of France arrived in Aveley on Monday."),
    )
    assert draft.claims[0].text == "Monday"


def test_nothing_found_is_no_evidence() -> None:
    assert answer("When did the ferry sink?").reason == "no_evidence"


def test_a_year_outside_the_archive_is_out_of_range() -> None:
    known = asked("Who won the harbour race in 1987?")
    ranked = quote.candidates(known, [hit("The mayor opened a new library.", title="Library opens")])
    draft = quote.silence(known, ranked, Beside(years=(2020, 2024)))
    assert draft.reason == "out_of_range"
    assert "2020 to 2024" in draft.explanation


def test_what_only_a_teaser_says_is_only_furniture() -> None:
    known = asked("Which companies received fishing permits?")
    draft = quote.silence(known, [], Beside(furniture=["Two companies receive fishing permits in Aveley"]))
    assert draft.reason == "only_furniture"


def test_a_missing_fact_says_what_the_archive_does_have() -> None:
    known = asked("What did the captain of the ferry Aurora eat?")
    ranked = quote.candidates(known, [hit("The captain of the ferry Aurora spoke.", title="Aurora at sea")])
    draft = quote.silence(known, ranked, Beside())
    assert draft.reason == "missing_fact"
    assert "Aurora at sea" in draft.explanation
    assert "eat" in draft.explanation


def test_a_sentence_that_says_most_of_what_is_asked_answers_unless_its_age_counts() -> None:
    question, text = (
        "Where did the dockers march against the toll?",
        "In Aveley the dockers marched against it.",
    )
    passed = []
    for today in (None, date(2024, 5, 1)):
        known = asked(question, as_of=today)
        found = replace(hit(text, day=date(2023, 1, 1)), score=0.05)
        ranked = quote.candidates(known, [found])
        assert judge.chance(judge.seen(known, ranked), judge.rule_for(known)) < 0.4, "the passage fits badly"
        passed.append(judge.answers(known, ranked))
    assert passed == [True, False]


def test_the_day_of_asking_chooses_the_rule_by_which_it_is_decided() -> None:
    dated, undated = asked("Who sank?", as_of=date(2024, 5, 1)), asked("Who sank?")
    assert (judge.rule_for(dated), judge.rule_for(undated)) == (judge.DATED, judge.UNDATED)
    assert {len(rule.weights) for rule in (judge.DATED, judge.UNDATED)} == {len(judge.FEATURES)}


def test_what_the_asking_sentence_says_is_told_from_what_leads_to_it() -> None:
    known = asked("The ferry Aurora sank in May. How many sailors drowned?")
    assert set(known.asking) == {"sailors", "drowned"}
    best = quote.candidates(known, [hit("The ferry Aurora sank in May.")])[0]
    features = dict(zip(sentences.FEATURES, best.seen, strict=True))
    assert features["asking"] == 0 < features["words"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$5m and five million dollars", {"5000000"}),
        ("1,000 of 1000", {"1000"}),
        ("two men, twenty-five women", {"2", "25"}),
        ("10 percent, 10% and 10 per cent", {"10%"}),
        ("1.5 or 15", {"1.5", "15"}),
    ],
)
def test_a_number_is_one_number_in_every_writing(text: str, found: set[str]) -> None:
    assert words.amounts(text) == found


def test_a_capital_is_asked_for_and_answers_for_its_country() -> None:
    told = hit("In December 2023, the deputy minister Ivan Petrov visited the capital of Niger.")
    assert answer("Who visited Niamey in December 2023?", told).claims[0].text == "Ivan Petrov"
    kind = kinds.kind_of("Where in Niger did they land?")
    named = candidates.values(
        "They landed in Niamey, two said in French to Malian officers in St. Petersburg.", kind
    )
    assert [one.shown for one in named] == ["Niamey", "St. Petersburg"]
    where = asked("Where in Niger did they land?")
    assert not candidates.given(named[0], where.kind, where.stems, where.said), (
        "the question does not say which city"
    )
    inside = asked("Did they land in Niamey?")
    assert candidates.given(named[0], inside.kind, inside.stems, inside.said)


def test_a_name_keeps_its_small_words() -> None:
    places = candidates.values(
        "They met in Coeur d'Alene and in Rio de Janeiro.", kinds.kind_of("Where did they meet?")
    )
    assert [one.shown for one in places] == ["Coeur d'Alene", "Rio de Janeiro"]
    people = candidates.values("Then Ursula von der Leyen met Lula da Silva.", kinds.kind_of("Who met?"))
    assert [one.shown for one in people] == ["Ursula von der Leyen", "Lula da Silva"]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("The roof fell at 06:15 local time.", [("06:15", "375")]),
        ("The roof fell at 5.40 a.m., he said.", [("5.40 a.m.", "340")]),
        ("It fell at a quarter past nine in the evening.", [("a quarter past nine", "555")]),
        ("It was read out shortly after eleven on Thursday.", [("shortly after eleven", "660")]),
        ("It began at noon and ended at 19.30.", [("noon", "0"), ("19.30", "450")]),
        ("It cost 6.5 million, 5.40 percent more, for 9 to 10 people.", []),
    ],
)
def test_the_time_of_the_day_is_read_where_it_is_asked_for(text: str, times: list[tuple[str, str]]) -> None:
    kind = kinds.kind_of("At what time did the roof fall?")
    assert kind.name == "clock"
    assert [(value.shown, value.key) for value in candidates.values(text, kind)] == times


def test_times_of_the_day_that_differ_are_set_side_by_side() -> None:
    told = [
        hit("The roof of the mine fell at 5.40 a.m. on Tuesday.", number=1, title="Mine"),
        hit("The roof of the mine fell at 06:15, the ministry said.", number=2, title="Mine"),
        hit(
            "The roof of the mine fell at twenty to six? No: at 5:40, said the miners.",
            number=3,
            title="Mine",
        ),
    ]
    found = answer("At what time did the roof of the mine fall?", *told)
    assert [value.value for value in found.conflicts[0].values] == ["5.40 a.m.", "06:15"]


def test_a_person_whom_the_question_names_is_not_its_answer() -> None:
    told = hit(
        "City engineer Tomas Reil left in May. Maren Holst replaced Tomas Reil as city engineer.",
        title="City",
    )
    assert answer("Who replaced Reil as city engineer?", told).claims[0].text == "Maren Holst"


def test_the_likelier_value_comes_first_and_the_features_are_named() -> None:
    known = asked("How many sailors drowned when the Aurora sank?")
    found = [
        hit("The Aurora sank and 23 sailors drowned.", number=1, title="Aurora"),
        hit("In 1987 the Borealis sank and 4,000 sailors had to look on.", number=2, title="History"),
    ]
    groups = values.group(known.kind, values.told(known, quote.candidates(known, found)))
    ranked = vote.ranked(known, groups)
    assert [held.shown for held, _ in ranked] == ["23", "4,000"]
    assert ranked[0][1] > 0.5 > ranked[1][1]
    assert {len(row) for row in vote.seen(known, groups)} == {len(vote.FEATURES)} == {len(vote.WEIGHTS)}
    assert vote.ranked(known, []) == []


@pytest.mark.parametrize(
    ("question", "name", "head"),
    [
        ("What is the name of the girl who was bitten?", "who", ""),
        ("What are the names of the guards who died?", "who", ""),
        ("What was the name of the ship?", "which", "ship"),
        ("What is the full name of the agreement?", "what", ""),
    ],
)
def test_a_name_that_is_asked_for_is_of_a_person_or_of_a_thing(question: str, name: str, head: str) -> None:
    assert (kinds.kind_of(question).name, kinds.kind_of(question).head) == (name, head)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("When did the flood reach Bremen?", "Bremen"),
        ("When did the flood reach Avely?", ""),  # spelt otherwise
        ("When did the flood reach BRM?", ""),  # an abbreviation
        ("When Did The Flood Reach Bremen?", ""),  # every word with a capital
        ("What did the Paper say of the flood in May?", ""),  # the outlet, a month
    ],
)
def test_a_name_that_nothing_found_has_is_unheard(question: str, name: str) -> None:
    known = asked(question)
    one = hit("The flood reached Aveley on Tuesday.", title="Flood in Aveley")
    one = replace(one, article=replace(one.article, publisher="The Paper"))
    ranked = quote.candidates(known, [one])
    assert judge.unheard(known, ranked) == name
    if name:
        assert not judge.answers(known, ranked)
