"""Whether a name after "in", "at", "to" is the place that is asked for: by what stands in it, before it and after it.

A capital after a preposition is no proof: "Meeting of Ministers in Charge of Health", "in RTN's studio", "to Nordmedia".
"""

from __future__ import annotations

import re
from typing import Literal

from qa.answer.gazetteer import KNOWN
from qa.answer.words import COUNTRY, PEOPLE, SEAT, WORD, bare

Way = Literal["at", "to", "from"]
"""Where something is or happens, where it goes, where it comes from."""

PLACE = re.compile(
    r"\b(?P<before>(?i:in|at|near|from|to|outside|inside|around|across|off|into|on|city of|town of|village of|island of"
    r"|state of|province of|region of|county of|district of|capital,?))"
    r"(?: (?:the|northern|southern|eastern|western|central|downtown|nearby|city of|town of|village of|island of|state of"
    r"|province of|region of|county of|district of))*"
    r" (?P<name>(?:St\.? |Mt\.? )?(?:[A-Z][\w'’.-]*[\w’])(?:,? (?:of |the |and |(?:de|del|der|den|di|da|do|du|la|le|van|von) |[dl]['’])*[A-Z][\w'’-]+)*)"
)
SURE, PLAIN, DOUBTFUL = 1.0, 0.8, 0.3
"""A place by what is said of it; by where it stands alone; a name that may be of something else."""
_SITES_TEXT = """
city town village province region state county district island islands isle river lake mount mt mountain hill bay beach
harbour harbor port airport stadium arena park square street avenue road valley coast desert sea ocean gulf strait
peninsula hotel hospital university school church cathedral mosque temple prison base camp border bridge museum palace
theatre theater hall house station garden gardens forest canyon falls heights center centre speedway capital suburb
capitol cemetery zoo mall resort
"""
_SITES = frozenset(_SITES_TEXT.split())
_REGIONS = frozenset(
    ["catalonia", "bavaria", "punjab", "kashmir", "crimea", "donbas", "sahel", "balkans", "caribbean"]
)
_KNOWN = frozenset(word for word in COUNTRY if word not in PEOPLE) | SEAT.keys() | KNOWN | _REGIONS
_WIDE = frozenset(["africa", "asia", "europe", "sahel"])
"""As an answer to "where" they leave most of it open; "which continent" has its own list."""
_SHORT = frozenset(["u.s", "u.k", "uk", "uae", "eu", "d.c", "dc", "nyc", "la", "l.a"])
_STANDING_TEXT = """
charge fact addition support response honor honour memory defiance accordance search need favor favour light view case terms
front exchange return part partnership cooperation collaboration association conjunction respect reference regard spite
place time times least large war power office order danger protest
"""
_STANDING = frozenset(_STANDING_TEXT.split())
"""`in charge of`, `in response to`: no places, also where a name is written with capitals throughout."""
_OF_TEXT = """
corps agency ministry department party council committee group company inc corp ltd plc union association organization
organisation army navy police times news post journal commission administration board fund airlines airways league cup
championship championships games festival awards act meeting summit conference broadcast television radio
"""
_NO_SITE = frozenset(_OF_TEXT.split())
_FOLLOWS_TEXT = """
on in at and or but with by to from since during amid over while until because without against through between under near
before after as where when who which that for of said is was were are has had have will would could can may did does do
into out off up down last this next early late later again ahead alone also only just now then today yesterday tomorrow
tonight following despite via about around above among if so than too not it he she they his her their its the a an one two
three four five six seven eight nine ten old new first second told says say went came took made left
"""
_FOLLOWS = frozenset(_FOLLOWS_TEXT.split())
"""What goes on after a place; another word in lower case is what the name belongs to: "at the RTN studios"."""
_MOVES = re.compile(
    r"\b(?:go|goes|going|gone|went|travel\w*|fly|flew|flown|flying|flies|flee|fled|flees|fleeing|move[sd]?|moving|head(?:s|ed|ing)?"
    r"|send|sent|sends|tak(?:e|en|ing)|took|bring|brought|transfer\w*|deport\w*|extradit\w*|evacuat\w*|return\w*|relocat\w*"
    r"|ship(?:ped|ping)|sail\w*|export\w*|deliver\w*|escape\w*|retreat\w*|withdr[ae]w\w*|migrat\w*|expand\w*)\b|\bto\s*\??$",
    re.I,
)
_LEAVES = re.compile(
    r"\bfrom\b|\b(?:tak(?:e|es|en|ing)|took|set|sets|setting) (?:off|out)\b|\bdepart\w*|\boriginat\w*"
    r"|\b(?:come|came|comes|sail(?:ed)?|started?)\s*\??$",
    re.I,
)
_WITHIN = re.compile(r"^(?:['’]s?)?[\s,(]*(?:(?!(?:from|to|or|but|not|than|into|then)\b)[a-z]+,?\s+){0,5}$")
"""What stands between two places of which one is in the other: "Niger's capital, Niamey", "Varna, Bulgaria"."""
_BOTH = re.compile(r"^,? (?:and )?(?:the )?$")


