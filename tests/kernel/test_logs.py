"""Logs: one JSON object a line, and no message of an exception among them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from app.kernel import logs

SECRET = "张三 13812345678"
Logged = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def logged() -> Iterator[Logged]:
    """Give a reader of the lines written since."""
    logs.configure("info")
    written = io.StringIO()
    (handler,) = logging.root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.contextvars.clear_contextvars()
    logs.configure("error")


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
