"""The candidate answers in a sentence: the dates, numbers, places and names of the kind that a question asks for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from qa.answer import measures, places
from qa.answer.gazetteer import KNOWN, NAMED, WHOLE
from qa.answer.kinds import PROPER, Kind
from qa.answer.words import COUNTRY, EMPTY, NUMBER, PEOPLE, SEAT, WORD, amount, bare, stem, stems_of


@dataclass(frozen=True, slots=True)
class Value:
    """A candidate answer in a sentence: `sentence[start:end] == shown`; equal keys are one value."""

    key: str
    shown: str
    start: int
    end: int
    fits: float = 1.0
    """How surely it is of the kind asked for, 0 to 1."""


_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec"
)
_MONTH = rf"(?:{'|'.join(_MONTHS.title().split())})\.?"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
WHEN = re.compile(
    rf"\b(?:(?:{_DAY},? )?{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:1[5-9]|20)\d\d)?(?!\d)"
    rf"|(?:{_DAY},? )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?:1[5-9]|20)\d\d)?(?!\d)"
    rf"|{_MONTH},? (?:of )?(?:1[5-9]|20)\d\d|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}|\d{{4}}-\d\d-\d\d"
    rf"|(?:[Ii]n |[Ss]ince )?(?:early |mid-?|late )?(?:1[5-9]|20)\d\ds?(?!\w|[.,%]\d| ?(?:people|troops|million|billion))"
    rf"|(?:last |this |next |early |late )?{_DAY}|(?:last|next|this) (?:week|month|year|{_MONTH})"
    rf"|(?:[Ii]n |[Ss]ince )(?:early |mid-?|late )?{_MONTH}(?! \d)|yesterday|tomorrow)(?!\w)"
)
_HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HOUR = rf"(?:{'|'.join(_HOURS)}|\d{{1,2}})"
CLOCK = re.compile(
    rf"(?<![\w.,:€$£])(?:(?P<hour>\d{{1,2}})(?:(?P<mark>[:.])(?P<minute>\d\d))?(?P<half>\s?[ap]\.?\s?m\b\.?)?"
    rf"|(?P<part>half|(?:a )?quarter) (?P<side>past|to) (?P<near>{_HOUR})|(?P<oclock>{_HOUR}) o['’]clock"
    rf"|(?:(?:shortly|soon|just) )?(?:before|after) (?P<told>{'|'.join(_HOURS)})(?= (?:in the|at night|on |this |yesterday))"
    r"|(?P<named>noon|midday|midnight))(?![\d%]|\w)",
    re.I,
)
_AT = re.compile(
    r"\b(?:at|by|around|about|until|till|since|from|before|after|past)\s(?:about |around )?$", re.I
)
"""What stands before figures that are a time of the day though they do not say so: `at 5.40`."""
_NAME = re.compile(
    r"(?P<name>[A-Z](?<![\w’'-][A-Z])(?:[\w'’&-]*|\.)(?:\.? (?:(?:of|de|del|der|den|di|da|van|von|bin|al|la|the|and|&) |[dl]['’])*[A-Z][\w'’&.-]*)*)"
)
_TAIL = re.compile(r"['’]s?$|[.,]+$")
_QUOTED = re.compile(r"[“\"](?P<name>[A-Z][^”\"]{1,60})[”\"]")
_HONORIFICS_TEXT = """
mr mrs ms dr sir lord lady president prime minister vice deputy interior foreign defense defence finance health justice
secretary senator sen rep representative congressman governor gov mayor general gen colonel col captain capt major
lieutenant sergeant judge king queen prince princess pope star coach chief executive ceo cfo founder former ex acting
first actor actress singer author rapper director professor analyst spokesman spokeswoman spokesperson chancellor
"""
HONORIFICS = frozenset(_HONORIFICS_TEXT.split())
_BODIES_TEXT = """
corps agency ministry department party university council committee court bank group company inc corp union association
organization organisation institute house senate congress parliament army navy force forces police times news post
journal street day national international state states city world bureau commission administration office board fund festival wire awards award cup league
airlines hospital museum club trust centre center
"""
_BODIES = frozenset(_BODIES_TEXT.split())
_WHY = re.compile(
    r"\b(?:because|due to|owing to|after|amid|over|since|citing|following|in order|so that|in protest|in response|as a result"
    r"|on the grounds|blam(?:ed|es|ing)|caus(?:ed|es|ing)|prompt(?:ed|ing)|reasons?|for fear|fear(?:s|ed|ing))\b"
)
CALENDAR = frozenset(_MONTHS.split()) - {"may"} | frozenset(
    f"{day}day" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
)


def values(sentence: str, kind: Kind) -> list[Value]:
    """The candidate answers of that kind, in the order in which they stand; for "who" all that may be a person's name."""
    if kind.name == "when":
        return [_value(m, m.start(), m.end(), _when_key(m.group())) for m in WHEN.finditer(sentence)]
    if kind.name == "clock":
        return list(_times(sentence))
    if kind.name == "number":
        return list(_numbers(sentence, kind))
    if kind.name == "where":
        return list(_places_of(sentence, kind))
    if kind.name == "who":
        return [one for one in _named(_NAME, sentence, person=True) if _is_person(one.shown)]
    if kind.name == "which" and kind.head in PROPER:
        return [*_named(_QUOTED, sentence), *_named(_NAME, sentence)]
    return []


