"""What may be locked: every licence is known and allowed, stricter for what is shipped than for a tool."""

from __future__ import annotations

import re

import pytest

from bench import licences

LOCK = {
    "package": [
        {
            "name": "dateline-qa", "version": "1", "dependencies": [{"name": "web"}],
            "optional-dependencies": {"pdf": [{"name": "paper"}]}, "dev-dependencies": {"dev": [{"name": "linter"}]},
        },
        {"name": "web", "version": "2", "dependencies": [{"name": "words"}]},
        {"name": "words", "version": "3"},
        {"name": "paper", "version": "4"},
        {"name": "linter", "version": "5"},
    ]
}  # fmt: skip
FINE = {"dateline-qa": "Apache-2.0", "web": "MIT", "words": "MPL-2.0", "paper": "ISC", "linter": "GPL-3.0"}


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "READ", {})


def test_a_tool_may_be_under_what_a_part_may_not() -> None:
    assert list(licences.check(LOCK, FINE)) == []
    (fault,) = licences.check(LOCK, {**FINE, "words": "GPL-3.0"})
    assert re.match(
        r"words 3 is under GPL-3\.0, which is not allowed for a part of Dateline\. Use another", fault
    )
    (fault,) = licences.check(LOCK, {**FINE, "paper": "GPL-3.0"})
    assert "paper 4" in fault, "an extra is a part as well"
    (fault,) = licences.check(LOCK, {**FINE, "linter": "SSPL-1.0"})
    assert "not allowed for a tool" in fault


def test_what_does_not_say_its_licence_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = licences.check(LOCK, {**FINE, "web": ""})
    assert re.match(r"web 2 does not say its licence here\. Read it", fault)
    monkeypatch.setattr(licences, "READ", {"web": "MIT", "gone": "MIT"})
    (fault,) = licences.check(LOCK, {**FINE, "web": ""})
    assert fault == "gone is in READ in bench/licences.py, but not in uv.lock. Take it out."


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True), ("GPL-3.0", False), ("MIT OR GPL-3.0", True), ("MIT AND GPL-3.0", False),
        ("GPL-3.0 OR MIT AND ISC", True), ("(GPL-3.0 OR MIT) AND ISC", True), ("ISC AND (GPL-3.0 OR SSPL-1.0)", False),
        ("MIT ISC", False), ("(MIT", False), ("Apache-2.0 WITH LLVM-exception", False), ("", False),
    ],
)  # fmt: skip
def test_an_expression_is_read_as_spdx_does(expression: str, may: bool) -> None:
    assert licences.permitted(expression, licences.PERMISSIVE) is may
