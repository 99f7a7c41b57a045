"""Where in time an undated article belongs: what it says ("on Wednesday") against what dated articles say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from . import spans
from .evidence import Dated, Match, Pool, Sentence, akin, day_of, opening, sentences, whole
from .spans import DAY, Unit
from .values import WEEKDAYS, Interval, Placed, Story, spoken, spoken_month

_COPY = 0.6
"""Shared stems over all stems from which two articles count as one text."""
_COPY_STEMS = 20
_SAME_EVENT = 0.22
_SHARED_STEMS = 3
_SAME_SAYING = 0.35
"""Score from which two reports are of one saying: people say much on one matter, events happen once."""
_CLOSE = 0.75
"""Share of the best match's score from which another sentence counts beside it."""
_WEAK = 5
"""Rank of a clue that narrows but cannot stand alone: a month's bare name leaves a year."""
_PERIODS = 2
"""Rank from which a clue is a month or a year rather than a day."""
_NEWS_DAYS = 7
"""News names a weekday without its date for a week at most, and follows its event within one."""


@dataclass(frozen=True)
class Clue:
    """What one piece of evidence says of the day of publication; `rank` 0 is the strongest."""

    rank: int
    first: date
    last: date
    why: str
    rests_on: tuple[str, ...]


def infer_published(article: Story, others: Iterable[Story]) -> Placed | None:
    """The days on which an undated article can have been published; None when nothing supports a date.

    Its weekdays, months and years are matched with the dates that other articles of known date give to the
    same thing (shared rare words of a sentence); copies and articles on the same event bound it too. A
    later clue only narrows what stronger ones left open, and one that contradicts them is not used.
    `rests_on` has the ids of the articles used. Cost grows with the number of sentences, so pass the
    nearest few dozen articles.
    """
    own = sentences(article)
    told = [sentences(other) for other in others if other.published is not None and other.id != article.id]
    dated = [parts for parts in told if akin(own, parts)]
    if not own or not dated:
        return None
    pool = Pool([own, *dated])
    clues = [*_copies(own, dated), *_sayings(own, dated, pool)]
    if not any(clue.rank < _PERIODS for clue in clues):
        clues += _same_event(own, dated, pool)
    return _placed(sorted(clues, key=_strength), own)


def _strength(clue: Clue) -> tuple[int, int]:
    return clue.rank, (clue.last - clue.first).days


def _placed(clues: Sequence[Clue], own: Sequence[Sentence]) -> Placed | None:
    """The days that the clues leave, the strongest first."""
    if not clues or clues[0].rank == _WEAK:
        return None
    first, last, used = clues[0].first, clues[0].last, [clues[0]]
    for clue in clues[1:]:
        low, high = max(first, clue.first), min(last, clue.last)
        if low <= high and (low, high) != (first, last):
            first, last, used = low, high, [*used, clue]
    floor, ceiling = _own_bounds(own)
    first = floor if floor and first < floor <= last else first
    last = ceiling if ceiling and first <= ceiling < last else last
    interval = Interval(first, last + DAY, "day" if first == last else "range")
    ids = tuple(dict.fromkeys(each for clue in used for each in clue.rests_on))
    between = (
        f"published on {spoken(first)}"
        if first == last
        else f"published from {spoken(first)} to {spoken(last)}"
    )
    return Placed(interval, "; ".join([clue.why for clue in used] + [between]), ids)


def _own_bounds(own: Sequence[Sentence]) -> tuple[date | None, date | None]:
    """The latest past and the earliest coming day that the article itself names in full."""
    days = [
        (day, each.lean)
        for part in own
        for each in part.dates
        if each.mention.basis == "stated" and (day := day_of(each))
    ]
    past = [day for day, lean in days if lean == "past"]
    coming = [day for day, lean in days if lean == "future"]
    return max(past, default=None), min(coming, default=None)


def _copies(own: Sequence[Sentence], dated: Sequence[Sequence[Sentence]]) -> Iterator[Clue]:
    mine = whole(own)
    for parts in dated:
        theirs = whole(parts)
        day = _published(parts)
        if (
            day
            and min(len(mine), len(theirs)) >= _COPY_STEMS
            and len(mine & theirs) / len(mine | theirs) >= _COPY
        ):
            why = f"nearly the same text as [{parts[0].story.id}] of {spoken(day)}"
            yield Clue(1, day - DAY, day + 2 * DAY, why, (parts[0].story.id,))


def _published(parts: Sequence[Sentence]) -> date | None:
    return parts[0].story.published if parts else None


def _sayings(own: Sequence[Sentence], dated: Sequence[Sequence[Sentence]], pool: Pool) -> Iterator[Clue]:
    """Clues from the relative dates of the article's sentences."""
    for part in own:
        relative = [
            each for each in part.dates if each.mention.basis == "unknown" and each.mention.interval is None
        ]
        if not relative:
            continue
        matches = pool.match(part, own, (other for parts in dated for other in parts))
        for each in relative:
            clue = _weekday(each, matches, own) if each.expr.kind == "weekday" else _unit(each, matches)
            if clue is not None:
                yield clue


