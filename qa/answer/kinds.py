"""What kind of answer a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from qa.answer import measures, places
from qa.answer.measures import Measure
from qa.answer.places import Way
from qa.answer.words import EMPTY, WORD, bare

Name = Literal["when", "clock", "number", "who", "where", "which", "yes_no", "why", "what"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`head` is the stem of the thing asked for: `troops` in "how many US troops", `country` in "which country"."""

    name: Name
    head: str = ""
    measure: Measure = ""
    year: bool = False
    way: Way = "at"


_PERSON_TEXT = """
official person president minister leader man woman actor actress player athlete singer celebrity general candidate
senator lawmaker author artist coach star politician governor mayor spokesman billionaire temp driver captain lawyer
director pilot doctor teacher founder owner suspect killer attacker gunman winner witness judge husband wife son daughter
"""
_PERSON = frozenset(_PERSON_TEXT.split())
_SITE_TEXT = """
city country town place state region province continent village capital nation county island district
airport port harbour harbor prison jail hospital stadium museum hotel square street camp suburb
"""
_SITE = frozenset(_SITE_TEXT.split())
_PROPER_TEXT = """
country nation state team club company firm corporation airline automaker retailer chain brand band party university
school network channel newspaper magazine film movie show series album song book game app website agency organization
organisation ship vessel ferry tanker freighter yacht painting bank regiment ministry union novel opera
"""
PROPER = frozenset(_PROPER_TEXT.split())
"""Things asked for with `which` whose names are written with a capital: sports and kinds of equipment are not."""
_COMPANIES_TEXT = """
team club company firm corporation airline automaker retailer chain brand band party channel newspaper magazine agency
organization organisation
"""
BODIES = frozenset(_COMPANIES_TEXT.split())
_YES_NO = re.compile(
    r"^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b(?!.*\bor\b)", re.I
)
_ASKED = re.compile(
    r"\b(?P<how>how (?P<what>many|much|old|long|far|often|soon|big|large|small|strong|fast|tall|high|deep|wide|heavy))\b(?P<rest>.*)"
    r"|\b(?P<clock>(?:what|which) (?:time|hour)(?! of (?:the )?(?:year|month|week)))\b"
    r"|\b(?P<when>when|what (?:date|day|year|month)|which (?:date|day|year|month))\b"
    r"|\b(?P<who>who(?:m|se)?)\b|\b(?P<where>where)\b|\b(?P<why>why)\b"
    r"|\b(?P<which>which|what)\b(?P<tail>.*)",
    re.I | re.S,
)
_STOP_HEAD = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|in|of|to|at|for|on|from|that|who|which|by"
    r"|with|announced|won|took)\b|[?,.;:]"
)
_PAST_TEXT = """
became began bought broke brought built came chose cut died fell flew found gave grew held hit kept knew led left lost
made met paid put quit ran rose sank sang saw sent set shot sold spent spoke stood stole struck swam took taught threw
told went won wore wrote
"""
_PAST = frozenset(_PAST_TEXT.split())
_NUMBERS_TEXT = """
number population magnitude age rate toll amount total majority margin score speed depth height length width distance weight
temperature capacity attendance size
"""
_COUNTED = frozenset(_NUMBERS_TEXT.split()) | measures.WORTH | measures.SHARES
_COSTS = re.compile(
    r"what (?:is|was|will|would|does|did|do|has|have)\b.*\b(?:costs?|worth|pay|paid|earn|charge)\b", re.I
)
_ARTICLE = re.compile(
    r"^\s*(?:is|was|were|are|will be)\s+(?:the|a|an|his|her|its|their|[\w ]+['’]s?)(?= )", re.I
)
_NAME_OF = re.compile(r"\s*(?:is|was|are|were) the (?:[\w-]+ )?names? of (?P<whose>.*)", re.I | re.S)
_MEASURE = re.compile(
    r"\s*(?:is|was|were|are|will be) (?:(?:the|his|her|its|their)|(?:[\w-]+ ){0,4}?[\w-]+['’]s?) (?:[\w-]+ ){0,4}?"
    rf"(?:{'|'.join(sorted(_COUNTED))})\b",
    re.I,
)


def asking(question: str) -> str:
    """The last sentence of a question, for many first tell what they are about."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z])", question.strip()) if part]
    return sentences[-1] if sentences else question


def kind_of(question: str) -> Kind:
    """The kind of answer: of the sentence that asks."""
    last = asking(question)
    if _YES_NO.match(last):
        return Kind("yes_no")
    found = _ASKED.search(last) or _ASKED.search(question)
    kind = _from(found, last) if found else Kind("what")
    return replace(kind, way=places.way(last)) if kind.name == "where" else kind


def _from(found: re.Match[str], clause: str) -> Kind:
    if found["how"]:
        return _how(found["what"].casefold(), found["rest"])
    if found["clock"]:
        return Kind("clock")
    if found["when"]:
        return Kind("when", year="year" in found["when"].casefold())
    for name in ("who", "where", "why"):
        if found[name]:
            return Kind(name)
    if _COSTS.match(clause[found.start() :]):
        return Kind("number", measure="money")
    return _which(found["which"].casefold(), found["tail"])


def _how(what: str, rest: str) -> Kind:
    if what == "soon":
        return Kind("when")
    nouns = _noun_phrase(rest)
    head = measures.head(nouns) if what == "many" else ""
    return Kind("number", head, measure=measures.asked_how(what, nouns, rest))


def _which(word: str, tail: str) -> Kind:
    named = _NAME_OF.match(tail)
    if named:
        nouns = _noun_phrase(named["whose"])
        proper = next((noun for noun in nouns if noun in PROPER), "")
        if proper:
            return Kind("which", proper)
        return (
            Kind("who")
            if any(noun.removesuffix("s") in _PERSON or measures.is_people(noun) for noun in nouns)
            else Kind("what")
        )
    nouns = _noun_phrase(tail)
    head = nouns[-1] if nouns else ""
    if (nouns[-1:] and nouns[-1] in _COUNTED) or _MEASURE.match(tail):
        return Kind("number", "", measure=measures.asked_what(nouns or _noun_phrase(_ARTICLE.sub("", tail))))
    if head in _SITE:
        return Kind("where", head)
    if any(noun in _PERSON for noun in nouns):
        return Kind("who", head)
    return Kind("which", head) if word == "which" or head else Kind("what")


def _noun_phrase(text: str) -> list[str]:
    """The words of `which popular US tourist attraction announced ...` up to its verb, as far as shape tells it."""
    found: list[str] = []
    for word in map(bare, WORD.findall(_STOP_HEAD.split(text, maxsplit=1)[0])[:6]):
        if found and (word in _PAST or (word.endswith("ed") and len(word) > 4)):
            break
        if word not in EMPTY:
            found.append(word)
    return found
