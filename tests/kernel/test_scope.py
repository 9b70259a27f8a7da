"""The scope is a division code, and nothing opens everything."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kernel import scope
from app.kernel.db import Database
from app.places.models import Division
from tests import factories

_NOW = text("SELECT current_setting('app.scope', true)")


def test_a_scope_holds_until_the_transaction_ends(database: Database) -> None:
    with database.unit_of_work() as session:
        scope.open_scope(session, "520203102213")
        assert session.scalar(_NOW) == "520203102213"
        session.commit()
        assert session.scalar(_NOW) in ("", None)


def test_no_division_matches_no_row_and_two_match_their_own(session: Session) -> None:
    factories.county(session)

    def found(*prefixes: str) -> set[str]:
        return set(
            session.scalars(select(Division.code).where(scope.below(Division.code, prefixes)))
        )

    assert found() == set()
    assert found("520203102213", "520203103") == {
        "520203102213",
        "52020310221301",
        "52020310221302",
        "520203103",
        "520203103201",
    }
    assert found("5202031022_3") == set()


@pytest.mark.parametrize("prefix", ["", "5", "52020", "520203%", "５２０２０３"])
def test_what_is_no_division_code_opens_nothing(session: Session, prefix: str) -> None:
    with pytest.raises(ValueError, match="division code"):
        scope.open_scope(session, prefix)
