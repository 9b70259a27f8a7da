"""The visitors of the permission matrix: what their browsers and their programs show."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from app.identity import roles
from app.identity import service as identity
from app.identity.models import TokenKind
from app.identity.villagers import service as villagers
from app.identity.villagers.models import SessionKind, Way
from tests.architecture.permission_world import PHONE, PLACES
from tests.factories import PASSWORD


class StaffTokens(NamedTuple):
    """What somebody's browser and somebody's program show."""

    browser: str
    program: str

    def of(self, route: str) -> str:
        """Give the one that a route takes."""
        return self.program if " /api/" in route else self.browser


def staff_tokens(session: Session) -> dict[tuple[str, str], StaffTokens]:
    """Open an account of each role at each place, its second factor just shown: their tokens."""
    tokens = {}
    for role in roles.ROLES:
        for place in PLACES:
            staff = identity.create_staff(
                session,
                username=f"{role}-{place}",
                password=PASSWORD,
                role=role,
                division_code=place,
            )
            kinds = (TokenKind.SESSION, TokenKind.API)
            tokens[role, place] = StaffTokens(
                *(identity.hand_out(session, staff=staff, kind=kind)[0] for kind in kinds)
            )
    return tokens


def villager_token(session: Session) -> str:
    """Sign in a villager whose telephone is proved: the token."""
    account_id = villagers.account_of_phone(session, phone=PHONE)
    token, _ends = villagers.begin_session(
        session, account_id=account_id, kind=SessionKind.MINI, way=Way.PHONE
    )
    return token
