"""What the office sets: categories and terms, by the second factor, seen at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.audit.models import LedgerLine
from app.disclosure.models import DeskTerm
from app.funds.models import FundCategory, FundTerm
from app.identity.models import StaffToken
from app.kernel import clock
from app.kernel.db import Database
from tests.console.conftest import Browser, Enter, hidden, shown
from tests.factories import COUNTY, TOWNSHIP, VILLAGE
from tests.funds import ledger

HOME = "/console/settings"


@pytest.fixture
def keeper(enter: Enter, county: Database) -> Iterator[Browser]:
    """Give whoever keeps the county's catalogue; what came with the migration is put back."""
    yield enter("admin", COUNTY)
    with county.unit_of_work() as session:
        session.get_one(DeskTerm, "late_review").working_days = 2
        session.get_one(FundTerm, "use").days = 5
        lease = session.get_one(FundCategory, "lease_income")
        lease.name, lease.in_use = "租赁收入", True
        for row in (
            lease,
            session.get_one(FundTerm, "use"),
            session.get_one(DeskTerm, "late_review"),
        ):
            row.changed_by = row.changed_at = None
        for own in session.scalars(select(FundCategory).where(FundCategory.code.like("income_%"))):
            session.delete(own)


def test_a_category_is_added_renamed_and_retired(keeper: Browser, county: Database) -> None:
    assert keeper.send(f"{HOME}/categories", kind="income", name="鱼塘收入").status_code == 303
    way = f"{HOME}/categories/lease_income"
    assert keeper.send(f"{way}/name", name="出租收入").status_code == 303
    assert keeper.send(f"{way}/use", in_use="no").status_code == 303
    page = shown(keeper.get(HOME))
    assert "收入鱼塘收入admin-520203改于" in page
    assert "出租收入" in page
    retired = keeper.get(f"{HOME}?use=retired&format=csv").text
    assert "出租收入" in retired
    assert "鱼塘收入" not in retired
    with county.reading() as session:
        acts = session.scalars(select(LedgerLine.act).where(LedgerLine.act == "fund_settings"))
        assert len(acts.all()) == 3


def test_a_new_category_can_be_chosen_at_once(
    keeper: Browser, enter: Enter, county: Database
) -> None:
    with county.unit_of_work() as session:
        month = ledger.opened(session)
    keeper.send(f"{HOME}/categories", kind="income", name="鱼塘收入")
    page = enter("clerk", VILLAGE).get(f"/console/funds/months/{month.id}")
    assert "收入：鱼塘收入" in page.text


def test_what_is_wrong_is_said_and_what_was_typed_stays(keeper: Browser) -> None:
    known = keeper.send(f"{HOME}/categories", kind="expense", name="租赁收入")
    assert (known.status_code, "已经有这个名称" in known.text) == (409, True)
    assert 'value="租赁收入"' in known.text
    for days in ("0", "61", "五", ""):
        assert keeper.send(f"{HOME}/terms/use", days=days).status_code == 422
    assert keeper.send(f"{HOME}/terms/none", days="5").status_code == 404
    assert keeper.send(f"{HOME}/late-review", days="31").status_code == 422


def test_terms_are_set(keeper: Browser, county: Database) -> None:
    assert keeper.send(f"{HOME}/terms/use", days="7").status_code == 303
    assert keeper.send(f"{HOME}/late-review", days="3").status_code == 303
    with county.reading() as session:
        assert session.get_one(FundTerm, "use").days == 7
        assert session.get_one(DeskTerm, "late_review").working_days == 3


def test_a_change_asks_for_the_second_factor_again(keeper: Browser, county: Database) -> None:
    with county.unit_of_work() as session:
        before = clock.now() - timedelta(hours=1)
        session.execute(update(StaffToken).values(proved_at=before))
    assert keeper.get(HOME).status_code == 200
    asked = keeper.send(f"{HOME}/terms/use", days="7")
    assert hidden(asked, "step_up_to") == f"{HOME}/terms/use"
    with county.reading() as session:
        assert session.get_one(FundTerm, "use").days == 5


def test_a_township_reads_and_changes_nothing_and_others_do_not_enter(enter: Enter) -> None:
    below = enter("admin", TOWNSHIP)
    assert "新增类别" not in below.get(HOME).text
    assert below.send(f"{HOME}/terms/use", days="7").status_code == 403
    assert enter("clerk", VILLAGE).get(HOME).status_code == 403
