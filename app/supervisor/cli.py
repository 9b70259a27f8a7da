"""`sunshine up`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from pydantic import ValidationError

from app.kernel.settings import Settings
from app.supervisor.output import Output
from app.supervisor.up import Start, bring_up


def up_command(holds_demo_data: Callable[[str], bool]) -> click.Command:
    """Make the command; `holds_demo_data` says of a database address whether a demo lives there."""

    @click.command("up")
    @click.option(
        "--demo/--no-demo",
        default=None,
        help="Load the demo county first; the default in development.",
    )
    def up(demo: bool | None) -> None:
        """Start the whole platform in the foreground; Ctrl-C stops all of it."""
        output = Output()
        try:
            settings = Settings()
        except ValidationError as error:
            for fault in error.errors(include_input=False, include_url=False):
                name = ".".join(str(part) for part in fault["loc"]).upper()
                output.log("supervisor", f"can't start: {name}: {fault['msg']}")
            status = 2
        else:
            status = bring_up(Start(settings, demo, holds_demo_data), output)
        output.close()
        sys.exit(status)

    return up
