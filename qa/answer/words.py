"""Words as the answer steps compare them: stems, one stem for synonyms of the news, one for a country and its people.

The groups (`forms`) are general newspaper English, and the countries those most in the news; a word in none of them is
compared by its stem alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

from qa.answer.forms import BASE, SYNONYMS_TEXT

WORD = re.compile(r"\w+(?:['’.-]\w+)*")

_EMPTY_TEXT = """
a about after again all also am an and any are as at be because been before being but by can could did do does
done for from get got had has have he her here him his how i if in into is it its just many may me might more most
much must my no not of off on once one only or other our out over own said same say says she should so some such
tell than that the their them then there these they this those through to too under until up us very was we were
what when where whether which while who whom whose why will with would you your approximately around according
week recently this today currently name named called come came comes go goes went take takes make makes made give
gave happen happened
"""
EMPTY = frozenset(_EMPTY_TEXT.split())

_COUNTRIES_TEXT = """
us u.s u.s.a usa america american americans united-states
uk u.k britain british briton britons united-kingdom
russia russian russians
france french frenchman
germany german germans
china chinese
japan japanese
india indian indians
pakistan pakistani pakistanis
ukraine ukrainian ukrainians
israel israeli israelis
palestine palestinian palestinians
iran iranian iranians
iraq iraqi iraqis
syria syrian syrians
turkey türkiye turkish turks
egypt egyptian egyptians
niger nigerien nigeriens
nigeria nigerian nigerians
mali malian malians
burkina burkinabe burkinabè
ghana ghanaian ghanaians
kenya kenyan kenyans
ethiopia ethiopian ethiopians
sudan sudanese
somalia somali somalis
spain spanish spaniards
italy italian italians
greece greek greeks
poland polish poles
hungary hungarian hungarians
austria austrian austrians
switzerland swiss
sweden swedish swedes
norway norwegian norwegians
finland finnish finns
denmark danish danes
netherlands dutch
belgium belgian belgians
portugal portuguese
ireland irish
scotland scottish scots
canada canadian canadians
mexico mexican mexicans
brazil brazilian brazilians
argentina argentine argentinian argentines
chile chilean chileans
colombia colombian colombians
venezuela venezuelan venezuelans
cuba cuban cubans
australia australian australians
korea korean koreans
vietnam vietnamese
thailand thai
indonesia indonesian indonesians
philippines philippine filipino filipinos
malaysia malaysian
taiwan taiwanese
afghanistan afghan afghans
bangladesh bangladeshi
lebanon lebanese
libya libyan libyans
morocco moroccan
algeria algerian
tunisia tunisian
yemen yemeni
europe european europeans eu
africa african africans
asia asian asians
"""
_SEATS_TEXT = """
us washington pentagon
russia moscow kremlin
china beijing
uk london westminster
france paris élysée
germany berlin
ukraine kyiv kiev
iran tehran
japan tokyo
india delhi
turkey ankara
korea seoul pyongyang
israel jerusalem
europe brussels
pakistan islamabad
palestine ramallah
iraq baghdad
syria damascus
egypt cairo
niger niamey
nigeria abuja
mali bamako
burkina ouagadougou
ghana accra
kenya nairobi
sudan khartoum
somalia mogadishu
spain madrid
italy rome
greece athens
poland warsaw
hungary budapest
austria vienna
switzerland bern
sweden stockholm
norway oslo
finland helsinki
denmark copenhagen
netherlands hague
portugal lisbon
ireland dublin
scotland edinburgh holyrood
canada ottawa
brazil brasilia brasília
chile santiago
colombia bogota bogotá
venezuela caracas
cuba havana
australia canberra
vietnam hanoi
thailand bangkok
indonesia jakarta
philippines manila
malaysia putrajaya
taiwan taipei
afghanistan kabul
bangladesh dhaka
lebanon beirut
libya tripoli
morocco rabat
algeria algiers
tunisia tunis
yemen sanaa sana'a
"""
_POSSESSIVE = re.compile(r"['’]s?$")
_SUFFIX = re.compile(r"(?:ations?|ings?|ments?|als?|ers?|ors?|ed|es|s|e|ly)$")


@lru_cache(maxsize=20_000)
def bare(word: str) -> str:
    """Lower case without a possessive; the country `US` is not the pronoun."""
    if word.replace(".", "") in ("US", "USA"):
        return "u.s"
    plain = word.casefold().strip(".")
    return _POSSESSIVE.sub("", plain) if "'" in plain or "’" in plain else plain


def root(word: str) -> str:
    """Without its ending; of an irregular form that of the verb."""
    word = BASE.get(word, word)
    short = _SUFFIX.sub("", word)
    return short if len(short) >= 3 else word


def _groups() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in SYNONYMS_TEXT.split("\n"):
        for word in line.split():
            found.setdefault(root(word), f"~{line.split()[0]}")
    return found


_GROUP = _groups()
COUNTRY = {word: f"@{line.split()[0]}" for line in _COUNTRIES_TEXT.split("\n") for word in line.split()}

PEOPLE = frozenset(
    word for line in _COUNTRIES_TEXT.split("\n") for word in line.split()[1:]
    if word.endswith(("ish", "an", "ese", "ch", "i", "ien", "è", "ss", "eek"))
)  # fmt: skip
"""`French` beside `France`."""
SEAT = {word: f"@{line.split()[0]}" for line in _SEATS_TEXT.split("\n") for word in line.split()[1:]}
"""Where a government sits, for the government: it helps to find a sentence and proves nothing."""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The same for `arrive`, `arrived`, `arrival`; for `troops` and `soldiers`; for `France` and `French`."""
    if word in COUNTRY or word in SEAT:
        return COUNTRY.get(word) or SEAT[word]
    short = root(word)
    return _GROUP.get(short, short)


