"""Names in the ledger: full ones, and to the public never what somebody signs in with."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.funds.service.signing import own_name, public_name
from app.identity.models import Staff
from app.kernel.access import Actor
from tests import factories
from tests.factories import VILLAGE
from tests.identity import people


def _clerk(session: Session, full_name: str) -> Actor:
    factories.county(session)
    account: Staff = people.staff(session, "clerk", VILLAGE)
    account.full_name = full_name
    session.flush()
    return people.actor(session, account)


def test_a_full_name_stands_for_everyone(session: Session) -> None:
    clerk = _clerk(session, "韦银杏")
    assert own_name(session, clerk) == "韦银杏"
    assert public_name(session, clerk, otherwise="村委会") == "韦银杏"


def test_a_username_is_for_colleagues_alone(session: Session) -> None:
    clerk = _clerk(session, "")
    assert own_name(session, clerk) == f"clerk-{VILLAGE}"
    assert public_name(session, clerk, otherwise="村委会") == "村委会"


def test_whoever_has_no_account_bears_the_name_given(session: Session) -> None:
    someone = Actor(name="罗青松", is_operator=True)
    assert public_name(session, someone, otherwise="村委会") == "罗青松"
