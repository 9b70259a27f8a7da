"""The permission matrix: every route × every role × own, sister and parent place, as it is written.

`permissions.csv` has a row for each route: `METHOD route`, then one cell for each kind of visitor.
A letter says what a real request is answered with:

    A  allowed (2xx, 3xx)        F  forbidden (403)      S  asked to sign in (401)
    N  not found or gone (404, 410)      R  refused for another reason (409, 422, 429)

A role's cell has three letters: its holder comes from the place where the thing lies (青杠林村),
from a sister village, from the township above both; one letter stands for three alike. `-` is
everyone who is signed out, `villager` a signed-in villager who is bound to no household.

A new route fails until its row stands there, and the failure says which row that would be: read it
letter by letter before you add it. Where it says N or R although the right visitor should be let
in, give the route its address values, query or form in `permission_world.py` first. All the rows
that are missing are added, in their order, by

    PERMISSIONS_WRITE=1 pytest tests/architecture/test_permissions.py
"""

from __future__ import annotations

import copy
import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.factory import create_app
from app.gateways.sms.memory import InMemorySms
from app.gateways.wechat.memory import InMemoryWeChat
from app.kernel import key_file
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.web.flask_app import SunshineApp
from tests.architecture import (
    permission_aid,
    permission_disclosure,
    permission_files,
    permission_visits,
)
from tests.architecture import permission_tokens as tokens
from tests.architecture import permission_world as world
from tests.architecture.permission_matrix import CHANGES, VISITORS, Matrix, Unguarded

TABLE = Path(__file__).with_name("permissions.csv")
FACES = ("api", "console", "console's changes", "portal")


@pytest.fixture(scope="module")
def matrix(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """Build the world in one transaction that is never committed, and the application on it."""
    folder = tmp_path_factory.mktemp("permissions")
    key_file.create(folder / "keys.json")
    with shared_database.engine.connect() as connection, connection.begin() as transaction:
        database = copy.copy(shared_database)
        # Every unit of work becomes a savepoint of that transaction.
        database.engine = database.read_engine = connection  # type: ignore[assignment]  # acts alike
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.factory.connect", lambda _url, _keys: database)
            app = create_app(
                Settings(
                    env="test",
                    database_url=shared_database.url,
                    data_dir=folder,
                    public_base_url="https://liuzhi.example.gov.cn",
                    log_level="error",
                    _env_file=None,
                )
            )
        app.extensions["csrf_guard"] = Unguarded()
        app.extensions["wechat"], app.extensions["sms"] = InMemoryWeChat(), InMemorySms()
        app.extensions["storage"] = permission_files.STORAGE
        with Session(
            connection, join_transaction_mode="create_savepoint", info=shared_database.info
        ) as session:
            values = world.build(session)
            staff, villager = tokens.staff_tokens(session), tokens.villager_token(session)
            values |= world.hold_open(session, values)
            values |= permission_visits.log(session, values)
            values |= permission_disclosure.write(session)
            values |= permission_aid.stand(session)
            session.commit()
        yield Matrix(app, connection, values, staff, villager)
        transaction.rollback()


def _routes(app: SunshineApp) -> list[str]:
    return sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def _face(route: str) -> str:
    """Tell which face a route belongs to; the console's reads and changes are two."""
    method, rule = route.split(" ", 1)
    if rule.startswith("/console"):
        return "console's changes" if method in CHANGES else "console"
    return "api" if rule.startswith("/api") else "portal"


def _written() -> dict[str, list[str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["route", *VISITORS], "the table's columns are the visitors, in their order"
    assert [row[0] for row in rows] == sorted({row[0] for row in rows}), "sort the rows by route"
    return {row[0]: row[1:] for row in rows}


def _write(rows: dict[str, list[str]]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["route", *VISITORS])
        writer.writerows([route, *rows[route]] for route in sorted(rows))


def _as_line(route: str, cells: list[str]) -> str:
    return ",".join([f'"{route}"' if "," in route else route, *cells])


def test_every_row_of_the_table_is_a_route(matrix: Matrix) -> None:
    written, routes = _written(), _routes(matrix.app)
    if os.environ.get("PERMISSIONS_WRITE"):
        # Rows that stand stay as they are: what somebody wrote is never overwritten by what is.
        written = {
            route: written.get(route) or matrix.observed(route) for route in _routes(matrix.app)
        }
        _write(written)
    gone = sorted(set(written) - set(routes))
    assert not gone, "no such routes any more, take out their rows:\n" + "\n".join(gone)


@pytest.mark.timeout(600)  # thousands of requests: a minute where nothing else runs
@pytest.mark.parametrize("face", FACES)
def test_every_route_answers_every_visitor_as_the_table_says(matrix: Matrix, face: str) -> None:
    written, faults = _written(), []
    for route in _routes(matrix.app):
        if _face(route) != face:
            continue
        cells = matrix.observed(route)
        line = _as_line(route, cells)
        if route not in written:
            faults.append(f"not in {TABLE.name}; as it answers now its row would be:\n    {line}")
            continue
        faults += [
            f"{route}: {visitor} should get {wanted or 'nothing'}, gets {got}"
            for visitor, wanted, got in zip(VISITORS, written[route], cells, strict=True)
            if wanted != got
        ]
    assert not faults, "\n" + "\n".join(faults)


def test_nobody_signed_out_changes_anything_of_the_console() -> None:
    for route, cells in _written().items():
        method, rule = route.split(" ", 1)
        if rule.startswith("/console") and method in CHANGES and "/sign-" not in rule:
            assert cells[0] == cells[1] == "S", route


def test_an_auditor_changes_nothing() -> None:
    own_account = (
        *("/console/sign-", "/console/account", "/console/step-up", "/console/inbox"),
        "/api/v1/tokens",
    )
    place = VISITORS.index("security_auditor")
    for route, cells in _written().items():
        method, rule = route.split(" ", 1)
        public = cells[0] == cells[place]
        if method in CHANGES and not rule.startswith(own_account) and not public:
            assert rule.startswith("/console/audit") or cells[place] == "F", route
