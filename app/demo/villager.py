"""One villager of the demo county who is bound to their household, and how to sign in as them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.doorplates import queries as plates
from app.households import privacy
from app.households.models.register import Household
from app.households.queries import bindings as queries
from app.households.queries import register
from app.households.schemas import HouseholdView, PersonView
from app.households.service import bindings
from app.households.service.bindings import Wanted
from app.identity.villagers import queries as villagers
from app.identity.villagers import service as accounts
from app.identity.villagers.models import IdentityKind
from app.kernel import clock, scope
from app.kernel.access import Villager

TRIED = 40  # households with a plate, until one has a head with a telephone of their own
HOW = (
    "在 /sign-in 填这个手机号，点“获取验证码”；演示不发短信，"
    "验证码写在服务的日志里（sms_demonstration 那一行的 code）。"
)


def bind(session: Session, *, village: str) -> dict[str, str] | None:
    """Bind the head of the village's first household that fits, once; None where none does.

    Gives the telephone, the plate, and what is asked for at the door.
    """
    scope.open_scope(session, village)
    query = (
        select(Household.id)
        .where(
            Household.division_code == village,
            Household.state == "active",
            Household.door_id.is_not(None),
        )
        .order_by(Household.id)
        .limit(TRIED)
    )
    for household_id in session.scalars(query).all():
        home = register.view(session, household_id)
        head = home.head
        if head is not None and _fits(session, head) and _is_bound(session, home, head):
            return _facts(session, home, head)
    return None


def _fits(session: Session, head: PersonView) -> bool:
    """Tell whether nobody else has the head's telephone, and the ID number is known."""
    if head.phone is None or head.id_number is None or head.is_minor(clock.today()):
        return False
    return len(register.find_by_index(session, "phone", head.phone)) == 1


def _is_bound(session: Session, home: HouseholdView, head: PersonView) -> bool:
    """Bind the head as they would themselves, unless they are."""
    phone, door_id = head.phone or "", home.door_id or 0
    known = villagers.find_identity(session, IdentityKind.PHONE, phone)
    if known is not None:
        bound = queries.active_for_account(session, known.account_id)
        if any(one.household_id == home.id for one in bound):
            return True
    someone = Villager(accounts.account_of_phone(session, phone=phone), session_id=0)
    version = privacy.notice_on(clock.today()).version
    bindings.accept_notice(session, villager=someone, version=version)
    wanted = Wanted(door_id, "member", head.name, (head.id_number or "")[-4:])
    return bindings.ask(session, villager=someone, wanted=wanted).state == "active"


def _facts(session: Session, home: HouseholdView, head: PersonView) -> dict[str, str]:
    plate = plates.live_at_door(session, home.door_id or 0)
    return {
        "name": head.name,
        "phone": head.phone or "",
        "id_last_four": (head.id_number or "")[-4:],
        "plate": plate.code if plate else "",
        "how": HOW,
    }
