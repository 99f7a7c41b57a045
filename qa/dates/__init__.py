"""News time: date expressions to half-open intervals, each with the basis it was reached on.

Pure functions over text and dates; nothing here reads a clock, a file or a network.
"""

from .dateline import dateline
from .find import find
from .infer import infer_published
from .language import language_of
from .numeric import day_order
from .question import question_time
from .roles import Role, role, told
from .values import Anchor, Basis, Interval, Mention, Placed, Precision, QuestionTime, Story, spoken

__all__ = [
    "Anchor",
    "Basis",
    "Interval",
    "Mention",
    "Placed",
    "Precision",
    "QuestionTime",
    "Role",
    "Story",
    "dateline",
    "day_order",
    "find",
    "infer_published",
    "language_of",
    "question_time",
    "role",
    "spoken",
    "told",
]
