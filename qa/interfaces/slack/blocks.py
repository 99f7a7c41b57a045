"""How an answer looks in Slack. Pure: an answer in, Block Kit out.

What articles, models and people wrote goes into `rich_text` and `plain_text` objects only. Slack reads no markup in
those, so a mention, a link or an emoji in an article stays the characters that it is. Links are made here alone, as
buttons: a button is never unfurled, not even in a stream, where Slack takes no `unfurl_links`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from qa.interfaces.slack.words import clean, count, cut, day, heard, published, span
from qa.models import Answer, Citation, Claim, Conflict, DateNote, Moment

Block = dict[str, Any]

CHARACTERS = 12_000
"""Of one message. Slack's limit is for its Markdown; it is kept here for all of a message's words together."""
SECTION = 3_000
CLAIMS, CONFLICTS, MOMENTS, SOURCES, NOTES = 15, 3, 12, 10, 3
"""At most so many are shown: 43 blocks of the 50 that Slack takes."""
QUOTE = 600
URL = 3_000
REASONS = {
    "no_evidence": "nothing in the archive speaks of it",
    "missing_fact": "the topic is there, the fact is not",
    "false_premise": "the articles say otherwise than the question takes for granted",
    "out_of_range": "it is outside the days that the archive covers",
    "only_furniture": "only parts of pages, not of articles, mention it",
    "empty_archive": "the archive is empty",
    "unverified": "what was written could not be verified",
}


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is for notifications and screen readers; `blocks` is what is seen."""

    text: str
    blocks: list[Block]


@dataclass(slots=True)
class Sheet:
    """The room of one message, and whether something did not fit. Claims may be put on it one by one."""

    left: int = CHARACTERS
    claims: int = 0
    cut: bool = False
    blocks: list[Block] = field(default_factory=list)

    def take(self, words: str, limit: int) -> str:
        """As much of the words as there is room for, up to a sentence."""
        said = clean(words).strip()
        room = min(limit, max(self.left, 0))
        kept = cut(said, room, only_sentences=room < limit)
        self.cut |= kept != said
        self.left -= len(kept)
        return kept

    def claim(self, claim: Claim) -> Block | None:
        """The next claim, or None where there is no more room."""
        self.claims += 1
        kept = self.take(claim.text, SECTION) if self.claims <= CLAIMS and self.left > CHARACTERS // 3 else ""
        if not kept:
            self.cut = True
            return None
        parts = [_section(_text(kept), _text(_marks(claim.citations), bold=True))]
        parts += [_section(_text(self.take(line, 500), italic=True)) for line in _dated(claim.dates)]
        block = _rich(parts)
        self.blocks.append(block)
        return block


def message(answer: Answer, *, page: str = "", shared_by: str = "", private: bool = False) -> Message:
    """The whole answer. `page` is the address of Dateline's page, empty where readers cannot reach it."""
    sheet = Sheet()
    for claim in answer.claims:
        sheet.claim(claim)
    claims = list(sheet.blocks)
    said = [*claims, *rest(answer, sheet, page=page, private=private)]
    if shared_by:
        said = [_asked(answer, shared_by), *said]
    return Message(fallback(answer), said)


def rest(answer: Answer, sheet: Sheet, *, page: str = "", private: bool = False) -> list[Block]:
    """Everything below the claims, on the same sheet."""
    blocks: list[Block] = []
    if not answer.claims:
        blocks.append(_silence(answer, sheet))
    blocks += [_conflict(found, sheet) for found in answer.conflicts[:CONFLICTS]]
    if answer.timeline:
        blocks.append(_timeline(answer.timeline, sheet))
    blocks += _sources(answer.citations, sheet)
    sheet.cut |= len(answer.conflicts) > CONFLICTS or len(answer.timeline) > MOMENTS
    blocks.append(_foot(answer, sheet))
    buttons = [*_open(answer, page), *([_share(answer)] if private and answer.id else [])]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    if answer.id:
        blocks.append(_feedback(answer.id))
    return blocks


def fallback(answer: Answer) -> str:
    if not answer.claims:
        return heard(f"Not answered by these articles. {answer.text}")
    return heard(" ".join(claim.text for claim in answer.claims))


def note(words: str) -> Message:
    """A remark of Dateline's own."""
    return Message(heard(words), [_rich([_section(_text(cut(clean(words), SECTION)))])])


# -- parts -------------------------------------------------------------------------------------------------


def _silence(answer: Answer, sheet: Sheet) -> Block:
    why = REASONS.get(answer.reason or "", "")
    lines = [_section(_text("Not answered by these articles.", bold=True))]
    lines.append(_section(_text(sheet.take(answer.text, SECTION))))
    if why:
        lines.append(_section(_text(f"Reason: {why}.", italic=True)))
    return _rich(lines)


def _clock(dated: DateNote | Moment) -> str:
    return f", {dated.time.text}" if dated.time else ""


def _dated(notes: Iterable[DateNote]) -> list[str]:
    """How the dates of a claim were reached, where that is not plain from the words themselves."""
    return [
        f"“{said.text}”: {span(said.start, said.end)}{_clock(said)} ({said.basis}{': ' + said.why if said.why else ''})"
        for said in notes
        if said.basis in ("resolved", "inferred")
    ]


