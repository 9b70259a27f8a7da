"""The inbox: delivered once, read by its recipient alone, forgotten after a year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kernel import clock
from app.notices import queries, service
from app.notices.errors import MessageNotFound
from app.notices.schemas import Recipient

STAFF, VILLAGER = Recipient(staff_id=3), Recipient(account_id=3)


def _deliver(session: Session, recipient: Recipient, key: str, *, link: str = "") -> bool:
    return service.deliver(
        session,
        staff_id=recipient.staff_id,
        account_id=recipient.account_id,
        kind="test",
        title="标题",
        body="正文",
        link=link,
        key=key,
    )


def test_a_key_is_delivered_once_to_each(session: Session) -> None:
    assert _deliver(session, STAFF, "a")
    assert not _deliver(session, STAFF, "a")
    assert _deliver(session, VILLAGER, "a")
    assert len(queries.messages(session, STAFF)) == 1
    assert queries.unread(session, VILLAGER) == 1


def test_a_message_has_exactly_one_recipient(session: Session) -> None:
    for staff_id, account_id in ((None, None), (1, 1)):
        with pytest.raises(ValueError, match="one recipient"):
            service.deliver(
                session,
                staff_id=staff_id,
                account_id=account_id,
                kind="test",
                title="标题",
                body="",
                key="a",
            )


def test_a_link_stays_on_this_site(session: Session) -> None:
    with pytest.raises(IntegrityError):
        _deliver(session, STAFF, "a", link="//elsewhere.example")


def test_pages_follow_each_other_without_gap_or_overlap(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)  # all at one moment: the number decides
    for number in range(7):
        _deliver(session, STAFF, str(number))
    keys, after = [], None
    while page := queries.messages(session, STAFF, after=after, limit=3):
        keys += [message.key for message in page]
        after = (page[-1].created_at, page[-1].id)
    assert keys == ["6", "5", "4", "3", "2", "1", "0"]


def test_reading_is_noted_once_and_only_by_its_recipient(session: Session) -> None:
    _deliver(session, STAFF, "a")
    [message] = queries.messages(session, STAFF)
    with pytest.raises(MessageNotFound):
        service.mark_read(session, VILLAGER, message_id=message.id)
    first = service.mark_read(session, STAFF, message_id=message.id).read_at
    assert service.mark_read(session, STAFF, message_id=message.id).read_at == first
    session.flush()
    assert queries.unread(session, STAFF) == 0


def test_all_are_marked_read_at_once(session: Session) -> None:
    for key in "abc":
        _deliver(session, STAFF, key)
        _deliver(session, VILLAGER, key)
    service.mark_all_read(session, STAFF)
    assert (queries.unread(session, STAFF), queries.unread(session, VILLAGER)) == (0, 3)


def test_a_year_later_messages_are_gone(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    _deliver(session, STAFF, "old")
    later = clock.now() + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: later)
    _deliver(session, STAFF, "new")
    assert service.forget_old(session) == 1
    assert [message.key for message in queries.messages(session, STAFF)] == ["new"]
