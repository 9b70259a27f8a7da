"""No record without its line: what fails between the reading and the commit shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.audit import service as audit
from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests.console.conftest import Browser
from tests.console.reading import Cadre, acts, head_of, open_record
from tests.households.opened import HEAD, PHONE, Home

MASKED = ("赵**", "138****5678")


@pytest.fixture
def reading(cadre: Cadre, home: Home) -> tuple[Browser, str]:
    """Give a cadre who holds the record open, and its address."""
    browser = cadre()
    return browser, open_record(browser, home)


@pytest.fixture(params=["look", "reveal"])
def ask(
    request: pytest.FixtureRequest, reading: tuple[Browser, str], county: Database, home: Home
) -> Callable[[], tuple[int, str]]:
    """Look at the record, or ask for a value: (status, all that came back)."""
    browser, address = reading
    head = head_of(county, home)

    def look() -> tuple[int, str]:
        page = browser.get(address)
        return page.status_code, page.text

    def reveal() -> tuple[int, str]:
        page = browser.send(f"{address}/reveal", wanted=f"phone-{head}")
        return page.status_code, page.text

    return look if request.param == "look" else reveal


Ask = Callable[[], tuple[int, str]]


def _nothing_came(ask: Ask, county: Database) -> None:
    status, content = ask()
    assert status == 500
    for value in (HEAD, PHONE, *MASKED):
        assert value not in content
    assert acts(county) == []


def _breaks(*_arguments: object, **_named: object) -> None:
    raise OperationalError("commit", {}, Exception("gone"))


def test_a_fault_between_reading_and_writing_shows_nothing(
    ask: Ask, county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "record", _breaks)
    _nothing_came(ask, county)


def test_a_fault_after_the_line_and_before_the_commit_shows_nothing(
    ask: Ask, county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = audit.record

    def write_and_break(session: Session, line: Any) -> int:
        written(session, line)
        raise OperationalError("insert", {}, Exception("gone"))

    monkeypatch.setattr(audit, "record", write_and_break)
    _nothing_came(ask, county)


def test_a_commit_that_fails_shows_nothing(
    ask: Ask, county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(county.engine.dialect, "do_commit", _breaks)
        status, content = ask()
    assert status == 500
    assert not [value for value in (HEAD, PHONE, *MASKED) if value in content]
    assert acts(county) == []


@pytest.fixture
def ledger_closed(owner_engine: Engine, database_urls: tuple[str, str]) -> Iterator[None]:
    """Take the right to write the ledger from the app for the time of a test."""
    role = make_url(database_urls[1]).username
    with owner_engine.begin() as owner:
        owner.execute(text(f'REVOKE INSERT ON access_ledger FROM "{role}"'))
    yield
    with owner_engine.begin() as owner:
        owner.execute(text(f'GRANT INSERT ON access_ledger TO "{role}"'))


@pytest.mark.usefixtures("ledger_closed")
def test_a_ledger_that_takes_no_line_shows_no_record(ask: Ask, county: Database) -> None:
    _nothing_came(ask, county)


def _environment(client: FlaskClient, address: str) -> dict[str, Any]:
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    headers = [("Cookie", f"{SESSION_COOKIE}={cookie.value}")]
    return EnvironBuilder(path=address, headers=headers).get_environ()


def test_not_one_byte_leaves_before_the_line_is_there_for_others(
    app: SunshineApp, reading: tuple[Browser, str], county: Database
) -> None:
    browser, address = reading
    seen: list[list[tuple[str, str]]] = []

    def begin(_status: str, _headers: object, _error: object = None) -> Callable[..., object]:
        seen.append(acts(county))
        return lambda _data: None

    answer = app.wsgi_app(_environment(browser.client, address), begin)
    content = b"".join(answer)
    assert MASKED[0].encode() in content
    assert seen == [[("open", "granted")]]


def test_what_a_server_iterates_over_holds_nothing_where_the_commit_fails(
    app: SunshineApp,
    reading: tuple[Browser, str],
    county: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser, address = reading
    environment = _environment(browser.client, address)
    with monkeypatch.context() as patch:
        patch.setattr(county.engine.dialect, "do_commit", _breaks)
        pieces, status, headers = run_wsgi_app(app.wsgi_app, environment, buffered=False)
        content = b"".join(pieces)
    assert status.startswith("500")
    everything = content.decode() + str(headers)
    assert not [value for value in (HEAD, PHONE, *MASKED) if value in everything]
    assert acts(county) == []
