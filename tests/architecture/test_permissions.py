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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.factory import create_app
from app.gateways.sms.memory import InMemorySms
from app.gateways.wechat.memory import InMemoryWeChat
from app.identity import roles
from app.identity.queries import actor_for_token
from app.kernel import key_file
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from app.kernel.settings import Settings
from app.web import entry
from app.web.flask_app import SESSION_COOKIE, VILLAGER_COOKIE, SunshineApp
from tests.architecture import permission_visits
from tests.architecture import permission_world as world
from tests.architecture.permission_world import PLACES

TABLE = Path(__file__).with_name("permissions.csv")
VISITORS = ("-", "villager", *roles.ROLES)
LETTERS = {401: "S", 403: "F", 404: "N", 410: "N", 409: "R", 422: "R", 429: "R"}
FACES = ("api", "console", "console's changes", "portal")
CHANGES = ("POST", "PUT", "PATCH", "DELETE")


class Unguarded:
    """Stands in for the guard of forms, which tests of its own look after."""

    def protect(self) -> None:
        """Let every form in."""


@dataclass
class Matrix:
    """Sends every visitor to a route, each to the same untouched world."""

    app: SunshineApp
    connection: Connection
    values: world.World
    staff: dict[tuple[str, str], str]
    villager: str

    def observed(self, route: str) -> list[str]:
        """Give the cells of a route's row as the application answers today."""
        cells = [self.ask(route), self.ask(route, self.villager, VILLAGER_COOKIE)]
        lacking = self.lacking(route)
        # One of those who lack the permission knocks at the door itself, another one each route.
        knocking = lacking[sum(map(ord, route)) % len(lacking)] if lacking else ""
        for role in roles.ROLES:
            if role in lacking and role != knocking:
                cells.append(self.turned_away(route, role))
                continue
            letters = "".join(
                self.ask(route, self.staff[role, place], SESSION_COOKIE)
                for place in self.told_apart(route, role)
            )
            cells.append(letters[0] if len(set(letters)) == 1 else letters)
        return cells

    def lacking(self, route: str) -> list[str]:
        """Name the roles that hold none of the permissions a route asks for."""
        declared = self.declared(route)
        wanted = {declared.permission, *declared.others}
        asked = declared.staff_only and declared.permission is not None
        return [role for role in roles.ROLES if asked and not wanted & set(roles.ROLES[role])]

    def turned_away(self, route: str, role: str) -> str:
        """Ask what a route declares, as every request does first, whether it admits somebody."""
        letters = set()
        for place in PLACES:
            with Session(self.connection) as session:
                someone = actor_for_token(session, self.staff[role, place])
            assert someone is not None
            try:
                self.declared(route).admit(someone)
            except Forbidden:
                letters.add("F")
            else:
                letters.add("A")
        return "".join(letters)

    def told_apart(self, route: str, role: str) -> tuple[str, ...]:
        """Name the places whose holders a route may answer differently.

        Whoever is admitted without a permission, or lacks it everywhere, is the same from any.
        """
        anyone = not self.declared(route).staff_only or role in self.lacking(route)
        return PLACES[:1] if anyone else PLACES

    def declared(self, route: str) -> entry.Entry:
        """Give what a route declares."""
        method, rule = route.split(" ", 1)
        found = entry.declared(self.app.view_functions[self.rule(method, rule).endpoint])
        assert found is not None, f"{route} declares nothing"
        return found

    def rule(self, method: str, rule: str) -> Rule:
        """Find the rule of a route."""
        return next(
            one
            for one in self.app.url_map.iter_rules()
            if one.rule == rule and method in (one.methods or ())
        )

    def ask(self, route: str, token: str = "", cookie: str = "") -> str:
        """Send one visitor, undo what it did, and give the letter of the answer."""
        method, rule = route.split(" ", 1)
        headers = {}
        if token and rule.startswith("/api/"):
            headers["Authorization"] = f"Bearer {token}"
        elif token:
            headers["Cookie"] = f"{cookie}={token}"
        undone = self.connection.begin_nested()
        try:
            answer = FlaskClient(self.app, self.app.response_class, use_cookies=False).open(
                self.address(method, rule),
                method=method,
                headers=headers,
                query_string=world.QUERIES.get(route, _nothing)(self.values),
                **self.body(route),
            )
            answer.close()
        finally:
            undone.rollback()
        assert answer.status_code < 500, f"{route}: {answer.status_code}"
        if answer.location and "/sign-in" in answer.location and not rule.endswith("/sign-out"):
            return "S"
        return LETTERS.get(answer.status_code, "A")

    def address(self, method: str, rule: str) -> str:
        """Fill in the address of a rule."""
        found = self.rule(method, rule)
        own = world.VALUES.get(f"{method} {rule}", _nothing)(self.values)
        lacking = found.arguments - set(self.values) - set(own)
        assert not lacking, f"{rule}: say in permission_world.build what {lacking} is"
        values = {name: own.get(name, self.values.get(name)) for name in found.arguments}
        address = self.app.url_map.bind("").build(found.endpoint, values, method=method)
        return address.removeprefix("http://")

    def body(self, route: str) -> dict[str, Any]:
        """Give the form or the JSON of a route."""
        if not route.startswith(CHANGES):
            return {}
        form = world.FORMS.get(route, _nothing)(self.values)
        if not any(part in route for part in (" /api/", " /console/offline/")):
            return {"data": form}
        return {"json": form} if form else {}


def _nothing(_values: world.World) -> world.World:
    return {}


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
        with Session(
            connection, join_transaction_mode="create_savepoint", info=shared_database.info
        ) as session:
            values = world.build(session)
            staff, villager = world.staff_tokens(session), world.villager_token(session)
            values |= world.hold_open(session, values)
            values |= permission_visits.log(session, values)
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
