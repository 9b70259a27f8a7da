"""The log of a test is its own: what it does to the root logger ends with it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from structlog._config import BoundLoggerLazyProxy

from app.kernel import logs


@contextmanager
def kept_log() -> Iterator[None]:
    """Put the root logger and structlog back as they were, whatever the block configures."""
    root = logging.root
    handlers, level, before = list(root.handlers), root.level, structlog.get_config()
    try:
        yield
    finally:
        if structlog.get_config() != before or root.handlers != handlers or root.level != level:
            root.handlers = handlers
            root.setLevel(level)
            structlog.configure(**before)
            _forget_cached_loggers()


def written_log(level: str) -> io.StringIO:
    """Log from now on at a level; gives what is written."""
    logs.configure(level)
    _forget_cached_loggers()
    written = io.StringIO()
    (handler,) = logging.root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    return written


def _forget_cached_loggers() -> None:
    """Let loggers of modules find the configuration of now, not of the first test that logged."""
    logs.bound.cache_clear()
    for module in list(sys.modules.values()):
        logger = vars(module).get("log")
        if isinstance(logger, BoundLoggerLazyProxy):
            vars(logger).pop("bind", None)
