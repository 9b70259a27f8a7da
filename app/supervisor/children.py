"""What the supervisor keeps alive: started again when it dies, after pauses that grow."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.supervisor import processes
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output
from app.supervisor.processes import MARK, Running

LEAVE = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
ORPHANS_LEAVE = ((signal.SIGTERM, 2.0), (signal.SIGKILL, 5.0))
KILL = LEAVE[1:]


@dataclass(frozen=True)
class Patience:
    """Seconds: before the first new start, of the longest pause, of a life that clears the past."""

    first: float = 0.5
    longest: float = 30.0
    steady_after: float = 30.0


class Tended:
    """One thing that is started, watched, and started again when it ends by itself."""

    def __init__(
        self,
        name: str,
        *,
        begin: Callable[[], Running],
        output: Output,
        patience: Patience | None = None,
        running: Running | None = None,
    ) -> None:
        self.name, self.running = name, running
        self._begin, self._output = begin, output
        self._patience = patience or Patience()
        self._deaths = 0
        self._since, self._due = time.monotonic(), 0.0

    def start(self) -> None:
        """Start it; raises CannotStart."""
        self.running = self._begin()
        self._since = time.monotonic()

    def tend(self) -> None:
        """Look after it once: note its end, or start it again when its pause is over."""
        now = time.monotonic()
        if self.running is not None:
            status = self.running.poll()
            if status is not None:
                self._wait_before_next(now, f"ended ({_in_words(status)})")
        elif now >= self._due:
            try:
                self.start()
            except CannotStart as refusal:
                self._wait_before_next(time.monotonic(), f"did not start: {refusal}")

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Stop it, if it runs."""
        if self.running is not None:
            self.running.stop(hurry=hurry)
            self.running = None

    def _wait_before_next(self, now: float, what: str) -> None:
        if self.running is not None and now - self._since >= self._patience.steady_after:
            self._deaths = 0
        pause = min(self._patience.first * 2**self._deaths, self._patience.longest)
        self._deaths = min(self._deaths + 1, 20)
        self.running, self._due = None, now + pause
        self._output.log("supervisor", f"{self.name} {what}; starting it again in {pause:g} s")


@dataclass(frozen=True)
class Child:
    """A child program and everything it started."""

    process: subprocess.Popen[bytes]
    mark: str

    def poll(self) -> int | None:
        """Give the exit status where it has ended; what it started is then ended too."""
        status = self.process.poll()
        if status is not None:
            processes.end(lambda: processes.marked(self.mark), signals=KILL)
        return status

    def stop(self, *, hurry: Callable[[], bool] = processes.never) -> None:
        """Let it finish what it is at, for ten seconds at most."""
        processes.end_child(self.process, signals=LEAVE, hurry=hurry)
        processes.end(lambda: processes.marked(self.mark), signals=KILL)


def begin(
    name: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path,
    output: Output,
) -> Child:
    """Start a child whose log lines carry its name; `environment` must hold DATA_DIR."""
    mark = f"{environment['DATA_DIR']}:{name};"
    process = processes.spawn(
        command, cwd=cwd, environment={**environment, MARK: mark, "PYTHONUNBUFFERED": "1"}
    )
    output.follow(name, process.stdout)
    return Child(process, mark)


def stop_orphans(data_dir: Path) -> bool:
    """End the children an earlier supervisor of this data folder left; say whether there were."""
    return processes.end(lambda: processes.marked(f"{data_dir}:"), signals=ORPHANS_LEAVE)


def stop_together(tended: Sequence[Tended], hurry: Callable[[], bool]) -> None:
    """Ask all of them to leave before waiting for any of them."""
    for one in tended:
        if isinstance(one.running, Child) and one.running.process.poll() is None:
            one.running.process.terminate()
    deadline = time.monotonic() + LEAVE[0][1]
    while any(one.running and one.running.poll() is None for one in tended):
        if hurry() or time.monotonic() > deadline:
            break
        time.sleep(processes.TICK)
    for one in tended:
        one.stop(_at_once)


def _at_once() -> bool:
    return True


def _in_words(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
