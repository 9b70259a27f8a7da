"""Divisions as JSON."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from app.kernel import access
from app.kernel.db import Database
from app.places import service
from app.places.api import api
from app.web.bodies import Bodies
from tests.places.clients import public_client
from tests.places.tables import GROUPS, SMALL, bring_in


@pytest.fixture
def bodies() -> Bodies:
    """Give an empty store of bodies."""
    return Bodies(max_bytes=1_000_000)


@pytest.fixture
def client(database: Database, bodies: Bodies) -> FlaskClient:
    """Give a client of the divisions."""
    return public_client(database, api, bodies=bodies)


@pytest.fixture(autouse=True)
def county(database: Database) -> None:
    """Give every test here the small county, one village of it merged into another."""
    with database.unit_of_work() as session:
        bring_in(session, *SMALL)
        bring_in(session, *GROUPS)
        service.merge_villages(
            session,
            old_codes=["520203102214"],
            new_code="520203102213",
            effective_on=date(2026, 1, 1),
            actor=access.OPERATOR,
        )


def test_a_division_comes_with_those_it_lies_in(client: FlaskClient) -> None:
    answer = client.get("/api/v1/divisions/520203102213")
    body = answer.json
    assert body is not None
    parents = [parent["short_name"] for parent in body.pop("parents")]
    assert parents == ["六枝特区", "岩脚镇"]
    assert body == {
        "code": "520203102213",
        "level": "village",
        "name": "青杠林村村民委员会",
        "short_name": "青杠林村",
        "parent_code": "520203102",
        "ended_on": None,
        "successor": None,
    }


@pytest.mark.parametrize("address", ["/520203102213", "/520203102/children"])
def test_a_body_is_shared_until_its_county_is_announced(
    client: FlaskClient, bodies: Bodies, address: str
) -> None:
    first = client.get(f"/api/v1/divisions{address}")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/api/v1/divisions{address}", headers=tag).status_code == 304
    assert len(bodies) == 1
    bodies.drop("division:520203")
    assert len(bodies) == 0


def test_a_merged_village_names_the_village_of_today(client: FlaskClient) -> None:
    merged = client.get("/api/v1/divisions/520203102214").json
    assert merged is not None
    assert (merged["short_name"], merged["ended_on"]) == ("太和村", "2026-01-01")
    assert merged["successor"]["short_name"] == "青杠林村"


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/520203/children", ["岩脚镇", "牂牁镇"]),
        ("/520203102/children", ["青杠林村", "新场村"]),
        ("/520203102213/children", ["大寨组", "小寨组"]),
        ("/52020310221301/children", []),
        ("?name=牂牁", ["牂牁镇"]),
        ("?name=村&limit=2", ["青杠林村", "新场村"]),
        ("?name=%25", []),
    ],
)
def test_divisions_are_listed(client: FlaskClient, address: str, names: list[str]) -> None:
    answer = client.get(f"/api/v1/divisions{address}").json
    assert answer is not None
    assert [place["short_name"] for place in answer["divisions"]] == names


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/520299", 404, "division_not_found"),
        ("/520299/children", 404, "division_not_found"),
        ("/abc", 422, "invalid_fields"),
        ("", 422, "invalid_fields"),
        ("?name=", 422, "invalid_fields"),
        ("?name=a&limit=0", 422, "invalid_fields"),
    ],
)
def test_what_is_not_there_is_a_problem(
    client: FlaskClient, address: str, status: int, code: str
) -> None:
    answer = client.get(f"/api/v1/divisions{address}")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == code
