"""The languages that the date grammar reads; another one is another table."""

from collections.abc import Mapping

from .english import TABLE as ENGLISH
from .french import TABLE as FRENCH
from .kinds import Table
from .spanish import TABLE as SPANISH

TABLES: Mapping[str, Table] = {table.language: table for table in (ENGLISH, FRENCH, SPANISH)}
