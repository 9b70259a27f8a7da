"""Programs as the kernel sees them: started, found again after a crash, and ended.

Linux only, by /proc. A program is found by what it is (a folder it works in, a mark in its
environment), never by a remembered number, which may belong to another program by now.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from app.supervisor.accounts import Account

MARK = "SUNSHINE_SUPERVISED"
TICK = 0.02  # seconds between two looks at a program that is awaited
Signals = Sequence[tuple[signal.Signals, float]]


class Running(Protocol):
    """Something that runs until it ends or is stopped."""

    def poll(self) -> int | None:
        """Give the exit status where it has ended, None while it runs."""

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """Stop it and wait until it has; `hurry` is asked whether to wait no longer."""


def never() -> bool:
    """Be in no hurry."""
    return False


def spawn(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
    when_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output in one pipe.

    The kernel sends it `when_orphaned` when the supervisor dies, however that happens. Call it from
    the main thread: the kernel watches the thread that started the program.
    """
    watch = shutil.which("setpriv")
    prefix = [watch, "--pdeathsig", when_orphaned.name.removeprefix("SIG"), "--"] if watch else []
    return subprocess.Popen(  # noqa: S603 - the commands are this package's own
        [*prefix, *command],
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=account.groups if account else None,
    )


def in_folder(folder: Path, *, program: str) -> list[int]:
    """Find the processes of that name that work in `folder`, as a database server does."""
    wanted = str(folder.resolve())
    return [
        pid
        for pid in _pids()
        if _link(pid, "cwd") == wanted and _read(pid, "comm").strip() == program.encode()
    ]


def marked(beginning: str) -> list[int]:
    """Find the processes whose mark begins so, children of children included."""
    wanted = f"{MARK}={beginning}".encode()
    return [
        pid
        for pid in _pids()
        if any(entry.startswith(wanted) for entry in _read(pid, "environ").split(b"\0"))
    ]


def end(
    find: Callable[[], list[int]],
    *,
    signals: Signals,
) -> bool:
    """End whatever `find` finds: each signal in turn, waiting its seconds before the next.

    Says whether there was anything to end.
    """
    found = find()
    if not found:
        return False
    for number, seconds in signals:
        for pid in found:
            send(pid, number)
        deadline = time.monotonic() + seconds
        while (found := find()) and time.monotonic() < deadline:
            time.sleep(TICK)
        if not found:
            break
    return True


def end_child(
    process: subprocess.Popen[bytes],
    *,
    signals: Signals,
    hurry: Callable[[], bool] = never,
) -> None:
    """End a program that we started: each signal in turn, waiting its seconds before the next.

    Where `hurry` comes true the next signal follows at once.
    """
    for number, seconds in signals:
        deadline = time.monotonic() + seconds
        if process.poll() is None:
            process.send_signal(number)
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(TICK)
            if hurry() and number != signals[-1][0]:
                break


def parent(pid: int) -> int:
    """Give the number of the process that started this one; 0 where it has ended."""
    # The name in brackets may hold anything, so count from its end.
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else 0


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _pids() -> Iterator[int]:
    own = os.getpid()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != own:
            yield int(entry.name)


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it ended, or belongs to somebody else
        return b""


def _link(pid: int, name: str) -> str:
    try:
        return str(Path(f"/proc/{pid}/{name}").readlink())
    except OSError:
        return ""
