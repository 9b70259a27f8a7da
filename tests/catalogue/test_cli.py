"""`sunshine catalogue`: a dry run, an import, the examples, the list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.kernel import clock
from app.kernel.db import Database
from tests import factories
from tests.catalogue.sheets import row, wide_csv

Run = Callable[..., str]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a command line on a county; `code` is what it should end with."""
    monkeypatch.setattr("app.kernel.command_line.database_of", lambda _settings: database)
    with database.unit_of_work() as session:
        factories.county(session)

    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["catalogue", *words])
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_a_file_is_tried_then_imported_and_holds(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "目录.csv"
    file.write_bytes(wide_csv(row(1, "低保", "政策", term="长期公开")))
    options = (str(file), "--field", "social_assistance")
    tried = run("import", *options, "--dry-run")
    assert "第 4 行：公开时限看不出" in tried
    assert "新增 1 项" in tried
    assert run("list") == "还没有目录。\n"
    assert "第 1 版" in run("import", *options, "--from", str(clock.today()))
    assert "社会救助\t第 1 版\t现行" in run("list")


def test_a_faulty_file_and_an_unnamed_field_end_with_a_sentence(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "目录.csv"
    file.write_bytes(wide_csv(row(1, "低保", "政策", level="")))
    refused = run("import", str(file), "--field", "social_assistance", code=1)
    assert "第 4 行：公开层级没有选" in refused
    assert "请选择领域" in run("import", str(file), "--field", "new_one", code=1)
    named = ("--field", "new_one", "--name", "农村供水", "--places", "villages")
    file.write_bytes(wide_csv(row(1, "供水", "水质", level="v")))
    assert "农村供水 第 1 版" in run("import", str(file), *named)


def test_the_examples_are_loaded_once(run: Run) -> None:
    assert "装入 13 个领域" in run("load-examples")
    assert "各领域都已有目录" in run("load-examples")
