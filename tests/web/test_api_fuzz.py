"""The API against its own description: what fits it gets no 5xx and what was promised."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests import factories

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def described(app: SunshineApp, database: Database) -> schemathesis.BaseSchema:
    """Describe the API of a small county, with the token of an administrator."""
    with database.unit_of_work() as session:
        factories.county(session)
        factories.item(session)
        factories.printed(session)
        token = factories.staff_token(session)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    schema.config.update(headers=factories.bearer(token))
    return schema


def test_whatever_fits_the_description_is_answered_as_described(
    described: schemathesis.BaseSchema,
) -> None:
    found = described.get_all_operations()
    operations = [result.ok() for result in found if isinstance(result, Ok)]
    assert len(operations) > 20
    for operation in operations:

        @hypothesis_settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def call(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(checks=CHECKS)

        call()
