"""The visitors of the permission matrix: real requests to one untouched world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.identity import roles
from app.identity.queries import actor_for_token
from app.kernel.errors import Forbidden
from app.web import entry
from app.web.flask_app import SESSION_COOKIE, VILLAGER_COOKIE, SunshineApp
from tests.architecture import permission_world as world
from tests.architecture.permission_tokens import StaffTokens
from tests.architecture.permission_world import PLACES

VISITORS = ("-", "villager", *roles.ROLES)
LETTERS = {401: "S", 403: "F", 404: "N", 410: "N", 409: "R", 422: "R", 429: "R"}
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
    staff: dict[tuple[str, str], StaffTokens]
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
                self.ask(route, self.staff[role, place].of(route), SESSION_COOKIE)
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
                someone = actor_for_token(session, self.staff[role, place].browser)
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
