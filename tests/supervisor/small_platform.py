"""Runs the supervisor over a platform of a few lines, as `sunshine up` does over the real one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.kernel.settings import Settings
from app.supervisor.children import Patience
from app.supervisor.commands import Commands
from app.supervisor.output import Output
from app.supervisor.up import Start, bring_up

CHILDREN = str(Path(__file__).with_name("small_children.py"))


def _child(name: str) -> tuple[str, ...]:
    return (sys.executable, CHILDREN, name)


def main() -> None:
    names = ("web", *os.environ.get("CHILDREN", "idle").split())
    chosen = Commands(_child("prepare"), {name: _child(name) for name in names})
    output = Output()
    start = Start(Settings(), commands=chosen, patience=Patience(first=0.1))
    status = bring_up(start, output)
    output.close()
    sys.exit(status)


if __name__ == "__main__":
    main()
