"""Accounts: found by what they are known by, moved by the newest proof, erased for good."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.gateways.wechat.protocol import SignedInUser
from app.identity.villagers import queries, service
from app.identity.villagers.errors import AccountGone, SnapshotRefused
from app.identity.villagers.models import (
    Account,
    IdentityIndex,
    IdentityKind,
    PhoneCode,
    SessionKind,
    VillagerIdentity,
    VillagerSession,
    Way,
)
from app.kernel import crypto, digests, key_file
from app.kernel.crypto import KEYS
from app.kernel.db import Database
from app.kernel.key_file import KeyFile
from app.kernel.outbox import OutboxRow
from tests.identity.villagers.conftest import OTHER_PHONE, PHONE, Ask, by_wechat


def _published(session: Session, task: str) -> list[dict[str, int | str]]:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.task == task))
    return [row.payload for row in rows]


def test_the_first_sign_in_opens_an_account_and_the_next_finds_it(session: Session) -> None:
    first = by_wechat(session)
    assert by_wechat(session) == first
    assert by_wechat(session, "o-2") != first
    assert queries.exists(session, first)
    assert queries.wechat_openid(session, first) == "o-1"


def test_a_snapshot_opens_nothing(session: Session) -> None:
    ghost = SignedInUser("o-ghost", is_snapshot=True)
    with pytest.raises(SnapshotRefused):
        service.account_of_wechat(session, user=ghost, kind=IdentityKind.WECHAT)
    assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_one_person_in_the_mini_program_and_on_pages_has_one_account(session: Session) -> None:
    page = by_wechat(session, "o-page", "u-1")
    user = SignedInUser("o-mini", "u-1")
    mini = service.account_of_wechat(session, user=user, kind=IdentityKind.MINI)
    assert mini == page
    assert queries.mini_openid(session, page) == "o-mini"
    assert queries.wechat_openid(session, page) == "o-page"


def test_the_same_openid_at_another_application_is_somebody_else(session: Session) -> None:
    page = by_wechat(session, "o-1")
    user = SignedInUser("o-1")
    assert service.account_of_wechat(session, user=user, kind=IdentityKind.MINI) != page


def test_a_proved_telephone_finds_its_account(session: Session) -> None:
    account = by_wechat(session)
    service.prove_phone(session, account_id=account, phone=PHONE)
    assert queries.proved_phone(session, account) == PHONE
    assert service.account_of_phone(session, phone=PHONE) == account
    assert service.account_of_phone(session, phone=OTHER_PHONE) != account


def test_a_new_telephone_takes_the_place_of_the_old(session: Session) -> None:
    account = by_wechat(session)
    service.prove_phone(session, account_id=account, phone=PHONE)
    service.prove_phone(session, account_id=account, phone=OTHER_PHONE)
    assert queries.proved_phone(session, account) == OTHER_PHONE
    assert service.account_of_phone(session, phone=PHONE) != account


def test_the_newest_proof_of_a_number_wins_and_who_loses_it_is_told(session: Session) -> None:
    before, after = by_wechat(session, "o-before"), by_wechat(session, "o-after")
    service.prove_phone(session, account_id=before, phone=PHONE)
    lost = session.scalars(select(VillagerIdentity.id).where(VillagerIdentity.kind == "phone"))
    identity_id = lost.one()
    service.prove_phone(session, account_id=after, phone=PHONE)
    assert queries.proved_phone(session, before) is None
    assert queries.proved_phone(session, after) == PHONE
    assert _published(session, "villagers.tell_phone_moved") == [
        {"account_id": before, "identity_id": identity_id}
    ]


def test_proving_ones_own_number_again_changes_nothing_and_tells_nobody(session: Session) -> None:
    account = by_wechat(session)
    for _ in range(2):
        service.prove_phone(session, account_id=account, phone=PHONE)
    assert queries.proved_phone(session, account) == PHONE
    assert _published(session, "villagers.tell_phone_moved") == []


def test_nothing_a_person_is_known_by_can_be_read_from_the_tables(session: Session) -> None:
    account = by_wechat(session, "o-plain")
    service.prove_phone(session, account_id=account, phone=PHONE)
    kept = [row.value_sealed or b"" for row in session.scalars(select(VillagerIdentity))]
    kept += [row.digest for row in session.scalars(select(IdentityIndex))]
    assert len(kept) == 4
    assert not any(plain in value for value in kept for plain in (b"o-plain", PHONE.encode()))


def test_while_index_keys_change_accounts_are_found_by_both(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "keys.json"
    key_file.create(path)
    session.info[KEYS] = KeyFile(path)
    account = by_wechat(session)
    key_file.add(path, "index")
    session.info[KEYS] = KeyFile(path)
    assert by_wechat(session) == account
    newer = by_wechat(session, "o-2")
    names = select(IdentityIndex.key_id).join(VillagerIdentity)
    assert set(session.scalars(names.where(VillagerIdentity.account_id == newer))) == {"i1", "i2"}
    ring = crypto.of(session)
    assert ring.index_keys() == ("i2", "i1")


def test_accounts_are_found_when_the_old_index_key_is_gone(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "keys.json"
    key_file.create(path)
    session.info[KEYS] = KeyFile(path)
    account = by_wechat(session)
    service.prove_phone(session, account_id=account, phone=PHONE)
    key_file.add(path, "index")
    key_file.forget(path, "index", "i1")
    session.info[KEYS] = KeyFile(path)
    table = IdentityIndex.metadata.tables["villager_identity_indexes"]
    assert digests.count_lacking(session, table) == 2
    digests.write_current(session, table, after="")
    digests.drop(session, table, "i1")
    assert by_wechat(session) == account
    assert service.account_of_phone(session, phone=PHONE) == account


def test_a_deleted_account_leaves_its_number_and_nothing_of_a_person(
    session: Session, ask: Ask
) -> None:
    account = by_wechat(session)
    service.prove_phone(session, account_id=account, phone=PHONE)
    ask()
    token, _ends = service.begin_session(
        session, account_id=account, kind=SessionKind.WEB, way=Way.WECHAT
    )
    service.delete_account(session, account_id=account)
    for table in (VillagerIdentity, IdentityIndex, VillagerSession):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    session.expire_all()
    code = session.scalars(select(PhoneCode)).one()
    assert (code.phone_sealed, code.code_sealed, code.account_id) == (None, None, None)
    assert queries.villager_for_token(session, token) is None
    assert not queries.exists(session, account)
    assert session.get_one(Account, account).deleted_at is not None
    assert _published(session, "villagers.follow_deletion") == [{"account_id": account}]
    with pytest.raises(AccountGone):
        service.delete_account(session, account_id=account)
    with pytest.raises(AccountGone):
        service.prove_phone(session, account_id=account, phone=PHONE)


def test_who_comes_back_after_deleting_gets_a_new_account(session: Session) -> None:
    account = by_wechat(session)
    service.delete_account(session, account_id=account)
    assert by_wechat(session) != account


def test_two_sign_ins_of_one_person_at_once_open_one_account(database: Database) -> None:
    meeting = threading.Barrier(2, timeout=10)

    def sign_in(_number: int) -> int:
        with database.unit_of_work() as session:
            meeting.wait()
            return by_wechat(session, "o-1", "u-1")

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(sign_in, range(2)))) == 1
