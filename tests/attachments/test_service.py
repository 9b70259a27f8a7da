"""Files kept, claimed, published, withdrawn and swept."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.attachments import errors, queries, service
from app.attachments.models import Attachment
from app.attachments.schemas import Wanted
from app.gateways.storage.errors import StorageFull
from app.gateways.storage.memory import InMemoryStorage
from app.identity import roles
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden
from app.places.errors import DivisionNotFound
from tests import factories
from tests.attachments import making
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE

CLERK = Actor(name="文书", grants=(Grant(roles.FUNDS_KEEP, VILLAGE),))
WEEK = timedelta(days=7)


@pytest.fixture
def storage() -> InMemoryStorage:
    return InMemoryStorage()


@pytest.fixture
def county(session: Session) -> Session:
    factories.county(session)
    return session


def _keep(
    session: Session,
    storage: InMemoryStorage,
    *,
    content: bytes = making.PDF,
    name: str = "公告.pdf",
    division_code: str = VILLAGE,
    actor: Actor = OPERATOR,
) -> Attachment:
    return service.keep(
        session,
        content=content,
        name=name,
        division_code=division_code,
        actor=actor,
        storage=storage,
    )


def _reasons(session: Session, number: int) -> str | None:
    return queries.get(session, number).withdrawn_reason


def test_a_file_is_kept_under_the_sum_of_what_lies_there(
    county: Session, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage, actor=CLERK)
    assert storage.files == {kept.storage_key: making.PDF}
    assert kept.storage_key == kept.sha256 == hashlib.sha256(making.PDF).hexdigest()
    assert (kept.kind, kept.size, kept.name) == ("pdf", len(making.PDF), "公告.pdf")
    assert (kept.uploaded_by, kept.published_at, kept.width) == ("文书", None, None)


def test_an_image_is_kept_as_it_was_drawn_anew(county: Session, storage: InMemoryStorage) -> None:
    given = making.picture("JPEG", comment="SecretComment")
    kept = _keep(county, storage, content=given, name="会议.jpg")
    [content] = storage.files.values()
    assert b"SecretComment" not in content
    assert (kept.size, kept.width, kept.height) == (len(content), 60, 40)
    assert kept.sha256 == hashlib.sha256(content).hexdigest()


def test_the_same_content_twice_is_two_files_that_lie_in_the_store_once(
    county: Session, storage: InMemoryStorage
) -> None:
    first, second = (_keep(county, storage, name=name) for name in ("甲.pdf", "乙.pdf"))
    assert first.id != second.id
    assert len(storage.files) == 1
    service.publish(county, attachment_ids=[first.id, second.id])
    service.withdraw(county, attachment_ids=[first.id], reason="发错了")
    assert queries.get_public(county, second.id, "乙.pdf").id == second.id


@pytest.mark.parametrize(
    "grant",
    [
        Grant(roles.PUBLISH, OTHER_VILLAGE),
        Grant(roles.REVIEW_FIRST, VILLAGE),
        Grant(roles.SUPERVISE, VILLAGE),
        Grant(roles.FUNDS_KEEP, VILLAGE + "01"),
    ],
)
def test_only_who_publishes_or_keeps_the_funds_of_a_place_uploads_there(
    county: Session, storage: InMemoryStorage, grant: Grant
) -> None:
    with pytest.raises(Forbidden):
        _keep(county, storage, actor=Actor(name="a", grants=(grant,)))
    assert storage.files == {}


def test_a_publisher_of_one_office_may_upload_too(
    county: Session, storage: InMemoryStorage
) -> None:
    grant = Grant(roles.PUBLISH, TOWNSHIP, organisation_id=7)
    assert _keep(county, storage, actor=Actor(name="a", grants=(grant,))).id


def test_a_place_that_does_not_exist_keeps_nothing(
    county: Session, storage: InMemoryStorage
) -> None:
    with pytest.raises(DivisionNotFound):
        _keep(county, storage, division_code="520203999999")
    assert storage.files == {}


def test_a_full_store_leaves_no_row(county: Session, storage: InMemoryStorage) -> None:
    storage.fails_with = StorageFull()
    with pytest.raises(StorageFull):
        _keep(county, storage)
    assert county.scalars(select(Attachment)).all() == []


def test_a_file_is_public_once_it_is_published_and_gone_once_it_is_withdrawn(
    county: Session, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage)
    with pytest.raises(errors.AttachmentNotFound):
        queries.get_public(county, kept.id, kept.name)
    service.publish(county, attachment_ids=[kept.id])
    published_at = kept.published_at
    service.publish(county, attachment_ids=[kept.id])
    assert queries.get_public(county, kept.id, kept.name).published_at == published_at
    with pytest.raises(errors.AttachmentNotFound):
        queries.get_public(county, kept.id, "别的名称.pdf")
    service.withdraw(county, attachment_ids=[kept.id], reason="  数字有误  ")
    with pytest.raises(errors.AttachmentWithdrawn) as gone:
        queries.get_public(county, kept.id, kept.name)
    assert gone.value.facts == {"reason": "数字有误"}
    assert storage.exists(kept.storage_key)


def test_what_was_withdrawn_keeps_its_first_reason_and_is_not_published_again(
    county: Session, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage)
    service.withdraw(county, attachment_ids=[kept.id], reason="发错了")
    service.withdraw(county, attachment_ids=[kept.id], reason="另一个原因")
    assert _reasons(county, kept.id) == "发错了"
    with pytest.raises(errors.AlreadyWithdrawn):
        service.publish(county, attachment_ids=[kept.id])


@pytest.mark.parametrize("reason", ["", " 错 ", "长" * 301])
def test_a_withdrawal_says_why(county: Session, storage: InMemoryStorage, reason: str) -> None:
    kept = _keep(county, storage)
    with pytest.raises(errors.ReasonWanted):
        service.withdraw(county, attachment_ids=[kept.id], reason=reason)


def test_all_of_the_files_or_none(county: Session, storage: InMemoryStorage) -> None:
    kept = _keep(county, storage)
    with pytest.raises(errors.AttachmentNotFound):
        service.publish(county, attachment_ids=[kept.id, kept.id + 1])
    assert kept.published_at is None
    service.publish(county, attachment_ids=[])


def test_staff_of_the_place_take_a_file_back_and_nobody_else(
    county: Session, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage)
    reviewer = Actor(name="a", grants=(Grant(roles.REVIEW_FINAL, COUNTY),))
    stranger = Actor(name="b", grants=(Grant(roles.PUBLISH, OTHER_VILLAGE),))
    with pytest.raises(Forbidden):
        service.take_back(county, attachment_id=kept.id, reason="发错了", actor=reviewer)
    with pytest.raises(errors.AttachmentNotFound):
        service.take_back(county, attachment_id=kept.id, reason="发错了", actor=stranger)
    service.take_back(county, attachment_id=kept.id, reason="发错了", actor=CLERK)
    with pytest.raises(errors.AlreadyWithdrawn):
        service.take_back(county, attachment_id=kept.id, reason="发错了", actor=CLERK)


@pytest.mark.parametrize("permission", queries.SEES)
def test_staff_see_the_files_of_their_places_before_they_are_published(
    county: Session, storage: InMemoryStorage, permission: str
) -> None:
    kept = _keep(county, storage)
    near = Actor(name="a", grants=(Grant(permission, TOWNSHIP),))
    far = Actor(name="b", grants=(Grant(permission, OTHER_VILLAGE),))
    assert queries.get_for_staff(county, kept.id, actor=near) is kept
    with pytest.raises(errors.AttachmentNotFound):
        queries.get_for_staff(county, kept.id, actor=far)


def test_uses_are_claimed_and_released(county: Session, storage: InMemoryStorage) -> None:
    first, second = _keep(county, storage), _keep(county, storage)
    service.claim(county, attachment_ids=[second.id, first.id], used_by="draft:12")
    service.claim(county, attachment_ids=[first.id], used_by="draft:12")
    service.claim(county, attachment_ids=[first.id], used_by="fund_line:33")
    assert [one.id for one in queries.used_by(county, "draft:12")] == [first.id, second.id]
    assert queries.uses(county, first.id) == ["draft:12", "fund_line:33"]
    service.release(county, used_by="draft:12", attachment_ids=[first.id])
    assert [one.id for one in queries.used_by(county, "draft:12")] == [second.id]
    service.release(county, used_by="draft:12")
    assert queries.used_by(county, "draft:12") == []
    assert queries.uses(county, first.id) == ["fund_line:33"]
    with pytest.raises(errors.AttachmentNotFound):
        service.claim(county, attachment_ids=[second.id + 1], used_by="draft:12")


def _aged(session: Session, *files: Attachment, by: timedelta) -> None:
    for file in files:
        file.uploaded_at = clock.now() - by
    session.flush()


def test_what_nobody_used_within_seven_days_is_swept(
    county: Session, storage: InMemoryStorage
) -> None:
    lost, claimed, published, withdrawn, young = (
        _keep(county, storage, content=making.PDF + str(number).encode()) for number in range(5)
    )
    service.claim(county, attachment_ids=[claimed.id], used_by="draft:12")
    service.publish(county, attachment_ids=[published.id])
    service.withdraw(county, attachment_ids=[withdrawn.id], reason="发错了")
    _aged(county, lost, claimed, published, withdrawn, by=WEEK + timedelta(minutes=1))
    _aged(county, young, by=WEEK - timedelta(minutes=1))
    assert service.sweep(county, storage=storage) == 1
    assert not storage.exists(lost.storage_key)
    assert len(storage.files) == 4
    with pytest.raises(errors.AttachmentNotFound):
        queries.get(county, lost.id)
    assert service.sweep(county, storage=storage) == 0


def test_a_sweep_leaves_what_another_file_still_shows(
    county: Session, storage: InMemoryStorage
) -> None:
    lost, other = _keep(county, storage), _keep(county, storage)
    service.publish(county, attachment_ids=[other.id])
    _aged(county, lost, by=2 * WEEK)
    assert service.sweep(county, storage=storage) == 1
    assert storage.exists(other.storage_key)


def test_two_of_the_same_are_swept_together_with_what_they_show(
    county: Session, storage: InMemoryStorage
) -> None:
    _aged(county, _keep(county, storage), _keep(county, storage), by=2 * WEEK)
    assert service.sweep(county, storage=storage) == 2
    assert storage.files == {}


def test_the_list_is_of_ones_places_searched_filtered_and_sorted(
    county: Session, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage, name="收支 100%.pdf")
    shown = _keep(county, storage, content=making.picture(), name="会议.jpg")
    _keep(county, storage, division_code=OTHER_VILLAGE)
    service.publish(county, attachment_ids=[shown.id])

    def found(**asked: Any) -> list[int]:
        wanted = Wanted(**asked)
        rows = queries.page(county, places=[VILLAGE], wanted=wanted, offset=0, limit=9)
        assert queries.count(county, places=[VILLAGE], wanted=wanted) == len(rows)
        return [row.id for row in rows]

    assert found() == [shown.id, kept.id]
    assert found(sort="oldest") == [kept.id, shown.id]
    assert found(state="published") == [shown.id]
    assert found(state="kept") == [kept.id]
    assert found(kind="image") == [shown.id]
    assert found(words="收支") == [kept.id]
    assert found(words="100_") == [kept.id]
    assert found(words="10%") == []
    assert queries.page(county, places=[], wanted=Wanted(), offset=0, limit=9) == []


def test_files_go_where_their_village_goes(county: Session, storage: InMemoryStorage) -> None:
    kept = _keep(county, storage)
    service.follow_merger(county, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    county.refresh(kept)
    assert kept.division_code == OTHER_VILLAGE
