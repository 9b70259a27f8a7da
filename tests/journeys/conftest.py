"""A deployment under watch: its log, its answers, its caches, its queue, its tables."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from structlog._config import BoundLoggerLazyProxy

from app.kernel import logs
from app.kernel.settings import Settings
from tests.conftest import Served
from tests.factories import VILLAGE
from tests.journeys.canary_world import World
from tests.journeys.leaks import Recorder, Watch
from tests.journeys.planted import VALUES


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


@pytest.fixture
def world(
    watch: Watch, served: Served, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> World:
    """Give the planted village; who may read what of it stands here."""
    for task in ("audit", "rosters"):
        monkeypatch.setattr(f"workers.tasks.{task}.get_settings", lambda: settings)
    visits = tuple(f"/console/visits/{kind}" for kind in (f"{VILLAGE}/", "needs/", "waiting/"))
    watch.may_read = {
        "staff": ("/console/records/", *visits),
        "colleague": visits,
        "auditor": ("/console/audit",),
        "villager": ("/me",),
    }
    return World(served.app)
