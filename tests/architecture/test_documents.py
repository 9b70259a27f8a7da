"""What the documents say is compared with the code."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from app.cli import main
from app.doorplates.states import FOLLOWING, NAMES, SCANNER_NOTES, State
from app.kernel.settings import Settings

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = sorted(
    file
    for folder in (".", "deploy", "docs", "docs/decisions")
    for file in (REPOSITORY / folder).glob("*.md")
)
READMES = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"`((?:app|workers|tests|deploy|docs|requirements|bench)/[\w./-]+)`")


def _read(name: str) -> str:
    return (REPOSITORY / name).read_text()


def _variables() -> dict[str, str]:
    """Give the default of every setting, as a person would type it, by its variable's name."""
    return {
        "SUNSHINE_ENV" if name == "env" else name.upper(): ""
        if field.default is None
        else f"{field.default:g}"
        if isinstance(field.default, float)
        else str(field.default)
        for name, field in Settings.model_fields.items()
    }


@pytest.mark.parametrize("name", READMES)
def test_the_table_of_a_readme_has_every_setting_with_its_default(name: str) -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", _read(name), re.MULTILINE))
    variables = _variables()
    assert set(rows) == set(variables)
    for variable in set(variables) - {"SECRET_KEY", "DATABASE_DIRECT_URL", "PUBLIC_BASE_URL"}:
        told = rows[variable].strip("`")
        assert (variable, told) == (
            variable,
            variables[variable] or {"README.md": "none"}.get(name, "无"),
        )


def test_the_example_file_has_every_setting_once_with_its_default_and_a_comment() -> None:
    lines = _read(".env.example").splitlines()
    told = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert len([line for line in lines if re.match(r"[A-Z_]+=", line)]) == len(told)
    assert told == {**_variables(), "SECRET_KEY": ""}
    for paragraph in _read(".env.example").split("\n\n"):
        assert paragraph.lstrip().startswith(("#", "COUNTY_CODE", "DATA_DIR"))


@pytest.mark.parametrize("name", [file.name for file in DOCUMENTS if file.parent == REPOSITORY])
def test_every_make_command_of_a_document_is_in_the_makefile(name: str) -> None:
    targets = set(re.findall(r"^(\w+):", _read("Makefile"), re.MULTILINE))
    asked = set(re.findall(r"(?:^    |`)make (\w+)", _read(name), re.MULTILINE))
    assert asked <= targets
    if name in READMES:
        assert {"run", "test", "check", "bench"} <= asked


@pytest.mark.parametrize("name", READMES)
def test_the_table_of_commands_is_the_command_line(name: str) -> None:
    told: set[tuple[str, ...]] = set()
    for row in re.findall(r"^\| (`sunshine .*?) \|", _read(name), re.MULTILINE):
        group: tuple[str, ...] = ()
        for words in re.findall(r"`([^`]+)`", row):
            parts = tuple(words.split())
            if parts[0] == "sunshine":
                group = parts[1:-1]
                told.add(parts[1:])
            else:
                told.add((*group, *parts))
    assert told == set(_commands(main))


def _commands(group: click.Group) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += [(name, *below) for below in _commands(command)]
        else:
            found.append((name,))
    return found


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def test_the_table_of_plate_states_has_a_row_for_each_with_what_is_said() -> None:
    section = _read("docs/doorplates.md").split("## What a scanner sees")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` (\|.*)$", section, re.MULTILINE)
    told = {name: _cells(rest) for name, rest in rows}
    assert set(told) == set(State)
    for state in State:
        name, answer, note, reported, _api = told[state]
        assert name == NAMES[state]
        status = {State.DRAFT: "404", State.REVOKED: "410"}.get(state, "200")
        assert answer.startswith(status)
        assert note == (SCANNER_NOTES[state] or "none" if state in SCANNER_NOTES else "–")
        assert (reported == "yes") == (state in (State.PRINTED, State.INSTALLED, State.DAMAGED))


def test_the_table_of_what_follows_has_every_change_of_state_and_no_other() -> None:
    section = _read("docs/doorplates.md").split("## How states follow")[1].split("\n## ")[0]
    told = {
        (before, after)
        for row in re.findall(r"^\| (`.*)$", section, re.MULTILINE)
        for before in re.findall(r"`(\w+)`", _cells(row)[0])
        for after in re.findall(r"`(\w+)`", _cells(row)[1])
        if before in set(State)
    }
    assert told == {(str(one), str(to)) for one, following in FOLLOWING.items() for to in following}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_every_file_a_document_names_is_there(file: Path) -> None:
    text = file.read_text()
    for target in LINK.findall(text):
        if not re.match(r"[a-z]+:|#", target):
            assert (file.parent / unquote(target.split("#")[0])).exists(), target
    for named in NAMED_FILE.findall(text):
        if file.name != "SECURITY.md" and "secrets.env" not in named and not named.endswith("tls/"):
            assert (REPOSITORY / named).exists(), named


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_no_document_leads_to_a_package_index(file: Path) -> None:
    assert not re.search(r"pypi\.|pythonhosted|index-url|deb\.debian|shields\.io", file.read_text())
