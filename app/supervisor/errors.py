"""Why the platform does not start, in sentences for whoever typed the command."""

from __future__ import annotations


class CannotStart(Exception):
    """A start that is given up: every sentence says what is wrong and what to do.

    `exit_status` is 2 where settings are at fault, otherwise 1.
    """

    def __init__(self, *sentences: str, exit_status: int = 1) -> None:
        self.sentences = sentences
        self.exit_status = exit_status
        super().__init__("; ".join(sentences))


class StopAsked(Exception):
    """Ctrl-C or SIGTERM came while something was still being started."""
