"""A private Valkey: append-only file, one closed socket, no port, nothing thrown away when full."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from app.supervisor import accounts, processes, programs, sockets
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output

NAME = "valkey"
SOCKET = "valkey.sock"
STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
STARTING_SECONDS = 60.0


@dataclass(frozen=True)
class PrivateValkey:
    """A running server and the address of its socket."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]

    def poll(self) -> int | None:
        """Give the exit status where the server has ended, None while it runs."""
        return self.process.poll()

    def stop(self, *, hurry: Callable[[], bool] = processes.never) -> None:
        """Stop after writing what is in memory; in a hurry, without."""
        processes.end_child(self.process, signals=STOP, hurry=hurry)
        sockets.close_folder(self.data_dir, server=NAME)


def start(
    data_dir: Path,
    *,
    output: Output | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> PrivateValkey:
    """Start the server of `data_dir`, its data in `DATA_DIR/valkey`; raises CannotStart.

    Whatever an earlier supervisor left behind is stopped first.
    """
    data_dir, output = data_dir.resolve(), output or Output(logs=None)
    accounts.let_in(data_dir, None)
    folder = data_dir / NAME
    folder.mkdir(mode=0o700, exist_ok=True)
    run = sockets.open_folder(data_dir, server=NAME, socket=SOCKET, output=output)
    if stop_leftover(data_dir):
        output.log(NAME, "stopped a server that was left behind")
    (run / SOCKET).unlink(missing_ok=True)
    process = processes.spawn(
        _command(folder, socket=run / SOCKET), cwd=folder, environment={"PATH": "/usr/bin:/bin"}
    )
    last = output.follow(NAME, process.stdout)
    url = f"unix://{quote(str(run / SOCKET))}"
    deadline = time.monotonic() + STARTING_SECONDS
    try:
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"The private Valkey did not start: {' / '.join(last)}")
            pause(processes.TICK)
    except BaseException:
        processes.end_child(process, signals=STOP)
        raise
    return PrivateValkey(url, data_dir, process)


def stop_leftover(data_dir: Path) -> bool:
    """Stop a server that an earlier supervisor left behind; say whether there was one."""
    folder = data_dir.resolve() / NAME
    return processes.end(lambda: processes.in_folder(folder, program="valkey-server"), signals=STOP)


def _command(folder: Path, *, socket: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",  # the append-only file is the one way data is kept
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    options = [part for key, value in settings.items() for part in (f"--{key}", value)]
    return [str(programs.valkey_program()), *options]


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url)
    try:
        return bool(client.ping())
    except redis.exceptions.ConnectionError:  # loading its data is one of these too
        return False
    finally:
        client.close()
