"""Days as a command is given them."""

from __future__ import annotations

from datetime import date, datetime

import click


def asked(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    """The day of an option. Raises BadParameter where nothing can be asked about it."""
    from qa.models import FIRST_DAY, LAST_DAY

    if value is not None and not FIRST_DAY <= value.date() <= LAST_DAY:
        raise click.BadParameter(f"Name a day from {FIRST_DAY} to {LAST_DAY}.")
    return value.date() if value else None
