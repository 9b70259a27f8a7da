"""Codes sent to a telephone: who has the challenge and the code has the telephone.

Nothing here looks whether a number is known: a known and an unknown one cost the same.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.gateways.sms.errors import SmsRefused
from app.gateways.sms.protocol import Sms
from app.identity.villagers import phones, queries
from app.identity.villagers.errors import CodesUsedUp, CodeTooSoon
from app.identity.villagers.models import IdentityKind, PhoneCode
from app.kernel import clock, crypto, ids, outbox
from app.kernel.crypto import Place
from app.kernel.turns import take_turn

LIFETIME = timedelta(minutes=5)
GUESSES = 5
PAUSES = (60, 120, 300, 600, 1800)  # seconds after the first code of the day, the second, ...
PER_PHONE, PER_ADDRESS = 8, 100  # a day; a whole village may share one carrier's address
DAY = timedelta(days=1)
TABLE = "phone_codes"


@dataclass(frozen=True)
class Challenge:
    """A code is on its way; the next may be asked for in `pause` seconds."""

    token: str
    pause: int


def request_code(
    session: Session, *, phone: str, address: str, account_id: int | None = None
) -> Challenge:
    """Draw a code for a number as typed and have it sent; it counts once, for five minutes.

    `account_id` is the signed-in villager who proves the number, or None to sign in by it. Raises
    `BadPhone`, `CodeTooSoon` with its `seconds`, `CodesUsedUp`.
    """
    number = phones.normalise(phone)
    digests = queries.digests(session, IdentityKind.PHONE, number)
    take_turn(session, f"phone-code:{digests[0].hex()}")
    came_from = _address_digest(session, address)
    before = _count(session, digests=digests, address=came_from)
    code, token, moment = ids.draw_symbols("0123456789", length=6)[0], ids.token(), clock.now()
    row = PhoneCode(
        challenge_digest=ids.token_digest(token),
        account_id=account_id,
        phone_digest=digests[0],
        address_digest=came_from,
        code_digest=_code_digest(session, token, code),
        attempts=0,
        created_at=moment,
        expires_at=moment + LIFETIME,
    )
    session.add(row)
    session.flush()
    row.phone_sealed = crypto.seal_value(session, number, Place(TABLE, row.id, "phone_sealed"))
    row.code_sealed = crypto.seal_value(session, code, Place(TABLE, row.id, "code_sealed"))
    outbox.publish(session, "villagers.send_code", challenge_id=row.id)
    return Challenge(token, _pause(before + 1))


def check_code(
    session: Session, *, challenge: str, code: str, account_id: int | None = None
) -> str | None:
    """Give the number (11 digits) that a right code proves, or None for a wrong one.

    Returns rather than raises, because the guess must stay counted: five for a challenge, and a
    right one beyond them is refused as well.
    """
    query = select(PhoneCode).where(PhoneCode.challenge_digest == ids.token_digest(challenge))
    row = session.scalars(query.with_for_update()).one_or_none()
    given = _code_digest(session, challenge, phones.digits_of(code))
    fits = hmac.compare_digest(given, row.code_digest if row else bytes(32))
    if row is None:
        return None
    row.attempts += 1
    holds = row.used_at is None and clock.now() < row.expires_at and row.attempts <= GUESSES
    if not (fits and holds and row.account_id == account_id):
        return None
    phone = crypto.open_value(session, row.phone_sealed, Place(TABLE, row.id, "phone_sealed"))
    row.used_at = clock.now()
    row.phone_sealed = row.code_sealed = None
    return phone


def send_code(session: Session, *, challenge_id: int, sms: Sms) -> None:
    """Send the code of a challenge, unless it was sent, used or is over; raises `SmsBusy`."""
    row = session.get(PhoneCode, challenge_id, with_for_update=True)
    if row is None or row.sent_at or row.used_at or row.expires_at <= clock.now():
        return
    phone = crypto.open_value(session, row.phone_sealed, Place(TABLE, row.id, "phone_sealed"))
    code = crypto.open_value(session, row.code_sealed, Place(TABLE, row.id, "code_sealed"))
    if phone is None or code is None:
        return
    try:
        row.provider_id = sms.send_code(phone=phone, code=code, key=str(row.id))
    except SmsRefused:
        row.provider_id = None  # nobody can be told: the page is the same for every number
    row.sent_at = clock.now()
    row.code_sealed = None


def _count(session: Session, *, digests: list[bytes], address: bytes) -> int:
    """Count the codes of the last day for this number; raises where it is too soon or too many."""
    since = clock.now() - DAY
    of_phone = select(func.count(), func.max(PhoneCode.created_at)).where(
        PhoneCode.phone_digest.in_(digests), PhoneCode.created_at > since
    )
    of_address = (
        select(func.count())
        .where(PhoneCode.address_digest == address, PhoneCode.created_at > since)
        .scalar_subquery()
    )
    number, last, from_address = session.execute(of_phone.add_columns(of_address)).one()
    wait = seconds_to_wait(number, last)
    if wait > 0:
        raise CodeTooSoon(f"验证码刚刚发过，请过 {wait} 秒再获取。", seconds=wait)
    if number >= PER_PHONE or from_address >= PER_ADDRESS:
        raise CodesUsedUp
    return int(number)


def seconds_to_wait(number: int, last: datetime | None) -> int:
    """Tell how long to wait for another code when `number` were asked for, lately at `last`."""
    if last is None:
        return 0
    ready = last + timedelta(seconds=_pause(number))
    return max(0, -int(-(ready - clock.now()).total_seconds() // 1))


def _pause(number: int) -> int:
    return PAUSES[min(number, len(PAUSES)) - 1]


def _address_digest(session: Session, address: str) -> bytes:
    """Digest an address under a key of its day, so that none is kept."""
    key = crypto.of(session).derive(f"phone-code-address:{clock.today()}")
    return hmac.digest(key, address.encode(), "sha256")


def _code_digest(session: Session, challenge: str, code: str) -> bytes:
    """Digest a code for its own challenge: six digits alone would be found by trying."""
    key = crypto.of(session).derive("phone-code")
    return hmac.digest(key, f"{challenge}|{code}".encode(), "sha256")
