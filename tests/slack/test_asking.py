"""Where Dateline answers in Slack, with the calls it makes there."""

from __future__ import annotations

from collections.abc import Callable

from conftest import draft
from fakes import FakeModel
from slack_server import (
    BOT,
    CHANNEL,
    DIRECT,
    TEAM,
    USER,
    Deliveries,
    SlackServer,
    eventually,
    objects,
    settles,
)
from test_service import FLOOD, filled, reply

from qa.service import Newsroom

Opened = Callable[..., Deliveries]
MakeNewsroom = Callable[..., Newsroom]
QUESTION = "When did the flood reach Aveley?"
STREAMED = ["chat.startStream", "chat.stopStream"]


def test_a_mention_is_answered_in_its_thread_by_a_stream(slack: SlackServer, deliver: Deliveries) -> None:
    asked = deliver.said(QUESTION)
    assert deliver.event(asked).status_code == 200
    made = settles(slack)
    assert [method for method in made if method != "chat.appendStream"] == STREAMED
    (shown,) = slack.posted()
    assert (shown.channel, shown.thread_ts, shown.streaming) == (CHANNEL, asked["ts"], False)
    (begun,) = slack.given("chat.startStream")
    assert (begun["recipient_team_id"], begun["recipient_user_id"]) == (TEAM, USER)
    assert FLOOD in shown.said
    assert "[1]" in shown.said
    assert "The Paper, 1 April 2024 (as its source gives it)" in shown.said
    assert "Flood in Aveley" in shown.said
    assert "Quoted from the articles, without a language model" in shown.said
    assert "1 article, 1 independent origin" in shown.said


def test_the_status_says_what_is_being_done(slack: SlackServer, deliver: Deliveries) -> None:
    asked = deliver.said(QUESTION)
    deliver.event(asked)
    settles(slack)
    first, second, *_ = slack.given("assistant.threads.setStatus")
    assert (first["channel_id"], first["thread_ts"]) == (CHANNEL, asked["ts"])
    assert first["loading_messages"]
    assert second["status"] == "is reading 2 articles …"


def test_a_direct_message_is_answered_without_a_mention(
    slack: SlackServer, opened: Opened, newsroom: Newsroom
) -> None:
    deliver = opened(filled(newsroom))
    asked = deliver.direct(QUESTION)
    deliver.event(asked)
    settles(slack)
    (shown,) = slack.posted()
    assert (shown.channel, shown.thread_ts) == (DIRECT, asked["ts"])
    assert FLOOD in shown.said


def test_a_direct_message_is_followed_by_what_to_ask_next(
    slack: SlackServer, opened: Opened, newsroom: Newsroom
) -> None:
    newsroom.ingest(
        [draft("Anna Berg said the flood reached Aveley on Tuesday.", id="said", publisher="The Paper")]
    )
    deliver = opened(newsroom)
    deliver.event(deliver.direct("When did the flood reach Aveley?"))
    settles(slack)
    (given,) = slack.given("assistant.threads.setSuggestedPrompts")
    assert given["channel_id"] == DIRECT
    assert given["prompts"] == [{"title": "What did Anna Berg say?", "message": "What did Anna Berg say?"}]


def test_a_thread_is_a_conversation_and_needs_no_second_mention(
    slack: SlackServer, opened: Opened, newsroom: Newsroom
) -> None:
    deliver = opened(filled(newsroom))
    asked = deliver.said(QUESTION)
    deliver.event(asked)
    settles(slack)
    follow = deliver.said(
        "And how many houses did it empty?", type="message", text="And how many houses did it empty?",
        thread_ts=asked["ts"], channel_type="channel",
    )  # fmt: skip
    deliver.event(follow)
    settles(slack)
    first, second = slack.posted()
    assert (first.thread_ts, second.thread_ts) == (asked["ts"], asked["ts"])
    (talk,) = newsroom.conversations()
    turns = newsroom.conversation(talk.id)
    assert [turn.question for turn in turns] == [QUESTION, "And how many houses did it empty?"]
    assert turns[1].standalone == "How many houses did it empty (the flood reach Aveley)?"


def test_what_people_say_to_each_other_is_left_alone_and_not_kept(
    slack: SlackServer, opened: Opened, newsroom: Newsroom
) -> None:
    deliver = opened(filled(newsroom))
    asked = deliver.said(QUESTION)
    deliver.event(asked)
    settles(slack)
    calls = len(slack.calls)
    in_thread = {"type": "message", "thread_ts": asked["ts"], "channel_type": "channel"}
    for event in (
        deliver.said("", type="message", text="lunch?", channel_type="channel"),
        deliver.said(
            "", type="message", text="what do you say?", channel_type="channel", thread_ts="1600000000.000001"
        ),
        deliver.said("", **in_thread, text="<@U0OTHER> what do you think?"),
        deliver.said("", **in_thread, text="Thanks!"),
        deliver.said("", **in_thread, text=":+1:"),
        deliver.said("", **in_thread, text="I say", bot_id="B0OTHER"),
        deliver.said("", **in_thread, text="I say", subtype="message_changed"),
        deliver.said("", **in_thread, text="I say", user=BOT),
        # Slack tells a mention in a thread twice: as a mention, and as a message of the thread.
        deliver.said("", **in_thread, text=f"<@{BOT}> and?"),
    ):
        assert deliver.event(event).status_code == 200
    settles(slack)
    assert len(slack.calls) == calls
    assert [len(newsroom.conversation(talk.id)) for talk in newsroom.conversations()] == [1]


