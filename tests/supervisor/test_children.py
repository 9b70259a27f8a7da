"""What dies is started again, after pauses that grow."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.supervisor import children
from app.supervisor.children import Patience, Tended
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output
from tests.supervisor.conftest import until


class _Brief:
    """Something that has ended as soon as it was started."""

    def __init__(self, status: int | None) -> None:
        self.status = status

    def poll(self) -> int | None:
        return self.status

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        self.status = int(hurry())


@pytest.fixture
def log(data_dir: Path) -> Path:
    return data_dir.with_name("log")


def _pauses(log: Path) -> list[str]:
    return [line.split(" in ")[1] for line in log.read_text().splitlines()]


def _die(log: Path, *, patience: Patience, times: int) -> None:
    with log.open("wb") as file:
        output = Output(logs=file.fileno())
        tended = Tended("brief", begin=lambda: _Brief(1), output=output, patience=patience)
        tended.start()

        def started_again() -> bool:
            tended.tend()
            return tended.running is not None

        for _death in range(times):
            tended.tend()
            until(started_again, what="a new start")
        output.close()


def test_pauses_grow_to_the_longest(log: Path) -> None:
    _die(log, patience=Patience(first=0.01, longest=0.04, steady_after=60), times=4)
    assert _pauses(log) == ["0.01 s", "0.02 s", "0.04 s", "0.04 s"]


def test_a_long_life_clears_the_past(log: Path) -> None:
    _die(log, patience=Patience(first=0.01, longest=1, steady_after=0), times=3)
    assert _pauses(log) == ["0.01 s"] * 3


def test_a_start_that_fails_is_tried_again_later(log: Path) -> None:
    def fail() -> _Brief:
        raise CannotStart("no room on the disk")

    with log.open("wb") as file:
        output = Output(logs=file.fileno())
        tended = Tended("server", begin=fail, output=output, running=_Brief(-9))
        tended.tend()
        assert tended.running is None
        tended = Tended(
            "server", begin=fail, output=output, patience=Patience(first=0.0), running=_Brief(-9)
        )
        tended.tend()
        tended.tend()
        output.close()
    assert "server ended (signal 9)" in log.read_text()
    assert "did not start: no room on the disk" in log.read_text()


def test_long_lines_of_several_children_are_never_mixed(log: Path, data_dir: Path) -> None:
    data_dir.mkdir()
    script = "for n in range(200): print(('{}' * 3000) + '。', flush=True)"
    environment = {"DATA_DIR": str(data_dir), "PATH": os.environ["PATH"]}
    with log.open("wb") as file:
        output = Output(logs=file.fileno())
        started = [
            children.begin(
                name,
                ("python3", "-c", script.format(name)),
                environment=environment,
                cwd=data_dir,
                output=output,
            )
            for name in "ab"
        ]
        for child in started:
            assert child.process.wait(30) == 0
        output.close()
    lines = log.read_text().splitlines()
    assert sorted(lines) == [f"{name:<10}| {name * 3000}。" for name in "ab" for _n in range(200)]
