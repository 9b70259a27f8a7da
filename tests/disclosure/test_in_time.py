"""What has no time left, or does not say what it corrects, is not published by any way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.disclosure import service
from app.disclosure.errors import BadExpiry, LinkNowhere, NoteWanted
from app.disclosure.models import Draft
from app.kernel import clock
from tests.disclosure.desk import Desk, desk


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


def _hurry(desk: Desk, draft: Draft) -> Draft:
    return service.publish_urgently(
        desk.session,
        draft_id=draft.id,
        version=draft.version,
        reason="今晚停水",
        actor=desk.final,
    )


def test_a_text_whose_last_day_passed_while_it_was_reviewed_is_not_published(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = desk.submit(desk.write(expires_on=clock.today() + timedelta(days=1)))
    for actor in (desk.first, desk.second):
        draft = desk.review(draft, actor)
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(BadExpiry):
        desk.review(draft, desk.final)


def test_haste_publishes_nothing_whose_last_day_is_over(desk: Desk) -> None:
    draft = desk.write(expires_on=clock.today() - timedelta(days=1))
    with pytest.raises(BadExpiry):
        _hurry(desk, draft)


def test_haste_corrects_nothing_without_saying_what(desk: Desk) -> None:
    item_id = desk.publish().item_id
    draft = desk.write(body_markdown="共 13 户。", corrects_id=item_id)
    with pytest.raises(NoteWanted):
        _hurry(desk, draft)


def test_haste_leads_to_no_file_that_is_not_public(desk: Desk) -> None:
    draft = desk.write(body_markdown="见[附件](/files/999999/a.pdf)。")
    with pytest.raises(LinkNowhere):
        _hurry(desk, draft)


def test_a_single_sign_says_nothing_of_a_correction(desk: Desk) -> None:
    item_id = desk.publish().item_id
    draft = desk.write(body_markdown="共 13 户。", corrects_id=item_id, note="改")
    with pytest.raises(NoteWanted):
        desk.submit(draft)