def test_a_mention_without_a_question_is_told_how_to_ask(slack: SlackServer, deliver: Deliveries) -> None:
    deliver.event(deliver.said(""))
    assert settles(slack) == ["conversations.replies", "chat.postMessage"]
    assert "mention me in a channel" in slack.posted()[0].said


def test_what_the_articles_do_not_answer_is_said_with_its_reason(
    slack: SlackServer, deliver: Deliveries
) -> None:
    deliver.event(deliver.said("When did the flood reach Bremen?"))
    settles(slack)
    said = eventually(slack.posted)[0].said
    assert "Not answered by these articles." in said
    assert "Reason: nothing in the archive speaks of it." in said


def test_an_answer_that_a_model_wrote_says_so(
    slack: SlackServer, opened: Opened, make_newsroom: MakeNewsroom
) -> None:
    said = reply("It came on Tuesday.", ("P1", "The flood reached Aveley on Tuesday"))
    deliver = opened(filled(make_newsroom(model=FakeModel(said))))
    deliver.event(deliver.said(QUESTION))
    settles(slack)
    (shown,) = slack.posted()
    assert "It came on Tuesday." in shown.said
    assert "Written by fake-model" in shown.said


def test_where_slack_does_not_stream_an_answer_is_posted_and_updated(
    slack: SlackServer, deliver: Deliveries
) -> None:
    slack.no_streams = "channel_type_not_supported"
    deliver.event(deliver.said(QUESTION))
    assert settles(slack) == ["chat.startStream", "chat.postMessage", "chat.update"]
    (shown,) = slack.posted()
    assert FLOOD in shown.said
    assert "Still reading" not in shown.said
    assert shown.flags == {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}


def test_a_question_that_is_too_long_is_told_so_in_the_thread(
    slack: SlackServer, deliver: Deliveries
) -> None:
    deliver.event(deliver.said("why? " * 2000))
    settles(slack)
    assert "at most 4,000 are read" in slack.posted()[0].said


def test_more_than_ten_questions_a_minute_get_one_private_note_each(
    slack: SlackServer, opened: Opened, newsroom: Newsroom
) -> None:
    deliver = opened(filled(newsroom))
    for _ in range(11):
        deliver.event(deliver.said(QUESTION))
    eventually(lambda: len([shown for shown in slack.posted() if not shown.streaming]) == 10, seconds=20)
    (note,) = eventually(lambda: slack.given("chat.postEphemeral"))
    assert (note["channel"], note["user"]) == (CHANNEL, USER)
    assert "10 questions within a minute" in note["text"]


def test_strangers_are_not_answered(slack: SlackServer, opened: Opened) -> None:
    deliver, team = opened(), "T0STRANGER"
    deliver.event(deliver.said(QUESTION), team=team)
    deliver.event(deliver.said(QUESTION, team=team))
    deliver.event(deliver.said(QUESTION, user_team=team))
    assert (
        deliver.command("anything", team_id=team)
        .json()["text"]
        .startswith("Dateline answers people of its own")
    )
    assert settles(slack) == []
    deliver = opened(slack_teams=f"{TEAM} {team}")
    deliver.event(deliver.said(QUESTION, user_team=team))
    settles(slack)
    assert len(slack.posted()) == 1


def test_channels_that_were_not_allowed_get_a_private_note(slack: SlackServer, opened: Opened) -> None:
    deliver = opened(slack_channels="C0OTHER")
    deliver.event(deliver.said(QUESTION))
    assert settles(slack) == ["chat.postEphemeral"]
    assert "does not answer in this channel" in deliver.command(QUESTION).json()["text"]
    deliver.action({"type": "button", "action_id": "share", "value": "0" * 32})
    settles(slack)
    assert slack.responses == []
    deliver.event(deliver.said(QUESTION, channel="C0OTHER"))
    deliver.event(deliver.direct(QUESTION))
    settles(slack)
    assert {shown.channel for shown in slack.posted()} == {"C0OTHER", DIRECT}


def test_sources_are_linked_by_buttons_and_the_whole_answer_by_its_address(
    slack: SlackServer, opened: Opened, newsroom: Newsroom
) -> None:
    deliver = opened(filled(newsroom))
    deliver.event(deliver.said(QUESTION))
    settles(slack)
    (talk,) = newsroom.conversations()
    answer = newsroom.conversation(talk.id)[0].given
    assert answer is not None
    links = [part["url"] for part in objects(slack.posted()[0].blocks) if "url" in part]
    assert links == [f"https://dateline.paper.example/#/a/{answer.id}"]
