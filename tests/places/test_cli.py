"""`sunshine places` as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.kernel import command_line
from app.kernel.db import Database, disconnect
from app.kernel.settings import Settings
from app.places.cli import places
from tests.places.tables import REAL


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give the command line on this test's database."""
    monkeypatch.setattr(command_line, "get_settings", lambda: Settings(database_url=database.url))
    return Runner(database.url)


class Runner:
    """Types commands."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str) -> Result:
        result = CliRunner().invoke(places, list(words))
        disconnect()
        return result


def test_a_county_is_imported_shown_searched_and_its_villages_merged(run: Runner) -> None:
    first = run("import", str(REAL), "--effective-on", "2025-01-01")
    assert first.stdout == "新增 272 个，改名 0 个，撤销 0 个，恢复 0 个，未变 0 个。\n"
    assert run("import", str(REAL)).stdout.endswith("未变 272 个。\n")
    assert run("search", "青杠林").stdout == "520203102213 青杠林村村民委员会\n"
    assert run("search", "%").stdout == "没有找到。\n"
    merged = run("merge", "520203102213", "--into", "520203102001", "--on", "2026-01-01")
    assert merged.stdout == "1 个村并入 520203102001，已经生效。\n"
    shown = run("show", "520203102213").stdout
    assert "青杠林村村民委员会（村级）" in shown
    assert "属于 520203102 岩脚镇" in shown
    assert "2025-01-01 到 2026-01-01" in shown
    assert "已并入 520203102001 " in shown


def test_bad_rows_stand_on_standard_error_one_a_line(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text("code,parent_code,level,name\n520203,,county,\n52,,county,某县\n", "utf-8")
    result = run("import", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "第 2 行：名称是空的。\n"
        "第 3 行：county 级的代码应当是 6 位，这里是 2 位。\n"
        "表格有误，一行也没有导入。请改好后再导入。\n"
    )


def test_an_unknown_code_is_a_sentence_and_status_1(run: Runner) -> None:
    result = run("show", "520203")
    assert (result.exit_code, result.stderr) == (1, "没有这个行政区划代码。\n")
