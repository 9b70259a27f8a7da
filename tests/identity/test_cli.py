"""`sunshine identity` as an operator types it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from app.identity import queries, roles
from app.identity.cli import identity
from app.kernel import command_line
from app.kernel.db import Database
from app.kernel.settings import Settings
from tests import factories
from tests.factories import PASSWORD, TOWNSHIP


class Runner:
    """Types commands."""

    def __call__(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(identity, list(words), input=typed)


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give the command line on this test's database."""
    with database.unit_of_work() as session:
        factories.county(session)
    monkeypatch.setattr(command_line, "get_settings", lambda: Settings(database_url=database.url))
    monkeypatch.setattr(command_line, "connect", lambda _url, _keys: database)
    return Runner()


def _create(run: Runner, *, role: str = "installer", password: str = PASSWORD) -> Result:
    words = ("create", "wang", "--role", role, "--division", TOWNSHIP)
    return run(*words, typed=f"{password}\n{password}\n")


def test_an_account_is_opened_handed_a_token_and_closed(run: Runner, database: Database) -> None:
    created = _create(run)
    assert created.stdout.endswith(f"已建立账号 wang，角色 installer，范围 {TOWNSHIP}。\n")
    assert PASSWORD not in created.output
    token = run("token", "wang").stdout.strip()
    with database.reading() as session:
        actor = queries.actor_for_token(session, token)
        assert actor is not None
        assert actor.pending == "password"
    with database.unit_of_work() as session:
        queries.get_by_username(session, "wang").must_change_password = False
    with database.reading() as session:
        actor = queries.actor_for_token(session, token)
        assert actor is not None
        assert actor.prefixes(roles.INSTALL) == (TOWNSHIP,)
    assert run("disable", "wang").stdout == "已停用账号 wang。\n"
    with database.reading() as session:
        assert queries.actor_for_token(session, token) is None


def test_a_closed_account_gets_no_new_token(run: Runner) -> None:
    _create(run)
    run("disable", "wang")
    result = run("token", "wang")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "这个账号已经停用。\n"


@pytest.mark.parametrize(
    ("role", "password", "status", "word"),
    [
        ("clerk", "short", 1, "密码至少要 12 个字符。"),
        ("admin", PASSWORD, 2, "admin"),
        ("god", PASSWORD, 2, "god"),
    ],
)
def test_an_account_that_cannot_be_is_a_sentence(
    run: Runner, role: str, password: str, status: int, word: str
) -> None:
    result = _create(run, role=role, password=password)
    assert result.exit_code == status
    assert word in result.stderr


def test_nobody_is_a_sentence_and_status_1(run: Runner) -> None:
    for verb in ("token", "disable"):
        result = run(verb, "nobody")
        assert (result.exit_code, result.stderr) == (1, "没有这个账号。\n")


def test_a_token_of_the_command_line_has_shown_no_second_factor(
    run: Runner, database: Database
) -> None:
    _create(run)
    token = run("token", "wang").stdout.strip()
    with database.reading() as session:
        actor = queries.actor_for_token(session, token)
        assert actor is not None
        assert actor.proved_at is None
