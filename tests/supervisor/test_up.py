"""`sunshine up` from settings to READY and back, with real servers and small children."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from app.kernel.settings import (
    CONNECTION,
    DEFAULT_SECRET,
    Settings,
    connection_file,
    get_settings,
)
from app.supervisor import processes
from app.supervisor.up import Start, faults
from tests.supervisor.conftest import Platform, StartPostgres, until

Platforms = Callable[..., Platform]
MADE = pytest.mark.usefixtures("made_data_dir")


def _copy(seed: Path, folder: Path) -> Path:
    subprocess.run(["cp", "-a", str(seed), str(folder)], check=True)
    return folder


def _everything_of(data_dir: Path) -> list[int]:
    return (
        processes.marked(f"{data_dir}:")
        + processes.in_folder(data_dir / "postgres", program="postgres")
        + processes.in_folder(data_dir / "valkey", program="valkey-server")
    )


def test_ready_is_a_line_of_its_own_followed_by_what_to_open_and_the_account(
    platform: Platforms,
) -> None:
    one = platform().start().until_ready()
    until(lambda: "Ctrl-C" in one.output, what="the last line of the announcement")
    assert "/v/520203102204\n" in one.output
    assert "/d/K7M2Q9XW4TRHA\n" in one.output
    assert "clerk / pw" in one.output


@MADE
def test_sigterm_stops_children_valkey_and_postgres_and_leaves_nothing_behind(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform().start().until_ready()
    assert _everything_of(data_dir)
    one.send(signal.SIGTERM)
    assert one.wait() == 0
    assert _everything_of(data_dir) == []
    assert not (data_dir / "postgres" / "postmaster.pid").exists()
    assert "database system is shut down" in one.output


@MADE
def test_a_second_ctrl_c_stops_at_once_even_a_child_that_refuses(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform(CHILDREN="stubborn").start().until_ready()
    one.send(signal.SIGINT)
    until(lambda: "once more" in one.output, what="the first Ctrl-C")
    one.send(signal.SIGINT)
    assert one.wait() == 0
    assert _everything_of(data_dir) == []


@MADE
def test_a_killed_child_is_started_again_without_what_it_had_started(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform(CHILDREN="stubborn").start().until_ready()
    mark = f"{data_dir}:stubborn;"
    until(lambda: len(processes.marked(mark)) == 2, what="the child and its own child")
    before = set(processes.marked(mark))
    processes.send(min(before), signal.SIGKILL)
    until(
        lambda: len(processes.marked(mark)) == 2 and not before & set(processes.marked(mark)),
        what="two new ones",
    )
    assert "stubborn ended (signal 9); starting it again in 0.1 s" in one.output


@MADE
def test_private_servers_that_are_killed_are_started_again(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform().start().until_ready()
    client = redis.Redis.from_url(one.given["REDIS_URL"])
    client.set("kept", "yes")
    until(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0, what="AOF on disk")
    for name, program in (("postgres", "postgres"), ("valkey", "valkey-server")):
        found = processes.in_folder(data_dir / name, program=program)
        first = next(pid for pid in found if processes.parent(pid) not in found)
        processes.send(first, signal.SIGKILL)
    until(lambda: one.output.count("starting it again") >= 2, what="both deaths being noticed")

    def both_answer() -> bool:
        try:
            psycopg.connect(one.given["DATABASE_URL"]).close()
            return client.get("kept") == b"yes"
        except (psycopg.OperationalError, redis.exceptions.ConnectionError):
            return False

    until(both_answer, what="both servers answering again")
    client.close()


@MADE
def test_after_kill_9_of_the_supervisor_the_next_start_recovers_with_all_data(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform(CHILDREN="stubborn").start().until_ready()
    with psycopg.connect(one.given["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    until(lambda: len(processes.marked(f"{data_dir}:stubborn;")) == 2, what="both children")
    orphans = set(processes.marked(f"{data_dir}:stubborn;"))
    one.send(signal.SIGKILL)
    one.wait()
    one.start().until_ready()
    assert "left behind" in one.output
    assert not orphans & set(processes.marked(f"{data_dir}:stubborn;"))
    with psycopg.connect(one.given["DATABASE_OWNER_URL"]) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


@MADE
def test_a_second_supervisor_of_one_data_folder_says_so_and_stops(platform: Platforms) -> None:
    first = platform().start().until_ready()
    second = platform().start()
    assert second.wait() == 1
    assert f"Another `sunshine up` (process {first.process and first.process.pid})" in second.output
    assert first.status is None


def test_a_port_in_use_is_named_before_anything_is_started(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", one.port))
        holder.listen()
        assert one.start().wait() == 1
    assert f"Port {one.port} of 127.0.0.1 can't be used" in one.output
    assert not (data_dir / "postgres").exists()


def test_production_lists_every_fault_at_once_and_starts_nothing(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform(SUNSHINE_ENV="production").start()
    assert one.wait() == 2
    assert all(word in one.output for word in ("DATABASE_URL", "PUBLIC_BASE_URL", "SECRET_KEY"))
    assert not data_dir.exists()


def test_production_counts_demo_data_among_the_faults() -> None:
    settings = Settings(env="production", database_url="postgresql://x@/y")
    found = faults(Start(settings, demo=True, holds_demo_data=lambda _url: True))
    assert any("holds demonstration data" in fault for fault in found)
    assert any("--demo" in fault for fault in found)
    assert any("DATABASE_OWNER_URL" in fault for fault in found)


@MADE
def test_a_failed_preparation_stops_what_was_started_and_is_told(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform(PREPARE_STATUS="2").start()
    assert one.wait() == 2
    assert "Preparing the database failed" in one.output
    assert _everything_of(data_dir) == []


@MADE
def test_children_get_a_secret_drawn_for_this_folder_and_never_the_default(
    platform: Platforms, data_dir: Path
) -> None:
    one = platform().start().until_ready()
    assert one.given["SECRET_KEY"] != DEFAULT_SECRET
    assert len(one.given["SECRET_KEY"]) >= 32
    assert one.given["SECRET_KEY"] in (data_dir / "secrets.json").read_text()
    assert stat.S_IMODE((data_dir / "secrets.json").stat().st_mode) == 0o600


def test_a_given_database_is_used_by_a_new_app_role_that_owns_nothing(
    platform: Platforms, data_dir: Path, seed: Path, start_postgres: StartPostgres
) -> None:
    server = start_postgres(_copy(seed, data_dir.with_name("given")))
    one = platform(DATABASE_URL=server.superuser_url).start().until_ready()
    assert urlsplit(one.given["DATABASE_URL"]).username == "sunshine_app"
    assert one.given["DATABASE_OWNER_URL"] == server.superuser_url
    assert not (data_dir / "postgres").exists()
    one.send(signal.SIGTERM)
    assert one.wait() == 0
    assert server.poll() is None


def test_a_given_database_whose_roles_do_not_fit_is_refused(
    platform: Platforms, data_dir: Path, seed: Path, start_postgres: StartPostgres
) -> None:
    server = start_postgres(_copy(seed, data_dir.with_name("given")))
    one = platform(DATABASE_URL=server.owner_url).start()
    assert one.wait() == 1
    assert "DATABASE_URL is set without DATABASE_OWNER_URL" in one.output
    bound = platform(DATABASE_URL=server.superuser_url, DATABASE_OWNER_URL=server.owner_url).start()
    assert bound.wait() == 1
    assert "is a superuser or has BYPASSRLS" in bound.output


@MADE
def test_while_it_runs_the_command_line_of_this_machine_finds_its_servers(
    platform: Platforms, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = platform().start().until_ready()
    for name in CONNECTION:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    get_settings.cache_clear()
    found = get_settings()
    get_settings.cache_clear()
    assert stat.S_IMODE(connection_file(data_dir).stat().st_mode) == 0o600
    with psycopg.connect(found.database_url or "") as connection:
        assert connection.info.user == "sunshine_app"
    assert redis.Redis.from_url(found.redis_url or "").ping()
    assert found.secret_key == one.given["SECRET_KEY"]
    one.send(signal.SIGTERM)
    assert one.wait() == 0
    assert not connection_file(data_dir).exists()
