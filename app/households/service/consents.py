"""Giving and withdrawing consent: effective at once, and what was given with it goes with it.

PIPL 第十四条 (freely, clearly), 第十五条 (withdrawn as easily as given), 第十六条 (no service is
refused for want of it), 第四十七条 (erased once it is withdrawn).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.households.binding_errors import ConfirmationWanted, ConsentUnknown, DetailRefused
from app.households.models.bindings import Consent, OptionalDetail
from app.households.privacy import PURPOSES, Purpose
from app.households.queries import bindings
from app.households.queries import consents as queries
from app.households.service.register import next_ids
from app.identity.villagers import phones
from app.identity.villagers import service as accounts
from app.identity.villagers.errors import BadPhone
from app.kernel import clock, crypto
from app.kernel.access import Villager
from app.kernel.crypto import Place
from app.kernel.turns import take_turn

IN_DOUBT = (
    "这个手机号很久没有登录过，要先确认是您本人。"
    "请先打开“我家”，填一次身份证后四位；没有绑定过的，请注销账号后重新登录。"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}")


def give(session: Session, *, villager: Villager, purpose: str, value: str = "") -> None:
    """Note a consent, with the value it is about where there is one; again only changes the value.

    Raises `AccountGone`, `ConsentUnknown`, `DetailRefused`, or `ConfirmationWanted` for a value
    that might replace another person's (`bindings.is_in_doubt`).
    """
    wanted = _known(purpose)
    if wanted.field and bindings.is_in_doubt(session, villager):
        raise ConfirmationWanted(IN_DOUBT)
    kept = _RULES[wanted.field](value) if wanted.field else ""
    accounts.require_account(session, account_id=villager.account_id)
    take_turn(session, f"consent:{villager.account_id}")
    consent = queries.given(session, villager.account_id).get(purpose)
    if consent is None:
        consent = Consent(account_id=villager.account_id, purpose=purpose, given_at=clock.now())
        session.add(consent)
        session.flush()
    if wanted.field:
        _keep(session, consent, field=wanted.field, value=kept)


def _keep(session: Session, consent: Consent, *, field: str, value: str) -> None:
    own = (OptionalDetail.account_id == consent.account_id, OptionalDetail.field == field)
    session.execute(delete(OptionalDetail).where(*own))
    number = next_ids(session, queries.TABLE, 1)[0]
    row = {
        "id": number,
        "account_id": consent.account_id,
        "consent_id": consent.id,
        "field": field,
        "value_sealed": crypto.of(session).seal(value, Place(queries.TABLE, number, "value")),
        "given_at": clock.now(),
    }
    session.execute(insert(OptionalDetail).values(**row))


def withdraw(session: Session, *, villager: Villager, purpose: str) -> None:
    """Withdraw a consent, with what was given for it erased in the same transaction.

    A second time changes nothing. Raises `ConsentUnknown`.
    """
    _known(purpose)
    take_turn(session, f"consent:{villager.account_id}")
    _end(session, villager.account_id, purpose=purpose)


def follow_deletion(session: Session, *, account_id: int) -> None:
    """Withdraw everything an account that was deleted consented to."""
    for purpose in PURPOSES:
        _end(session, account_id, purpose=purpose)


def _end(session: Session, account_id: int, *, purpose: str) -> None:
    field = PURPOSES[purpose].field
    session.execute(
        delete(OptionalDetail).where(
            OptionalDetail.account_id == account_id, OptionalDetail.field == field
        )
    )
    session.execute(
        update(Consent)
        .where(
            Consent.account_id == account_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )


def _known(purpose: str) -> Purpose:
    try:
        return PURPOSES[purpose]
    except KeyError:
        raise ConsentUnknown from None


def _phone(text: str) -> str:
    try:
        return phones.normalise(text)
    except BadPhone as error:
        raise DetailRefused from error


def _email(text: str) -> str:
    address = text.strip()
    if len(address) > 120 or not _EMAIL.fullmatch(address):
        raise DetailRefused
    return address


_RULES: Mapping[str, Callable[[str], str]] = {"second_phone": _phone, "email": _email}