def _value(found: re.Match[str], start: int, end: int, key: str) -> Value:
    return Value(key, found.string[start:end], start, end)


def _times(sentence: str) -> Iterator[Value]:
    """Times of the day. Morning and evening are one where only one of two says which: the key is of twelve hours."""
    for found in CLOCK.finditer(sentence):
        sure = found["half"] or found["mark"] == ":" or not found["hour"]
        if not sure and not (found["minute"] and _AT.search(sentence[: found.start()])):
            continue
        if found["named"]:
            at = 0
        elif found["part"]:
            minute = 30 if found["part"].casefold() == "half" else 15
            at = 60 * _hour(found["near"]) + (minute if found["side"].casefold() == "past" else -minute)
        else:
            at = 60 * _hour(found["hour"] or found["oclock"] or found["told"]) + int(found["minute"] or 0)
        yield Value(str(at % 720), found.group(), found.start(), found.end())


def _hour(text: str) -> int:
    return int(text) if text.isdigit() else _HOURS.index(text.casefold()) + 1


def _when_key(text: str) -> str:
    """`April 12`, `12 April` and `Apr. 12, 2024` share their first two words in one order."""
    words = re.sub(
        r"\b(?:on|in|since|of|this|last|early|late)\b|[.,]|(?<=\d)(?:st|nd|rd|th)\b", " ", text.casefold()
    )
    parts = [part[:3] if part.isalpha() else part for part in words.split()]
    return " ".join(sorted(parts, key=lambda part: (part.isdigit(), len(part), part)))


def _numbers(sentence: str, kind: Kind) -> Iterator[Value]:
    numbers = list(NUMBER.finditer(sentence))
    dates = [(m.start(), m.end()) for m in WHEN.finditer(sentence)] if numbers else []
    for found in numbers:
        start, end = found.span()
        start += len(found.group()) - len(found.group().lstrip())
        if any(left <= start < right for left, right in dates) or (
            found["value"].casefold() == "one" and not found["scale"]
        ):
            continue
        if sentence[:start].endswith("of the "):  # `one of the two` counts what was counted before
            continue
        fits = _fits(found, start, kind)
        if fits:
            yield Value(amount(found), sentence[start:end].strip(), start, end, fits)


def _fits(found: re.Match[str], start: int, kind: Kind) -> float:
    """How surely a number measures what is asked for, 0 to 1."""
    told = measures.told(
        found.string, start, found.end(), money=bool(found["money"]), share=bool(found["share"])
    )
    if told == "label" or (kind.measure and told != kind.measure):
        return 0.0
    if kind.measure == "count" and kind.head:
        return measures.counts(found.string, found.end(), kind.head)
    return 1.0


