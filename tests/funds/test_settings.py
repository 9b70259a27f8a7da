"""What an office sets for every ledger: at once for what is new; closed months stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.funds import queries, service
from app.funds.errors import (
    CategoryKnown,
    CategoryNameRefused,
    CategoryNeeded,
    CategoryNotFound,
    CategoryRefused,
    TermNotFound,
    TermRefused,
)
from app.households.service import bindings
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import COUNTY, TOWNSHIP
from tests.funds import ledger
from tests.funds.ledger import FIRST, line_in
from tests.households import binding_world

KEEPER = Actor("目录管理员", staff_id=31, grants=(Grant(roles.CATALOGUE, COUNTY),), role="admin")
OFFICE: dict[str, Any] = {"county_code": COUNTY, "actor": KEEPER}


@pytest.fixture
def county(session: Session) -> Session:
    factories.county(session)
    return session


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(LedgerLine.act).where(LedgerLine.who_id == 31)))


def test_a_category_that_was_added_is_offered_at_once_and_noted(county: Session) -> None:
    made = service.add_category(county, kind="income", name="鱼塘收入", **OFFICE)
    assert (made.kind, made.name) == ("income", "鱼塘收入")
    assert made.code in {one.code for one in queries.categories(county)}
    line = ledger.entered(county, ledger.opened(county), line_in(5_00, made.code))
    assert line.kind == "income"
    assert made.changed_by == "目录管理员"
    assert acts(county) == ["fund_settings"]


@pytest.mark.parametrize(
    ("kind", "name", "refusal"),
    [
        ("income", "鱼", CategoryNameRefused),
        ("income", "鱼" * 21, CategoryNameRefused),
        ("income", "鱼塘\u202e收入", CategoryNameRefused),
        ("neither", "鱼塘收入", CategoryNameRefused),
        ("expense", "租赁收入", CategoryKnown),
    ],
)
def test_a_category_has_a_name_of_its_own(
    county: Session, kind: str, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        service.add_category(county, kind=kind, name=name, **OFFICE)
    assert acts(county) == []


def test_a_mended_name_is_shown_beside_closed_lines_too_and_their_hash_stays(
    county: Session,
) -> None:
    month = ledger.closed(county)
    before = month.lines_hash
    service.rename_category(county, code="lease_income", name="出租收入", **OFFICE)
    again = queries.find_month(county, month.division_code, FIRST)
    assert queries.lines(county, again)[0].category == "出租收入"
    assert again.lines_hash == before
    service.rename_category(county, code="lease_income", name="出租收入", **OFFICE)
    assert acts(county) == ["fund_settings"]  # the second time changed nothing
    with pytest.raises(CategoryNotFound):
        service.rename_category(county, code="none", name="别的收入", **OFFICE)


def test_a_retired_category_is_not_for_new_lines_and_stays_with_the_old(county: Session) -> None:
    month = ledger.opened(county)
    old = ledger.entered(county, month)
    service.offer_category(county, code="lease_income", in_use=False, **OFFICE)
    assert "lease_income" not in {one.code for one in queries.categories(county)}
    with pytest.raises(CategoryRefused):
        ledger.entered(county, month)
    service.change(county, line_id=old.id, wanted=line_in(7_00), actor=ledger.CLERK)
    service.offer_category(county, code="lease_income", in_use=True, **OFFICE)
    ledger.entered(county, month)


def test_the_last_category_of_a_kind_stays(county: Session) -> None:
    income = [one.code for one in queries.categories(county) if one.kind == "income"]
    for code in income[1:]:
        service.offer_category(county, code=code, in_use=False, **OFFICE)
    with pytest.raises(CategoryNeeded):
        service.offer_category(county, code=income[0], in_use=False, **OFFICE)


def test_a_term_holds_for_the_questions_after_it(county: Session) -> None:
    home = binding_world.home(county)
    someone = binding_world.villager(county, home.phone)
    bindings.ask(county, villager=someone, wanted=binding_world.wanted(home))
    lines = queries.lines(county, ledger.closed(county, FIRST, line_in(), line_in(5_00)))
    asked = []
    for line, days in zip(lines, (5, 9), strict=True):
        service.set_term(county, kind="use", days=days, **OFFICE)
        asked.append(
            service.ask(county, villager=someone, line_id=line.id, kind="use", text="用在哪里？")
        )
    today = clock.today()
    assert [one.due_on for one in asked] == [today + timedelta(days=n) for n in (5, 9)]
    assert acts(county) == ["fund_settings"]


@pytest.mark.parametrize(
    ("kind", "days", "refusal"),
    [("use", 0, TermRefused), ("use", 61, TermRefused), ("none", 5, TermNotFound)],
)
def test_a_term_that_cannot_be_is_refused(
    county: Session, kind: str, days: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        service.set_term(county, kind=kind, days=days, **OFFICE)


def test_only_who_keeps_the_countys_catalogue_sets_them(county: Session) -> None:
    below = Actor("乡镇", staff_id=31, grants=(Grant(roles.CATALOGUE, TOWNSHIP),))
    with pytest.raises(Forbidden):
        service.add_category(
            county, kind="income", name="鱼塘收入", county_code=COUNTY, actor=below
        )
    with pytest.raises(Forbidden):
        service.set_term(county, kind="use", days=3, county_code=COUNTY, actor=below)
