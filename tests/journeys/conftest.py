"""A deployment under watch: its log, its answers, its caches, its queue, its tables."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from structlog._config import BoundLoggerLazyProxy

from app.kernel import logs
from tests.conftest import Served
from tests.journeys.leaks import Recorder, Watch

NAME, ADDRESS = "鸑鷟彪", "犇羴鱻巷八百七十六号"
PHONE, ID_NUMBER = "19953427186", "520203195304277119"
OTHER_PHONE = "19953427299"
REASON, QUESTION = "鸂鶒缘由待查", "鸀鳿疑问待答"
NOTES, TYPED = "鸊鷉记事甲乙", "鸜鹆误敲密语"
ANSWER = "鵾鶋答复丙丁"
VALUES = (NAME, ADDRESS, PHONE, OTHER_PHONE, ID_NUMBER, REASON, QUESTION, NOTES, TYPED, ANSWER)


def _forget_cached_loggers() -> None:
    """Let loggers of modules find the configuration of now, not of the first test that logged."""
    for module in list(sys.modules.values()):
        logger = getattr(module, "log", None)
        if isinstance(logger, BoundLoggerLazyProxy):
            vars(logger).pop("bind", None)


@pytest.fixture
def watch(served: Served, redis_url: str, database_urls: tuple[str, str]) -> Iterator[Watch]:
    """Record everything the application produces, at the most talkative level of the log."""
    app, log = served.app, io.StringIO()
    logs.configure("debug")
    _forget_cached_loggers()
    for handler in logging.root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(log)
    recorder = Recorder(app.wsgi_app)
    app.wsgi_app = recorder  # type: ignore[method-assign]
    yield Watch(
        recorder=recorder,
        log=log,
        bodies=served.bodies,
        redis_url=redis_url,
        owner_url=database_urls[0],
        data_dir=app.settings.data_dir,
        values=VALUES,
    )
    logs.configure("error")
    _forget_cached_loggers()
