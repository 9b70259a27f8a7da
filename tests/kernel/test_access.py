"""Who may do what, where, and until when."""

from __future__ import annotations

from datetime import date

import pytest

from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden

LAST_DAY = date(2026, 6, 30)


def _actor(*grants: Grant) -> Actor:
    return Actor("clerk", 1, grants)


@pytest.mark.parametrize(
    ("division_code", "allowed"),
    [
        ("520203102", True),
        ("520203102213", True),
        ("52020310221301", True),
        ("520203103", False),
        ("520203", False),
        ("52020310", False),
        ("", False),
    ],
)
def test_a_grant_holds_for_its_division_and_all_below_it(division_code: str, allowed: bool) -> None:
    actor = _actor(Grant("plates", "520203102"))
    assert actor.may("plates", division_code=division_code) is allowed
    assert not actor.may("items", division_code=division_code)


def test_a_grant_for_an_office_never_covers_another_or_none() -> None:
    actor = _actor(Grant("plates", "520203", organisation_id=7))
    assert actor.may("plates", division_code="520203102", organisation_id=7)
    assert not actor.may("plates", division_code="520203102", organisation_id=8)
    assert not actor.may("plates", division_code="520203102")


def test_a_grant_for_any_office_covers_each() -> None:
    actor = _actor(Grant("plates", "520203"))
    assert actor.may("plates", division_code="520203102", organisation_id=8)


@pytest.mark.parametrize(("today", "holds"), [(LAST_DAY, True), (date(2026, 7, 1), False)])
def test_a_grant_holds_through_its_last_day(
    monkeypatch: pytest.MonkeyPatch, today: date, holds: bool
) -> None:
    monkeypatch.setattr(clock, "today", lambda: today)
    actor = _actor(Grant("plates", "520203", ends_on=LAST_DAY))
    assert actor.may("plates", division_code="520203102") is holds
    assert actor.may_somewhere("plates") is holds
    assert actor.prefixes("plates") == (("520203",) if holds else ())


def test_prefixes_are_named_once_each_and_only_for_the_permission() -> None:
    actor = _actor(
        Grant("plates", "520203103"),
        Grant("plates", "520203102"),
        Grant("plates", "520203102", organisation_id=7),
        Grant("items", "520203104"),
    )
    assert actor.prefixes("plates") == ("520203102", "520203103")
    assert not actor.may_somewhere("jobs")


def test_a_grant_for_one_office_lets_in_and_is_no_place_of_what_belongs_to_none() -> None:
    actor = _actor(Grant("plates", "520203102", organisation_id=7))
    assert actor.may_somewhere("plates")
    assert [grant.organisation_id for grant in actor.held("plates")] == [7]
    assert actor.prefixes("plates") == ()


def test_a_right_at_a_group_holds_at_that_group_alone() -> None:
    village, group = "520203102213", "52020310221301"
    narrow = _actor(Grant("plates", group))
    assert narrow.may_at("plates", division_code=village, group_code=group)
    assert not narrow.may_at("plates", division_code=village, group_code=None)
    assert not narrow.may_at("plates", division_code=village, group_code="52020310221302")
    # The group's village became part of another one, and the group kept its code.
    assert narrow.may_at("plates", division_code="520203102214", group_code=group)
    assert _actor(Grant("plates", village)).may_at("plates", division_code=village, group_code=None)


def test_require_raises_where_the_actor_may_not() -> None:
    actor = _actor(Grant("plates", "520203102"))
    actor.require("plates", division_code="520203102213")
    with pytest.raises(Forbidden):
        actor.require("plates", division_code="520203103201")


def test_the_operator_may_do_everything_everywhere() -> None:
    assert OPERATOR.may("anything", division_code="520203")
    assert OPERATOR.may_somewhere("anything")
    assert "520203102".startswith(OPERATOR.prefixes("anything"))
