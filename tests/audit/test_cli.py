"""`sunshine audit` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.audit.cli import audit
from app.kernel.settings import Settings
from tests.audit.conftest import Ledger


@pytest.fixture
def run(settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Give a command line on the test's database."""
    monkeypatch.setattr("app.audit.cli.get_settings", lambda: settings)
    monkeypatch.setattr("app.kernel.command_line.get_settings", lambda: settings)
    monkeypatch.setattr("app.kernel.command_line.connect", lambda _url, _keys: ledger.database)
    return CliRunner()


def _call(run: CliRunner, *words: str) -> Result:
    return run.invoke(audit, words)


def test_a_whole_ledger_ends_with_0_and_says_what_it_was_checked_against(
    run: CliRunner, ledger: Ledger
) -> None:
    ledger.write(3)
    ledger.seal()
    ledger.write()
    result = _call(run, "verify")
    assert result.exit_code == 0
    assert "封存 3 条，待封存 1 条" in result.output
    assert "没有用数据库以外的链头核对" in result.output


def test_an_exported_head_finds_a_chain_made_anew(
    run: CliRunner, ledger: Ledger, settings: Settings, tmp_path: Path
) -> None:
    ledger.write(3)
    ledger.seal()
    exported = _call(run, "export-head")
    assert exported.exit_code == 0
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_text((settings.data_dir / "audit-heads" / "heads.jsonl").read_text())
    key = exported.output.split("公钥 ")[1].split("（")[0]
    assert _call(run, "verify", "--heads", str(elsewhere), "--key", key).exit_code == 0
    ledger.tamper(
        "UPDATE access_ledger SET household_id = 9",
        "DELETE FROM ledger_seals",
        "DELETE FROM ledger_heads",
    )
    ledger.seal()
    found = _call(run, "verify", "--heads", str(elsewhere), "--key", key)
    assert found.exit_code == 1
    assert "第 1 环到第 3 环重做过" in found.stderr


def test_a_file_that_is_none_is_refused_with_its_line(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "heads.jsonl"
    file.write_text("not one\n")
    result = _call(run, "verify", "--heads", str(file))
    assert result.exit_code == 1
    assert "第 1 行" in result.stderr


def test_nothing_to_export_and_nothing_to_close_is_said(run: CliRunner) -> None:
    assert "还没有封存" in _call(run, "export-head").output
    assert "没有到期的月份" in _call(run, "close-months").output
