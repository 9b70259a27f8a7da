"""A pack holds masked basics of a few groups, leaves a line for each household, and ends."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.audit.models import LedgerLine
from app.doorplates import queries as plates
from app.households.models.register import Household
from app.households.schemas import PersonIn, TagIn
from app.identity import queries as identity
from app.identity.models import StaffGrant
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.kernel.errors import Forbidden
from app.visits import queries, service
from app.visits.errors import (
    BadPack,
    PackEmpty,
    PackNotFound,
    PackTooLarge,
    RevocationUnexplained,
)
from app.visits.models.packs import Pack
from app.visits.schemas import PackContent
from app.visits.service import packs
from tests import factories
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.visits.conftest import KEEPER, cadre_in


def _prepared(session: Session, actor: Actor) -> PackContent:
    return service.prepare_pack(session, division_code=VILLAGE, group_codes=[GROUP], actor=actor)


def test_the_groups_of_the_village_are_offered_with_their_households(
    county: Session, household: Household, cadre: Actor
) -> None:
    del household
    [choice] = service.groups(county, division_code=VILLAGE, actor=cadre)
    assert (choice.code, choice.name, choice.households) == (GROUP, "一组", 1)


def test_a_pack_shows_what_is_masked_and_plain_and_nothing_else(
    county: Session, cadre: Actor
) -> None:
    since = date(2026, 1, 1)
    head = PersonIn(
        name="欧阳春生",
        relation="head",
        is_head=True,
        id_number=made.id_number(date(1950, 2, 3), 17),
        phone="13800001234",
        birth_date=date(1950, 2, 3),
        tags=(TagIn("dibao", since, amount_fen=45_000), TagIn("veteran", since)),
    )
    child = made.person("欧阳小宝", relation="grandson", born=date(clock.today().year - 9, 1, 1))
    made.household(county, members=(head, child))
    pack = _prepared(county, cadre)
    [entry] = pack.households
    [person] = entry.persons
    assert (person.name, person.relation, person.tags) == ("欧***", "户主", ("退役军人",))
    assert entry.minors == 1
    told = repr(asdict(pack))
    for value in ("欧阳", "小宝", "13800001234", "1950", "低保", "45000", "dibao"):
        assert value not in told
    assert entry.address.endswith("***")


def test_a_pack_leaves_a_line_for_each_household(county: Session, cadre: Actor) -> None:
    wanted = {made.household(county).id for _number in range(3)}
    _prepared(county, cadre)
    query = select(LedgerLine.household_id, LedgerLine.act, LedgerLine.fields).where(
        LedgerLine.who_id == cadre.staff_id
    )
    lines = county.execute(query).all()
    assert {line.household_id for line in lines} == wanted
    assert {line.act for line in lines} == {"pack"}
    assert lines[0].fields == ["name", "relation", "address", "tags"]


def test_a_typed_code_is_compared_by_a_digest_of_this_pack_alone(
    county: Session, cadre: Actor
) -> None:
    view = factories.printed(county)[0]
    made.household(county, door_id=view.door_id)
    first, second = _prepared(county, cadre), _prepared(county, cadre)
    assert first.households[0].plate == packs.plate_digest(first.id, view.code)
    assert first.households[0].plate != second.households[0].plate
    assert view.code not in repr(asdict(first))
    assert plates.codes_at_doors(county, [view.door_id]) == {view.door_id: view.code}


def test_a_pack_holds_at_most_so_many_households(
    county: Session, cadre: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert packs.MOST_HOUSEHOLDS == 200
    monkeypatch.setattr(packs, "MOST_HOUSEHOLDS", 2)
    for _number in range(3):
        made.household(county)
    with pytest.raises(PackTooLarge):
        _prepared(county, cadre)
    assert queries.packs_of(county, cadre.staff_id or 0) == []


def test_a_pack_of_nothing_is_refused(county: Session, cadre: Actor) -> None:
    with pytest.raises(BadPack):
        service.prepare_pack(county, division_code=VILLAGE, group_codes=[], actor=cadre)
    with pytest.raises(PackEmpty):
        service.prepare_pack(
            county, division_code=VILLAGE, group_codes=[VILLAGE + "02"], actor=cadre
        )


def test_nobody_packs_what_they_may_not_open(
    county: Session, household: Household, cadre: Actor
) -> None:
    del household
    stranger = cadre_in(county, "stranger", division_code=OTHER_VILLAGE)
    with pytest.raises(Forbidden):
        _prepared(county, stranger)
    only_logs = Actor(name="only", staff_id=cadre.staff_id, grants=(Grant("visits.log", VILLAGE),))
    with pytest.raises(Forbidden):
        _prepared(county, only_logs)
    assert service.groups(county, division_code=VILLAGE, actor=only_logs) == []


def _pack_row(session: Session, content: PackContent) -> Pack:
    return queries.get_pack(session, content.id)


def test_a_device_keeps_its_pack_until_it_is_revoked(
    county: Session, household: Household, cadre: Actor
) -> None:
    del household
    pack = _prepared(county, cadre)
    assert service.contact(county, pack_id=pack.id) == "keep"
    service.revoke_pack(county, pack_id=pack.id, actor=cadre)
    assert service.contact(county, pack_id=pack.id) == "wipe"
    assert _pack_row(county, pack).wiped_at is not None


def test_a_pack_ends_after_a_day(county: Session, household: Household, cadre: Actor) -> None:
    del household
    pack = _prepared(county, cadre)
    assert pack.expires_at - pack.prepared_at == timedelta(hours=24)
    _pack_row(county, pack).expires_at = clock.now()
    assert service.contact(county, pack_id=pack.id) == "wipe"


@pytest.mark.parametrize("end", ["disabled", "grants"])
def test_a_pack_ends_with_its_owners_account_or_right(
    county: Session, household: Household, cadre: Actor, end: str
) -> None:
    del household
    pack = _prepared(county, cadre)
    if end == "disabled":
        identity.get(county, cadre.staff_id or 0).disabled_at = clock.now()
    else:
        for grant in county.scalars(
            select(StaffGrant).where(StaffGrant.staff_id == cadre.staff_id)
        ):
            grant.ends_on = clock.today() - timedelta(days=1)
    county.flush()
    assert service.contact(county, pack_id=pack.id) == "wipe"


def test_a_pack_nobody_made_is_wiped(county: Session) -> None:
    assert service.contact(county, pack_id=uuid4()) == "wipe"


def test_a_colleague_does_not_revoke_a_pack_and_whoever_keeps_accounts_does(
    county: Session, household: Household, cadre: Actor, colleague: Actor
) -> None:
    del household
    pack = _prepared(county, cadre)
    with pytest.raises(PackNotFound):
        service.revoke_pack(county, pack_id=pack.id, actor=colleague)
    keeper = Actor(name="keeper", staff_id=0, grants=(Grant("identity.accounts", VILLAGE),))
    service.revoke_pack(county, pack_id=pack.id, actor=keeper, reason="手机丢了")
    assert _pack_row(county, pack).revoked_by == "keeper"


def test_whoever_revokes_the_pack_of_another_says_why_and_the_ledger_keeps_it(
    county: Session, household: Household, cadre: Actor
) -> None:
    del household
    pack = _prepared(county, cadre)
    keeper = Actor(name="keeper", staff_id=0, grants=(Grant("identity.accounts", VILLAGE),))
    with pytest.raises(RevocationUnexplained):
        service.revoke_pack(county, pack_id=pack.id, actor=keeper, reason=" ")
    for _twice in range(2):
        service.revoke_pack(county, pack_id=pack.id, actor=keeper, reason="手机丢了")
    revoked = select(LedgerLine).where(LedgerLine.act == "pack_revoke")
    line = county.scalars(revoked).one()
    assert (line.who_id, line.division_code, line.household_id) == (0, VILLAGE, None)
    assert audit.reasons(county, [line.id]) == {line.id: "账号 cadre1：手机丢了"}


def test_packs_that_still_stand_are_listed_to_whoever_looks_after_the_accounts_of_their_place(
    county: Session, household: Household, cadre: Actor
) -> None:
    del household
    gone, stands = _prepared(county, cadre), _prepared(county, cadre)
    service.revoke_pack(county, pack_id=gone.id, actor=cadre)
    keeper = Actor(name="keeper", staff_id=0, grants=(Grant("identity.accounts", VILLAGE),))
    stranger = Actor(name="other", staff_id=0, grants=(Grant("identity.accounts", OTHER_VILLAGE),))
    number = cadre.staff_id or 0
    assert [p.id for p in queries.live_packs_of(county, number, actor=keeper)] == [stands.id]
    assert queries.live_packs_of(county, number, actor=stranger) == []


def test_a_leaving_cadres_packs_are_revoked_and_leave_an_heir(
    county: Session, household: Household, cadre: Actor, colleague: Actor
) -> None:
    del household
    pack = _prepared(county, cadre)
    service.hand_over(
        county,
        from_staff_id=cadre.staff_id or 0,
        to_staff_id=colleague.staff_id or 0,
        actor=KEEPER,
    )
    row = _pack_row(county, pack)
    assert row.heir_staff_id == colleague.staff_id
    assert service.contact(county, pack_id=pack.id) == "wipe"
