"""Origins: articles of one agency or one publisher are one voice."""

from __future__ import annotations

import re

from qa.models import Draft


def origin(draft: Draft) -> str:
    """The name of the draft's voice; empty where nothing but the article itself is known."""
    name = re.sub(r"[^\w]+", "-", draft.publisher.casefold()).strip("-")
    return f"publisher:{name}" if name else ""
