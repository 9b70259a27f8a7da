"""The description of the API and the page written from it."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_the_description_is_openapi_3_1(client: FlaskClient) -> None:
    description = client.get("/api/v1/openapi.json").get_json()
    assert description["openapi"].startswith("3.1")
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path in (
        "/api/v1/divisions",
        "/api/v1/divisions/{code}/items",
        "/api/v1/items/{item_id}",
        "/api/v1/doorplates/{code}",
    ):
        assert path in description["paths"]


def test_the_page_lists_every_call(client: FlaskClient) -> None:
    description = client.get("/api/v1/openapi.json").get_json()
    page = client.get("/api/v1/").text
    for path, calls in description["paths"].items():
        for method in calls:
            assert f"{method.upper()} {path}" in page


def test_every_call_that_needs_a_token_says_so(client: FlaskClient) -> None:
    description = client.get("/api/v1/openapi.json").get_json()
    free = {
        f"{method.upper()} {path}"
        for path, calls in description["paths"].items()
        for method, call in calls.items()
        if not call.get("security") and method != "get"
    }
    assert free == {
        "POST /api/v1/tokens",
        "POST /api/v1/villagers/sessions",
        "POST /api/v1/doorplates/{code}/reports",
    }
