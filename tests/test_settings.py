"""Settings: where they come from, and what is refused."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from qa.errors import SettingsError
from qa.settings import DEFAULT_OPENAI_MODEL, load


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "qa.toml").write_text('llm_model = "from-file"\nllm_timeout = 3\n')
    settings = load({"QA_HOME": str(tmp_path), "QA_LLM_MODEL": "from-environment"})
    assert (settings.llm_model, settings.llm_timeout) == ("from-environment", 3.0)


def test_without_anything_there_is_no_model(tmp_path: Path) -> None:
    assert not load({"QA_HOME": str(tmp_path)}).has_model


def test_a_key_alone_is_enough_for_openai(tmp_path: Path) -> None:
    settings = load({"QA_HOME": str(tmp_path), "OPENAI_API_KEY": "sk-x"})
    assert (settings.has_model, settings.llm_model) == (True, DEFAULT_OPENAI_MODEL)


def test_another_server_needs_no_key(tmp_path: Path) -> None:
    given = {"QA_HOME": str(tmp_path), "QA_LLM_BASE_URL": "http://127.0.0.1:1/v1", "QA_LLM_MODEL": "m"}
    assert load(given).has_model


def test_they_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        load({"QA_HOME": str(tmp_path)}).llm_model = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"QA_LLM_MODLE": "x"}, r"QA_LLM_MODLE\. Did you mean LLM_MODEL\?"),
        ({"QA_NONSENSE_AT_ALL": "x"}, "Unknown setting.*Known: "),
        ({"QA_LLM_TIMEOUT": "soon"}, "'soon' is not a float"),
        ({"QA_LLM_TIMEOUT": "-1"}, "positive"),
        ({"QA_LLM_BASE_URL": "http://127.0.0.1:1"}, "without QA_LLM_MODEL"),
        ({"QA_EMBED_BASE_URL": "http://127.0.0.1:1"}, "QA_EMBED_MODEL and QA_EMBED_DIMENSIONS"),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_do(
    tmp_path: Path, given: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        load({"QA_HOME": str(tmp_path), **given})


@pytest.mark.parametrize(("text", "said"), [("colour = 1", "key colour"), ("= broken", "not valid TOML")])
def test_a_file_that_cannot_work_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "qa.toml").write_text(text)
    with pytest.raises(SettingsError, match=rf"qa\.toml.*{said}"):
        load({"QA_HOME": str(tmp_path)})
