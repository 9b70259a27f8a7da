"""Logs: one JSON object a line, and no message of an exception among them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from app.kernel import logs
from tests.log_keeping import kept_log, written_log

SECRET = "张三 13812345678"
Logged = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def logged() -> Iterator[Logged]:
    """Give a reader of the lines written since."""
    written = written_log("info")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.contextvars.clear_contextvars()


def _fail() -> None:
    raise ValueError(SECRET)


def test_an_exception_is_logged_by_its_class_and_place(logged: Logged) -> None:
    try:
        _fail()
    except ValueError:
        logs.get("tests").exception("it_failed", item_id=7)
    (line,) = logged()
    assert line["error"].startswith("ValueError at test_logs.py:")
    assert line["frames"][-1].endswith("_fail")
    assert (line["event"], line["item_id"], line["level"]) == ("it_failed", 7, "error")
    assert SECRET not in json.dumps(line, ensure_ascii=False)


def test_an_exception_of_a_library_loses_its_message_too(logged: Logged) -> None:
    try:
        _fail()
    except ValueError:
        logging.getLogger("library").exception("broken")
    (line,) = logged()
    assert line["error"].startswith("ValueError at test_logs.py:")
    assert SECRET not in json.dumps(line, ensure_ascii=False)


def test_the_cause_of_an_exception_is_not_told_either(logged: Logged) -> None:
    try:
        try:
            _fail()
        except ValueError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as error:
        logs.get("tests").error("it_failed", exc_info=error)
    assert SECRET not in json.dumps(logged(), ensure_ascii=False)


def test_ids_bound_to_a_request_stand_on_every_line(logged: Logged) -> None:
    structlog.contextvars.bind_contextvars(request_id="r1")
    logs.get("tests").info("one")
    logging.getLogger("library").info("two")
    assert [line["request_id"] for line in logged()] == ["r1", "r1"]


def test_what_is_below_the_level_is_not_written(logged: Logged) -> None:
    logs.get("tests").debug("quiet")
    logging.getLogger("library").debug("quiet")
    assert logged() == []


def test_an_exception_that_was_never_raised_can_be_described() -> None:
    assert logs.describe(KeyError("x")) == "KeyError at ?"


def test_a_level_and_a_stream_of_one_test_are_not_left_to_the_next() -> None:
    before = (list(logging.root.handlers), logging.root.level, structlog.get_config())
    log = logs.get("tests")
    with kept_log():
        written = written_log("debug")
        log.debug("told")
        written.close()
    assert (list(logging.root.handlers), logging.root.level, structlog.get_config()) == before
