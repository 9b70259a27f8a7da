"""From settings to READY, and from Ctrl-C to nothing left behind."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.kernel import deployment
from app.kernel.settings import (
    CONNECTION,
    DEFAULT_SECRET,
    Settings,
    connection_file,
    production_faults,
)
from app.supervisor import children, commands, lock, processes, servers, welcome
from app.supervisor.children import Patience, Tended
from app.supervisor.commands import REPOSITORY, Commands
from app.supervisor.errors import CannotStart, StopAsked
from app.supervisor.output import Output
from app.supervisor.secrets_file import SecretsFile, write_privately
from app.supervisor.stopping import StopSignals

OWNER = "DATABASE_OWNER_URL"
READY_SECONDS = 90.0
WATCH_SECONDS = 0.1
ANYWHERE = {"0.0.0.0", "::", "localhost"}  # noqa: S104 - compared with, never bound to


@dataclass(frozen=True)
class Start:
    """What one `sunshine up` is asked to run; `commands` and `patience` are given by tests."""

    settings: Settings
    demo: bool | None = None
    holds_demo_data: Callable[[str], bool] = deployment.holds_demonstration
    commands: Commands | None = None
    patience: Patience | None = None

    @property
    def with_demo(self) -> bool:
        """The demo county is loaded in development unless it was refused."""
        return self.settings.env == "development" if self.demo is None else self.demo

    @property
    def local_url(self) -> str:
        """Where this machine reaches the web child."""
        host = self.settings.host
        host = "127.0.0.1" if host in ANYWHERE else f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.settings.port}"


def bring_up(start: Start, output: Output) -> int:
    """Run the platform in the foreground until it is stopped; give the exit status.

    0 after an orderly stop, 2 where settings are at fault, 1 where something else kept it from
    starting. Every reason is written to the log of `output`.
    """
    try:
        with StopSignals() as signals, ExitStack() as stack:
            try:
                _run(start, output, signals, stack)
            except StopAsked:
                output.log("supervisor", "stopping; once more stops at once")
    except CannotStart as refusal:
        for sentence in refusal.sentences:
            output.log("supervisor", f"can't start: {sentence}")
        return refusal.exit_status
    output.log("supervisor", "stopped")
    return 0


def faults(start: Start) -> list[str]:
    """Name everything in the settings that keeps the platform from starting."""
    settings = start.settings
    demo_data = (
        settings.env == "production"
        and settings.database_url is not None
        and start.holds_demo_data(settings.database_url)
    )
    found = production_faults(settings, has_demo_data=demo_data)
    if settings.env == "production" and start.demo:
        found.append("--demo loads invented content: it is for development only")
    if settings.env == "production" and settings.database_url and not settings.database_owner_url:
        found.append("DATABASE_OWNER_URL is not set: migrations run as the owner of the schema")
    if settings.database_owner_url and not settings.database_url:
        found.append("DATABASE_OWNER_URL is set without DATABASE_URL: set both or neither")
    return found


def _run(start: Start, output: Output, signals: StopSignals, stack: ExitStack) -> None:
    if found := faults(start):
        raise CannotStart(*found, exit_status=2)
    data_dir = _open_data_dir(start.settings.data_dir)
    stack.enter_context(lock.hold(data_dir))
    if children.stop_orphans(data_dir):
        output.log("supervisor", "stopped children that an earlier supervisor left behind")
    _require_free_port(start.settings)
    environment = _environment(start, data_dir)
    tended: list[Tended] = []
    for find in (servers.database, servers.queue):
        server = find(start.settings, data_dir=data_dir, output=output, pause=signals.pause)
        environment |= server.environment
        if server.tended is not None:
            tended.append(server.tended)
            stack.callback(server.tended.stop, signals.hurry)
    stack.enter_context(_told(data_dir, environment))
    chosen = start.commands or commands.of_platform(start.settings, demo=start.with_demo)
    begin = partial(children.begin, cwd=REPOSITORY, output=output)
    _prepare(begin("prepare", chosen.prepare, environment=environment), signals)
    # What runs all day has no business with the owner of the tables.
    environment = {name: value for name, value in environment.items() if name != OWNER}
    started = [
        Tended(
            name,
            begin=partial(begin, name, command, environment=environment),
            output=output,
            patience=start.patience,
        )
        for name, command in chosen.children.items()
    ]
    stack.callback(children.stop_together, started, signals.hurry)
    for child in started:
        child.start()
    _watch(start, output, signals, tended + started)


def _watch(start: Start, output: Output, signals: StopSignals, tended: list[Tended]) -> None:
    """Tend everything until a stop is asked for, and say when the web answers."""
    ready, deadline = False, time.monotonic() + READY_SECONDS
    while True:
        for one in tended:
            one.tend()
        if not ready:
            ready = _answers(start)
            if ready:
                demo_file = start.settings.data_dir / "demo.json" if start.with_demo else None
                for line in welcome.lines(start.local_url, demo_file):
                    output.say(line)
            elif time.monotonic() > deadline:
                raise CannotStart(
                    f"{start.local_url}/readyz did not answer 200 within {READY_SECONDS:g} s: the "
                    "log above says why."
                )
        signals.pause(WATCH_SECONDS)


def _open_data_dir(data_dir: Path) -> Path:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError
    except OSError as error:
        raise CannotStart(
            f"The data folder {data_dir} can't be written to ({type(error).__name__}): choose "
            "another by DATA_DIR."
        ) from None
    return data_dir.resolve()


def _require_free_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"Port {settings.port} of {settings.host} can't be used ({error.strerror}): stop "
                "the program that holds it, or choose another, for example "
                f"`make run PORT={settings.port + 1}`."
            ) from None


def _environment(start: Start, data_dir: Path) -> dict[str, str]:
    """Give the children what the supervisor read, and secrets of this installation's own."""
    settings = start.settings
    path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "SUNSHINE_ENV": settings.env,
        "HOST": settings.host,
        "PORT": str(settings.port),
        "DATA_DIR": str(data_dir),
    }
    if settings.public_base_url:
        environment["PUBLIC_BASE_URL"] = settings.public_base_url
    secret = settings.secret_key
    known = secret if secret != DEFAULT_SECRET else SecretsFile(data_dir).get("secret_key")
    return {**environment, "SECRET_KEY": known}


@contextmanager
def _told(data_dir: Path, environment: dict[str, str]) -> Iterator[None]:
    """Tell the `sunshine` command of this machine how to reach the platform while it runs."""
    path = connection_file(data_dir)
    write_privately(path, {name: environment[name] for name in CONNECTION})
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _prepare(child: children.Child, signals: StopSignals) -> None:
    try:
        while (status := child.poll()) is None:
            signals.pause(processes.TICK)
    finally:
        child.stop(hurry=signals.hurry)
    if status != 0:
        raise CannotStart(
            "Preparing the database failed; the log above says why.",
            exit_status=2 if status == 2 else 1,
        )


def _answers(start: Start) -> bool:
    """Ask the web child whether it is ready; no proxy stands between us."""
    connection = http.client.HTTPConnection(start.local_url.removeprefix("http://"), timeout=1.0)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
