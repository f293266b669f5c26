"""The page on the command line names every verb and option, and the commands of the documentation can be read."""

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from napari_geofm.cli.parser import build_parser, joined_places
from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "command-line.md"
TEXTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]


def verbs() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each verb."""
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError


def long_options(parser: argparse.ArgumentParser) -> set[str]:
    return {word for action in parser._actions for word in action.option_strings if word.startswith("--")}


def commands() -> Iterator[tuple[str, str]]:
    """Return the commands in the blocks of each page, with the page's name."""
    for file in TEXTS:
        for block in re.findall(r"```\w*\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL):
            for line in re.sub(r"\\\n\s*", " ", block).splitlines():
                if line.startswith("geofm "):
                    yield file.name, line.partition(" #")[0].strip()


@pytest.mark.parametrize("verb", verbs())
def test_the_page_names_each_option_beside_its_verb(verb: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"`geofm {verb}" in page
    shared, own = page.split("Those of one verb:")
    shared = shared.partition("## All options")[2]
    (row,) = [line for line in own.splitlines() if line.startswith(f"| `{verb}`")] or [""]
    rows = [line for line in shared.splitlines() if f"`{verb}`" in line or "| all" in line or "the same" in line]
    told = {word for line in (row, *rows) for word in re.findall(r"--[a-z][a-z0-9-]+", line)}
    assert long_options(verbs()[verb]) <= told


@pytest.mark.parametrize(("page", "line"), list(commands()))
def test_commands_have_only_options_that_there_are(page: str, line: str) -> None:
    words = joined_places(shlex.split(line)[1:])
    known = long_options(verbs()[words[0]])
    asked = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert asked <= known, page
    if "..." not in line and "FILE" not in line:
        build_parser().parse_args(words)


def test_the_options_that_the_page_names_exist() -> None:
    known = {"--version"}.union(*(long_options(each) for each in verbs().values()))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", PAGE.read_text(encoding="utf-8"))) <= known
