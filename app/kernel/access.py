"""Who may do what, where: a grant is a permission at a division prefix for an office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from app.kernel import clock
from app.kernel.errors import Forbidden


@dataclass(frozen=True)
class Grant:
    """A permission for every division code that begins with `division_prefix`.

    `organisation_id` None means any office; `ends_on` is the last day it holds.
    """

    permission: str
    division_prefix: str
    organisation_id: int | None = None
    ends_on: date | None = None

    def covers(
        self, permission: str, division_code: str, organisation_id: int | None, day: date
    ) -> bool:
        """Tell whether this grant allows the act on that day."""
        return (
            self.permission == permission
            and division_code.startswith(self.division_prefix)
            and (self.organisation_id is None or self.organisation_id == organisation_id)
            and self.holds(day)
        )

    def holds(self, day: date) -> bool:
        """Tell whether this grant has not ended on that day."""
        return self.ends_on is None or day <= self.ends_on


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a member of staff, or the operator at the command line.

    `session_id` is the sign-in this request came with, `proved_at` when its second factor was
    last shown. `pending` names what is still missing before the grants hold: `enrol` a second
    factor, `code` of it, or a new `password`; until then there are no grants. `role` is what the
    account is, for the ledger to note; it allows nothing by itself. `unnoted`: this sign of life
    is still to be noted.
    """

    name: str
    staff_id: int | None = None
    grants: tuple[Grant, ...] = ()
    is_operator: bool = False
    session_id: int | None = None
    proved_at: datetime | None = None
    pending: Literal["", "enrol", "code", "password"] = ""
    role: str = ""
    unnoted: bool = False

    def has_proved(self, *, within: timedelta) -> bool:
        """Tell whether the second factor was shown so lately."""
        return self.is_operator or (
            self.proved_at is not None and clock.now() - self.proved_at <= within
        )

    def may(
        self, permission: str, *, division_code: str, organisation_id: int | None = None
    ) -> bool:
        """Tell whether the actor may do `permission` in that division for that office."""
        day = clock.today()
        return self.is_operator or any(
            grant.covers(permission, division_code, organisation_id, day) for grant in self.grants
        )

    def may_at(self, permission: str, *, division_code: str, group_code: str | None) -> bool:
        """Tell whether a right holds at a village or, where it is so narrow, at a group of it.

        A group keeps its code when its village becomes part of another, so both are asked.
        """
        return self.may(permission, division_code=division_code) or (
            group_code is not None and self.may(permission, division_code=group_code)
        )

    def may_for_office(
        self, permission: str, *, division_code: str, office: tuple[int, str] | None
    ) -> bool:
        """Tell whether the actor may act in that division in an office's name.

        `office` is its number and its own division. A grant for any office speaks for those of
        its own divisions; for one above them the grant must name it.
        """
        if office is None:
            return self.may(permission, division_code=division_code)
        number, home = office
        day = clock.today()
        return self.is_operator or any(
            grant.covers(permission, division_code, number, day)
            and (grant.organisation_id == number or home.startswith(grant.division_prefix))
            for grant in self.grants
        )

    def may_somewhere(self, permission: str) -> bool:
        """Tell whether the actor holds `permission` anywhere today, if only for one office."""
        return self.is_operator or bool(self.held(permission))

    def held(self, permission: str) -> tuple[Grant, ...]:
        """List the grants of `permission` that hold today, those for one office too."""
        day = clock.today()
        return tuple(
            grant for grant in self.grants if grant.permission == permission and grant.holds(day)
        )

    def prefixes(self, permission: str) -> tuple[str, ...]:
        """List the division prefixes where `may` holds today for what belongs to no office.

        A grant for one office is none of them: a household, a line of the ledger and a plate
        belong to no office, and `may` refuses them to it.
        """
        if self.is_operator:
            return ("",)
        anywhere = (one for one in self.held(permission) if one.organisation_id is None)
        return tuple(sorted({grant.division_prefix for grant in anywhere}))

    def require(
        self, permission: str, *, division_code: str, organisation_id: int | None = None
    ) -> None:
        """Raise `Forbidden` unless the actor may."""
        if not self.may(permission, division_code=division_code, organisation_id=organisation_id):
            raise Forbidden


@dataclass(frozen=True)
class Villager:
    """A villager who is signed in; what is theirs is found by the account."""

    account_id: int
    session_id: int


OPERATOR = Actor(name="operator", is_operator=True)
"""Whoever may run the command line on the server."""

SYSTEM = Actor(name="system")
"""The platform itself, in work that nobody asked for just then; it holds no grant."""
