"""What was published in haste is reviewed within a term of working days; people are reminded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.disclosure import queries, service
from app.disclosure.errors import TermRefused
from app.disclosure.models import Draft, Item
from app.disclosure.schemas import ReviewIn
from app.identity import roles
from app.identity.models import StaffGrant
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.kernel.errors import Forbidden
from app.notices import queries as notices
from app.notices.schemas import Recipient
from tests.disclosure.desk import Desk, desk
from tests.factories import COUNTY, TOWNSHIP

FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=clock.SHANGHAI)
DUE = date(2026, 12, 1)  # Monday and Tuesday are the two working days
KEEPER = Actor("目录管理员", staff_id=31, grants=(Grant(roles.CATALOGUE, COUNTY),))
OFFICE: dict[str, Any] = {"county_code": COUNTY, "actor": KEEPER}


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


@pytest.fixture
def hasty(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Draft:
    """Publish in haste on a Friday afternoon."""
    at(monkeypatch, FRIDAY)
    written = desk.write(title="停水通知")
    return service.publish_urgently(
        desk.session,
        draft_id=written.id,
        version=written.version,
        reason="今晚停水",
        actor=desk.final,
    )


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def told(session: Session, who: Actor) -> list[str]:
    found = notices.messages(session, Recipient(staff_id=who.staff_id))
    return [one.title for one in found if one.link == "/console/work"]


def granted(session: Session, who: Actor) -> None:
    """Let the table of grants know what the desk's people hold."""
    for grant in who.grants:
        row = StaffGrant(
            staff_id=who.staff_id,
            permission=grant.permission,
            division_prefix=grant.division_prefix,
            organisation_id=grant.organisation_id,
        )
        session.add(row)
    session.flush()


def test_the_term_counts_working_days_and_names_the_missing_reviews(
    desk: Desk, hasty: Draft
) -> None:
    [late] = queries.late_reviews(desk.session)
    assert (late.draft.id, late.due_on, late.is_sure) == (hasty.id, DUE, True)
    assert late.missing == ("first_review", "second_review")
    service.review_late(
        desk.session,
        draft_id=hasty.id,
        step="first_review",
        wanted=ReviewIn(version=hasty.version, verdict="pass"),
        actor=desk.first,
    )
    [late] = queries.late_reviews(desk.session)
    assert (late.missing, late.due_on) == (("second_review",), DUE)


def test_another_term_holds_for_what_waits_too(desk: Desk, hasty: Draft) -> None:
    assert hasty.urgent_by_id
    service.set_late_review(desk.session, working_days=3, **OFFICE)
    assert queries.late_reviews(desk.session)[0].due_on == date(2026, 12, 2)
    for days in (0, 31):
        with pytest.raises(TermRefused):
            service.set_late_review(desk.session, working_days=days, **OFFICE)
    below = Actor("乡镇", staff_id=31, grants=(Grant(roles.CATALOGUE, TOWNSHIP),))
    with pytest.raises(Forbidden):
        service.set_late_review(desk.session, working_days=3, county_code=COUNTY, actor=below)


def test_only_ones_own_offices_are_listed(desk: Desk, hasty: Draft) -> None:
    [late] = queries.late_reviews_for(desk.session, desk.author)
    assert late.draft.id == hasty.id
    stranger = Actor("别处", staff_id=5, grants=(Grant(roles.PUBLISH, "520203106"),))
    assert queries.late_reviews_for(desk.session, stranger) == []


def test_reviewers_are_reminded_once_a_day_and_nothing_is_withdrawn(
    desk: Desk, hasty: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (desk.first, desk.second, desk.final, desk.author):
        granted(desk.session, who)
    assert service.remind_late(desk.session) == 2
    assert service.remind_late(desk.session) == 0
    assert told(desk.session, desk.first) == ["紧急发布：1 篇等您补审，0 篇过了期限"]
    assert told(desk.session, desk.author) == told(desk.session, desk.final) == []
    at(monkeypatch, datetime(2026, 12, 2, 8, 20, tzinfo=clock.SHANGHAI))
    assert service.remind_late(desk.session) == 2
    assert "紧急发布：1 篇等您补审，1 篇过了期限" in told(desk.session, desk.second)
    item = desk.session.get_one(Item, hasty.item_id)
    assert (item.withdrawn_at, item.urgent_until_reviewed) == (None, True)


def test_whoever_made_up_for_one_review_is_not_reminded_of_the_other(
    desk: Desk, hasty: Draft
) -> None:
    both = Actor("两步", desk.first.staff_id, (*desk.first.grants, *desk.second.grants))
    granted(desk.session, both)
    service.review_late(
        desk.session,
        draft_id=hasty.id,
        step="first_review",
        wanted=ReviewIn(version=hasty.version, verdict="pass"),
        actor=both,
    )
    assert service.remind_late(desk.session) == 0
