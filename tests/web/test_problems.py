"""Refusals: every one with its number and a Chinese sentence, none repeats what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.disclosure import service as disclosure
from app.kernel import errors
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web import entry, problems
from app.web.flask_app import SunshineApp
from tests import factories
from tests.log_keeping import written_log

NAME, PHONE = "欧阳建设", "13812345678"
JSON = {"content_type": "application/json"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _classes(base: type[errors.SunshineError]) -> Iterator[type[errors.SunshineError]]:
    for one in base.__subclasses__():
        yield one
        yield from _classes(one)


def test_every_refusal_of_every_domain_has_a_number_a_code_and_a_sentence(app: SunshineApp) -> None:
    assert app is not None  # the registry has imported every domain
    found = list(_classes(errors.SunshineError))
    assert len(found) > 20
    for one in found:
        assert problems.status_of(one()) in problems.HEADINGS
        assert problems.status_of(one()) != 500
        assert CHINESE.search(one().sentence)
        assert re.fullmatch(r"[a-z_]+", one.code)


def test_codes_tell_refusals_apart(app: SunshineApp) -> None:
    assert app is not None
    codes: dict[str, set[int]] = {}
    for one in _classes(errors.SunshineError):
        codes.setdefault(one.code, set()).add(problems.status_of(one()))
    assert all(len(numbers) == 1 for numbers in codes.values())


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "status"),
    [
        ("GET", "/api/v1/nowhere", {}, 404),
        ("GET", "/api/v1/items/1", {}, 404),
        ("DELETE", "/api/v1/items/1", {}, 405),
        ("GET", f"/api/v1/items/{2**63}", {}, 422),
        ("POST", "/api/v1/tokens", {"data": b"{bad", **JSON}, 422),
        ("POST", "/api/v1/tokens", {"data": b"a=1"}, 422),
        ("POST", "/api/v1/tokens", {"json": []}, 422),
        (
            "POST",
            "/api/v1/tokens",
            {"data": rb'{"username": "\ud800", "password": "x"}', **JSON},
            422,
        ),
        ("POST", "/api/v1/tokens", {"json": {"username": "a\x00", "password": "x"}}, 401),
        (
            "POST",
            "/api/v1/tokens",
            {"data": b"[" * 100_000, **JSON},
            422,
        ),
        ("POST", "/api/v1/tokens", {"json": {"username": "a", "password": "x"}}, 401),
        ("POST", "/api/v1/drafts", {"json": {}}, 401),
        ("GET", "/api/v1/divisions/%00%00%00", {}, 422),
        ("GET", "/api/v1/divisions?name=%00", {}, 422),
        ("POST", "/api/v1/tokens", {"data": b"0" * (9 * 1024 * 1024), **JSON}, 413),
    ],
)
def test_programs_get_a_problem_with_a_chinese_sentence(
    client: FlaskClient, method: str, path: str, kwargs: dict[str, Any], status: int
) -> None:
    answer = client.open(path, method=method, **kwargs)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = problems.Problem.model_validate(answer.get_json())
    assert problem.status == status
    assert CHINESE.search(problem.detail)
    assert CHINESE.search(problem.title)
    assert all(CHINESE.search(field.sentence) for field in problem.fields)
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/v/520203999999", 404),
        ("GET", "/v/%00", 422),
        ("GET", "/items/1", 404),
        ("GET", "/items/x", 404),
        ("POST", "/v/520203102213", 405),
        ("GET", "/console/doorplates", 401),
        ("GET", "/d/0", 404),
    ],
)
def test_people_get_a_page_with_a_way_on(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.content_type.startswith("text/html")
    assert '<html lang="zh-CN"' in answer.text
    assert "noindex" in answer.text
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text)
    assert heading is not None
    assert CHINESE.search(heading[1])
    assert re.search(r'class="(button|btn)[^"]*" href="/', answer.text)


def test_405_says_what_is_allowed(client: FlaskClient) -> None:
    assert "GET" in client.post("/v/520203102213").headers["Allow"]


def test_429_says_when_to_come_back(app: SunshineApp) -> None:
    @entry.public
    def refuse() -> str:
        raise errors.TooMany

    app.add_url_rule("/api/v1/busy", view_func=refuse)
    answer = app.test_client().get("/api/v1/busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_the_reason_of_a_withdrawal_is_told(client: FlaskClient, database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        item_id = factories.item(session).id
        disclosure.withdraw_item(session, item_id=item_id, reason="名单有误", actor=OPERATOR)
    problem = client.get(f"/api/v1/items/{item_id}").get_json()
    assert (problem["code"], problem["reason"]) == ("item_withdrawn", "名单有误")
    assert "名单有误" in client.get(f"/items/{item_id}").text


@pytest.mark.parametrize("path", ["/api/v1/break", "/break"])
def test_a_fault_of_the_machine_tells_nothing_and_logs_no_value(
    app: SunshineApp, path: str
) -> None:
    written = written_log("info")

    @entry.public
    def fail() -> str:
        raise ValueError(f"duplicate key: ({NAME}, {PHONE})")

    app.add_url_rule(path, view_func=fail)
    answer = app.test_client().get(path)
    assert answer.status_code == 500
    assert "已经记录" in answer.text
    assert "request_failed" in written.getvalue()
    assert "ValueError at test_problems.py" in written.getvalue()
    for value in (NAME, PHONE, "duplicate"):
        assert value not in answer.text
        assert value not in written.getvalue()


def _stuffed(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Fill every field of a schema with a name and a telephone number."""
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if "properties" in schema:
        return {
            **{key: _stuffed(one, components) for key, one in schema["properties"].items()},
            f"{NAME}{PHONE}": NAME,
        }
    return f"{NAME}{PHONE}"


