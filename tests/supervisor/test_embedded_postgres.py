"""The private PostgreSQL: closed to others, and back after every kind of crash."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from app.kernel.db import driver_url
from app.supervisor import accounts, processes, programs
from app.supervisor.embedded_postgres import PrivatePostgres
from app.supervisor.errors import CannotStart
from tests.supervisor.conftest import StartPostgres


@pytest.fixture
def server(made_data_dir: Path, start_postgres: StartPostgres) -> PrivatePostgres:
    return start_postgres(made_data_dir)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode()).fetchall()


def _first_process(data_dir: Path) -> int:
    found = processes.in_folder(data_dir / "postgres", program="postgres")
    return next(pid for pid in found if processes.parent(pid) not in found)


def test_neither_role_is_more_than_it_must_be_and_the_app_owns_nothing(
    server: PrivatePostgres,
) -> None:
    attributes = _ask(
        server.owner_url,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication "
        "FROM pg_roles WHERE rolname LIKE 'sunshine%' ORDER BY rolname",
    )
    assert attributes == [(role, *[False] * 5) for role in ("sunshine_app", "sunshine_owner")]
    owners = _ask(
        server.superuser_url,
        "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'sunshine'",
    )
    assert owners == [("sunshine", "sunshine_owner")]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _ask(server.app_url, "CREATE TABLE mine (n int)")


def test_sqlalchemy_reads_the_same_address(server: PrivatePostgres) -> None:
    engine = create_engine(driver_url(server.app_url))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "sunshine_app"
    engine.dispose()


def test_the_one_way_in_is_a_closed_socket_and_a_password(
    server: PrivatePostgres, data_dir: Path
) -> None:
    rules = [
        line.split()
        for line in (data_dir / "postgres" / "pg_hba.conf").read_text().splitlines()
        if not line.startswith("#")
    ]
    assert {(rule[0], rule[-1]) for rule in rules} == {("local", "scram-sha-256")}
    assert _ask(server.superuser_url, "SHOW listen_addresses") == [("",)]
    assert _mode(data_dir / "run" / "postgres") == 0o700
    assert _mode(data_dir / "secrets.json") == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.app_url.replace("sunshine_app:", "sunshine_app:x"))


def test_it_never_runs_as_root(server: PrivatePostgres, data_dir: Path) -> None:
    owner = Path(f"/proc/{_first_process(data_dir)}").stat().st_uid
    assert owner != 0
    assert server.account is None or owner == server.account.uid
    assert (data_dir / "postgres").stat().st_uid == owner


def test_no_mode_outside_the_data_folder_is_changed(
    data_dir: Path, start_postgres: StartPostgres
) -> None:
    outside = [data_dir.parent, *data_dir.parent.parents]
    (data_dir.parent / "neighbour").mkdir(mode=0o700)
    before = [_mode(path) for path in outside]
    start_postgres(data_dir).stop()
    assert [_mode(path) for path in outside] == before
    assert _mode(data_dir.parent / "neighbour") == 0o700
    assert _mode(data_dir) & 0o007 == 0


def test_settings_of_durability_are_kept_on_unless_test_data_is_asked_for(
    made_data_dir: Path, start_postgres: StartPostgres
) -> None:
    running = start_postgres(made_data_dir, durable=True)
    wanted = "SELECT setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')"
    assert _ask(running.superuser_url, wanted) == [("on",), ("on",)]


def test_a_killed_server_comes_back_with_what_was_committed(
    made_data_dir: Path, start_postgres: StartPostgres
) -> None:
    server = start_postgres(made_data_dir, durable=True)
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    processes.send(_first_process(made_data_dir), signal.SIGKILL)
    server.process.wait()
    again = start_postgres(made_data_dir)
    assert _ask(again.owner_url, "SELECT n FROM kept") == [(7,)]


def test_a_server_left_running_is_stopped_before_a_new_one_starts(
    server: PrivatePostgres, data_dir: Path, start_postgres: StartPostgres
) -> None:
    again = start_postgres(data_dir)
    assert server.process.wait(10) == 0
    assert _ask(again.app_url, "SELECT 1") == [(1,)]


def test_stale_files_that_name_another_program_do_not_keep_it_from_starting(
    made_data_dir: Path, start_postgres: StartPostgres
) -> None:
    run = made_data_dir / "run" / "postgres"
    claim = f"{os.getppid()}\n{made_data_dir / 'postgres'}\n1\n5432\n{run}\n\n0 0\nready\n"
    (made_data_dir / "postgres" / "postmaster.pid").write_text(claim)
    (run / ".s.PGSQL.5432").touch()
    (run / ".s.PGSQL.5432.lock").write_text(claim)
    again = start_postgres(made_data_dir)
    assert _ask(again.app_url, "SELECT 1") == [(1,)]


def test_a_crash_in_the_middle_of_making_the_data_is_forgotten(
    data_dir: Path, start_postgres: StartPostgres
) -> None:
    half = data_dir / "postgres.new" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    running = start_postgres(data_dir)
    assert _ask(running.app_url, "SELECT 1") == [(1,)]
    assert not half.parent.exists()


def test_a_folder_too_long_for_a_socket_gets_a_private_one_elsewhere(
    data_dir: Path, start_postgres: StartPostgres
) -> None:
    deep = data_dir / ("路" * 20) / ("x" * 40)
    deep.parent.mkdir(parents=True)
    running = start_postgres(deep)
    folder = Path((deep / "run" / "postgres.folder").read_text())
    assert _mode(folder) == 0o700
    assert _ask(running.app_url, "SELECT 1") == [(1,)]
    running.stop()
    assert not folder.exists()


def test_lost_passwords_are_told_in_a_sentence(
    made_data_dir: Path, start_postgres: StartPostgres
) -> None:
    (made_data_dir / "secrets.json").unlink()
    with pytest.raises(CannotStart, match="restore it from the same backup"):
        start_postgres(made_data_dir)


def test_a_path_the_account_cannot_enter_is_named_and_left_as_it_is(
    data_dir: Path, start_postgres: StartPostgres
) -> None:
    closed = data_dir.parent / "closed"
    closed.mkdir(mode=0o700)
    if os.geteuid() != 0:  # our own folder: nobody else has to get in
        start_postgres(closed / "data").stop()
        assert accounts.for_postgres(closed / "data") is None
        return
    with pytest.raises(CannotStart, match=r"can't enter .*/closed \(drwx------, owner root\)"):
        start_postgres(closed / "data")
    assert _mode(closed) == 0o700
    assert not (closed / "data" / "postgres").exists()


def test_programs_the_account_cannot_reach_are_copied_into_the_data_folder(
    made_data_dir: Path, start_postgres: StartPostgres
) -> None:
    closed = made_data_dir.parent / "closed"
    closed.mkdir(mode=0o700)
    release = programs.postgres_programs().parent
    package = release.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(release, closed / package.name / release.name)
    shutil.copytree(libraries, closed / libraries.name)
    bin_dir = closed / package.name / release.name / "bin"
    running = start_postgres(made_data_dir, bin_dir=bin_dir)
    assert _ask(running.app_url, "SELECT 1") == [(1,)]
    assert (made_data_dir / "programs" / "complete").exists() == (os.geteuid() == 0)
