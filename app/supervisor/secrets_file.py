"""Passwords and keys drawn on the first start, kept in the data folder, readable by its owner."""

from __future__ import annotations

import json
import os
from pathlib import Path

from app.kernel.settings import new_secret
from app.supervisor.errors import CannotStart


class SecretsFile:
    """`DATA_DIR/secrets.json`, mode 0600: drawn once, on disk before it is first used."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "secrets.json"

    def __contains__(self, name: str) -> bool:
        return name in self._read()

    def get(self, name: str) -> str:
        """Give the secret of that name; draw it where there is none yet."""
        known = self._read()
        if name not in known:
            known[name] = new_secret()
            self._write(known)
        return known[name]

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        self.path.chmod(0o600)
        try:
            known: dict[str, str] = json.loads(self.path.read_text())
        except ValueError:
            raise CannotStart(
                f"{self.path} can't be read as JSON: restore it from a backup. It holds the "
                "passwords of the private database."
            ) from None
        return known

    def _write(self, known: dict[str, str]) -> None:
        write_privately(self.path, known)


def write_privately(path: Path, facts: dict[str, str]) -> None:
    """Write a JSON file, mode 0600, whole or not at all, and on disk when this returns."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(facts, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
