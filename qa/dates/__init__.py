"""News time: date expressions to half-open intervals, each with the basis it was reached on.

Pure functions over text and dates; nothing here reads a clock, a file or a network.
"""

from .clauses import Clause, clauses
from .clock import Clock, hhmm, minute
from .dateline import dateline
from .find import find
from .infer import infer_published
from .language import language_of
from .numeric import day_order
from .question import asks_latest, question_time, timeless
from .roles import Role, role, told
from .values import Anchor, Basis, Interval, Mention, Placed, Precision, QuestionTime, Story, spoken
from .zones import zone_offset

READING = "2"
"""Raise it when dates would be read otherwise: every archive is then read through again when it is opened."""

__all__ = [
    "READING",
    "Anchor",
    "Basis",
    "Clause",
    "Clock",
    "Interval",
    "Mention",
    "Placed",
    "Precision",
    "QuestionTime",
    "Role",
    "Story",
    "asks_latest",
    "clauses",
    "dateline",
    "day_order",
    "find",
    "hhmm",
    "infer_published",
    "language_of",
    "minute",
    "question_time",
    "role",
    "spoken",
    "timeless",
    "told",
    "zone_offset",
]