def _weekday(each: Dated, matches: Sequence[Match], own: Sequence[Sentence]) -> Clue | None:
    """ "on Wednesday", with another article's day for the same thing, or for the report of it."""
    if each.expr.shift not in (None, 0) or not matches:
        return None
    if each.role == "report" and matches[0].score < _SAME_SAYING:
        return None
    same = [match for match in matches if bool(match.sentence.dates) is bool(matches[0].sentence.dates)]
    best = [match for match in same if match.score >= _CLOSE * same[0].score]
    days = [(_event_day(each, match), match) for match in best]
    known = [(found, match) for found, match in days if found is not None]
    if not known:
        return None
    day, why = min(known, key=lambda pair: (pair[0][0], -pair[1].score))[0]
    ids = tuple(dict.fromkeys(match.sentence.story.id for (found, _), match in known if found == day))
    named = WEEKDAYS[day.weekday()]
    if each.lean == "future":
        return Clue(0, day - 6 * DAY, day, f"“{named}” to come is {why}", ids)
    first, told = _told_after(each, day, own)
    return Clue(0, first, day + 6 * DAY, f"“{named}” is {why}{told}", ids)


def _event_day(each: Dated, match: Match) -> tuple[date, str] | None:
    """The day of the article's weekday by a sentence of another article."""
    weekday, story = each.expr.weekday or 0, match.sentence.story
    days = [(day, dated) for dated in match.sentence.dates if (day := day_of(dated))]
    for day, _ in days:
        if day.weekday() == weekday:
            return day, f"{spoken(day)}, the day that [{story.id}] gives"
    if each.lean == "future":
        return None
    told = [day for day, dated in days if dated.role == "report"]
    if days and not told:
        return None
    by = min(told) if told else story.published
    if by is None:
        return None
    day = by - timedelta(days=(by.weekday() - weekday) % 7)
    verb = "told" if told else "reported"
    return day, f"{spoken(day)}, the last one before [{story.id}] has it {verb}, {spoken(by)}"


def _told_after(each: Dated, day: date, own: Sequence[Sentence]) -> tuple[date, str]:
    """Another weekday of the article on which the thing was told or shown: not before it happened."""
    first, words = day, ""
    for dated in (other for part in own for other in part.dates):
        told = (
            dated.expr.kind == "weekday"
            and dated.role == "report"
            and dated.lean != "future"
            and dated.expr.shift is None
        )
        if not told or each.role == "report":
            continue
        shown = day + timedelta(days=((dated.expr.weekday or 0) - day.weekday()) % 7)
        if shown > first:
            first, words = shown, f", and the article has it told on {spoken(shown)}"
    return first, words


def _unit(each: Dated, matches: Sequence[Match]) -> Clue | None:
    """ "last month", "last year", "last December", "back in March": the period that another article dates."""
    for match in matches:
        for dated in match.sentence.dates:
            interval = dated.mention.interval
            if interval is None or interval.start is None or (interval.days or 999) > _width(each):
                continue
            clue = _period(each, interval.start, match.sentence.story.id)
            if clue is not None:
                return clue
    return None


def _width(each: Dated) -> int:
    return 366 if each.expr.kind == "unit" and each.expr.unit is Unit.YEAR else 31


def _period(each: Dated, day: date, source: str) -> Clue | None:
    expr, text = each.expr, each.mention.text
    if expr.kind == "unit" and expr.shift is not None and expr.unit in (Unit.WEEK, Unit.MONTH, Unit.YEAR):
        now = spans.around(
            spans.step(spans.around(day, expr.unit).start or day, expr.unit, -expr.shift), expr.unit
        )
        if now.start is None or now.end is None:
            return None
        return Clue(
            2, now.start, now.end - DAY, f"“{text}” is {_said(expr.unit, day)} by [{source}]", (source,)
        )
    if expr.kind == "month" and expr.month == day.month and each.lean != "future":
        first = spans.plus_months(day.replace(day=1), 1) if expr.shift == -1 else day
        last = spans.plus_months(day.replace(day=1), 12) - DAY
        return Clue(
            3 if expr.shift == -1 else _WEAK,
            first,
            last,
            f"“{text}” is {spoken_month(day)} by [{source}]",
            (source,),
        )
    return None


def _said(unit: Unit, day: date) -> str:
    if unit is Unit.YEAR:
        return str(day.year)
    return (
        spoken_month(day) if unit is Unit.MONTH else f"the week of {spoken(spans.monday(day), weekday=False)}"
    )


def _same_event(own: Sequence[Sentence], dated: Sequence[Sequence[Sentence]], pool: Pool) -> Iterator[Clue]:
    """Articles that open on the same event: news follows its event within a week."""
    mine = whole(opening(own))
    for parts in dated:
        day = _published(parts)
        if day is None or pool.alike(mine, whole(opening(parts))) < _SAME_EVENT:
            continue
        happened = _happened(parts, mine, day)
        event = max(happened, default=day)
        last = max(day, event + _NEWS_DAYS * DAY)
        first = event if happened else day - _NEWS_DAYS * DAY
        told = f" of {spoken(event)}" if happened else ""
        why = f"opens on the same event{told} as [{parts[0].story.id}], published on {spoken(day)}"
        yield Clue(4, first, last, why, (parts[0].story.id,))


def _happened(parts: Sequence[Sentence], mine: frozenset[str], day: date) -> list[date]:
    """Days that an article's opening gives to what another one opens on too, of the two weeks before it."""
    near = [part for part in opening(parts) if len(part.stems & mine) >= _SHARED_STEMS]
    days = [found for part in near for each in part.dates if (found := day_of(each))]
    return [found for found in days if day - 2 * _NEWS_DAYS * DAY <= found < day]