def _api_posts(description: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    components = description["components"]["schemas"]
    for path, calls in description["paths"].items():
        if "post" in calls:
            content = calls["post"].get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            yield path, _stuffed(schema, components)


def test_no_field_that_is_posted_comes_back_or_reaches_a_log(
    app: SunshineApp, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        item_id = factories.item(session).id
        code = factories.printed(session)[0].code
        token = factories.staff_token(session)
    written = written_log("debug")
    client = app.test_client()
    description = client.get("/api/v1/openapi.json").get_json()
    answers = []
    for path, body in _api_posts(description):
        address = path.replace("{item_id}", str(item_id)).replace("{code}", code)
        address = re.sub(r"\{\w+\}", "1", address)
        # Once with every field wrong, once with the one unknown field beside none.
        for sent in (body, {f"{NAME}{PHONE}": NAME}, [NAME, PHONE], NAME):
            for headers in ({}, factories.bearer(token)):
                answers.append(client.post(address, json=sent, headers=headers))
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/"):
            address = re.sub(r"<[^>]*>", "1", rule.rule)
            form = dict.fromkeys(("next", "mode", "kind", "reason", "code"), f"{NAME}{PHONE}")
            answers.append(client.post(address, data=form))
            answers.append(client.post(address, data=f"{NAME}{PHONE}".encode()))
    assert len(answers) > 60
    for answer in answers:
        assert NAME not in answer.text
        assert PHONE not in answer.text
    assert '"request"' in written.getvalue()
    assert NAME not in written.getvalue()
    assert PHONE not in written.getvalue()


def test_a_line_of_a_file_is_a_field_with_its_sentence(app: SunshineApp) -> None:
    @entry.public
    def refuse() -> str:
        raise errors.Invalid("清单有误。", lines=[(3, "没有这个村民组。")])

    app.add_url_rule("/api/v1/lines", view_func=refuse)
    problem = app.test_client().get("/api/v1/lines").get_json()
    assert problem["fields"] == [{"field": "第 3 行", "sentence": "没有这个村民组。"}]
