"""One supervisor per data folder; the lock lives in the kernel, so `kill -9` frees it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.supervisor.errors import CannotStart


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Keep every other supervisor away from `data_dir`; raise CannotStart where one is at work."""
    with (data_dir / "supervisor.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotStart(
                f"Another `sunshine up` (process {file.read().strip() or 'unknown'}) already runs "
                f"on {data_dir}: stop it first, or choose another DATA_DIR and PORT."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
