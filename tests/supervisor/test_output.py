"""What is shown never makes anyone wait."""

from __future__ import annotations

import os

from app.supervisor import output as shown
from app.supervisor.output import Output


def test_a_terminal_that_stands_still_costs_lines_and_never_time() -> None:
    reader, writer = os.pipe()
    output = Output(logs=writer)
    for _line in range(shown.WAITING_LINES + 2000):
        output.log("web", "x" * 100)
    os.set_blocking(reader, False)
    output.log("web", "still here")
    assert os.read(reader, 10).startswith(b"web")
    os.close(reader)
    output.close()
    os.close(writer)


def test_announcements_and_logs_go_their_own_ways() -> None:
    (said, say), (logged, log) = os.pipe(), os.pipe()
    output = Output(announcements=say, logs=log)
    output.say("READY http://127.0.0.1:8000")
    output.log("web", b"started")
    output.close()
    assert os.read(said, 100) == b"READY http://127.0.0.1:8000\n"
    assert os.read(logged, 100) == b"web       | started\n"
    for descriptor in (said, say, logged, log):
        os.close(descriptor)