def words_of(text: str) -> list[str]:
    """Content words, lower case, in order, each once."""
    found = (bare(word) for word in WORD.findall(text))
    return list(dict.fromkeys(word for word in found if word and word not in EMPTY))


@lru_cache(maxsize=50_000)
def _stems(token: str) -> tuple[str, ...]:
    word = bare(token)
    parts = word.split("-") if "-" in word else []
    return (stem(word), *(stem(part) for part in parts if part))


@lru_cache(maxsize=8_192)  # a sentence is looked at alone, as a neighbour, and for the next question
def stems_of(text: str) -> frozenset[str]:
    """The stems of a text's words; a word with a hyphen counts whole and in its parts."""
    return frozenset(chain.from_iterable(map(_stems, WORD.findall(text))))


def names_of(question: str) -> frozenset[str]:
    """Words of the question that are written as names. The first word of a sentence does not count."""
    found: set[str] = set()
    for sentence in re.split(r"(?<=[.?!])\s+", question):
        words = WORD.findall(sentence)
        found.update(bare(word) for word in words[1:] if word[:1].isupper())
        if words and bare(words[0]) in COUNTRY:
            found.add(bare(words[0]))
    return frozenset(found) - EMPTY


def coverage(weights: Mapping[str, float], stems: Iterable[str]) -> float:
    """Share of the question's words found among the stems, weighed by rarity: 0 to 1."""
    total = sum(weights.values())
    held = stems if isinstance(stems, (set, frozenset)) else set(stems)
    return sum(weight for word, weight in weights.items() if stem(word) in held) / total if total else 0.0


_ONES_TEXT = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = {word: number for number, word in enumerate(_ONES_TEXT.split())}
_TENS = {word: 10 * number for number, word in enumerate(_TENS_TEXT.split(), 2)}
_SCALE = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
          "m": 10**6, "mn": 10**6, "bn": 10**9, "k": 1_000, "b": 10**9, "tn": 10**12}  # fmt: skip
_SPELT = "|".join([*_ONES, *_TENS])
NUMBER = re.compile(
    rf"(?<![\w.,])(?P<money>[$€£¥])?\s?(?P<value>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?"
    rf"|(?:{_SPELT})(?:[ -](?:{_SPELT}))?)(?:[ -]?(?P<scale>hundred|thousand|million|billion|trillion|mn?|bn?|tn|k)\b)?"
    rf"(?:\s?(?P<share>%|per ?cent\b|percent(?:age)?\b))?(?![\w]|[.,]\d)",
    re.I,
)


def amount(match: re.Match[str]) -> str:
    """One form for one number: `$5m`, `5 million`, `five million` are `5000000`; a share keeps its sign."""
    words = match["value"].casefold().replace(",", "")
    value = float(words) if words[0].isdigit() else float(_spelt(words))
    if match["scale"]:
        value *= _SCALE[match["scale"].casefold()]
    shown = f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{shown}%" if match["share"] else shown


def _spelt(words: str) -> int:
    return sum(_ONES.get(word, _TENS.get(word, 0)) for word in re.split(r"[ -]", words))


def amounts(text: str) -> frozenset[str]:
    return frozenset(amount(match) for match in NUMBER.finditer(text))
