"""The shape of the code: small files, small functions, names of acts, tasks that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers import cron
from workers.registry import TASKS

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "workers", "tests", "bench")
ROOMS = ("service", "queries", "models", "schemas", "errors")
OUTSIDE = {"flask", "flask_openapi3", "flask_wtf", "redis", "requests", "rq", "werkzeug"}
VAGUE = re.compile(
    r"(^|_)(utils?|helpers?|misc|managers?|(?<!signal_)handlers?|processors?|common)(_|$)"
)


def _files(*folders: str) -> list[Path]:
    return [
        file
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "migrations/versions" not in file.as_posix()
    ]


def _functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without those of its docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    promise = function.body[0]
    return lines - ((promise.end_lineno or 0) - promise.lineno + 1)


def _imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_there_is_code_to_look_at() -> None:
    assert len(_files("app", "workers")) > 80


def test_no_file_is_longer_than_300_lines() -> None:
    long = {
        file.relative_to(ROOT).as_posix(): lines
        for file in _files(*FOLDERS)
        if (lines := len(file.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{file.relative_to(ROOT).as_posix()}:{function.name}": lines
        for file in _files("app", "workers", "bench")
        for function in _functions(file)
        if (lines := _length(function)) > 40
    }
    assert long == {}


def test_names_say_the_act() -> None:
    vague = [
        f"{file.relative_to(ROOT).as_posix()}:{name}"
        for file in _files("app", "workers")
        for name in (file.stem, *(function.name for function in _functions(file)))
        if VAGUE.search(name)
    ]
    assert vague == []


@pytest.mark.parametrize("room", ROOMS)
def test_rules_import_no_web_server_no_queue_and_no_network(room: str) -> None:
    files = [
        file
        for file in _files("app")
        if room in file.relative_to(ROOT).with_suffix("").parts
        and file.relative_to(ROOT).parts[1] not in ("web", "portal", "console", "supervisor")
    ]
    assert files
    for file in files:
        roots = {name.split(".")[0] for name in _imported(file)}
        assert not roots & OUTSIDE, file
        assert not any(name.startswith("app.web") for name in _imported(file)), file


def test_the_application_never_imports_the_workers() -> None:
    for file in _files("app"):
        assert not any(name.split(".")[0] == "workers" for name in _imported(file)), file


def test_imports_stand_at_the_top() -> None:
    for file in _files("app", "workers"):
        for function in _functions(file):
            inner = [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert inner == [], f"{file}:{function.name}"


def test_only_the_unit_of_work_commits() -> None:
    # The kernel's unit of work, and Alembic's entry, which has its own.
    for file in _files("app", "workers"):
        if file.relative_to(ROOT).as_posix() in ("app/kernel/db.py", "app/migrations/env.py"):
            continue
        assert ".commit()" not in file.read_text("utf-8"), file


def _published(file: Path) -> Iterator[str]:
    """Give the names of tasks this file publishes, constants of the module included."""
    tree = ast.parse(file.read_text("utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "outbox.publish"
            and len(node.args) > 1
        ):
            name = node.args[1]
            if isinstance(name, ast.Constant):
                yield str(name.value)
            elif isinstance(name, ast.Name) and name.id in constants:
                yield str(constants[name.id])


def test_every_task_that_is_published_has_a_worker() -> None:
    published = {name for file in _files("app", "workers") for name in _published(file)}
    assert {"doorplates.draw_sheet", "places.follow_merger"} <= published
    assert published <= set(TASKS)


def test_every_scheduled_task_has_a_worker() -> None:
    scheduled = {one.task for one in cron.ENTRIES}
    assert scheduled
    assert scheduled <= set(TASKS)


def test_every_template_that_is_rendered_exists() -> None:
    named = set()
    for file in _files("app"):
        named |= set(re.findall(r'"((?:portal|console|web)/[\w/]+\.html)"', file.read_text()))
    assert len(named) > 10
    for name in named:
        assert (ROOT / "app/templates" / name).is_file(), name


def test_no_page_asks_another_site_for_anything() -> None:
    for template in (ROOT / "app/templates").rglob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text), template
        assert not re.search(r"\son\w+=|<style|style=", text), template
