"""The 14 questions on the five seed articles: without a model, and with a stub that answers faithfully from the gold.

python -m bench.seeds
"""

from __future__ import annotations

import asyncio
from typing import Any

from bench.corpora import Room, queries, room
from qa.models import Answer


def good(item: dict[str, Any], answer: Answer) -> bool:
    """All expected strings in the answer, nothing cited but gold; or silence where nothing answers."""
    if not item["gold"]:
        return answer.status == "not_answered" and not answer.citations
    said = answer.text.casefold()
    cited = {citation.article_id for citation in answer.citations}
    return (
        bool(cited) and all(part.casefold() in said for part in item["expect"]) and cited <= set(item["gold"])
    )


async def asked(opened: Room, item: dict[str, Any]) -> Answer:
    conversation = None
    for earlier in item.get("history", ()):
        opened.pool.question = earlier
        conversation = (await opened.ask(earlier)).conversation_id
    opened.pool.question = item["question"]
    return await opened.ask(item["question"], conversation=conversation)


async def main() -> None:
    with room("seeds") as opened:
        right = 0
        for item in queries("seeds"):
            answer = await asked(opened, item)
            right += good(item, answer)
            print(
                f"{'ok ' if good(item, answer) else 'BAD'} {item['id']} {item['question']} {item['expect']}"
            )
            print(f"    [{answer.status} {answer.reason or ''}] {answer.standalone_question}")
            print("      " + answer.text.replace("\n", "\n      "))
            for conflict in answer.conflicts:
                print("    CONFLICT", conflict)
        print(f"{right} of 14")


if __name__ == "__main__":
    asyncio.run(main())
