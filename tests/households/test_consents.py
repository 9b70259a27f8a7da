"""Consent: given and withdrawn in one act, and what was given with it goes at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.households import privacy
from app.households.binding_errors import ConsentUnknown, DetailRefused
from app.households.models.bindings import OptionalDetail
from app.households.queries import consents as queries
from app.households.service import consents
from app.identity.villagers import service as accounts
from app.identity.villagers.errors import AccountGone
from tests import factories
from tests.households import binding_world as world


def test_a_consent_holds_from_giving_to_withdrawing(session: Session) -> None:
    someone = world.villager(session)
    assert not queries.holds(session, someone.account_id, "wechat_push")
    for _twice in range(2):
        consents.give(session, villager=someone, purpose="wechat_push")
    assert queries.holds(session, someone.account_id, "wechat_push")
    for _twice in range(2):
        consents.withdraw(session, villager=someone, purpose="wechat_push")
    assert not queries.holds(session, someone.account_id, "wechat_push")
    consents.give(session, villager=someone, purpose="wechat_push")
    ends = [one.withdrawn_at is None for one in queries.history(session, someone.account_id)]
    assert ends == [True, False]


@pytest.mark.parametrize(
    ("purpose", "value", "kept"),
    [
        ("second_contact", " 138 0000 4321 ", "13800004321"),
        ("email", "da.shan@example.cn ", "da.shan@example.cn"),
    ],
)
def test_an_optional_detail_goes_with_its_consent(
    session: Session, purpose: str, value: str, kept: str
) -> None:
    someone = world.villager(session)
    consents.give(session, villager=someone, purpose=purpose, value=value)
    assert list(queries.details(session, someone.account_id).values()) == [kept]
    rows = session.execute(text("SELECT t::text FROM optional_details t")).scalars().all()
    assert kept not in str(rows)
    consents.withdraw(session, villager=someone, purpose=purpose)
    assert queries.details(session, someone.account_id) == {}
    assert session.scalars(select(func.count()).select_from(OptionalDetail)).one() == 0


def test_giving_again_changes_the_value(session: Session) -> None:
    someone = world.villager(session)
    for value in ("13800004321", "13800004322"):
        consents.give(session, villager=someone, purpose="second_contact", value=value)
    assert queries.details(session, someone.account_id) == {"second_phone": "13800004322"}
    assert len(queries.history(session, someone.account_id)) == 1


@pytest.mark.parametrize(
    ("purpose", "value", "refusal"),
    [
        ("second_contact", "1380000", DetailRefused),
        ("email", "nobody", DetailRefused),
        ("email", "a b@example.cn", DetailRefused),
        ("email", "", DetailRefused),
        ("register", "", ConsentUnknown),
    ],
)
def test_what_does_not_fit_is_refused(
    session: Session, purpose: str, value: str, refusal: type[Exception]
) -> None:
    someone = world.villager(session)
    with pytest.raises(refusal):
        consents.give(session, villager=someone, purpose=purpose, value=value)


def test_what_rests_on_law_cannot_be_withdrawn(session: Session) -> None:
    someone = world.villager(session)
    with pytest.raises(ConsentUnknown):
        consents.withdraw(session, villager=someone, purpose="住户登记")
    assert {ground.name for ground in privacy.GROUNDS}.isdisjoint(privacy.PURPOSES)
    assert all("第" in ground.article or "法" in ground.article for ground in privacy.GROUNDS)


def test_a_member_s_details_are_found_by_the_person(session: Session) -> None:
    factories.county(session)
    home = world.home(session)
    head, _binding = world.bound_head(session, home)
    consents.give(session, villager=head, purpose="second_contact", value="13800004321")
    found = queries.details_of_persons(
        session, [home.head, home.spouse], fields=("second_phone", "email")
    )
    assert found == {home.head: {"second_phone": "13800004321"}}


def test_a_deleted_account_consents_to_nothing(session: Session) -> None:
    someone = world.villager(session)
    consents.give(session, villager=someone, purpose="email", value="a@example.cn")
    consents.follow_deletion(session, account_id=someone.account_id)
    assert queries.given(session, someone.account_id) == {}
    assert queries.details(session, someone.account_id) == {}
    accounts.delete_account(session, account_id=someone.account_id)
    with pytest.raises(AccountGone):
        consents.give(session, villager=someone, purpose="wechat_push")
