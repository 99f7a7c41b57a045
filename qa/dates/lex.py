"""Text to tokens, one character a token: the grammar is then short regular expressions over that string.

A language's table maps words and phrases to kinds ("MONTH", "LAST", "AGO"); numbers and marks are the same in
every language. Everything here is linear in the length of the text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from .kinds import CAPITAL, KINDS, Table
from .tables import TABLES

LETTER = {kind: chr(0x100 + index) for index, kind in enumerate(KINDS)}
_NAME = re.compile(r"[A-Z][A-Z0-9_]+")

TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|[AaPp]\.[Mm]\b\.?|[^\W\d]\w*"
    r"|['\u2019]s\b|[^\w \t\r\f\v\n]|\n[ \t\r]*\n|\n"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\w)"
    r"|(?:\d\d?\.\d\d?\.\d{4}|\d\d?/\d\d?/(?:\d{4}|\d\d)|\d\d?-\d\d?-\d{4}|\d{4}[./]\d\d?[./]\d\d?)(?![\w/-]|\.\d)"
    r"|\d\d?:\d\d(?::\d\d)?(?:[ap]m\b)?"
    r"|\d+(?:,\d{3}(?!\d)|\.\d+)+"
    r"|\w+"
)
_FIGURES = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ].*)?|\d{4}[./]\d\d?[./]\d\d?"
    r"|\d\d?([./-])\d\d?\1\d{4}|\d\d?/\d\d?/\d\d"
)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|re|e|ème|º|ª|o)")
_DECADE = re.compile(r"(\d{4}|\d{2})s")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d)(?::\d\d)?|[hH](\d\d)?)?([ap]m)?")
_POINTED = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
"""A British time of day, "9.30am"; without "am" or a zone it is a number."""
_MARKS = {
    "-": "DASH", "\u2013": "DASH", "\u2014": "DASH", ",": "COMMA", ".": "DOT", "!": "STOP", "?": "STOP", ";": "SEMI",
    ":": "COLON", "/": "SLASH", "'": "QUOTE", "\u2019": "QUOTE", "\u2018": "QUOTE", "(": "PAREN", ")": "CLOSE", "%": "PERCENT",
    "$": "MONEY", "€": "MONEY", "£": "MONEY", "#": "MONEY", "'s": "POSS", "\u2019s": "POSS", "\n": "NEWLINE", "•": "STOP",
}  # fmt: skip


def spell(spec: str) -> str:
    """A regular expression written with kind names and spaces, as one over token letters."""
    return _NAME.sub(lambda match: LETTER[match[0]], spec).replace(" ", "")


class Sense(NamedTuple):
    """What a word may mean to the grammar: a kind's letter and a value."""

    letter: str
    value: int


class _Letters(dict[str, str]):
    """Surface form to letter; an unknown word is classed by its looks, and not remembered."""

    def __missing__(self, word: str) -> str:
        first = word[0]
        if "a" <= first <= "z":
            return _WORD
        if first.isdecimal():
            return _number(word).letter
        if first.isalpha():
            return _WORD if first.islower() else _CAP
        return _BREAK if first == "\n" else _OTHER.letter


_CAP, _WORD, _BREAK = LETTER["CAP"], LETTER["WORD"], LETTER["BREAK"]
_OTHER = Sense(LETTER["OTHER"], 0)


def _number(word: str) -> Sense:
    if word.isdecimal():
        return _integer(word)
    if ordinal := _ORDINAL.fullmatch(word):
        number = int(ordinal[1])
        return Sense(LETTER["ORDN"], number) if 1 <= number <= 31 else _OTHER
    if decade := _DECADE.fullmatch(word):
        kind = "DECADES" if len(decade[1]) == 4 else "DECADE2"
        return Sense(LETTER[kind], int(decade[1])) if decade[1][-1] == "0" else _OTHER
    if "-" in word or "/" in word or word.count(".") == 2:
        return Sense(LETTER["NUMDATE"], 0) if _FIGURES.fullmatch(word) else _OTHER
    if _POINTED.fullmatch(word):
        return Sense(LETTER["HM"], 0)
    clock = _CLOCK.fullmatch(word)
    if clock is None or int(clock[1]) > 24 or int(clock[2] or clock[3] or 0) > 59:
        return _OTHER
    return Sense(LETTER["HALFCLOCK" if clock[4] else "CLOCK"], 0)


def _integer(word: str) -> Sense:
    number = int(word) if len(word) < 5 else 0
    if len(word) < 3:
        return Sense(LETTER["N31" if 1 <= number <= 31 else "NUM"], number)
    if len(word) == 3:
        return Sense(LETTER["NUM"], number)
    if len(word) == 4 and (word[0] == "0" or 2200 <= number < 2400) and number % 100 < 60:
        return Sense(LETTER["HM"], number)  # "0930 GMT"
    return Sense(LETTER["YEAR"], number) if 1000 <= number < 2200 else _OTHER


class Phrase(NamedTuple):
    """The words after the first one of a phrase, and its sense."""

    rest: tuple[str, ...]
    sense: Sense


