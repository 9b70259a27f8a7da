"""Whom PostgreSQL runs as when we are root, and which folders that account can pass through."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.supervisor.errors import CannotStart

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of this system that exists already; none is ever added."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]


def for_postgres(data_dir: Path) -> Account | None:
    """Choose who runs PostgreSQL, which refuses to run as root; None means: whoever we are.

    In this order: the owner of the data that is there, the owner of the data folder, then the
    users `postgres` and `nobody`.
    """
    if os.geteuid() != 0:
        return None
    for folder in (data_dir / "postgres", data_dir):
        if folder.exists() and (uid := folder.stat().st_uid) != 0:
            try:
                return _account(pwd.getpwuid(uid))
            except KeyError:  # initdb needs a user with a name
                continue
    for name in UNPRIVILEGED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise CannotStart(
        "PostgreSQL refuses to run as root and this system has neither a user `postgres` nor "
        "`nobody`: start as another user, or set DATABASE_URL."
    )


def can_enter(folder: Path, account: Account) -> bool:
    """Ask the kernel, as that account, whether it may pass through a folder."""
    test = shutil.which("test") or "/usr/bin/test"
    answer = subprocess.run(  # noqa: S603 - a fixed program, no shell
        [test, "-x", str(folder)],
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups,
        check=False,
    )
    return answer.returncode == 0


def require_way_to(folder: Path, account: Account) -> None:
    """Raise CannotStart naming the first parent of `folder` that the account can't enter."""
    if can_enter(folder.parent, account):
        return
    for parent in reversed(folder.parents):
        if not can_enter(parent, account):
            info = parent.stat()
            raise CannotStart(
                f"PostgreSQL never runs as root, so it runs as the user {account.name!r} here, and "
                f"that user can't enter {parent} ({stat.filemode(info.st_mode)}, owner "
                f"{owner_of(parent)}). Modes outside the data folder are left as they are: choose"
                " a folder that is open to it, for example "
                "`make run DATA_DIR=/var/lib/sunshine`."
            )


def let_in(folder: Path, account: Account | None) -> None:
    """Make one of our own folders, closed to others, and let the account pass through it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is None or can_enter(folder, account):
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o070:  # its group means something to somebody
        folder.chmod(mode | 0o001)
    else:
        os.chown(folder, -1, account.gid)
        folder.chmod(mode | 0o010)


def give(path: Path, account: Account | None) -> None:
    """Hand a file or folder of ours to the account."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def owner_of(path: Path) -> str:
    """Name the owner of a file or folder, by number where it has no name."""
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _account(entry: pwd.struct_passwd) -> Account:
    groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, tuple(groups))