def _places_of(sentence: str, kind: Kind) -> Iterator[Value]:
    """Names where a place is told; a country that is asked for as such, and the like, wherever it is named."""
    listed = list(_named(NAMED[kind.head], sentence)) if kind.head in NAMED else []
    yield from listed
    if listed or kind.head in WHOLE:
        return
    for found, one in _found(places.PLACE, sentence):
        end = places.whole(sentence, one.start, one.end)
        fits = places.fits(found, one.start, end, kind.way)
        if fits and not _is_people(one):
            shown = sentence[one.start : end]
            yield Value(" ".join(map(bare, WORD.findall(shown))), shown, one.start, end, fits)


def _named(pattern: re.Pattern[str], sentence: str, *, person: bool = False) -> Iterator[Value]:
    return (one for _, one in _found(pattern, sentence, person=person))


def _found(
    pattern: re.Pattern[str], sentence: str, *, person: bool = False
) -> Iterator[tuple[re.Match[str], Value]]:
    for found in pattern.finditer(sentence):
        start = found.start("name")
        shown = _TAIL.sub("", found["name"])
        tokens = list(WORD.finditer(shown))
        while tokens and _is_prefix(tokens[0].group(), person=person and len(tokens) > 1):
            tokens.pop(0)
        left, right = (tokens[0].start(), tokens[-1].end()) if tokens else (0, 0)
        if not tokens or (start + left == 0 and len(tokens) == 1 and not _is_name_alone(tokens[0].group())):
            continue  # the first word of a sentence is no name because it has a capital
        key = " ".join(bare(token.group()) for token in tokens)
        yield found, Value(key, shown[left:right], start + left, start + right)


def _is_people(one: Value) -> bool:
    """`to French troops` and `in French` name no place."""
    return bare(one.shown) in PEOPLE


def _is_prefix(word: str, *, person: bool) -> bool:
    """A word that a name may begin with and does not need: `The`, `On`, `April`, of a person `Russian`, `Minister`."""
    plain = bare(word)
    if plain in EMPTY or plain in CALENDAR:
        return True
    return person and (plain in HONORIFICS or plain in COUNTRY or bool(re.search(r"['’]s?$", word)))


def _is_name_alone(word: str) -> bool:
    return bare(word) in COUNTRY or word.casefold() in KNOWN or word.isupper()


def _is_person(name: str) -> bool:
    words = {bare(word) for word in WORD.findall(name)}
    return not words <= COUNTRY.keys() and not name.isupper() and not words & _BODIES


def answers(sentence: str, kind: Kind) -> bool:
    """Whether a sentence without any value of the kind may answer all the same: where no value has to be named."""
    if kind.name == "why":
        return _WHY.search(sentence) is not None
    return kind.name in ("yes_no", "what") or (kind.name == "which" and kind.head not in PROPER)


def nearness(value: Value, sentence: str, wanted: frozenset[str]) -> float:
    """How near the words asked for stand to a value: 0 to 1, the sum over words of 1 / (1 + tokens between)."""
    starts, places = _places(sentence, wanted)
    if not places:
        return 0.0
    at = bisect_left(starts, value.start)
    return sum(1.0 / (1.0 + min([abs(place - at) for place in held]) / 4) for held in places) / len(wanted)


@lru_cache(maxsize=256)
def _places(sentence: str, wanted: frozenset[str]) -> tuple[list[int], list[list[int]]]:
    """Where its words begin, and which of them each stem is that is wanted and there."""
    found = list(WORD.finditer(sentence))
    places: dict[str, list[int]] = {}
    for place, each in enumerate(found):
        stemmed = stem(bare(each.group()))
        if stemmed in wanted:
            places.setdefault(stemmed, []).append(place)
    return [each.start() for each in found], [places[word] for word in wanted if word in places]


def given(value: Value, kind: Kind, question: frozenset[str], said: frozenset[str]) -> bool:
    """Whether the question itself already says the value: its stems, and where a government sits by its own name.

    `said` are the question's words: "where in Niger" does not say Niamey, though what Niamey does Niger does. A person is
    said by the surname: "who replaced Reil" is not answered by Tomas Reil.
    """
    tokens = list(map(bare, WORD.findall(value.shown)))
    if kind.name == "who" and tokens and stem(tokens[-1]) in question:
        return True
    return stems_of(value.shown) <= question and all(word in said for word in tokens if word in SEAT)
