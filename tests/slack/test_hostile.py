"""Whatever an article, a model or a person writes, nothing is mentioned, linked, unfurled or shouted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from conftest import draft, shared
from slack_server import Deliveries, SlackServer, checked, objects, settles, words_in
from test_service import filled

from qa.interfaces.slack import blocks, desk, home, words
from qa.models import Answer, Citation, Claim, Conflict, ConflictValue, DateNote, Moment, Published
from qa.service import Newsroom

MARKS = [
    "<!channel> look", "<!here|here>", "<!everyone>", "<@U0BOSS> resign", "<@U0BOSS|boss>", "<#C0SECRET>", "<!subteam^S0ALL>",
    "<https://evil.example|the ministry>", "<mailto:x@evil.example|write>", "[x](https://evil.example)", "https://evil.example/a.png",
    "www.evil.example", "evil.example", "@channel @here @everyone", "*bold* _it_ ~no~ `code` ```block```", "> quoted\n# head",
    ":tada: :rotating_light:", "&lt;!channel&gt;", "\u202e<!channel>\u202c", "a\u0000b\u0007c", "\ud800 half",
    "<!date^1392734382^Posted {date}^https://evil.example|now>",
]  # fmt: skip


def strings() -> Iterator[str]:
    yield from MARKS
    yield from json.loads(shared("security/own/markdown_exfil_xss.json").read_text("utf-8")).values()
    yield from json.loads(shared("security/blns/blns.json").read_text("utf-8"))


def answer_of(said: str, *, url: str | None = None) -> Answer:
    """An answer in which everything that comes from outside is this."""
    cited = Citation(
        n=1, article_id=said, version=1, title=said, publisher=said, url=url, published=Published(date(2024, 4, 1), "dateline"),
        quote=said, start=0, end=len(said), before=said, after=said, origin=said,
    )  # fmt: skip
    note = DateNote(said, date(2024, 4, 1), date(2024, 4, 2), "resolved", said, said)
    value = ConflictValue(said, (1,), (said,), date(2024, 4, 1))
    return Answer(
        status="answered", reason=said, text=said, question=said, standalone_question=said, mode="model", model=said,
        claims=(Claim(said, 0, len(said), (1,), (note,)),), citations=(cited,), conflicts=(Conflict(said, (value, value)),),
        timeline=(Moment(said, None, date(2024, 4, 2), "stated", (1,), said),), notes=(said,), suggestions=(said,), id="a" * 32,
        articles=1, origins=1,
    )  # fmt: skip


def inert(
    shown: list[dict[str, Any]], *, links: set[str] = frozenset(), users: set[str] = frozenset()
) -> None:  # type: ignore[assignment]
    """Slack reads no marks in any of this, and the links and mentions are those given."""
    for part in objects(shown):
        kind = part.get("type", "")
        assert kind not in (
            "mrkdwn",
            "markdown",
            "image",
            "link",
            "broadcast",
            "usergroup",
            "channel",
            "emoji",
            "video",
            "date",
        ), part
        assert part.get("emoji") in (None, False)
        if kind == "user":
            assert part["user_id"] in users
        for name in ("url", "image_url", "thumb_url", "title_url", "value"):
            assert name not in part or kind in ("button",) or name == "value", part
        assert "url" not in part or part["url"] in links, part


def quiet(text: str) -> None:
    """A notification's text, in which Slack does read marks, has none, and no address."""
    assert not re.search(r"[<>]", text)
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    assert "://" not in text
    assert "evil.example" not in text


