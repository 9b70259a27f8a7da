"""Households whose villagers are bound, wait, were refused, or were away for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.doorplates.schemas import DoorRow, PlateView
from app.households import privacy
from app.households.models.bindings import HouseholdBinding
from app.households.queries import register
from app.households.schemas import HouseholdIn, HouseholdView, PersonIn, TagIn
from app.households.service import (
    binding_decisions,
    bindings,
    consents,
    corrections,
    delegates,
)
from app.households.service import register as households
from app.households.service.bindings import Wanted
from app.identity import queries as identity
from app.identity import roles
from app.identity.villagers import service as accounts
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant, Villager
from app.visits import service as visits
from app.visits.schemas import VisitIn
from tests.factories.households import id_number

PHONES = {
    "villager-head": "13900020001",
    "villager-asker": "13900020002",
    "villager-refused": "13900020003",
    "villager-delegate": "13900020004",
    "villager-away": "13900020005",
    "villager-empty": "13900020006",
    "villager-binds": "13900020007",
    "villager-several": "13900020008",
}
LONG = "阿卜杜热合曼·买买提艾力·努尔麦麦提"
ADULT, CHILD = date(1961, 3, 9), date(2017, 6, 1)


@dataclass(frozen=True)
class Own:
    """Where each state is to be seen: bindings, requests and wishes by their names."""

    head: int
    asker: int
    refused: int
    delegate: int
    away: int
    line: int
    person: int
    wish: int
    guardian: int
    plate: str
    last_four: str


def set_up(session: Session, village: str) -> Own:
    """Put two households behind plates of their own, and villagers into every state."""
    first, second = _plates(session, village)
    home = _household(session, village, first.door_id, PHONES["villager-head"], long=True)
    binds = _household(session, village, second.door_id, PHONES["villager-binds"], long=False)
    head = _bind(session, "villager-head", first.door_id, home)
    line = _looks(session, home)
    _visit(session, home)
    asker = _bind(session, "villager-asker", first.door_id, home)
    refused = _bind(session, "villager-refused", first.door_id, home)
    reason = "名册里没有您的名字，请带上户口簿，到村委会找文书核对以后再申请。"
    binding_decisions.refuse(session, binding_id=refused, reason=reason, actor=OPERATOR)
    away = _bind(session, "villager-away", second.door_id, binds)
    spouse = binds.members[1].id
    binding_decisions.confirm(session, binding_id=away, person_id=spouse, actor=OPERATOR)
    session.get_one(HouseholdBinding, away).confirmed_at = clock.now() - timedelta(days=200)
    several = _bind(session, "villager-several", second.door_id, binds)
    binding_decisions.confirm(session, binding_id=several, person_id=spouse, actor=OPERATOR)
    _bind(session, "villager-several", first.door_id, home)
    guardian = bindings.ask(
        session,
        villager=_villager(session, "villager-asker"),
        wanted=Wanted(first.door_id, "guardian", "外婆", "0000"),
    ).id
    return Own(
        head=head,
        asker=asker,
        refused=refused,
        delegate=_delegate(session, head),
        away=away,
        line=line,
        person=home.members[0].id,
        wish=_wishes(session, head, home),
        guardian=guardian,
        plate=second.code,
        last_four=(binds.members[0].id_number or "")[-4:],
    )


def _plates(session: Session, village: str) -> list[PlateView]:
    doors = [DoorRow(group_label="茨冲大寨易地搬迁安置小区组", house_number="8栋2单元301号")]
    doors.append(DoorRow(group_label="小寨组", house_number="18号"))
    batch = doorplates.issue_batch(session, division_code=village, doors=doors, actor=OPERATOR)
    views = plates.plates_of_batch(session, batch.id, limit=2)
    doorplates.mark_printed(session, plate_ids=[one.id for one in views], actor_name="operator")
    return plates.plates_of_batch(session, batch.id, limit=2)


def _household(
    session: Session, village: str, door_id: int, phone: str, *, long: bool
) -> HouseholdView:
    cadre = identity.get_by_username(session, "cadre")
    serial = door_id % 300
    aid = TagIn("dibao", date(2026, 1, 1), date(2026, 12, 31), 45_000)
    ill = TagIn("disability", date(2020, 5, 1))
    head = PersonIn(
        name=LONG if long else "罗阿妹",
        relation="head",
        is_head=True,
        id_number=id_number(ADULT, serial + 1),
        phone=phone,
        birth_date=ADULT,
        tags=(aid, ill),
    )
    others = (
        PersonIn("杨秀英", "spouse", id_number=id_number(ADULT, serial + 301), birth_date=ADULT),
        PersonIn("罗小宝", "grandson", id_number=id_number(CHILD, serial + 601), birth_date=CHILD),
    )
    row = households.create_household(
        session,
        wanted=HouseholdIn(
            division_code=village,
            number=f"Z{door_id:05d}",
            members=(head, *others),
            group_label="茨冲大寨易地搬迁安置小区组" if long else "小寨组",
            address="六枝特区岩脚镇青杠林村茨冲大寨易地扶贫搬迁安置小区8栋2单元301号",
            door_id=door_id,
            assistance_officer_id=cadre.id,
        ),
        actor=OPERATOR,
        source="import:demo",
    )
    return register.view(session, row.id)


def _villager(session: Session, name: str) -> Villager:
    account_id = accounts.account_of_phone(session, phone=PHONES[name])
    someone = Villager(account_id=account_id, session_id=0)
    version = privacy.notice_on(clock.today()).version
    bindings.accept_notice(session, villager=someone, version=version)
    return someone


def _bind(session: Session, name: str, door_id: int, home: HouseholdView) -> int:
    last_four = (home.members[0].id_number or "")[-4:]
    wanted = Wanted(door_id, "member", "罗阿妹", last_four)
    return bindings.ask(session, villager=_villager(session, name), wanted=wanted).id


def _looks(session: Session, home: HouseholdView) -> int:
    line = Line(
        who=_cadre(session, home),
        act="open",
        division_code=home.division_code,
        household_id=home.id,
        fields=("name", "phone", "id_number", "birth_date", "address"),
        purpose="visit",
    )
    audit.denial(line)(session)
    return audit.record(session, line)


def _visit(session: Session, home: HouseholdView) -> None:
    """Log a visit that brought a need."""
    visits.log_visit(
        session,
        wanted=VisitIn.model_validate(
            {
                "client_id": uuid4(),
                "revision": uuid4(),
                "household_id": home.id,
                "purpose": "visit",
                "visited_on": clock.today(),
                "notes": "",
                "needs": [{"category": "housing", "text": "二楼屋顶漏水，下雨天没法住人"}],
            }
        ),
        division_code=home.division_code,
        actor=_cadre(session, home),
    )


def _cadre(session: Session, home: HouseholdView) -> Actor:
    staff = identity.get_by_username(session, "cadre")
    grants = tuple(Grant(name, home.division_code) for name in roles.ROLES["cadre"])
    return Actor(name=staff.username, staff_id=staff.id, role="cadre", grants=grants)


def _delegate(session: Session, head: int) -> int:
    owner = _villager(session, "villager-head")
    ends_on = clock.today() + timedelta(days=90)
    code = delegates.invite(session, villager=owner, binding_id=head, ends_on=ends_on)
    granted = delegates.accept(session, villager=_villager(session, "villager-delegate"), code=code)
    assert granted is not None
    return granted.id


def _wishes(session: Session, head: int, home: HouseholdView) -> int:
    owner = _villager(session, "villager-head")
    numbers = [
        corrections.ask(
            session,
            villager=owner,
            binding_id=head,
            person_id=home.members[0].id,
            field=field,
            wanted=(value, "换了新号码，旧的已经停用"),
        )
        for field, value in (("phone", "13900029999"), ("name", "阿卜杜热合曼·买买提"))
    ]
    clerk = identity.get_by_username(session, "clerk")
    keeper = Actor(
        name="clerk", staff_id=clerk.id, grants=(Grant(roles.HOUSEHOLDS_KEEP, home.division_code),)
    )
    corrections.refuse(session, correction_id=numbers[1], reason="请带身份证来核对。", actor=keeper)
    consents.give(session, villager=owner, purpose="wechat_push")
    consents.give(session, villager=owner, purpose="second_contact", value="13800138000")
    consents.withdraw(session, villager=owner, purpose="wechat_push")
    return numbers[0]
