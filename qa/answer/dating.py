"""The dates that claims speak of: the expressions of their quotes, as they were read when the article came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa import dates
from qa.answer.days import Dates, within
from qa.answer.verify import Texts
from qa.models import Citation, Claim, DateNote, Filters, Hit, Spoken


def limits(filters: Filters, left_out: int) -> tuple[str, ...]:
    """What the filters of time mean for an answer, in a sentence; `left_out` articles are of no sure date."""
    if filters.latest is None and filters.published_from is None:
        return ()
    if filters.as_of is not None and filters.as_of == filters.latest:
        said = f"Only what was published by {dates.spoken(filters.as_of, weekday=False)} counts"
    else:
        said = "Only what was published within the days that were given counts"
    if not left_out:
        return (f"{said}.",)
    many = "1 article is" if left_out == 1 else f"{left_out} articles are"
    return (f"{said}; {many} left out because the day of publication is not known well enough to tell.",)


def by_article(hits: Sequence[Hit], spoken: Mapping[int, Sequence[Spoken]]) -> Dates:
    """The dates of the passages that were found, by their article. `spoken` is by passage id."""
    found: dict[str, list[Spoken]] = {}
    for hit in hits:
        found.setdefault(hit.article.id, []).extend(spoken.get(hit.passage.id, ()))
    return found


def noted(
    claims: Sequence[Claim], citations: Sequence[Citation], spoken: Dates, texts: Texts
) -> tuple[Claim, ...]:
    """The claims with the dates that their quotes speak of."""
    read = {cited.n: _notes(cited, spoken, texts[cited.article_id, cited.version]) for cited in citations}
    return tuple(
        replace(claim, dates=_once([read[number] for number in claim.citations])) for claim in claims
    )


def _notes(cited: Citation, spoken: Dates, text: str) -> list[DateNote]:
    return [
        DateNote(
            text[said.start : said.end],
            said.first,
            said.until,
            said.basis,
            cited.article_id,
            said.why,
            said.time,
            said.rests_on,
        )
        for said in within(cited, spoken)
    ]


def _once(lists: Sequence[Sequence[DateNote]]) -> tuple[DateNote, ...]:
    return tuple({(note.text, note.article): note for notes in lists for note in notes}.values())
