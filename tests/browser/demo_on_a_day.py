"""The demo county on a day that a test sets: served by a thread of the test, whose clock it has."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import make_url
from werkzeug.serving import make_server

from app.demo import loading
from app.factory import create_app
from app.identity import queries as identity
from app.identity import roles
from app.identity import service as accounts
from app.identity.models import TokenKind
from app.kernel import clock, key_file, migrate
from app.kernel.access import Actor, Grant
from app.kernel.db import Database, connect
from app.kernel.settings import Settings
from app.registry import import_models
from app.web.flask_app import SESSION_COOKIE
from tests.conftest import Servers
from tests.factories import PASSWORD


@dataclass
class DemoOnADay:
    """The demo county of a test's own; `move` sets its clock."""

    database: Database
    base_url: str
    patch: pytest.MonkeyPatch

    def move(self, *day_and_hour: int) -> None:
        """Set the clock: year, month, day, hour in the county."""
        year, month, day, hour = day_and_hour
        moment = datetime(year, month, day, hour, tzinfo=clock.SHANGHAI)
        self.patch.setattr(clock, "now", lambda: moment)

    def page_of(self, browser: Browser, username: str) -> Page:
        """Open the browser of a member of staff who has signed in today."""
        with self.database.unit_of_work() as session:
            staff = identity.get_by_username(session, username)
            token, _ends = accounts.hand_out(session, staff=staff, kind=TokenKind.SESSION)
        context = browser.new_context(base_url=self.base_url, locale="zh-CN")
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.base_url}])
        return context.new_page()

    def actor(self, username: str, role: str, place: str) -> Actor:
        """Give whoever acts by one of the demo's accounts."""
        with self.database.reading() as session:
            number = identity.get_by_username(session, username).id
        grants = tuple(Grant(name, place) for name in roles.ROLES[role])
        return Actor(username, staff_id=number, grants=grants, role=role)


def _at(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def demo_on_a_day(servers: Servers, folder: Path) -> Iterator[DemoOnADay]:
    """Serve the demo county, loaded on 10 November 2026, from a database of its own."""
    name = f"sunshine_board_{os.getpid()}"
    with ExitStack() as stack:
        owner = stack.enter_context(psycopg.connect(servers.owner_url, autocommit=True))
        owner.execute(f'CREATE DATABASE "{name}"')
        stack.callback(owner.execute, f'DROP DATABASE "{name}" WITH (FORCE)')
        import_models()
        migrate.upgrade(_at(servers.owner_url, name), app_url=_at(servers.app_url, name))
        url = _at(servers.app_url, name)
        settings = Settings(
            env="development",
            database_url=url,
            data_dir=folder,
            log_level="error",
            _env_file=None,
        )
        key_file.create(settings.keys_path)
        database = connect(url, settings.keys_path)
        stack.callback(database.dispose)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("app.factory.connect", lambda _url, _keys: database)
        server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
        stack.callback(server.server_close)
        county = DemoOnADay(database, f"http://127.0.0.1:{server.server_port}", patch)
        county.move(2026, 11, 10, 9)
        with database.unit_of_work() as session:
            loading.load(session)
            for username, role, place in loading.ACCOUNTS:
                if role in loading.DESK:
                    continue  # the lists it loads went by these people
                accounts.create_staff(
                    session, username=username, password=PASSWORD, role=role, division_code=place
                )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        yield county
