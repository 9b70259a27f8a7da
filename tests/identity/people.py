"""Members of staff for tests, with what they have signed in with."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.identity import queries, service
from app.identity.models import Staff, TokenKind
from app.identity.service import second_factor
from app.kernel import clock
from app.kernel.access import Actor
from tests.factories import COUNTY, PASSWORD


def staff(
    session: Session, role: str, place: str = COUNTY, *, name: str = "", enrolled: bool = True
) -> Staff:
    """Open an account whose role holds, by default with a second factor."""
    account = service.create_staff(
        session,
        username=name or f"{role.replace('_', '-')}-{place}",
        password=PASSWORD,
        role=role,
        division_code=place,
    )
    if enrolled:
        service.give_second_factor(session, username=account.username)
    return account


def actor(session: Session, account: Staff, *, proved: bool = True) -> Actor:
    """Sign somebody in, by default with a code just shown."""
    token, _ends = service.hand_out(
        session, staff=account, kind=TokenKind.SESSION, proved=proved, device="微信"
    )
    someone = queries.actor_for_token(session, token)
    assert someone is not None
    return someone


def enrol(session: Session, someone: Actor) -> None:
    """Enrol a second factor in the session somebody acts in."""
    secret = second_factor.draft(session, actor=someone)
    code_now = second_factor.code_of_step(secret, second_factor.step_now())
    second_factor.enrol(session, code=code_now, actor=someone)


def signed_in(session: Session, role: str, place: str = COUNTY, *, name: str = "") -> Actor:
    """Open an account and sign it in."""
    return actor(session, staff(session, role, place, name=name))


def code(session: Session, account: Staff, *, steps: int = 0) -> str:
    """Give the code of now, or of some time steps before or after."""
    sealed = second_factor.open_secret(session, account)
    assert sealed is not None
    now = int(clock.now().timestamp()) // second_factor.STEP
    return second_factor.code_of_step(sealed, now + steps)
