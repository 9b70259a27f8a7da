"""Codes: who has the challenge and the code has the telephone, and nobody learns more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gateways.sms.errors import SmsBusy, SmsRefused
from app.gateways.sms.memory import InMemorySms
from app.identity.villagers import phones, service
from app.identity.villagers.errors import BadPhone, CodesUsedUp, CodeTooSoon
from app.identity.villagers.models import PhoneCode
from app.identity.villagers.service import codes
from app.kernel.db import Database
from app.kernel.outbox import OutboxRow
from tests.identity.villagers.conftest import (
    ADDRESS,
    OTHER_PHONE,
    PHONE,
    Ask,
    Moment,
    by_wechat,
    statements,
)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def _row(session: Session) -> PhoneCode:
    return session.scalars(select(PhoneCode).order_by(PhoneCode.id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    "typed",
    [
        PHONE,
        " 138 0000 1234 ",
        "138-0000-1234",
        "+86 13800001234",
        "008613800001234",
        "8613800001234",
        "１３８００００１２３４",
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert phones.normalise(typed) == PHONE


@pytest.mark.parametrize(
    "typed", ["", "1380000123", "138000012345", "12800001234", "0858-5550101", "一三八", "1" * 90]
)
def test_what_is_no_mobile_number_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(BadPhone) as refusal:
        phones.normalise(typed)
    assert not typed or typed not in refusal.value.sentence


def test_the_right_code_gives_the_number_once(session: Session, ask: Ask) -> None:
    challenge, code = ask()
    assert len(code) == 6
    assert service.check_code(session, challenge=challenge, code=code) == PHONE
    assert service.check_code(session, challenge=challenge, code=code) is None


def test_a_code_typed_in_full_width_with_spaces_is_as_good(session: Session, ask: Ask) -> None:
    challenge, code = ask()
    typed = " ".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    assert service.check_code(session, challenge=challenge, code=typed) == PHONE


def test_a_code_lives_five_minutes(session: Session, ask: Ask, moment: Moment) -> None:
    challenge, code = ask()
    moment.pass_by(minutes=5)
    assert service.check_code(session, challenge=challenge, code=code) is None


def test_five_guesses_and_then_even_the_right_code_is_refused(session: Session, ask: Ask) -> None:
    challenge, code = ask()
    for _ in range(5):
        assert service.check_code(session, challenge=challenge, code=_wrong(code)) is None
    assert service.check_code(session, challenge=challenge, code=code) is None


def test_the_fifth_guess_may_still_be_right(session: Session, ask: Ask) -> None:
    challenge, code = ask()
    for _ in range(4):
        service.check_code(session, challenge=challenge, code=_wrong(code))
    assert service.check_code(session, challenge=challenge, code=code) == PHONE


def test_guesses_sent_at_once_are_counted_each(database: Database) -> None:
    with database.unit_of_work() as session:
        challenge = service.request_code(session, phone=PHONE, address=ADDRESS)
        sms = InMemorySms()
        service.send_code(session, challenge_id=_row(session).id, sms=sms)
    code = sms.sent[0].code

    def guess(number: int) -> str | None:
        with database.unit_of_work() as session:
            typed = code if number == 7 else _wrong(code)
            return service.check_code(session, challenge=challenge.token, code=typed)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(guess, range(7)))
    assert guess(7) is None
    with database.reading() as session:
        assert _row(session).attempts == 8


def test_a_code_of_one_challenge_does_not_fit_another(
    session: Session, ask: Ask, moment: Moment
) -> None:
    _first, code = ask()
    moment.pass_by(minutes=2)
    second, other = ask(OTHER_PHONE)
    if code != other:
        assert service.check_code(session, challenge=second, code=code) is None
    assert service.check_code(session, challenge="made up", code=code) is None


def test_a_code_to_prove_a_number_signs_nobody_in_and_helps_no_other_account(
    session: Session, ask: Ask
) -> None:
    account, other = by_wechat(session, "o-1"), by_wechat(session, "o-2")
    challenge, code = ask(account_id=account)
    for wrong in (None, other):
        assert service.check_code(session, challenge=challenge, code=code, account_id=wrong) is None
    assert service.check_code(session, challenge=challenge, code=code, account_id=account) == PHONE


def test_pauses_grow_and_the_sentence_says_how_long(
    session: Session, ask: Ask, moment: Moment
) -> None:
    for pause in (60, 120, 300, 600, 1800, 1800, 1800):
        ask()
        moment.pass_by(seconds=pause - 1)
        with pytest.raises(CodeTooSoon) as refusal:
            ask()
        assert "1 秒" in refusal.value.sentence
        moment.pass_by(seconds=1)
    ask()
    moment.pass_by(seconds=1800)
    with pytest.raises(CodesUsedUp):  # eight a day
        ask()
    service.request_code(session, phone=OTHER_PHONE, address=ADDRESS)
    moment.pass_by(hours=24)
    ask()


def test_one_address_asks_a_hundred_times_a_day_and_no_more(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "PER_ADDRESS", 3)
    for number in range(3):
        service.request_code(session, phone=f"1380000000{number}", address=ADDRESS)
    with pytest.raises(CodesUsedUp):
        service.request_code(session, phone="13800000009", address=ADDRESS)
    service.request_code(session, phone="13800000009", address="203.0.113.8")


def test_the_job_carries_the_challenges_number_and_nothing_else(session: Session) -> None:
    service.request_code(session, phone=PHONE, address=ADDRESS)
    row = session.scalars(select(OutboxRow)).one()
    assert (row.task, row.payload) == ("villagers.send_code", {"challenge_id": _row(session).id})


def test_neither_number_nor_code_nor_address_can_be_read_from_the_table(
    session: Session, ask: Ask
) -> None:
    challenge, code = ask()
    row = _row(session)
    kept = b"".join(
        [
            row.phone_digest,
            row.phone_sealed or b"",
            row.address_digest,
            row.code_digest,
            row.challenge_digest.encode(),
        ]
    )
    for plain in (PHONE, code, ADDRESS, challenge):
        assert plain.encode() not in kept
    assert row.code_sealed is None  # it was sent


def test_a_code_is_sent_once_however_often_the_job_runs(
    session: Session, ask: Ask, sms: InMemorySms
) -> None:
    ask()
    service.send_code(session, challenge_id=_row(session).id, sms=sms)
    assert len(sms.sent) == 1
    assert (sms.sent[0].phone, sms.sent[0].key) == (PHONE, str(_row(session).id))


def test_a_code_that_is_over_is_not_sent(
    session: Session, sms: InMemorySms, moment: Moment
) -> None:
    service.request_code(session, phone=PHONE, address=ADDRESS)
    moment.pass_by(minutes=5)
    service.send_code(session, challenge_id=_row(session).id, sms=sms)
    service.send_code(session, challenge_id=0, sms=sms)
    assert sms.sent == []


def test_a_busy_provider_is_tried_again_and_a_refused_number_is_not(
    session: Session, sms: InMemorySms
) -> None:
    service.request_code(session, phone=PHONE, address=ADDRESS)
    sms.fails_with = SmsBusy()
    with pytest.raises(SmsBusy):
        service.send_code(session, challenge_id=_row(session).id, sms=sms)
    assert _row(session).sent_at is None
    sms.fails_with = SmsRefused()
    service.send_code(session, challenge_id=_row(session).id, sms=sms)
    assert _row(session).sent_at is not None


def test_a_known_and_an_unknown_number_cost_the_same_statements_and_messages(
    session: Session, ask: Ask, sms: InMemorySms
) -> None:
    account = by_wechat(session)
    service.prove_phone(session, account_id=account, phone=PHONE)
    session.expunge_all()
    work = []
    for phone in (PHONE, OTHER_PHONE):
        before = len(sms.sent)
        with statements(session) as asked:
            challenge, code = ask(phone)
        with statements(session) as guessed:
            service.check_code(session, challenge=challenge, code=_wrong(code))
            session.flush()
        session.expunge_all()
        work.append((asked, guessed, len(sms.sent) - before))
    assert work[0] == work[1]
    assert len(work[0][0]) > 5
