"""The application: one transaction for each view, and logs that carry ids alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import text

from app.kernel.db import Database
from app.kernel.deployment import DeploymentFact
from app.kernel.errors import Conflict
from app.web import entry
from app.web.flask_app import SESSION_COOKIE, SunshineApp, db
from tests import factories
from tests.log_keeping import written_log

Logged = Callable[[], list[dict[str, Any]]]


@entry.public
def _write() -> str:
    db().add(DeploymentFact(name="seen", value="1"))
    return "written"


@entry.public
def _write_and_refuse() -> str:
    db().add(DeploymentFact(name="seen", value="1"))
    db().flush()
    raise Conflict


@entry.public
def _who() -> dict[str, Any]:
    return {"name": g.actor.name if g.actor else None}


def _facts(database: Database) -> int:
    with database.unit_of_work() as session:
        return session.query(DeploymentFact).count()


def test_a_view_that_returns_commits(app: SunshineApp, database: Database) -> None:
    app.add_url_rule("/write", view_func=_write, methods=["POST"])
    assert app.test_client().post("/write").status_code == 200
    assert _facts(database) == 1


def test_a_view_that_refuses_leaves_nothing_behind(app: SunshineApp, database: Database) -> None:
    app.add_url_rule("/write", view_func=_write_and_refuse, methods=["POST"])
    assert app.test_client().post("/write").status_code == 409
    assert _facts(database) == 0


def test_a_view_that_only_reads_cannot_write(app: SunshineApp, database: Database) -> None:
    app.add_url_rule("/write", view_func=_write_and_refuse)
    assert app.test_client().get("/write").status_code == 500
    assert _facts(database) == 0


def test_a_session_opens_pages_and_a_token_the_api_and_never_the_other(
    app: SunshineApp, database: Database
) -> None:
    app.add_url_rule("/who", view_func=_who)
    app.add_url_rule("/api/v1/who", "api_who", view_func=_who)
    with database.unit_of_work() as session:
        factories.county(session)
        token = factories.staff_token(session, username="wang")
        cookie = factories.staff_session(session, username="chen")
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, cookie)
    assert client.get("/who").json == {"name": "chen"}
    assert client.get("/api/v1/who").json == {"name": None}
    client.set_cookie(SESSION_COOKIE, token)
    assert client.get("/who").json == {"name": None}
    bare = app.test_client()
    assert bare.get("/api/v1/who", headers=factories.bearer(token)).json == {"name": "wang"}
    assert bare.get("/api/v1/who", headers=factories.bearer(cookie)).status_code == 401
    assert bare.get("/who", headers=factories.bearer(token)).status_code == 401


@pytest.mark.parametrize("shown", ["Bearer wrong", "Basic d2FuZzp4", "Bearer", "Bearer  "])
def test_a_bad_token_is_refused_even_where_nobody_asks(client: FlaskClient, shown: str) -> None:
    answer = client.get("/api/v1/topics", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.fixture
def logged(client: FlaskClient) -> Logged:
    """Give a reader of the log lines written since the client's application stands."""
    assert client
    written = written_log("info")
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_log_line_names_the_rule_and_not_the_code(client: FlaskClient, logged: Logged) -> None:
    client.get("/d/7K3M9QXW2R4T0?from=13812345678", headers={"User-Agent": "张三丰的手机"})
    (line,) = [line for line in logged() if line["event"] == "request"]
    assert line["route"] == "/d/<path:code>"
    assert set(line) == {
        "event",
        "method",
        "route",
        "status",
        "milliseconds",
        "request_id",
        "level",
        "logger",
        "timestamp",
    }


def test_no_line_carries_the_ids_of_the_request_before(
    app: SunshineApp, database: Database, logged: Logged
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        token = factories.staff_token(session)
    client = app.test_client()
    client.get("/api/v1/topics", headers=factories.bearer(token))
    client.post("/console/sign-out")  # refused before any view: the form has no proof
    client.get("/nowhere")
    first, *others = [line for line in logged() if line["event"] == "request"]
    assert first["staff_id"]
    assert [line["status"] for line in others] == [409, 404]
    assert not any("staff_id" in line for line in others)
    assert len({line["request_id"] for line in (first, *others)}) == 3


def test_the_stylesheets_of_the_console_can_be_had(client: FlaskClient) -> None:
    page = client.get("/console/sign-in").text
    sheets = re.findall(r'(?:href|src)="([^"]+\.(?:css|js))"', page)
    assert len(sheets) >= 3
    for address in sheets:
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_reading_engines_refuse_to_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(Exception, match="read-only"):
        session.execute(text("DELETE FROM items"))


@pytest.mark.parametrize("path", ["/api/v1", "/v//520203102213"])
def test_a_redirect_names_no_host_that_the_visitor_named(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 308
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]
