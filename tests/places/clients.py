"""A client of one domain's public JSON, with the public cache before it and no other domain."""

from __future__ import annotations

import time

from flask.testing import FlaskClient
from flask_openapi3.blueprint import APIBlueprint
from sqlalchemy.orm import Session

from app.kernel.db import Database
from app.kernel.settings import Settings
from app.web.bodies import Bodies
from app.web.caching import PublicCache
from app.web.flask_app import SunshineApp


class HeardEverything:
    """A listener that has missed nothing."""

    def is_live(self) -> bool:
        return True

    def known_until(self) -> float:
        return time.time()


def _nobody(_session: Session, _token: str, _kind: str = "") -> None:
    return None


def public_client(database: Database, api: APIBlueprint, *, bodies: Bodies) -> FlaskClient:
    """Give a client of an application that knows this blueprint alone."""
    app = SunshineApp(Settings(), database, load_actor=_nobody, load_villager=_nobody, demo=False)
    app.register_api(api)
    app.wsgi_app = PublicCache(  # type: ignore[method-assign]
        app.wsgi_app,
        bodies=bodies,
        freshness=HeardEverything(),
        on_scan=lambda _code: None,
        assets={},
    )
    return app.test_client()