def _conflict(conflict: Conflict, sheet: Sheet) -> Block:
    told = "Told differently over time" if conflict.update else "The sources disagree"
    items = []
    for value in conflict.values[:8]:
        when = [day(value.published)] if value.published else []
        who = sheet.take(", ".join([*value.publishers, *when]), 300)
        said = [_text(sheet.take(value.value, 300), bold=True), _text(f" – {who}" if who else "")]
        items.append(_section(*said, _text(_marks(value.citations), bold=True)))
    about = sheet.take(conflict.about, 300)
    return _rich([_section(_text(f"{told}: {about}", bold=True)), _bullets(items)])


def _timeline(moments: Sequence[Moment], sheet: Sheet) -> Block:
    items = []
    for moment in moments[:MOMENTS]:
        told = "told then; " if moment.role == "report" else ""
        when = f"{span(moment.start, moment.end)}{_clock(moment)} ({told}{moment.basis})"
        said = _text(f": {sheet.take(moment.text, 300)}")
        items.append(_section(_text(when, bold=True), said, _text(_marks(moment.citations), bold=True)))
    return _rich([_section(_text("Timeline", bold=True)), _bullets(items)])


def _sources(citations: Sequence[Citation], sheet: Sheet) -> list[Block]:
    blocks: list[Block] = []
    for cited in citations[:SOURCES]:
        quote = sheet.take(cited.quote, QUOTE)
        head = f"[{cited.n}] {cited.publisher or 'Outlet not known'}, {published(cited.published)}"
        if not quote:
            break
        title = f"\n{cited.title}" if cited.title else ""
        block: Block = {
            "type": "section",
            "text": _plain(sheet.take(f"{head}{title}", 500) or f"[{cited.n}]"),
        }
        if address := web(cited.url):
            block["accessory"] = button("Open article", action=f"source_{cited.n}", url=address)
        whole = quote == clean(cited.quote).strip()
        shown = f"“{quote}”" if whole else f"“{quote.removesuffix(' …')}” …"
        blocks += [block, _rich([{"type": "rich_text_quote", "elements": [_text(shown)]}])]
    sheet.cut |= len(blocks) < 2 * len(citations)
    return blocks


def _foot(answer: Answer, sheet: Sheet) -> Block:
    by = (
        f"Written by {cut(clean(answer.model or 'a language model'), 100)}; every quote was checked against its article"
        if answer.mode == "model"
        else "Quoted from the articles, without a language model; every quote was checked against its article"
    )
    lines = [cut(clean(said), 300) for said in answer.notes[:NOTES] if clean(said).strip()]
    if answer.citations:
        voices = f"{count(answer.articles, 'article')}, {count(answer.origins, 'independent origin')}"
        lines.append(f"{voices}. {by}.")
    if answer.as_of:
        lines.append(f"As of {answer.as_of.isoformat()}.")
    if sheet.cut:
        lines.append("Shortened to fit Slack; Dateline has the whole answer.")
    return {"type": "context", "elements": [_plain(line) for line in lines or ["Dateline"]]}


def _open(answer: Answer, page: str) -> list[Block]:
    if not (page and answer.id):
        return []
    return [button("Open in Dateline", action="open", url=f"{page.rstrip('/')}/#/a/{answer.id}")]


def _share(answer: Answer) -> Block:
    return button("Share with the channel", action="share", value=answer.id)


def _asked(answer: Answer, user: str) -> Block:
    question = cut(clean(answer.question), 500)
    return _rich([_section({"type": "user", "user_id": user}, _text(" asked: "), _text(question, bold=True))])


def _feedback(answer_id: str) -> Block:
    def side(label: str, spoken: str, verdict: str) -> Block:
        return {"text": _plain(label), "value": f"{verdict}:{answer_id}", "accessibility_label": spoken}

    buttons = {
        "type": "feedback_buttons", "action_id": "feedback",
        "positive_button": side("Good answer", "This answer is good", "good"),
        "negative_button": side("Bad answer", "This answer is not good", "bad"),
    }  # fmt: skip
    return {"type": "context_actions", "elements": [buttons]}


# -- Block Kit ---------------------------------------------------------------------------------------------


def web(url: str | None) -> str:
    """An address that may be opened: http or https with a host, and of a length that Slack takes; else empty."""
    try:
        parts = urlsplit(url or "")
        good = (
            parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
        )
    except ValueError:
        return ""
    plain = url is not None and url.isprintable() and not set(url) & set(' <>|"')
    return url if good and plain and url is not None and len(url) <= URL else ""


def _rich(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text", "elements": [part for part in elements if part["elements"]]}


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": [part for part in elements if part.get("text", "x")]}


def _bullets(items: Sequence[Block]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def _text(words: str, **style: bool) -> Block:
    made: Block = {"type": "text", "text": clean(words)}
    return {**made, "style": style} if style else made


def _plain(words: str) -> Block:
    return {"type": "plain_text", "text": clean(words)[:SECTION] or " ", "emoji": False}


def button(label: str, *, action: str, url: str = "", value: str = "") -> Block:
    made: Block = {"type": "button", "action_id": action, "text": _plain(label)}
    if url:
        made["url"] = url
    return {**made, "value": value} if value else made


def pair(head: str, words: str) -> Block:
    """A line in bold and one below it."""
    return _rich([_section(_text(f"{head}\n", bold=True), _text(words))])


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f" [{number}]" for number in numbers)
