"""Offices and units as JSON."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.kernel import access
from app.kernel.db import Database
from app.organisations import service
from app.organisations.api import api
from app.organisations.schemas import Details
from app.web.bodies import Bodies
from tests.places.clients import public_client
from tests.places.tables import SMALL, bring_in


@pytest.fixture
def client(database: Database) -> FlaskClient:
    """Give a client of the organisations."""
    return public_client(database, api, bodies=Bodies(max_bytes=1_000_000))


def test_the_organisations_of_a_place_are_listed(client: FlaskClient, database: Database) -> None:
    said = {
        "name": "12345政务服务便民热线",
        "kind": "hotline",
        "division_code": "520203",
        "phone": "12345",
        "address": "",
        "hours": "全天",
        "duty": "投诉",
    }
    with database.unit_of_work() as session:
        bring_in(session, *SMALL)
        details = Details.model_validate(said)
        number = service.register(session, details=details, actor=access.OPERATOR).id
    answer = client.get("/api/v1/divisions/520203/organisations")
    assert answer.json == {"organisations": [{"id": number, **said}]}
    assert "ETag" in answer.headers
    elsewhere = client.get("/api/v1/divisions/520203102/organisations")
    assert elsewhere.json == {"organisations": []}


def test_an_unknown_place_is_a_problem(client: FlaskClient) -> None:
    answer = client.get("/api/v1/divisions/520203/organisations")
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "division_not_found"
