"""The two stories, with a real archive and keyword index and a fake embedder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from conftest import draft
from fakes import FakeEmbedder, FakeModel

from qa.errors import ModelRefused, ModelUnavailable, NotFound, QuestionError
from qa.models import ANY, Filters, Published, Refusal
from qa.ports import KeywordSearch, Scored
from qa.service import Newsroom

FLOOD = "The flood reached Aveley on Tuesday and 40 houses were emptied."
TALKS = "Ministers signed the harbour treaty in Lisbon on 3 May 2023."
QUESTIONS = ("When did the flood reach Aveley?", "Where was the harbour treaty signed?", "Who won the cup?")
MakeNewsroom = Callable[..., Newsroom]


def filled(newsroom: Newsroom) -> Newsroom:
    newsroom.ingest(
        [
            draft(FLOOD, id="flood", title="Flood in Aveley", publisher="The Paper",
                  published=Published(date(2024, 4, 1), "given")),
            draft(TALKS, id="talks", title="Treaty signed", publisher="Other"),
        ]
    )  # fmt: skip
    return newsroom


async def test_a_question_is_answered_with_the_sentence_that_says_it(newsroom: Newsroom) -> None:
    answer = await filled(newsroom).ask("When did the flood reach Aveley?")
    assert answer.status == "answered"
    assert [cited.quote for cited in answer.citations] == [FLOOD]
    assert answer.text == f"Tuesday, 26 March 2024 [1]\n{FLOOD} [1]"
    assert (answer.articles, answer.origins, answer.mode) == (1, 1, "extractive")


async def test_every_citation_is_the_articles_own_text(newsroom: Newsroom) -> None:
    answer = await filled(newsroom).ask("Where was the harbour treaty signed?")
    assert answer.citations
    for cited in answer.citations:
        assert newsroom.article(cited.article_id, cited.version).text[cited.start : cited.end] == cited.quote


async def test_a_question_about_somebody_else_is_not_answered(newsroom: Newsroom) -> None:
    answer = await filled(newsroom).ask("When did the flood reach Bremen?")
    assert (answer.status, answer.citations) == ("not_answered", ())
    assert answer.reason == "no_evidence"
    assert "Bremen" in answer.text


async def test_an_empty_archive_says_so(newsroom: Newsroom) -> None:
    answer = await newsroom.ask("When did the flood reach Aveley?")
    assert (answer.status, answer.reason) == ("not_answered", "empty_archive")
    assert "qa ingest" in answer.text


@pytest.mark.parametrize("question", ["", "   ", "\u200b\x00", "why? " * 20_000])
async def test_an_empty_or_endless_question_is_refused(newsroom: Newsroom, question: str) -> None:
    with pytest.raises(QuestionError, match=r"empty|characters"):
        await newsroom.ask(question)


async def test_as_of_a_day_later_articles_are_not_known(newsroom: Newsroom) -> None:
    asked = "When did the flood reach Aveley?"
    filled(newsroom)
    before = await newsroom.ask(asked, filters=Filters(as_of=date(2024, 3, 31)))
    after = await newsroom.ask(asked, filters=Filters(as_of=date(2024, 4, 1)))
    assert (before.status, after.status) == ("not_answered", "answered")
    assert after.as_of == date(2024, 4, 1)


async def test_ids_cannot_be_guessed(newsroom: Newsroom) -> None:
    made = [await filled(newsroom).ask("When did the flood reach Aveley?") for _ in range(5)]
    names = {name for answer in made for name in (answer.id, answer.conversation_id or "")}
    assert len(names) == 10
    assert all(len(name) == 32 and int(name, 16) for name in names)


async def test_a_follow_up_leans_on_the_question_before(newsroom: Newsroom) -> None:
    first = await filled(newsroom).ask("When did the flood reach Aveley?")
    second = await newsroom.ask("And how many houses did it empty?", conversation=first.conversation_id)
    assert second.standalone_question == "How many houses did it empty (the flood reach Aveley)?"
    assert second.conversation_id == first.conversation_id
    assert [cited.quote for cited in second.citations] == [FLOOD]


async def test_an_unknown_conversation_is_refused(newsroom: Newsroom) -> None:
    with pytest.raises(NotFound, match="no conversation"):
        await filled(newsroom).ask("And then?", conversation="nope")


def reply(text: str, *quotes: tuple[str, str], answered: bool = True) -> dict[str, object]:
    listed = [{"passage": passage, "quote": quote} for passage, quote in quotes]
    return {
        "answered": answered,
        "reason": "",
        "claims": [{"quotes": listed, "text": text}] if quotes else [],
    }


async def test_a_model_writes_and_its_quotes_are_verified(make_newsroom: MakeNewsroom) -> None:
    model = FakeModel(reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday")))
    answer = await filled(make_newsroom(model=model)).ask("When did the flood reach Aveley?")
    assert (answer.text, answer.mode, answer.model) == ("It came on Tuesday. [1]", "model", "fake-model")
    assert answer.usage.prompt_tokens == 100
    assert answer.citations[0].quote == "The flood reached Aveley on Tuesday"


async def test_an_invented_quote_never_gets_out(make_newsroom: MakeNewsroom) -> None:
    model = FakeModel(reply("It came on Friday.", ("P1", "The flood reached Aveley on Friday")))
    answer = await filled(make_newsroom(model=model)).ask("When did the flood reach Aveley?")
    assert (answer.status, answer.reason, answer.citations) == ("not_answered", "unverified", ())
    assert "Friday" not in answer.text


async def test_what_is_left_of_a_partly_invented_answer_is_partial(make_newsroom: MakeNewsroom) -> None:
    made = reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday"))
    made["claims"] += reply("It was a Friday.", ("P7", "nothing"))["claims"]  # type: ignore[operator]
    made["claims"] += reply("It was 50 houses.", ("P1", "40 houses were emptied"))["claims"]  # type: ignore[operator]
    answer = await filled(make_newsroom(model=FakeModel(made))).ask("When did the flood reach Aveley?")
    assert (answer.status, answer.text) == ("partial", "It came on Tuesday. [1]")


@pytest.mark.parametrize(
    "fault",
    [ModelUnavailable("The model did not answer."), ModelRefused("Refused."), "no json", '{"claims": 7}', "[]", "{" * 9999],
)  # fmt: skip
async def test_a_model_that_fails_leaves_the_extractive_answer(
    make_newsroom: MakeNewsroom, fault: object
) -> None:
    answer = await filled(make_newsroom(model=FakeModel(fault))).ask("When did the flood reach Aveley?")
    if fault == '{"claims": 7}':  # a valid object without a claim: the model found nothing
        assert answer.status == "not_answered"
    else:
        assert (answer.mode, answer.text) == ("extractive", f"Tuesday, 26 March 2024 [1]\n{FLOOD} [1]")
        assert "quoted from the articles instead" in answer.notes[0]


async def test_extractive_mode_asks_no_model(make_newsroom: MakeNewsroom) -> None:
    model = FakeModel()
    answer = await filled(make_newsroom(model=model)).ask(
        "When did the flood reach Aveley?", mode="extractive"
    )
    assert (answer.mode, model.asked, answer.notes) == ("extractive", [], ())


async def test_the_articles_are_fenced_as_data(make_newsroom: MakeNewsroom) -> None:
    model = FakeModel(reply("x"), reply("x"))
    newsroom = filled(make_newsroom(model=model))
    for _ in range(2):
        await newsroom.ask("When did the flood reach Aveley?")
    fences = {str(messages[1]["content"]).split(" ", 1)[0] for messages in model.asked}
    assert len(fences) == 2, "each request has a fence that no article can know"


def test_a_second_run_embeds_nothing(make_newsroom: MakeNewsroom) -> None:
    embedder = FakeEmbedder()
    newsroom = filled(make_newsroom(embedder=embedder))
    done = len(embedder.embedded)
    filled(newsroom)
    assert len(embedder.embedded) == done == 2


def test_the_report_counts_what_became_of_each(newsroom: Newsroom) -> None:
    first = newsroom.ingest([draft("One.", id="a"), Refusal("x.txt", "empty"), draft("One.", id="b")])
    assert (first.new, first.copies, len(first.refused), first.ids) == (1, 1, 1, ("a", "b"))
    second = newsroom.ingest([draft("One.", id="a"), draft("Two.", id="b")])
    assert (second.unchanged, second.changed) == (1, 1)


def test_a_deleted_article_is_not_found_by_either_leg(newsroom: Newsroom) -> None:
    filled(newsroom)
    newsroom.delete("flood")
    assert {hit.article.id for hit in newsroom.search("flood Aveley houses")} == {"talks"}
    assert newsroom.check() == []


def test_a_check_tells_how_far_it_is(newsroom: Newsroom) -> None:
    steps: list[int] = []
    assert filled(newsroom).check(on_passages=steps.append) == []
    assert sum(steps) == newsroom.health()["passages"] == 2


def test_a_check_of_an_archive_in_use_waits_for_no_view_but_believes_none(newsroom: Newsroom) -> None:
    filled(newsroom)
    view = newsroom.parts.views[0]
    view.reset()
    assert newsroom.check(most=1) == [], "it is still following"
    view.mark(newsroom.parts.archive.position())
    assert newsroom.check(most=1) == [
        f"The view {view.name} holds 0 passages, the archive 2. Run `qa doctor --fix`."
    ]


def test_outlet_day_and_headline_are_embedded_but_never_quoted(make_newsroom: MakeNewsroom) -> None:
    embedder = FakeEmbedder()
    newsroom = filled(make_newsroom(embedder=embedder))
    assert embedder.embedded[0] == f"The Paper, April 1, 2024: Flood in Aveley\n{FLOOD}"
    assert newsroom.search("flood")[0].passage.text == FLOOD


def test_reindexing_with_another_model_embeds_everything_again(make_newsroom: MakeNewsroom) -> None:
    newsroom = filled(make_newsroom())
    assert newsroom.reindex() == 0, "nothing is embedded twice for the same model"
    assert newsroom.check() == []
    assert newsroom.health()["passages"] == 2
    assert len(newsroom.search("flood", filters=ANY)) == 2


def test_what_was_found_before_is_not_searched_again_until_something_changes(
    make_newsroom: MakeNewsroom,
) -> None:
    newsroom = filled(make_newsroom())
    keywords, asked = Counting(newsroom.parts.keywords), "When did the flood reach Aveley?"
    newsroom.parts.keywords = keywords
    first = newsroom.search(asked)
    counted = keywords.asked
    assert newsroom.search(asked) == first
    assert keywords.asked == counted
    newsroom.delete("flood")
    assert "flood" not in {hit.article.id for hit in newsroom.search(asked)}
    assert keywords.asked > counted


async def test_an_answer_is_made_once_and_given_to_each_who_asks_until_something_changes(
    newsroom: Newsroom,
) -> None:
    filled(newsroom)
    asked = "When did the flood reach Aveley?"
    first, again = await newsroom.ask(asked), await newsroom.ask(asked)
    assert first.claims
    assert (again.text, again.claims, again.citations) == (first.text, first.claims, first.citations)
    assert again.id != first.id
    assert again.conversation_id != first.conversation_id
    assert newsroom.answer(again.id) == again
    assert "quote" not in again.timings, "nothing was looked for in the sentences again"
    narrowed = await newsroom.ask(asked, filters=Filters(publishers=("nobody",)))
    assert not narrowed.claims
    newsroom.delete("flood")
    assert "flood" not in {cited.article_id for cited in (await newsroom.ask(asked)).citations}


class Counting:
    """A keyword search that counts what it is asked."""

    def __init__(self, inner: KeywordSearch) -> None:
        self._inner = inner
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def matching(self, question: str, *, k: int, filters: Filters) -> Scored:
        self.asked += 1
        return self._inner.matching(question, k=k, filters=filters)


@pytest.mark.parametrize("asked", ["What was reported on 1 April 2024?", "news of 1 April 2024", "What did the papers report on 1 April 2024?"])  # fmt: skip
async def test_what_was_reported_on_a_day_is_told_by_the_articles_of_that_day_alone(
    newsroom: Newsroom, asked: str
) -> None:
    day, next_day = Published(date(2024, 4, 1), "given"), Published(date(2024, 4, 2), "given")
    flood = "The flood reached Aveley and houses were emptied."
    newsroom.ingest([
        draft(flood, id="flood", title="Flood reaches Aveley", published=day),
        draft("The talks began in Corran on 1 April.", id="talks", title="Talks begin", published=next_day),
    ])  # fmt: skip
    answer = await newsroom.ask(asked)
    assert [claim.text for claim in answer.claims] == [flood]
    assert any("within the days" in note for note in answer.notes)
    of_talks = await newsroom.ask("What was reported on 1 April 2024 about the talks in Corran?")
    assert (of_talks.claims, of_talks.reason) == ((), "no_evidence")
    nothing = await newsroom.ask("What was reported on 9 June 2024?")
    assert not nothing.claims
