"""A deployment under watch: its log, its answers, its caches, its queue, its tables."""

from __future__ import annotations

import pytest

from app.kernel.settings import Settings
from tests.conftest import Served
from tests.factories import VILLAGE
from tests.journeys.canary_world import World
from tests.journeys.leaks import Recorder, Watch
from tests.journeys.planted import VALUES
from tests.log_keeping import written_log


@pytest.fixture
def watch(served: Served, redis_url: str, database_urls: tuple[str, str]) -> Watch:
    """Record everything the application produces, at the most talkative level of the log."""
    app, log = served.app, written_log("debug")
    recorder = Recorder(app.wsgi_app)
    app.wsgi_app = recorder  # type: ignore[method-assign]
    return Watch(
        recorder=recorder,
        log=log,
        bodies=served.bodies,
        redis_url=redis_url,
        owner_url=database_urls[0],
        data_dir=app.settings.data_dir,
        values=VALUES,
    )


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
        "author": ("/console/drafts",),
        "colleague": visits,
        "auditor": ("/console/audit",),
        "villager": ("/me",),
    }
    return World(served.app)
