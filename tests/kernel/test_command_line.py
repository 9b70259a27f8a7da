"""A command is one unit of work, and a refusal is a sentence and status 1."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from app.kernel import command_line, outbox
from app.kernel.db import Database, disconnect
from app.kernel.errors import Invalid
from app.kernel.settings import Settings


def _run(monkeypatch: pytest.MonkeyPatch, url: str | None, act: Callable[[Session], str]) -> Result:
    monkeypatch.setattr(command_line, "get_settings", lambda: Settings(database_url=url))
    command = click.command("act")(command_line.with_database(act))
    result = CliRunner().invoke(command)
    if url:
        disconnect()
    return result


def _publish_and_say(session: Session) -> str:
    outbox.publish(session, "tests.count")
    return "做好了"


def _publish_and_refuse(session: Session) -> str:
    outbox.publish(session, "tests.count")
    raise Invalid("表格有误。", lines=[(2, "名称是空的。"), (12, "级别有误。")])


def test_a_command_that_returns_is_committed_and_its_text_printed(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    result = _run(monkeypatch, database.url, _publish_and_say)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "做好了\n", "")
    with database.unit_of_work() as session:
        assert outbox.counts(session) == {"pending": 1}


def test_a_refusal_is_undone_and_tells_every_bad_line_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    result = _run(monkeypatch, database.url, _publish_and_refuse)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "第 2 行：名称是空的。\n第 12 行：级别有误。\n表格有误。\n"
    with database.unit_of_work() as session:
        assert outbox.counts(session) == {}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (None, "没有设置 DATABASE_URL"),
        ("postgresql://nobody:secret-word@127.0.0.1:1/nothing", "数据库连不上"),
    ],
)
def test_a_missing_database_is_a_sentence_and_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch, url: str | None, sentence: str
) -> None:
    result = _run(monkeypatch, url, _publish_and_say)
    assert result.exit_code == 1
    assert result.stderr.startswith(sentence)
    assert "secret-word" not in result.stderr
