"""From a question to passages: what it asks for, the scores of both legs summed, and a list that covers it."""

from qa.retrieve.choose import choose, followed, hits, joined
from qa.retrieve.parse import Wanted, narrowed, parse, reported, until
from qa.retrieve.rank import CANDIDATES, NEAREST, Legs, Ranked, rank

__all__ = [
    "CANDIDATES",
    "NEAREST",
    "Legs",
    "Ranked",
    "Wanted",
    "choose",
    "followed",
    "hits",
    "joined",
    "narrowed",
    "parse",
    "rank",
    "reported",
    "until",
]
