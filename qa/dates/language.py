"""Which language a text is in, among those that the date grammar has a table for."""

import re

_COMMON = {
    "en": "the and of to was with for that is on by has have were from an are it at said",
    "fr": "le les des du et est une dans pour au aux sur par qui ne il a été avec ce cette ont son sa",
    "es": "el los las del y por una con para se al su ha lo sus fue como más pero este esta entre",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+")
_READ = 3_000
"""Characters from the top that are looked at."""
_FEW = 12
"""Words below which nothing is told."""
_SHARE = 0.05
"""Share of common words below which a text is of none of these languages."""


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language whose commonest words the text has; "" for another language's.

    A text of fewer than twelve words is taken for English.
    """
    words = [word.lower() for word in _WORD.findall(text[:_READ])]
    if len(words) < _FEW:
        return "en"
    counts = {language: sum(word in common for word in words) for language, common in _WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= _SHARE * len(words) else ""
