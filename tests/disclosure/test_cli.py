"""`sunshine disclosure`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.disclosure import queries
from app.disclosure.cli import disclosure
from app.kernel import command_line
from app.kernel.db import Database
from app.kernel.settings import Settings
from tests import factories


@pytest.fixture
def platform(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Let commands find the test's database with a small county in it."""
    monkeypatch.setattr(command_line, "get_settings", lambda: settings)
    monkeypatch.setattr(command_line, "connect", lambda _url, _keys: database)
    with database.unit_of_work() as session:
        factories.county(session)
    return database


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(disclosure, list(arguments))


def _publish(file: Path, title: str = "低保公示") -> Result:
    return _run(
        "publish", str(file), "--division", factories.VILLAGE, "--topic", "dibao", "--title", title
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "item.md"
    path.write_text("\ufeff共 **12** 户。", encoding="utf-8")
    return path


def test_an_item_is_published_corrected_and_withdrawn(platform: Database, file: Path) -> None:
    published = _publish(file)
    assert published.exit_code == 0
    number = published.stdout.strip().removesuffix("。").rpartition(" ")[2]
    file.write_text("共 **13** 户。", encoding="utf-8")
    corrected = _run("correct", number, str(file), "--note", "户数有误")
    assert corrected.stdout == "已更正，第 2 版。\n"
    with platform.reading() as session:
        item = queries.get_item(session, int(number))
        assert (item.title, item.body_html) == (
            "低保公示",
            "<p>共 <strong>13</strong> 户。</p>\n",
        )
    assert _run("withdraw", number, "--reason", "名单有误").exit_code == 0
    again = _run("withdraw", number, "--reason", "名单有误")
    assert (again.exit_code, again.stderr) == (1, "这条内容已经撤下，不能再改。\n")


@pytest.mark.usefixtures("platform")
def test_what_does_not_fit_ends_with_a_sentence(file: Path) -> None:
    refused = _publish(file, title="长" * 121)
    assert (refused.exit_code, "120" in refused.stderr) == (1, True)
    file.write_bytes("低保".encode("gb18030"))
    unread = _publish(file)
    assert (unread.exit_code, "UTF-8" in unread.stderr) == (1, True)


@pytest.mark.usefixtures("platform")
def test_a_withdrawal_without_a_reason_is_refused() -> None:
    refused = _run("withdraw", "1", "--reason", "  ")
    assert (refused.exit_code, "原因" in refused.stderr) == (1, True)


@pytest.mark.usefixtures("platform")
def test_topics_are_listed_with_their_codes() -> None:
    assert "dibao\t低保金" in _run("topics").stdout.splitlines()
