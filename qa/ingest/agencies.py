"""The agency behind a text: a source line, a dateline, a credit, or the publisher itself."""

from __future__ import annotations

import re
import unicodedata

_NAMES = {
    "Reuters": "reuters|thomson reuters|reuters staff",
    "AP": "ap|associated press|the associated press|a\\.p\\.",
    "AFP": "afp|agence france-presse|agence france presse",
    "dpa": "dpa|deutsche presse-agentur|dpa-infocom|dpa international",
    "EFE": "efe|agencia efe|epa-efe",
    "ANSA": "ansa|agenzia ansa",
    "TASS": "tass|itar-tass|тасс",
    "RIA Novosti": "ria novosti|ria|риа новости|sputnik",
    "Interfax": "interfax|интерфакс|interfax-ukraine",
    "Xinhua": "xinhua|xinhua news agency",
    "UPI": "upi|united press international",
    "PA": "pa media|press association|pa news agency|pa",
    "Bloomberg": "bloomberg|bloomberg news",
    "Kyodo": "kyodo|kyodo news|共同",
    "Anadolu": "anadolu|anadolu agency|aa|anadolu ajansı",
    "ANI": "ani",
    "PTI": "pti|press trust of india",
    "IANS": "ians|indo-asian news service",
    "Yonhap": "yonhap|yonhap news agency",
    "APA": "apa|austria presse agentur",
    "Keystone-SDA": "keystone-sda|sda|keystone-ats|ats",
    "Belga": "belga",
    "ANP": "anp",
    "Lusa": "lusa|agência lusa",
    "PAP": "pap|polska agencja prasowa",
    "ČTK": "čtk|ctk",
    "MTI": "mti",
    "NTB": "ntb",
    "TT": "tt nyhetsbyrån",
    "Ritzau": "ritzau",
    "STT": "stt",
    "Ukrinform": "ukrinform",
    "CNA": "central news agency",
    "Bernama": "bernama",
    "Antara": "antara",
    "MENA": "middle east news agency",
    "WAM": "wam",
    "SPA": "saudi press agency",
    "NAN": "news agency of nigeria",
    "Ghana News Agency": "gna|ghana news agency",
    "The Canadian Press": "canadian press|the canadian press",
    "AAP": "aap|australian associated press",
    "Agência Brasil": "agência brasil|agencia brasil",
    "Télam": "télam|telam",
    "Notimex": "notimex",
    "Europa Press": "europa press",
    "Adnkronos": "adnkronos",
    "KNA": "kna",
    "epd": "epd",
}
_ANY = "|".join(
    sorted((form for forms in _NAMES.values() for form in forms.split("|")), key=len, reverse=True)
)
_FORMS = {form.replace("\\", ""): name for name, forms in _NAMES.items() for form in forms.split("|")}
_SOURCE = re.compile(
    r"^(?:source|sources|quelle|quellen|fuente|fonte|bron|źródło|источник)\s?:\s?([^\n]{2,80}?)\s*\.?$",
    re.IGNORECASE | re.MULTILINE,
)
_DATELINE = re.compile(
    rf"^[^\n(]{{0,80}}\(({_ANY})(?:/[\w .]{{2,20}})?\)\s?(?:[-–—:.]|$)|^[^\n–—-]{{2,60}}[–—-] ?\(?({_ANY})\)? ?[–—-]"
    rf"|^({_ANY})\s?[–—-]{{1,2}}\s",
    re.IGNORECASE | re.MULTILINE,
)
_CREDIT = re.compile(
    rf"^\W{{0,3}}(?:by |par |von |por )?({_ANY})(?: staff| news)?\W{{0,3}}$|©\s?(?:\d{{4}}\s)?(?:the )?({_ANY})\b"
    rf"|^\(?(?:reporting by )[^\n]{{3,200}}; ?(?:editing|writing) by|^\(({_ANY})\)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_TOP, _TAIL = 700, 500
_WIRE = re.compile(
    r"\b(?:news agency|press agency|presse-?agentur|agence de presse|agencia de noticias|newswire)\b", re.I
)


def agency_of(text: str, *, publisher: str = "") -> str:
    """The agency that a text comes from, by the name it is best known by; empty where none is named.

    An agency that is merely quoted ("Reuters reported") is not its origin: only source lines, datelines, credits
    at the top and the end, and the publisher's own name count.
    """
    if name := known(publisher):
        return name
    for match in _SOURCE.finditer(text[:_TOP] + "\n" + text[-_TAIL:]):
        if name := known(match[1]) or (match[1] if _WIRE.search(match[1]) else ""):
            return name
    top, tail = text[:_TOP], text[-_TAIL:]
    for rule, part in ((_DATELINE, top), (_CREDIT, top), (_CREDIT, tail)):
        if found := rule.search(part):
            form = next((group for group in found.groups() if group), "reuters")
            return _FORMS.get(form.casefold(), "")
    return publisher if _WIRE.search(publisher) else ""


def known(name: str) -> str:
    """The agency of this name in any of its forms; empty for any other name."""
    return _FORMS.get(" ".join(name.casefold().split()).strip(" .,()"), "")


def slug(name: str) -> str:
    """A name as part of a key: without accents, marks and case."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^\w]+", "-", "".join(char for char in plain if not unicodedata.combining(char))).strip(
        "-"
    )
