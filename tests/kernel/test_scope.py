"""The scope is a division code, and nothing opens everything."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import scope
from app.kernel.db import Database

_NOW = text("SELECT current_setting('app.scope', true)")


def test_a_scope_holds_until_the_transaction_ends(database: Database) -> None:
    with database.unit_of_work() as session:
        scope.open_scope(session, "520203102213")
        assert session.scalar(_NOW) == "520203102213"
        session.commit()
        assert session.scalar(_NOW) in ("", None)


@pytest.mark.parametrize("prefix", ["", "5", "52020", "520203%", "５２０２０３"])
def test_what_is_no_division_code_opens_nothing(session: Session, prefix: str) -> None:
    with pytest.raises(ValueError, match="division code"):
        scope.open_scope(session, prefix)
