"""The second factor: codes by time (TOTP, RFC 6238), each taken once, and recovery codes."""

from __future__ import annotations

import hmac
from base64 import b32encode

import pyotp
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.errors import AlreadyEnrolled, CodeRefused, NotEnrolled
from app.identity.models import RecoveryCode, Staff, StaffToken
from app.identity.service import pauses, tokens
from app.kernel import clock, crypto, ids
from app.kernel.access import Actor

STEP = 30  # seconds
DRIFT = (0, -1, 1)  # steps a telephone's clock may be away
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECOVERY_LENGTH = 12


def draft(session: Session, *, actor: Actor) -> str:
    """Give the secret that this session may enrol, in base 32: the same one until it is enrolled.

    It is derived and stands nowhere until its owner has shown a code of it.
    """
    staff = queries.get(session, actor.staff_id or 0)
    before = staff.totp_enrolled_at.timestamp() if staff.totp_enrolled_at else ""
    purpose = f"totp|{staff.id}|{actor.session_id}|{before}"
    return b32encode(crypto.of(session).derive(purpose)[:20]).decode()


def address(secret: str, *, username: str, issuer: str) -> str:
    """Write the secret as telephones read it from a symbol (otpauth)."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def enrol(session: Session, *, code: str, actor: Actor, anew: bool = False) -> list[str]:
    """Take the drafted secret as the actor's second factor, once a code of it was shown.

    Gives the recovery codes, to be shown once. Ends the actor's other sessions. `anew` replaces
    one that is there. Raises `AlreadyEnrolled` and `CodeRefused`.
    """
    staff = queries.get(session, actor.staff_id or 0)
    if staff.totp_sealed is not None and not anew:
        raise AlreadyEnrolled
    marks = [pauses.mark(session, "code", staff.id)]
    pauses.take_turn(session, marks[0])
    secret = draft(session, actor=actor)
    step = _step_of(secret, code)
    if step is None:
        raise CodeRefused(afterwards=pauses.noting(marks))
    _keep(session, staff, secret)
    staff.totp_last_step = step
    _note_proof(session, staff, actor)
    tokens.revoke_others(session, actor=actor)
    return renew_recovery_codes(session, staff)


def give_second_factor(session: Session, *, username: str) -> str | None:
    """Give an account whose role asks for it a second factor, by the operator's own word.

    Ends every session of the account: it was enrolled in none of them. Gives the secret in base
    32, or None where none is asked for.
    """
    staff = queries.get_by_username(session, username)
    held = queries.live_grants(session, staff.id)
    if not queries.needs_second_factor((grant.permission, grant.ends_on) for grant in held):
        return None
    secret = pyotp.random_base32()
    _keep(session, staff, secret)
    staff.totp_last_step = None
    tokens.revoke_all(session, staff.id)
    session.flush()
    return secret


def _keep(session: Session, staff: Staff, secret: str) -> None:
    place = crypto.Place("staff", staff.id, "totp_sealed")
    staff.totp_sealed = crypto.seal_value(session, secret, place)
    staff.totp_enrolled_at = clock.now()


def show(session: Session, *, code: str, actor: Actor) -> None:
    """Let the actor's session pass for a right code; raises `CodeRefused` or `SignInPaused`."""
    staff = queries.get(session, actor.staff_id or 0)
    check(session, staff=staff, code=code)
    _note_proof(session, staff, actor)


def check(session: Session, *, staff: Staff, code: str) -> None:
    """Take a code of the second factor or a recovery code, once; raises `CodeRefused`.

    A code that was taken, a wrong one and one of an account that has no second factor are refused
    alike, and after some of them `SignInPaused`.
    """
    marks = [pauses.mark(session, "code", staff.id)]
    pauses.take_turn(session, marks[0])
    typed = "".join(code.split()).replace("-", "").upper()
    taken = _take_recovery_code if len(typed) == RECOVERY_LENGTH else _take_code
    if not taken(session, staff, typed):
        raise CodeRefused(afterwards=pauses.noting(marks))
    pauses.forget(session, marks)


def _take_code(session: Session, staff: Staff, code: str) -> bool:
    """Take a code of a time step after the last one taken: of two that come at once, one wins."""
    secret = open_secret(session, staff)
    step = _step_of(secret, code) if secret else None
    if step is None:
        return False
    fresh = or_(Staff.totp_last_step.is_(None), Staff.totp_last_step < step)
    taken = session.scalars(
        update(Staff)
        .where(Staff.id == staff.id, fresh)
        .values(totp_last_step=step)
        .returning(Staff.id)
    ).one_or_none()
    return taken is not None


def open_secret(session: Session, staff: Staff) -> str | None:
    """Give the secret of an account, in base 32, or None where there is none."""
    place = crypto.Place("staff", staff.id, "totp_sealed")
    return crypto.open_value(session, staff.totp_sealed, place)


def _step_of(secret: str, code: str) -> int | None:
    for step in (step_now() + drift for drift in DRIFT):
        if hmac.compare_digest(code_of_step(secret, step).encode(), code.encode()):
            return step
    return None


def step_now() -> int:
    """Number the time step of now."""
    return int(clock.now().timestamp()) // STEP


def code_of_step(secret: str, step: int) -> str:
    """Give the six digits of a time step."""
    return pyotp.TOTP(secret).at(step * STEP)


def current_code(session: Session, *, staff: Staff) -> str:
    """Give the code an account would be let in with now; raises `NotEnrolled`."""
    secret = open_secret(session, staff)
    if secret is None:
        raise NotEnrolled("这个账号没有绑定动态验证码。")
    return code_of_step(secret, max(step_now(), (staff.totp_last_step or 0) + 1))


def _note_proof(session: Session, staff: Staff, actor: Actor) -> None:
    moment = clock.now()
    staff.totp_shown_at = moment
    session.execute(
        update(StaffToken)
        .where(StaffToken.id == actor.session_id)
        .values(passed=True, proved_at=moment)
    )
    session.flush()


def renew_recovery_codes(session: Session, staff: Staff) -> list[str]:
    """Draw ten recovery codes, shown once; those of before open nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = ids.draw_symbols(RECOVERY_ALPHABET, length=RECOVERY_LENGTH, count=RECOVERY_CODES)
    session.add_all(RecoveryCode(staff_id=staff.id, digest=_digest(session, c)) for c in codes)
    session.flush()
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def _take_recovery_code(session: Session, staff: Staff, code: str) -> bool:
    taken = session.scalars(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.digest == _digest(session, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).one_or_none()
    return taken is not None


def _digest(session: Session, code: str) -> bytes:
    secret = crypto.of(session).derive("staff-recovery-codes")
    return hmac.digest(secret, code.encode(), "sha256")


def clear(session: Session, staff: Staff) -> None:
    """Take the second factor and its recovery codes from an account."""
    staff.totp_sealed = staff.totp_enrolled_at = staff.totp_last_step = None
    staff.totp_shown_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    session.flush()
