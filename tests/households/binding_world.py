"""A household behind a plate, and villagers at its door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gateways.wechat.protocol import SignedInUser
from app.households import privacy
from app.households.models.register import Household, Person
from app.households.queries import register
from app.households.schemas import HouseholdView, PersonIn
from app.households.service import bindings
from app.households.service.bindings import Wanted
from app.identity.villagers import queries as villagers
from app.identity.villagers import service as accounts
from app.identity.villagers.models import IdentityKind, SessionKind, Way
from app.kernel import clock, scope
from app.kernel.access import Villager
from tests import factories
from tests.factories import households as made

_phones = count(1)
HEAD_BORN, CHILD_BORN = date(1970, 5, 1), date(clock.today().year - 10, 1, 1)


def new_phone() -> str:
    """Draw a number that nobody has yet."""
    return f"1390000{next(_phones):04d}"


@dataclass
class Home:
    """A household of a head (with a phone), a spouse and a child of ten; its plate's door."""

    household: Household
    door_id: int
    plate_code: str
    phone: str
    view: HouseholdView

    @property
    def head(self) -> int:
        """Number the head."""
        return self.view.members[0].id

    @property
    def spouse(self) -> int:
        """Number the spouse."""
        return self.view.members[1].id

    @property
    def child(self) -> int:
        """Number the child."""
        return self.view.members[2].id

    def last_four(self, person_id: int | None = None) -> str:
        """Give the end of a member's ID number, the head's by default."""
        person = next(one for one in self.view.members if one.id == (person_id or self.head))
        return (person.id_number or "")[-4:]


def home(session: Session, *, extra: tuple[PersonIn, ...] = ()) -> Home:
    """Enter a household behind an installed plate."""
    plate = factories.printed(session)[0]
    phone = new_phone()
    row = made.household(
        session,
        door_id=plate.door_id,
        members=(
            made.person("赵大山", is_head=True, phone=phone, born=HEAD_BORN),
            made.person("钱小花", relation="spouse", born=date(1972, 8, 15)),
            made.person("赵小明", relation="son", born=CHILD_BORN),
            *extra,
        ),
    )
    return Home(row, plate.door_id, plate.code, phone, register.view(session, row.id))


def villager(session: Session, phone: str | None = None, *, reads_notice: bool = True) -> Villager:
    """Sign in somebody by a phone of their own."""
    account_id = accounts.account_of_phone(session, phone=phone or new_phone())
    someone = signed_in(session, account_id, way=Way.PHONE)
    if reads_notice:
        read_notice(session, someone)
    return someone


def signed_in(session: Session, account_id: int, *, way: Way) -> Villager:
    """Begin a session of an account."""
    token, _ends = accounts.begin_session(
        session, account_id=account_id, kind=SessionKind.WEB, way=way
    )
    someone = villagers.villager_for_token(session, token)
    assert someone is not None
    return someone


def by_wechat(session: Session, *, number: int = 1, phone: str | None = None) -> Villager:
    """Sign in somebody by WeChat, who read the notice; `phone` is the number they prove then."""
    user = SignedInUser(openid=f"o-{number}", unionid=None, is_snapshot=False)
    account_id = accounts.account_of_wechat(session, user=user, kind=IdentityKind.WECHAT)
    if phone is not None:
        accounts.prove_phone(session, account_id=account_id, phone=phone)
    someone = signed_in(session, account_id, way=Way.WECHAT)
    read_notice(session, someone)
    return someone


def read_notice(session: Session, someone: Villager) -> None:
    """Accept the privacy notice in force."""
    version = privacy.notice_on(clock.today()).version
    bindings.accept_notice(session, villager=someone, version=version)


def wanted(home: Home, *, kind: str = "member", last_four: str | None = None) -> Wanted:
    """Write down what somebody asks for at this door."""
    return Wanted(
        door_id=home.door_id,
        kind=kind,
        name="赵大山",
        last_four=home.last_four() if last_four is None else last_four,
    )


def bound_head(session: Session, home: Home) -> tuple[Villager, int]:
    """Bind the head: who they are, and their binding's number."""
    someone = villager(session, home.phone)
    binding = bindings.ask(session, villager=someone, wanted=wanted(home))
    assert binding.state == "active"
    return someone, binding.id


def person(session: Session, person_id: int) -> Person:
    """Read a person anew, across the whole county."""
    scope.open_scope(session, factories.COUNTY)
    query = select(Person).where(Person.id == person_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()