def test_hostile_words_are_shown_and_do_nothing() -> None:
    for said in strings():
        for answer in (answer_of(said), replace(answer_of(said), claims=(), citations=())):
            message = blocks.message(
                answer, page="https://dateline.example", private=True, shared_by="U0ASKER"
            )
            checked(message.blocks)
            inert(message.blocks, links={f"https://dateline.example/#/a/{'a' * 32}"}, users={"U0ASKER"})
            quiet(message.text)
            json.dumps(message.blocks).encode()
        note = blocks.note(said)
        if words.clean(said).strip():
            checked(note.blocks)
        inert(note.blocks)
        quiet(note.text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "/relative", "https://", "https://user:pass@evil.example/",
        "https://evil.example/\n", "https://evil.example/<!channel>", "https://evil.example/ x", "https://[", "slack://channel?id=C1", "https://e.example/" + "x" * 3000,
        "", None,
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_become_buttons(url: str | None) -> None:
    assert blocks.web(url) == ""
    inert(blocks.message(answer_of("words", url=url)).blocks)


def test_the_archives_own_address_is_a_button() -> None:
    url = "https://paper.example/a?b=1#c"
    shown = blocks.message(answer_of("words", url=url)).blocks
    inert(shown, links={url})
    assert [part["url"] for part in objects(shown) if "url" in part] == [url]


def test_hostile_questions_and_articles_come_to_nothing_in_slack(
    slack: SlackServer, opened: Callable[..., Deliveries], newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "A_MINUTE", 10_000)
    whole = [said for said in MARKS if "\ud800" not in said]  # half a character is no JSON
    newsroom.ingest(
        [
            draft(f"The flood {number} reached Aveley on Tuesday, {said} he wrote.", id=f"a{number}", title=said[:200],
                  publisher=said[:100], url="https://paper.example/a")
            for number, said in enumerate(whole)
        ]
    )  # fmt: skip
    deliver = opened(filled(newsroom))
    for number in range(0, len(whole), 3):
        deliver.event(deliver.said(f"When did flood {number} reach Aveley?"))
    for said in whole:
        deliver.event(deliver.direct(said))
    settles(slack, seconds=1)
    page = "https://dateline.paper.example/#/a/"
    assert len(slack.posted()) > 15
    for shown in slack.posted():
        links = {part["url"] for part in objects(shown.blocks) if "url" in part}
        assert all(link == "https://paper.example/a" or link.startswith(page) for link in links)
        inert(shown.blocks, links=links)
        quiet(shown.text)
        assert shown.flags["unfurl_links"] in (None, False)
    for given in slack.given("chat.postMessage"):
        assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)
    for given in slack.given("assistant.threads.setStatus"):
        assert re.fullmatch(r"is reading (\d+ articles? )?…", given["status"])


# -- limits ------------------------------------------------------------------------------------------------


def test_a_very_long_answer_is_cut_at_sentences_and_points_to_the_whole() -> None:
    sentence = "The council met on Monday and decided to build the bridge after all. "
    one = answer_of((sentence * 100).strip())
    many = replace(
        one, claims=one.claims * 60, citations=tuple(replace(one.citations[0], n=n) for n in range(1, 61)),
        conflicts=one.conflicts * 9, timeline=one.timeline * 40, notes=one.notes * 9, status="answered",
    )  # fmt: skip
    for answer in (one, many):
        message = blocks.message(answer, page="https://dateline.example")
        checked(message.blocks)
        said = words_in(message.blocks)
        assert len(said) < blocks.CHARACTERS + 2_000, "the labels are not counted"
        assert "Shortened to fit Slack" in said
        assert "Open in Dateline" in said
        for part in objects(message.blocks):
            if part.get("type") == "text" and str(part["text"]).startswith("The council met"):
                assert part["text"].endswith("after all. …"), part["text"][-80:]


def test_words_are_cut_after_a_sentence_or_else_after_a_word() -> None:
    assert words.cut("One. Two. Three.", 12) == "One. Two. …"
    assert words.cut("a " * 50, 21) == "a a a a a a a a a …"
    assert words.cut("x" * 50, 10) == "xxxxxxxx …"
    assert words.cut("short", 10) == "short"
    for limit in range(2, 60):
        assert len(words.cut("A first one! And “a second.” Then more", limit)) <= limit


def test_what_a_message_asks_is_read_without_slacks_marks() -> None:
    def read(said: str) -> str:
        return words.asked(said, bot="U0BOT")

    assert read("<@U0BOT> when did &lt;it&gt; &amp; that begin?") == "when did <it> & that begin?"
    assert read("<@U0BOT>") == ""
    assert read("what did <@U0MAYOR|mayor> say in <#C0NEWS|news>?") == "what did @mayor say in #news?"
    assert read("see <https://paper.example/a|this report>") == "see this report (https://paper.example/a)"
    assert read("see <https://paper.example/a>") == "see https://paper.example/a"
    assert read("<!subteam^S1|@desk> and <!here>?") == "@desk and @here?"


def test_forms_of_ours_are_what_slack_takes() -> None:
    view = home.why("a" * 32)
    checked(view["blocks"])
    assert len(view["title"]["text"]) <= 24
