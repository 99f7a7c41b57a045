"""Draws Block Kit as text, so that a reader of the documentation sees what people see in Slack."""

from __future__ import annotations

import textwrap
from typing import Any

WIDTH = 100
Body = dict[str, Any]


def drawn(blocks: list[Body]) -> str:
    """One line after another; buttons in brackets, bold between asterisks, as people write them."""
    lines: list[str] = []
    for block in blocks:
        lines += _DRAWN[block["type"]](block)
        lines += [] if block["type"] == "section" else [""]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _rich(block: Body) -> list[str]:
    lines: list[str] = []
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            for item in part["elements"]:
                lines += _wrapped(_words(item), "• ", "  ")
        elif part["type"] == "rich_text_quote":
            lines += _wrapped(_words(part), "│ ", "│ ")
        else:
            lines += _wrapped(_words(part))
    return lines


def _words(part: Body) -> str:
    said = ""
    for each in part["elements"]:
        if each["type"] == "user":
            said += f"@{each['user_id']}"
            continue
        text = each["text"]
        style = each.get("style", {})
        mark = "*" if style.get("bold") and not text.startswith(" [") else "_" if style.get("italic") else ""
        said += f"{mark}{text.strip()}{mark}" if mark else text
    return said


def _section(block: Body) -> list[str]:
    button = block.get("accessory")
    first, *more = block["text"]["text"].split("\n")
    named = f"[ {button['text']['text']} ]" if button else ""
    return [f"{first:<{WIDTH - len(named)}}{named}".rstrip(), *more]


def _context(block: Body) -> list[str]:
    return [line for each in block["elements"] for line in _wrapped(each["text"])]


def _actions(block: Body) -> list[str]:
    return ["  ".join(f"[ {each['text']['text']} ]" for each in block["elements"])]


def _feedback(block: Body) -> list[str]:
    (buttons,) = block["elements"]
    return [
        f"[ {buttons['positive_button']['text']['text']} ]  [ {buttons['negative_button']['text']['text']} ]"
    ]


def _header(block: Body) -> list[str]:
    return [block["text"]["text"].upper()]


def _wrapped(words: str, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


_DRAWN = {
    "rich_text": _rich, "section": _section, "context": _context, "actions": _actions, "context_actions": _feedback,
    "header": _header,
}  # fmt: skip
