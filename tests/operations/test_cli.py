"""`sunshine jobs`: the operator sees what failed and why, and tries it again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from app.kernel import outbox
from app.kernel.db import Database, disconnect
from app.kernel.settings import get_settings
from app.operations.cli import jobs


@pytest.fixture
def address(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point the settings at the test's database."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    get_settings.cache_clear()
    yield
    disconnect()
    get_settings.cache_clear()


def _failed(database: Database) -> int:
    with database.unit_of_work() as session:
        row_id = outbox.publish(session, "operations.noop").id
    for _attempt in range(outbox.ATTEMPTS):
        outbox.perform(database, row_id, find_task=lambda _name: _fail)
    return row_id


def _fail(*_given: object) -> None:
    raise ValueError("张三")


def _states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return outbox.counts(session)


@pytest.mark.usefixtures("address")
def test_the_list_counts_by_state_and_names_each_failed_job_with_its_reason(
    database: Database,
) -> None:
    row_id = _failed(database)
    shown = CliRunner().invoke(jobs, ["list"], catch_exceptions=False).output.splitlines()
    assert shown[0] == "待排队 0  已排队 0  已完成 0  已失败 1"
    number, task, attempts, reason, moment = shown[2].split("\t")
    assert (number, task, attempts) == (str(row_id), "operations.noop", "6")
    assert reason.startswith("ValueError at test_cli.py:")
    assert len(moment) == len("2026-05-01 03:30:00")


@pytest.mark.usefixtures("address")
def test_one_failed_job_is_retried_by_its_number(database: Database) -> None:
    first, _second = _failed(database), _failed(database)
    done = CliRunner().invoke(jobs, ["retry", str(first)], catch_exceptions=False)
    assert done.output == "已重新排队 1 个任务。\n"
    assert _states(database) == {"pending": 1, "failed": 1}


@pytest.mark.usefixtures("address")
def test_all_failed_jobs_are_retried_at_once(database: Database) -> None:
    _failed(database)
    _failed(database)
    CliRunner().invoke(jobs, ["retry", "--all"], catch_exceptions=False)
    assert _states(database) == {"pending": 2}


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["retry", "0"], 1, "没有这个任务。"),
        (["retry"], 2, "请给出一个任务编号，或者用 --all。"),
        (["retry", "1", "--all"], 2, "请给出一个任务编号，或者用 --all。"),
    ],
)
def test_a_retry_that_cannot_be_says_why(arguments: list[str], code: int, sentence: str) -> None:
    done = CliRunner().invoke(jobs, arguments)
    assert done.exit_code == code
    assert sentence in done.output
