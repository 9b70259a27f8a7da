"""`sunshine organisations` as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.kernel import command_line
from app.kernel.db import Database, disconnect
from app.kernel.settings import Settings
from app.organisations.cli import organisations
from tests.places.tables import SMALL, bring_in


def test_a_table_is_imported_and_listed_and_bad_rows_are_told(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command_line, "get_settings", lambda: Settings(database_url=database.url))
    with database.unit_of_work() as session:
        bring_in(session, *SMALL)
    file = tmp_path / "organisations.csv"
    header = "key,name,kind,division_code,phone,address,hours,duty\n"
    row = "hot,12345热线,hotline,520203,12345,,,\n"
    file.write_text(header + row, "utf-8")
    done = CliRunner().invoke(organisations, ["import", str(file)])
    listed = CliRunner().invoke(organisations, ["list", "520203"])
    file.write_text(header + row + row, "utf-8")
    refused = CliRunner().invoke(organisations, ["import", str(file)])
    disconnect()
    assert done.stdout == "新增 1 个，修改 0 个，未变 0 个。\n"
    assert listed.stdout == "hot 12345热线 12345\n"
    assert refused.exit_code == 1
    assert refused.stderr.startswith("第 3 行：标识与第 2 行重复。\n")
