"""Pauses: the more tries fail, the longer an account, an address or a second factor rests.

Kept in PostgreSQL, so that an emptied Valkey ends no pause. Names and addresses are kept as keyed
digests, and a name that does not exist is counted like one that does.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.errors import SignInPaused
from app.identity.models import Pause
from app.kernel import clock, crypto, turns

Mark = tuple[str, bytes]


@dataclass(frozen=True)
class Rule:
    """So many failures are free; the next pauses are doubled, up to the longest.

    `forgotten`: after so long without a failure, counting begins anew.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta

    def pause(self, failures: int) -> timedelta:
        """Give the pause that follows so many failures."""
        if failures < self.free:
            return timedelta(0)
        doubled: int = 2 ** min(failures - self.free, 20)
        return min(self.longest, self.first * doubled)


RULES = {
    "account": Rule(5, timedelta(seconds=30), timedelta(minutes=30), timedelta(hours=24)),
    # A whole office may stand behind one address.
    "address": Rule(30, timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)),
    "code": Rule(5, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)),
}


def mark(session: Session, kind: str, what: object) -> Mark:
    """Name what is counted, so that it cannot be read back."""
    secret = crypto.of(session).derive("staff-pauses")
    return kind, hmac.digest(secret, f"{kind}|{what}".encode(), "sha256")


def require_none(session: Session, marks: Sequence[Mark]) -> None:
    """Raise `SignInPaused` while one of these rests; what is tried then is not even looked at."""
    query = select(func.max(Pause.until)).where(tuple_(Pause.kind, Pause.mark).in_(marks))
    until = session.scalar(query)
    if until is not None and until > clock.now():
        raise SignInPaused


def take_turn(session: Session, one: Mark) -> None:
    """Let one try at a time go on for a mark, until its transaction ends; then as `require_none`.

    Tries that come at once are so looked at one after another.
    """
    kind, digest = one
    turns.take_turn(session, f"identity.pauses|{kind}|{digest.hex()}")
    require_none(session, [one])


def noting(marks: Sequence[Mark]) -> Callable[[Session], None]:
    """Give what a refusal writes `afterwards`: one failure more for each of these."""
    return lambda session: note(session, marks)


def note(session: Session, marks: Sequence[Mark]) -> None:
    """Count a failure for each of these, and begin the pause that follows."""
    moment = clock.now()
    for kind, digest in sorted(marks):
        rule = RULES[kind]
        row = insert(Pause).values(
            kind=kind, mark=digest, failures=1, failed_at=moment, until=moment
        )
        long_ago = Pause.failed_at < moment - rule.forgotten
        failures = session.scalars(
            row.on_conflict_do_update(
                index_elements=[Pause.kind, Pause.mark],
                set_={
                    "failures": case((long_ago, 1), else_=Pause.failures + 1),
                    "failed_at": moment,
                },
            ).returning(Pause.failures)
        ).one()
        session.execute(
            update(Pause)
            .where(Pause.kind == kind, Pause.mark == digest)
            .values(until=moment + rule.pause(failures))
        )


def forget(session: Session, marks: Sequence[Mark]) -> None:
    """Begin counting anew for what succeeded."""
    session.execute(delete(Pause).where(tuple_(Pause.kind, Pause.mark).in_(marks)))
