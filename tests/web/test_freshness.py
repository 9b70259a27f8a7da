"""The change listener against PostgreSQL: what it hears, and that it knows when it is deaf."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from app.disclosure import service as disclosure
from app.doorplates import service as doorplates
from app.kernel import changes
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web import caching
from app.web.bodies import Bodies
from app.web.flask_app import SunshineApp
from app.web.freshness import SILENCE, ChangeListener
from tests import factories

PROMISE = 1.0  # seconds from commit to gone


def until(holds: Callable[[], bool], *, within: float = 10.0) -> float:
    """Ask again and again; give the seconds it took, fail where it never holds."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within
        time.sleep(0.005)  # polling, with a deadline
    return time.monotonic() - began


@pytest.fixture
def bodies() -> Bodies:
    return Bodies(max_bytes=10**7)


@pytest.fixture
def listener(database: Database, bodies: Bodies) -> Iterator[ChangeListener]:
    """Listen to the test's database, as a process of the web server does."""
    listener = ChangeListener(database.url, drop=bodies.drop)
    listener.start()
    until(listener.is_live)
    yield listener
    listener.stop()
    listener.join(10)


@pytest.fixture
def served_live(app: SunshineApp, bodies: Bodies, listener: ChangeListener) -> SunshineApp:
    """Put the cache with the real listener before the application."""
    app.wsgi_app = caching.PublicCache(  # type: ignore[method-assign]
        app.wsgi_app, bodies=bodies, freshness=listener, on_scan=lambda _code: None, assets={}
    )
    return app


def _cut(database: Database) -> int:
    """End the listener's connection from the database's side; gives how many were ended."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'sunshine-cache' AND datname = current_database()"
        )
        return len(ended.fetchall())


def test_a_withdrawn_item_is_gone_within_a_second(
    served_live: SunshineApp, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        item_id = factories.item(session, title="应当消失的一条").id
    client = served_live.test_client()
    paths = (f"/items/{item_id}", f"/api/v1/items/{item_id}", f"/v/{factories.VILLAGE}")
    for path in paths * 2:
        assert client.get(path).status_code == 200
    with database.unit_of_work() as session:
        disclosure.withdraw_item(session, item_id=item_id, reason="数字有误", actor=OPERATOR)

    def gone() -> bool:
        statuses = [client.get(path).status_code for path in paths[:2]]
        return statuses == [410, 410] and "应当消失的一条" not in client.get(paths[2]).text

    assert until(gone) < PROMISE


def test_a_revoked_plate_is_gone_within_a_second(
    served_live: SunshineApp, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        code = factories.printed(session)[0].code
    client = served_live.test_client()
    for _ in range(2):
        assert client.get(f"/d/{code}").status_code == 200
    with database.unit_of_work() as session:
        doorplates.revoke(session, code=code, reason="遗失", actor=OPERATOR)
    assert until(lambda: client.get(f"/d/{code}").status_code == 410) < PROMISE


def test_what_was_rolled_back_is_never_announced(
    database: Database, bodies: Bodies, listener: ChangeListener
) -> None:
    heard = bodies.generation

    def announce_and_fail() -> None:
        with database.unit_of_work() as session:
            changes.division_changed(session, "520203")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        announce_and_fail()
    with database.unit_of_work() as session:
        changes.division_changed(session, "520203102")
    until(lambda: bodies.generation > heard)
    assert bodies.generation == heard + 1
    assert listener.is_live()


def test_a_cut_connection_is_mended_and_everything_dropped(
    database: Database, bodies: Bodies, listener: ChangeListener
) -> None:
    heard = bodies.generation
    assert _cut(database) == 1
    until(lambda: bodies.generation > heard)  # connected again, and dropped what it may have missed
    until(listener.is_live)


def test_a_deaf_listener_says_so_and_nothing_stale_is_served(
    served_live: SunshineApp,
    database: Database,
    listener: ChangeListener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        item_id = factories.item(session).id
    client, path = served_live.test_client(), f"/items/{item_id}"
    for _ in range(2):
        assert client.get(path).status_code == 200
    address = listener._url
    monkeypatch.setattr(listener, "_url", "postgresql://nobody@127.0.0.1:1/none")
    _cut(database)
    with database.unit_of_work() as session:
        disclosure.withdraw_item(session, item_id=item_id, reason="数字有误", actor=OPERATOR)
    assert until(lambda: client.get(path).status_code == 410) < SILENCE + 0.2
    until(lambda: not listener.is_live())
    assert client.get(path).status_code == 410
    monkeypatch.setattr(listener, "_url", address)
    until(listener.is_live)
    assert client.get(path).status_code == 410


def test_a_listener_that_never_connected_is_not_live() -> None:
    assert not ChangeListener("postgresql://127.0.0.1:1/none", drop=lambda _scope: None).is_live()
