"""The documentation names what there is: every command, setting and route, and no other."""

from __future__ import annotations

import re
from dataclasses import fields

import click
from conftest import ROOT

from qa.interfaces import cli, rest
from qa.service import Newsroom
from qa.settings import Settings

README = (ROOT / "README.md").read_text("utf-8")
PAGES = {path.name: path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")}


def test_every_command_is_in_the_readme() -> None:
    assert set(re.findall(r"^qa ([a-z]+)", README, re.M)) == set(
        cli.cli.list_commands(click.Context(cli.cli))
    )


def written() -> list[tuple[str, str]]:
    """What the pages write as a command of ours, each with its page."""
    pages = {"README.md": README, **PAGES}
    blocks = [
        (name, line)
        for name, text in pages.items()
        for line in re.findall(r"^qa (.+?)(?:  .*|#.*)?$", text, re.M)
    ]
    spans = [(name, words) for name, text in pages.items() for words in re.findall(r"`qa ([^`\n]+)`", text)]
    return [*blocks, *spans]


def test_every_command_that_is_written_exists_with_its_options() -> None:
    found = written()
    assert len(found) > 50
    for page, words in found:
        command: click.Command = cli.cli
        for word in re.sub(r'"[^"]*"', "WORDS", words).replace("[", " ").replace("]", " ").split():
            if isinstance(command, click.Group) and re.fullmatch("[a-z][a-z-]*", word):
                named = command.get_command(click.Context(command), word)
                assert named is not None, f"{page}: qa {words}"
                command = named
            elif option := re.match("--[a-z][a-z-]*", word):
                known = {
                    name
                    for parameter in command.params
                    for name in (*parameter.opts, *parameter.secondary_opts)
                }
                assert option[0] in {*known, "--help"}, f"{page}: qa {words}"


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`QA_([A-Z_]+)`", PAGES["operating.md"]))
    assert documented == {field.name.upper() for field in fields(Settings)}


def test_every_route_is_documented(newsroom: Newsroom) -> None:
    document = rest.app(newsroom).openapi()
    routes = {f"{method.upper()} {path}" for path, found in document["paths"].items() for method in found}
    assert (
        set(re.findall(r"`((?:GET|POST|DELETE) /[^`]*)`", PAGES["rest.md"])) - {"GET /openapi.json"} == routes
    )


def test_no_link_of_the_documentation_is_dead() -> None:
    for name, text in {"README.md": README, **{f"docs/{name}": text for name, text in PAGES.items()}}.items():
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}"
