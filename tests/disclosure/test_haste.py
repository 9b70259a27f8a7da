"""Publishing in haste: marked, made up for, or withdrawn."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.disclosure import queries, service
from app.disclosure.errors import WrongState
from app.disclosure.models import Item
from app.disclosure.schemas import ReviewIn
from app.kernel.errors import Forbidden
from tests.disclosure.desk import Desk, desk


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


def test_haste_is_marked_and_two_reviews_make_up_for_it(desk: Desk) -> None:
    draft = desk.write(title="停水通知")
    hurry = {"draft_id": draft.id, "version": draft.version, "reason": "今晚停水"}
    with pytest.raises(Forbidden):
        service.publish_urgently(desk.session, actor=desk.first, **hurry)  # type: ignore[arg-type]
    draft = service.publish_urgently(desk.session, actor=desk.final, **hurry)  # type: ignore[arg-type]
    item = desk.session.get_one(Item, draft.item_id)
    assert _marked(item)
    for step, actor in (("first_review", desk.first), ("second_review", desk.second)):
        waiting = queries.work(desk.session, actor).to_review_late
        assert [one.id for one in waiting] == [draft.id]
        wanted = ReviewIn(version=draft.version, verdict="pass")
        service.review_late(desk.session, draft_id=draft.id, step=step, wanted=wanted, actor=actor)
    assert not _marked(item)
    assert draft.reviewed_late_at is not None
    late = ReviewIn(version=draft.version, verdict="pass")
    with pytest.raises(WrongState):
        service.review_late(
            desk.session, draft_id=draft.id, step="first_review", wanted=late, actor=desk.first
        )


def test_haste_that_a_late_review_does_not_pass_is_withdrawn(desk: Desk) -> None:
    draft = service.publish_urgently(
        desk.session,
        draft_id=(written := desk.write()).id,
        version=written.version,
        reason="今晚停水",
        actor=desk.final,
    )
    words = "日期写错了" + "，" * 400  # a review may say more than a public reason holds
    wanted = ReviewIn(version=draft.version, verdict="return", words=words)
    service.review_late(
        desk.session, draft_id=draft.id, step="first_review", wanted=wanted, actor=desk.first
    )
    item = desk.session.get_one(Item, draft.item_id)
    assert (item.ended_as, item.withdrawn_reason) == ("withdrawn", words[:300])


def _marked(item: Item) -> bool:
    return item.urgent_until_reviewed
