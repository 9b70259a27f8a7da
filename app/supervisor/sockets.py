"""The folder a private server's socket lives in: closed to others, and with a short enough name."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

from app.supervisor import accounts
from app.supervisor.accounts import Account
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output

LONGEST_ADDRESS = 107  # bytes; sun_path of unix(7) is 108 with its closing zero
PLACES = (tempfile.gettempdir(), "/tmp")  # noqa: S108 - the folder made there is private


def open_folder(
    data_dir: Path,
    *,
    server: str,
    socket: str,
    account: Account | None = None,
    output: Output,
) -> Path:
    """Give the folder for `server`'s socket, mode 0700: `DATA_DIR/run/<server>`.

    Where the address would be longer than the kernel takes, it is a private folder under the
    system's folder for temporary files, and `DATA_DIR/run/<server>.folder` says which.
    """
    run = data_dir / "run"
    accounts.let_in(run, account)
    folder = run / server
    if not _fits(folder / socket):
        folder = _short_folder(run / f"{server}.folder", socket=socket, account=account)
        output.log(server, f"{run / server / socket} is too long for a socket: using {folder}")
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    accounts.give(folder, account)
    return folder


def close_folder(data_dir: Path, *, server: str, account: Account | None = None) -> None:
    """Remove the folder outside DATA_DIR, where one was needed."""
    record = data_dir / "run" / f"{server}.folder"
    if record.exists():
        folder = Path(record.read_text())
        if _is_ours(folder, account):
            shutil.rmtree(folder, ignore_errors=True)
        record.unlink()


def _fits(address: Path) -> bool:
    return len(bytes(address)) <= LONGEST_ADDRESS


def _short_folder(record: Path, *, socket: str, account: Account | None) -> Path:
    if record.exists() and _is_ours(known := Path(record.read_text()), account):
        return known
    for place in PLACES:
        if _fits(Path(place) / "sunshine-12345678" / socket):
            folder = Path(tempfile.mkdtemp(prefix="sunshine-", dir=place))
            accounts.give(folder, account)
            record.write_text(str(folder))
            return folder
    raise CannotStart(f"No folder is short enough for a socket: tried {', '.join(PLACES)}.")


def _is_ours(folder: Path, account: Account | None) -> bool:
    """Never trust a folder that another user could have put there meanwhile."""
    try:
        info = folder.lstat()
    except FileNotFoundError:
        return False
    owner = account.uid if account else os.geteuid()
    return (
        stat.S_ISDIR(info.st_mode) and stat.S_IMODE(info.st_mode) == 0o700 and info.st_uid == owner
    )
