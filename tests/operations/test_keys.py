"""`sunshine keys`: what an operator does with the key file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from app.households.service.importing import files
from app.kernel import outbox
from app.kernel.db import Database, disconnect
from app.kernel.settings import get_settings
from app.operations import key_rotation
from app.operations.keys import keys as command
from tests import factories
from tests.factories import households as made


@pytest.fixture
def file(
    database: Database, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Point the settings at the test's database and keys; the keys are put back after."""
    before = keys.read_bytes()
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("KEYS_FILE", str(keys))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    yield keys
    keys.write_bytes(before)
    database.info["sunshine.keys"].reread()
    disconnect()
    get_settings.cache_clear()


def _run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def test_a_key_file_is_made_once(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()
    assert _run("init").exit_code == 1
    assert file.read_bytes() == before
    monkeypatch.setenv("KEYS_FILE", str(tmp_path / "new" / "keys.json"))
    get_settings.cache_clear()
    assert _run("init", "--algorithm", "sm4-gcm").exit_code == 0
    assert (tmp_path / "new" / "keys.json").stat().st_mode & 0o777 == 0o600
    assert "sm4-gcm" in (tmp_path / "new" / "keys.json").read_text()


def test_keys_are_listed_with_what_stands_under_each_and_no_secret(
    database: Database, file: Path
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        made.household(session)
    listed = _run("list").output
    assert "d1\t资料\taes-256-gcm\t在用\t4" in listed  # one household, three persons
    assert "i1\t索引" in listed
    for line in file.read_text().splitlines():
        if "secret" in line:
            assert line.split('"')[3] not in listed


def test_a_rotation_is_published_and_the_old_key_stays_until_it_is_done(
    database: Database, file: Path
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        made.household(session)
    assert "d2" in _run("rotate", "--algorithm", "sm4-gcm").output
    with database.reading() as session:
        rows = session.scalars(select(outbox.OutboxRow)).all()
        assert {row.task for row in rows} == {"keys.change"}
        assert all(row.available_at > row.created_at for row in rows)
        assert "persons" in {row.payload["table"] for row in rows}
    refused = _run("forget", "d1")
    assert refused.exit_code == 1
    assert "d1" in file.read_text()


def test_a_key_nothing_stands_under_is_destroyed(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
    monkeypatch.setattr(key_rotation, "SETTLED", key_rotation.SETTLED * 0)
    assert "备用" in _run("rotate", "--prepare").output
    assert "备用" in _run("list").output
    assert _run("forget", "d2").exit_code == 1
    assert _run("rotate").exit_code == 0
    assert _run("forget", "d1").exit_code == 0
    assert '"d1"' not in file.read_text()
    assert _run("forget", "d1").exit_code == 1


def test_a_key_that_a_file_of_an_import_names_is_kept(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files_dir = get_settings().files_dir
    with database.unit_of_work() as session:
        factories.county(session)
        files.write(session, files_dir, import_id=7, kind=files.REFUSED, content=b"roster")
    monkeypatch.setattr(key_rotation, "SETTLED", key_rotation.SETTLED * 0)
    assert _run("rotate").exit_code == 0
    refused = _run("forget", "d1")
    assert (refused.exit_code, "1 份" in refused.output) == (1, True)
    assert '"d1"' in file.read_text()
    files.delete(files_dir, import_id=7)
    assert _run("forget", "d1").exit_code == 0


def test_published_work_may_be_published_again(database: Database, file: Path) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
    before = file.read_text()
    assert _run("rotate", "--part", "index", "--again").exit_code == 0
    assert file.read_text() == before