def way(question: str) -> Way:
    """Which of the places of a journey is asked for."""
    if _LEAVES.search(question):
        return "from"
    return "to" if _MOVES.search(question) else "at"


def fits(found: re.Match[str], left: int, right: int, wanted: Way) -> float:
    """How surely a name that PLACE found is a place of the kind that is asked for; 0 where it is none.

    `left` and `right` are its ends in the text, without what it only began with.
    """
    text, before = found.string, found["before"].casefold()
    tokens = [bare(token) for token in WORD.findall(text[left:right])]
    known = " ".join(tokens) in _KNOWN or any(token in _KNOWN for token in tokens)
    site = any(token in _SITES for token in tokens)
    if _none(found, tokens, known=known, site=site) or (before == "on" and not site):
        return 0.0
    if tokens[-1] in _WIDE:
        return DOUBTFUL
    if before == "from" and wanted != "from":
        return DOUBTFUL
    if before in ("to", "into") and wanted != "to" and not _arrives(text[: found.start()]):
        return DOUBTFUL
    following = WORD.match(text, right + 1) if text[right : right + 1] == " " else None
    after = following.group() if following else ""
    if known or site or " of" in before or before.startswith("capital") or after in _SITES:
        return SURE
    return DOUBTFUL if _NO_SITE.intersection(tokens) or _belongs(text[right:], after) else PLAIN


def whole(text: str, left: int, right: int) -> int:
    """Where a name with a comma ends: after "Agadez, Niger", but before the comma of "Praia, RTC said"."""
    comma = text.find(",", left, right)
    if comma < 0:
        return right
    more = text[comma + 1 : right].strip()
    known = any(bare(token) in _KNOWN for token in WORD.findall(more)) or more.casefold() in KNOWN
    closed = bool(re.match(r"\s*(?:[,.;:)]|$)", text[right:])) and not more.isupper()
    apart = text[left:comma].casefold() in KNOWN  # "In Burkina Faso, Russia opened a base"
    return right if closed or (known and not apart) else comma


def _none(found: re.Match[str], tokens: list[str], *, known: bool, site: bool) -> bool:
    """Words that say how and not where; an abbreviation that is no country's, as bodies and broadcasters have."""
    if tokens[0] in _STANDING:
        return True
    letters = re.sub(r"[^A-Za-z]", "", found["name"])
    return letters.isupper() and len(letters) > 1 and not known and not site and not _SHORT.issuperset(tokens)


def _arrives(before: str) -> bool:
    """`came to`, `was taken to`: the verb that leads there."""
    return bool(
        re.search(r"\b(?:came|come|comes|coming|moved|moves|brought|invited|welcomed)(?: back)?\s*$", before)
    )


def _belongs(rest: str, after: str) -> bool:
    """Whether the name only says whose something is: "Telvia's headquarters", "the RTN studios"."""
    if re.match(r"['’]s?\s", rest):
        return True
    return after.islower() and after not in _FOLLOWS and not re.search(r"(?:ed|ing|ly)$", after)


def together(text: str, one: str, other: str, *, places: bool) -> bool:
    """Whether a text names two places as one within the other, or two names as both: neither is told against the other."""
    at, to = text.find(one), text.find(other)
    if at < 0 or to < 0:
        return False
    between = text[at + len(one) : to] if at < to else text[to + len(other) : at]
    return bool(_BOTH.match(between) or (places and _WITHIN.match(between)))


def seat(one: str, other: str) -> bool:
    """Whether one is the other's capital."""
    left, right = bare(one), bare(other)
    return (left in SEAT and SEAT[left] == COUNTRY.get(right)) or (
        right in SEAT and SEAT[right] == COUNTRY.get(left)
    )
