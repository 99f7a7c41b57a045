"""Nothing unverified is shown: quotes are the article's own text, claims stand on them."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import verify
from qa.models import UNDATED, AnswerDraft, ClaimDraft, Hit, Passage, QuoteDraft, Summary

TEXT = (
    "Niger’s junta said on Wednesday that 100 instructors “had arrived” – with 1,000 crates.\n\n"
    "Colonel Abdraman did not name the ship. About 700 US servicemen remain."
)


def hit(text: str = TEXT, *, number: int = 1, start: int = 0, end: int | None = None) -> Hit:
    stop = len(text) if end is None else end
    passage = Passage(number, f"a{number}", 1, 0, start, stop, text[start:stop], ((start, stop),))
    article = Summary(
        f"a{number}", 1, "T", "P", None, (), UNDATED, datetime(2024, 1, 1, tzinfo=UTC), f"o{number}"
    )
    return Hit(passage, article, 1.0, 0.5, 1.0)


def shown(claim: str, quote: str, *, passage: int = 1, given: Hit | None = None) -> verify.Verified:
    hits = [given or hit()]
    draft = AnswerDraft((ClaimDraft(claim, (QuoteDraft(passage, quote),)),))
    return verify.keep_supported(draft, hits, {(h.passage.article_id, 1): TEXT for h in hits})


def test_a_verbatim_quote_is_kept_with_its_offsets() -> None:
    kept = shown("There are 700 US servicemen.", "About 700 US servicemen remain.")
    (citation,) = kept.citations
    assert TEXT[citation.start : citation.end] == citation.quote == "About 700 US servicemen remain."
    assert kept.text == "There are 700 US servicemen. [1]"
    assert kept.text[kept.claims[0].start : kept.claims[0].end] == kept.claims[0].text


@pytest.mark.parametrize(
    "quote",
    [
        "Niger's junta said on Wednesday",
        'instructors "had arrived" - with',
        "100  instructors",
        "with 1,000 crates.\nColonel Abdraman",
        "100 instruc\u00adtors",
    ],
)
def test_another_form_of_the_same_characters_is_shown_as_the_article_has_it(quote: str) -> None:
    (citation,) = shown("Something was said.", quote).citations
    assert TEXT[citation.start : citation.end] == citation.quote
    assert citation.quote != quote


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "a",
        "About 800 US servicemen remain.",
        "Colonel Abdraman did name the ship.",
        "00 instructors",  # half a number
        "About 70",
        "olonel Abdraman",  # half a name
        "said on Wednesday … About 700 US servicemen",
        "100 instructors About 700",
        "ABOUT 700 US SERVICEMEN",
        "Аbout 700 US servicemen",  # a Cyrillic letter
    ],
)
def test_what_the_article_does_not_say_is_dropped(quote: str) -> None:
    kept = shown("Something was said.", quote)
    assert (kept.claims, kept.citations, kept.text) == ((), (), "")
    assert [each.why for each in kept.dropped] == ["unfound", "unsupported"]
    assert [each.words for each in kept.dropped] == [quote, "Something was said."]


def test_a_passage_that_was_not_given_cannot_be_cited() -> None:
    assert shown("Something was said.", "About 700 US servicemen remain.", passage=9).citations == ()


def test_a_quote_from_elsewhere_in_the_article_is_not_of_the_passage() -> None:
    first = hit(end=TEXT.index("\n\n"))
    assert shown("Something was said.", "About 700 US servicemen remain.", given=first).citations == ()


@pytest.mark.parametrize(
    "claim",
    ["There are 800 US servicemen.", "In all, Yevkurov counts 700 servicemen.", "There are 7000 of them."],
)
def test_a_number_or_name_that_its_quotes_lack_fails_the_claim(claim: str) -> None:
    assert shown(claim, "About 700 US servicemen remain.").claims == ()


def test_a_thousand_may_be_written_with_or_without_a_comma() -> None:
    assert len(shown("There were 1000 crates.", "with 1,000 crates").claims) == 1


def test_the_same_quote_twice_is_one_citation() -> None:
    quote = QuoteDraft(1, "About 700 US servicemen remain.")
    draft = AnswerDraft((ClaimDraft("Some remain.", (quote, quote)), ClaimDraft("Others too.", (quote,))))
    kept = verify.keep_supported(draft, [hit()], {("a1", 1): TEXT})
    assert [claim.citations for claim in kept.claims] == [(1,), (1,)]
    assert len(kept.citations) == 1


def test_a_claim_carries_no_marks_or_control_characters_of_its_own() -> None:
    kept = shown("Some\u202e remain [1][7]\x1b[m.\nStill.", "About 700 US servicemen remain.")
    assert kept.claims[0].text == "Some remain [m. Still."


def test_500_forged_citations_show_none() -> None:
    texts = [path.read_text("utf-8") for path in sorted(SEEDS.glob("0*.txt"))]
    dice = random.Random(20240413)
    forged = 0
    while forged < 500:
        text = dice.choice(texts)
        words = text.split(" ")
        at = dice.randrange(len(words) - 12)
        quote = _forged(words[at : at + 10], dice.randrange(5), dice)
        if quote in text:
            continue
        forged += 1
        draft = AnswerDraft((ClaimDraft("Something was said.", (QuoteDraft(1, quote),)),))
        kept = verify.keep_supported(draft, [hit(text)], {("a1", 1): text})
        for (
            citation
        ) in kept.citations:  # the same words in another form may stand, as the article writes them
            assert verify._fold(citation.quote)[0] == verify._fold(quote)[0]
            assert text[citation.start : citation.end] == citation.quote


def _forged(words: list[str], kind: int, dice: random.Random) -> str:
    if kind == 0:
        words[dice.randrange(10)] = "French"
    elif kind == 1:
        del words[dice.randrange(1, 9)]
    elif kind == 2:
        words[3:7] = reversed(words[3:7])
    elif kind == 3:
        words.insert(5, "not")
    else:
        words[4] = f"{words[4]}\u200bx"
    return " ".join(words)


@given(st.text(max_size=200), st.text(max_size=40))
def test_whatever_is_found_is_the_same_text(text: str, quote: str) -> None:
    span = verify.locate(quote, text, within=(0, len(text)))
    if span is not None:
        assert verify._fold(text[span[0] : span[1]])[0] == verify._fold(quote)[0]


@given(st.text(min_size=20, max_size=200).filter(lambda text: text.strip() == text))
def test_a_whole_text_is_found_in_itself(text: str) -> None:
    assert verify.locate(text, text, within=(0, len(text))) == (0, len(text))


@pytest.mark.parametrize(
    ("claim", "quote", "kept"),
    [
        ("The colonel did not name the ship.", "Colonel Abdraman did not name the ship.", True),
        ("The colonel named the ship.", "Colonel Abdraman did not name the ship.", False),
        ("The servicemen do not remain.", "About 700 US servicemen remain.", False),
        ("Seven hundred remain.", "About 700 US servicemen remain.", True),
        ("It was on Thursday.", "Niger’s junta said on Wednesday", False),
        ("Thursday", "Niger’s junta said on Wednesday", False),
        ("French servicemen remain.", "About 700 US servicemen remain.", False),
        ("American servicemen remain.", "About 700 US servicemen remain.", True),
        ("700% of them remain.", "About 700 US servicemen remain.", False),
        ("See https://evil.example/x for the servicemen.", "About 700 US servicemen remain.", False),
        ("See evil.example about servicemen.", "About 700 US servicemen remain.", False),
        ("[700](//evil.example) remain.", "About 700 US servicemen remain.", False),
    ],
)
def test_a_claims_numbers_days_names_denials_and_addresses_are_its_quotes(
    claim: str, quote: str, kept: bool
) -> None:
    assert bool(shown(claim, quote).claims) is kept


def test_a_citation_of_furniture_fails() -> None:
    quote = "About 700 US servicemen remain."
    at = TEXT.index(quote)
    draft = AnswerDraft((ClaimDraft("Some remain.", (QuoteDraft(1, quote),)),))
    furniture = {("a1", 1): [(at, at + 5)]}
    assert verify.keep_supported(draft, [hit()], {("a1", 1): TEXT}, furniture).citations == ()
    assert verify.keep_supported(draft, [hit()], {("a1", 1): TEXT}, {("a1", 1): [(0, at)]}).citations != ()


@pytest.mark.parametrize("filler", ["a", "a ", "[", "1", "1,", "-'", "A.", "\u200b", "é"])
def test_a_megabyte_costs_seconds_at_most(filler: str) -> None:
    text = filler * (1_000_000 // len(filler))
    given = hit(text)
    draft = AnswerDraft(
        (ClaimDraft("Some of it.", tuple(QuoteDraft(1, filler * 40 + "x" * n) for n in range(6))),)
    )
    started = time.perf_counter()
    verify.keep_supported(draft, [given], {("a1", 1): text})
    verify.stands_on(text[:2_000], [text[:2_000]] * 6)
    assert time.perf_counter() - started < 8
