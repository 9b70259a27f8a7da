"""Whoever may not keep a register is refused, and the refusal is noted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.schemas.acts import Seen, Why
from app.households.service import acts, doors, officers
from app.households.service.keepers import require_keep
from app.kernel.access import OPERATOR, Actor
from app.kernel.errors import Forbidden
from tests.factories import VILLAGE

NOBODY = Actor(name="nobody", staff_id=7)
TRIES: dict[str, Callable[[Session], object]] = {
    "hold": lambda session: acts.hold(session, Seen(5, VILLAGE), actor=NOBODY),
    "match": lambda session: doors.match_doors(session, division_code=VILLAGE, actor=NOBODY),
    "officers": lambda session: officers.assign_officer_to_group(
        session, division_code=VILLAGE, group=None, staff_id=7, actor=NOBODY, why=Why("x")
    ),
}


@pytest.mark.parametrize("name", TRIES)
def test_a_refusal_leaves_its_line(session: Session, name: str) -> None:
    with pytest.raises(Forbidden) as refused:
        TRIES[name](session)
    assert refused.value.afterwards is not None
    refused.value.afterwards(session)
    query = select(LedgerLine.outcome, LedgerLine.act, LedgerLine.who_id, LedgerLine.household_id)
    [line] = session.execute(query.where(LedgerLine.division_code == VILLAGE)).all()
    assert tuple(line) == ("denied", "change", 7, 5 if name == "hold" else None)


@pytest.mark.parametrize("code", ["", "x" * 12, "52020310221312345", "５２０２０３"])
def test_what_is_no_division_code_is_not_put_into_the_ledger(code: str) -> None:
    with pytest.raises(Forbidden) as refused:
        require_keep(NOBODY, code)
    assert refused.value.afterwards is None


def test_whoever_may_goes_on() -> None:
    require_keep(OPERATOR, VILLAGE)