@dataclass(frozen=True)
class Lexicon:
    """A table made ready for lookup by surface form."""

    table: Table
    letters: Mapping[str, str]
    values: Mapping[str, int]
    phrases: Mapping[str, Sequence[Phrase]]


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; a language without a table has numbers and marks only."""
    table = TABLES.get(language[:2].lower(), Table(language))
    entries = [(mark, "", kind, 0) for mark, kind in _MARKS.items()]
    entries += [(f"{letter}{number}", "", "QN", number) for letter in "QT" for number in (1, 2, 3, 4)]
    entries += [
        (form, rest, kind, value)
        for kind, words in table.words.items()
        for word, value in words.items()
        for form, rest in _forms(word, capital=kind in CAPITAL and table.capitals)
    ]
    letters, phrases = _Letters(), dict[str, list[Phrase]]()
    values = {form: value for form, rest, _, value in entries if not rest}
    letters.update({form: LETTER[kind] for form, rest, kind, _ in entries if not rest})
    for form, rest, kind, value in entries:
        if rest:
            phrases.setdefault(form, []).append(Phrase(tuple(pieces(rest)), Sense(LETTER[kind], value)))
        if rest and kind in ("DAYREL", "UNIT"):
            letters.update({each: LETTER["HEAD"] for each in (form, *pieces(rest)) if each not in letters})
    for options in phrases.values():
        options.sort(key=lambda phrase: -len(phrase.rest))
    return Lexicon(table, letters, values, phrases)


def _forms(word: str, *, capital: bool) -> list[tuple[str, str]]:
    """The first word as it may be written, and the rest."""
    first, *rest = pieces(word)
    forms = {first[0].upper() + first[1:], first.upper()} | (set() if capital else {first})
    return [(form, " ".join(rest)) for form in sorted(forms)]


def pieces(word: str) -> list[str]:
    """A table's word or phrase as its tokens, in lower case."""
    return TOKEN.findall(word.lower().replace("\u2019", "'"))


_TRIGGER = re.compile(
    spell(
        "[MONTH MAYBE ABBR WEEKDAY YEAR UNIT UNITS SEASON HOLIDAY DAYREL OVERNIGHT NUMDATE DECADES "
        "DECADE2 DECADEWORD QN "
        "DAYPART DAYNEXT DAYPREV SLASH CLOCK HALFCLOCK HEAD]|ON THE ORDN"
    )
)


class Lexed:
    """A text as tokens. `codes` has one letter a token; offsets are looked up only when needed."""

    def __init__(self, text: str, words: Sequence[str], codes: str, book: Lexicon) -> None:
        self.text, self.words, self.lexicon = text, words, book
        self._starts: list[int] = []
        self.codes, self._raw, self._values = _merged(words, codes, book.phrases)

    def value(self, index: int) -> int:
        """The value of the token at `index`."""
        if (merged := self._values.get(index)) is not None:
            return merged
        word = self.word(index)
        known = self.lexicon.values.get(word)
        if known is not None:
            return known
        return _number(word).value

    def word(self, index: int) -> str:
        """The (first) word of the token at `index`, as written."""
        return self.words[self._raw[index]]

    def word_at(self, index: int) -> str:
        """The token at `index` whole, as written: a phrase with its blanks."""
        low, high = self.offsets(index, index + 1)
        return " ".join(self.text[low:high].split())

    def _start(self, raw: int) -> int:
        """Where a raw token begins. Only blanks lie between tokens, so each is the next one found."""
        starts, words = self._starts, self.words
        place = starts[-1] + len(words[len(starts) - 1]) if starts else 0
        for word in words[len(starts) : raw + 1]:
            place = self.text.index(word, place)
            starts.append(place)
            place += len(word)
        return starts[raw]

    def offsets(self, low: int, high: int) -> tuple[int, int]:
        """Code-point offsets of the tokens from `low` up to `high`."""
        last = self._raw[high] - 1 if high < len(self._raw) else len(self.words) - 1
        while last > self._raw[high - 1] and self.words[last][0] == "\n":
            last -= 1
        return self._start(self._raw[low]), self._start(last) + len(self.words[last])


def lex(text: str, language: str) -> Lexed | None:
    """The tokens of a text; None when it holds nothing that a date expression could be built on."""
    book = lexicon(language)
    words = TOKEN.findall(text)
    letters = book.letters
    codes = "".join([letters[word] for word in words])
    return Lexed(text, words, codes, book) if _TRIGGER.search(codes) else None


_Merged = tuple[str, Sequence[int], Mapping[int, int]]


def _merged(words: Sequence[str], codes: str, phrases: Mapping[str, Sequence[Phrase]]) -> _Merged:
    """Phrases as one token, and line ends inside a paragraph gone; with the raw index of each token left."""
    kept, raw, values = list[str](), list[int](), dict[int, int]()
    done = line = 0
    for index in [i for i, word in enumerate(words) if word in phrases or word == "\n"]:
        if index < done:
            continue
        phrase = None if words[index] == "\n" else _phrase(words, index, phrases[words[index]])
        wrapped = words[index] == "\n" and sum(map(len, words[line:index])) + index - line >= _WRAPPED
        line = index if words[index] == "\n" else line
        if phrase is None and not wrapped:
            continue
        kept.append(codes[done:index])
        raw.extend(range(done, index))
        done = index + 1
        if phrase is not None:
            values[len(raw)] = phrase.sense.value
            kept.append(phrase.sense.letter)
            raw.append(index)
            done += len(phrase.rest)
    kept.append(codes[done:])
    raw.extend(range(done, len(words)))
    return "".join(kept), raw, values


_WRAPPED = 45
"""Characters in a line from which its end is taken for a wrapped line's, not for a heading's or a list's."""


def _phrase(words: Sequence[str], index: int, options: Sequence[Phrase]) -> Phrase | None:
    for phrase in options:
        found = words[index + 1 : index + 1 + len(phrase.rest)]
        if tuple([word.lower().replace("\u2019", "'") for word in found]) == phrase.rest:
            return phrase
    return None
