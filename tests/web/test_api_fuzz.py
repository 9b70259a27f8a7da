"""The API against its own description: what fits it gets no 5xx and what was promised.

Every call of the description is made, by nobody, by an administrator, by somebody of an office who
holds every permission there is, and by a villager; half of the time at what really exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.disclosure import service as disclosure
from app.disclosure.models import Topic
from app.disclosure.schemas import DraftIn
from app.identity import queries as identity
from app.identity import roles
from app.identity.models import Staff, StaffGrant
from app.kernel.access import Actor, Grant
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests import factories
from tests.architecture import permission_tokens
from tests.factories import COUNTY, VILLAGE
from tests.funds import ledger

EXAMPLES = 12
PARAMETER, IN_BRACES = re.compile(r"<(?:[^>:]*:)?(\w+)>"), r"{\1}"
VISITORS = {"nobody": 401, "admin": 200, "office": 200, "villager": 401}
"""Who calls, and what the list of drafts answers them: whether their token is one at all."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
Known = Mapping[str, Mapping[str, object]]


def _token(session: Session, visitor: str) -> str:
    if visitor == "villager":
        return permission_tokens.villager_token(session)
    if visitor == "admin":
        return factories.staff_token(session)
    token = factories.staff_token(session, role="publisher", username="office")
    staff = identity.get_by_username(session, "office")
    for name in sorted(set(roles.PERMISSION_NAMES) - {roles.PUBLISH}):
        row = StaffGrant(staff_id=staff.id, permission=name, division_prefix=COUNTY)
        session.add(row)
    session.flush()
    return token


def _draft(session: Session) -> int:
    """Write a draft, for whoever works in the office."""
    office = session.scalars(select(Staff).where(Staff.username == "office")).one_or_none()
    staff_id = office.id if office else identity.get_by_username(session, "writer").id
    author = Actor("office", staff_id, (Grant(roles.PUBLISH, COUNTY),))
    topic = session.scalars(select(Topic.code)).first()
    wanted = DraftIn.model_validate(
        {"division_code": VILLAGE, "topic": topic, "title": "公示", "body_markdown": "12 户"}
    )
    return disclosure.create_draft(session, wanted=wanted, actor=author).id


def _world(session: Session) -> Known:
    """Build a small county; gives what exists for the names in a path, by its beginning."""
    factories.county(session)
    factories.staff_token(session, role="publisher", username="writer")
    item, plate = factories.item(session), factories.printed(session)[0]
    month = ledger.closed(session)
    return {
        "/api/v1/items": {"item_id": item.id, "number": 1},
        "/api/v1/doorplates": {"code": plate.code},
        "/api/v1/divisions": {"code": VILLAGE, "month": f"{month.year}-{month.month:02d}"},
    }


@pytest.fixture(params=sorted(VISITORS))
def described(
    request: pytest.FixtureRequest, app: SunshineApp, database: Database
) -> tuple[schemathesis.BaseSchema, Known]:
    """Describe the API of a small county to one visitor, with what exists in it."""
    with database.unit_of_work() as session:
        known = dict(_world(session))
        headers = {}
        if request.param != "nobody":
            headers = factories.bearer(_token(session, request.param))
        known["/api/v1/drafts"] = {"draft_id": _draft(session)}
    listed = app.test_client().get("/api/v1/drafts", headers=headers)
    assert listed.status_code == VISITORS[request.param]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    schema.config.update(headers=headers)
    return schema, known


def _at_what_exists(case: schemathesis.Case[Any], known: Known) -> None:
    found = next((one for start, one in known.items() if case.path.startswith(start)), {})
    for name in case.path_parameters or {}:
        if name in found:
            case.path_parameters[name] = found[name]


@pytest.mark.timeout(600)  # some fifty calls by four visitors
def test_whatever_fits_the_description_is_answered_as_described(
    described: tuple[schemathesis.BaseSchema, Known],
) -> None:
    schema, known = described
    found = list(schema.get_all_operations())
    operations = [result.ok() for result in found if isinstance(result, Ok)]
    assert len(operations) == len(found) > 30  # none is left out because it could not be read
    for operation in operations:

        @hypothesis_settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), exists=st.booleans())
        def call(case: schemathesis.Case[Any], *, exists: bool) -> None:
            if exists:
                _at_what_exists(case, known)
            case.call_and_validate(checks=CHECKS)

        call()


def test_every_route_of_the_api_is_described(app: SunshineApp) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, calls in app.api_doc["paths"].items()
        for method in calls
    }
    routes = {
        f"{method} {PARAMETER.sub(IN_BRACES, rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes - described == {"GET /api/v1/openapi.json", "GET /api/v1/"}
    assert described <= routes
    for word in ("drafts", "funds", "withdrawal", "doorplates", "villagers"):
        assert any(word in one for one in described), word
