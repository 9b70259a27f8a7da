"""A private PostgreSQL 18: unprivileged, one closed socket, passwords only, no port.

Its data is `DATA_DIR/postgres`; a start recovers from whatever a crash left there.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.supervisor import postgres_data, processes, programs, roles, sockets
from app.supervisor.accounts import Account
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output
from app.supervisor.postgres_data import NAME, SUPERUSER
from app.supervisor.secrets_file import SecretsFile

PORT = "5432"  # part of the socket's name; no port is opened
STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
STARTING_SECONDS = 120.0  # replaying the log after a crash takes its time

HBA = """\
# Written at every start. One way in: the socket, with a password.
local all         all scram-sha-256
local replication all scram-sha-256
"""
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    # Statements and details quote the values of a row, and those may be personal.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class PrivatePostgres:
    """A running server; each address leads to its socket with a role and a password."""

    owner_url: str
    app_url: str
    superuser_url: str
    data_dir: Path
    account: Account | None
    process: subprocess.Popen[bytes]

    def poll(self) -> int | None:
        """Give the exit status where the server has ended, None while it runs."""
        return self.process.poll()

    def stop(self, *, hurry: Callable[[], bool] = processes.never) -> None:
        """Stop by a fast shutdown; in a hurry, leave the rest to the next start's recovery."""
        processes.end_child(self.process, signals=STOP, hurry=hurry)
        sockets.close_folder(self.data_dir, server=NAME, account=self.account)


def start(
    data_dir: Path,
    *,
    bin_dir: Path | None = None,
    durable: bool = True,
    output: Output | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> PrivatePostgres:
    """Start the server of `data_dir`, making it on the first call; give its addresses.

    Whatever an earlier supervisor left behind is stopped first. `durable=False` trades safety for
    speed and is for test data only. `pause` may raise to give the start up. Raises CannotStart.
    """
    data_dir, output = data_dir.resolve(), output or Output(logs=None)
    account = postgres_data.open_folder(data_dir)
    bin_dir = postgres_data.reachable_programs(
        bin_dir or programs.postgres_programs(), data_dir=data_dir, account=account, output=output
    )
    secrets, folder = SecretsFile(data_dir), data_dir / NAME
    password = secrets.get(f"{SUPERUSER}_password")
    if not folder.exists():
        output.log(NAME, "first start: making the database")
        postgres_data.make(
            folder, bin_dir=bin_dir, account=account, password=password, durable=durable
        )
    run = sockets.open_folder(
        data_dir, server=NAME, socket=f".s.PGSQL.{PORT}", account=account, output=output
    )
    _clear_away(folder, run=run, output=output)
    (folder / "pg_hba.conf").write_text(HBA)
    process = processes.spawn(
        _command(bin_dir, folder=folder, run=run, durable=durable),
        cwd=folder,
        environment=postgres_data.ENVIRONMENT,
        account=account,
        when_orphaned=signal.SIGINT,
    )
    server = PrivatePostgres(*_addresses(secrets, run=run), data_dir, account, process)
    _make_ready(server, secrets, last=output.follow(NAME, process.stdout), pause=pause)
    return server


def stop_leftover(data_dir: Path) -> bool:
    """Stop a server that an earlier supervisor left behind; say whether there was one."""
    folder = data_dir.resolve() / NAME

    def everyone() -> list[int]:
        return processes.in_folder(folder, program="postgres")

    def first_ones() -> list[int]:
        found = everyone()
        return [pid for pid in found if processes.parent(pid) not in found]

    # A server's helpers end with it; those of a server that was killed are ended by themselves.
    stopped = processes.end(first_ones, signals=STOP)
    return processes.end(everyone, signals=STOP[1:]) or stopped


def _clear_away(folder: Path, *, run: Path, output: Output) -> None:
    """Stop what an earlier supervisor left, and remove the files that claim a server is there.

    The lock on the data folder is ours, so whoever `postmaster.pid` names now is no server of it.
    """
    if stop_leftover(folder.parent):
        output.log(NAME, "stopped a server that was left behind")
    (folder / "postmaster.pid").unlink(missing_ok=True)
    for leftover in run.glob(".s.PGSQL.*"):
        leftover.unlink()


def _command(bin_dir: Path, *, folder: Path, run: Path, durable: bool) -> list[str]:
    quoted = str(run).replace('"', '""')
    settings = {
        **SETTINGS,
        **dict.fromkeys(DURABLE, "on" if durable else "off"),
        "unix_socket_directories": f'"{quoted}"',
    }
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    return [str(bin_dir / "postgres"), "-D", str(folder), "-p", PORT, *options]


def _addresses(secrets: SecretsFile, *, run: Path) -> tuple[str, str, str]:
    """Give the addresses of owner, app role and superuser."""
    owner, app, superuser = (
        f"postgresql://{role}:{secrets.get(f'{role}_password')}"
        f"@/{database}?host={quote(str(run))}&port={PORT}"
        for role, database in (
            (roles.OWNER, roles.DATABASE),
            (roles.APP, roles.DATABASE),
            (SUPERUSER, "postgres"),
        )
    )
    return owner, app, superuser


def _make_ready(
    server: PrivatePostgres,
    secrets: SecretsFile,
    *,
    last: deque[str],
    pause: Callable[[float], None],
) -> None:
    """Wait until it answers and see to its roles; a start that is given up leaves nothing."""
    try:
        _await(server.superuser_url, process=server.process, last=last, pause=pause)
        roles.prepare_private(server.superuser_url, secrets)
    except BaseException:
        processes.end_child(server.process, signals=STOP)
        raise


def _await(
    url: str,
    *,
    process: subprocess.Popen[bytes],
    last: deque[str],
    pause: Callable[[float], None],
) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotStart(
                    "secrets.json does not hold the passwords of the private PostgreSQL beside it: "
                    "restore it from the same backup as the data."
                ) from None
            if process.poll() is not None or time.monotonic() > deadline:
                said = " / ".join(last)
                raise CannotStart(f"The private PostgreSQL did not start: {said}") from None
            pause(processes.TICK)
        else:
            return
