"""A list in its draft: found fault with, masked in its cells, locked, published, ended, erased."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.aid import queries
from app.aid import service as aid
from app.aid.errors import ListElsewhere, ListTaken
from app.disclosure import gate, service
from app.disclosure.errors import BadListExpiry, LockedTextDiffers, PersonalDataFound
from app.disclosure.models import Draft, DraftText, Item
from app.disclosure.schemas import DraftIn
from app.disclosure.service.desk import text_hash
from app.kernel import clock
from app.screening.schemas import Kind
from tests.aid import desk as ways
from tests.aid import sheets
from tests.aid.sheets import HEAD, ROWS
from tests.disclosure.desk import Desk, desk
from tests.factories import OTHER_VILLAGE


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


def _listed(desk: Desk, rows: Sequence[Sequence[object]] = ROWS, **changed: object) -> int:
    content = sheets.book(rows)
    facts = {"organisation_id": desk.office, **changed}
    return ways.listed(desk.session, desk.author, content, **facts).id


def _drafted(desk: Desk, rows: Sequence[Sequence[object]] = ROWS, **changed: object) -> Draft:
    return ways.written(desk, queries.get(desk.session, _listed(desk, rows)), **changed)


def test_a_draft_without_a_list_hashes_as_it_always_did(desk: Desk) -> None:
    bare, listed = desk.write(title="同", body_markdown="文"), _drafted(desk)
    content = ["同", "文", "", bare.division_code, "dibao", desk.office, None]
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    assert text_hash(desk.session, bare) == hashlib.sha256(told.encode()).hexdigest()
    before = text_hash(desk.session, listed)
    aid.write_back(desk.session, listed.aid_list_id or 0, _text(desk, listed).replace("陶", "桃"))
    assert text_hash(desk.session, listed) != before


def _text(desk: Desk, draft: Draft) -> str:
    return queries.text_of(desk.session, draft.aid_list_id or 0)


def test_a_clean_list_goes_through_the_gate(desk: Desk) -> None:
    draft = _drafted(desk)
    found = gate.look(desk.session, draft, text_hash=text_hash(desk.session, draft))
    assert [one.finding for one in found] == []
    assert "陶银花|大寨组|3|||1,236.90；" in gate.text_of(desk.session, draft)


def test_a_number_inside_a_cell_stops_the_draft_and_is_masked_in_its_cell(desk: Desk) -> None:
    rows = [(1, f"大寨组 {HEAD}", *ROWS[0][2:]), (2, "一组", "卢春生13812345678", 1, 5)]
    draft = _drafted(desk, rows)
    with pytest.raises(PersonalDataFound) as refused:
        desk.submit(draft)
    facts: dict[str, Any] = refused.value.facts
    assert [one["kind"] for one in facts["findings"]] == [Kind.ID_NUMBER, Kind.PHONE]
    sums = queries.get(desk.session, draft.aid_list_id or 0).total_fen
    service.mask_findings(desk.session, draft_id=draft.id, version=draft.version, actor=desk.author)
    first, second = queries.rows(desk.session, draft.aid_list_id or 0)
    assert HEAD[6:14] not in first.place
    assert first.place.startswith("大寨组 5202")
    assert second.name == "卢春生138****5678"
    assert (first.name, first.amount_fen) == ("陶银花", 123690)
    assert queries.get(desk.session, draft.aid_list_id or 0).total_fen == sums
    assert desk.submit(draft).state == "first_review"


def test_a_draft_takes_one_list_of_its_own_place_and_office(desk: Desk) -> None:
    made = queries.get(desk.session, _listed(desk))
    draft = ways.written(desk, made)
    with pytest.raises(ListTaken):
        ways.written(desk, made)
    with pytest.raises(ListElsewhere):
        ways.written(desk, queries.get(desk.session, _listed(desk)), division_code=OTHER_VILLAGE)
    wanted = desk.wanted(division_code=OTHER_VILLAGE)
    with pytest.raises(ListElsewhere):
        service.save_draft(
            desk.session, draft_id=draft.id, wanted=wanted, version=draft.version, actor=desk.author
        )


def test_the_api_of_drafts_cannot_name_a_list() -> None:
    assert "aid_list_id" not in DraftIn.model_fields


def test_a_list_has_a_last_day_that_is_not_too_far(desk: Desk) -> None:
    for wrong in (None, clock.today() + timedelta(days=31)):
        with pytest.raises(BadListExpiry):
            desk.submit(_drafted(desk, expires_on=wrong))
    last = clock.today() + timedelta(days=30)
    assert desk.submit(_drafted(desk, expires_on=last)).state == "first_review"


def test_haste_does_not_publish_a_list_without_a_last_day(desk: Desk) -> None:
    draft = _drafted(desk, expires_on=None)
    with pytest.raises(BadListExpiry):
        service.publish_urgently(
            desk.session, draft_id=draft.id, version=1, reason="急", actor=desk.final
        )


def test_three_reviews_put_the_list_on_the_item_and_begin_its_objections(desk: Desk) -> None:
    draft = ways.published(desk, queries.get(desk.session, _listed(desk)))
    item = desk.session.get_one(Item, draft.item_id)
    listed = queries.get(desk.session, draft.aid_list_id or 0)
    assert item.aid_list_id == listed.id
    assert listed.published_on == clock.today()
    assert listed.objections_until == clock.today() + timedelta(days=7)
    text = desk.session.scalars(select(DraftText).where(DraftText.draft_id == draft.id)).one()
    assert "陶银花" in (text.list_text or "")


def test_a_list_changed_behind_the_reviewers_is_not_published(desk: Desk) -> None:
    draft = desk.submit(_drafted(desk))
    for actor in (desk.first, desk.second):
        desk.review(draft, actor)
    draft.state = "draft"
    desk.session.flush()
    aid.write_back(desk.session, draft.aid_list_id or 0, _text(desk, draft).replace("陶", "桃"))
    draft.state = "final_review"
    desk.session.flush()
    with pytest.raises(LockedTextDiffers):
        desk.review(draft, desk.final)


def test_a_correction_keeps_the_list_and_needs_its_last_day(desk: Desk) -> None:
    draft = ways.published(desk, queries.get(desk.session, _listed(desk)))
    facts = {"corrects_id": draft.item_id, "note": "改错字", "title": "低保名单公示（更正）"}
    with pytest.raises(BadListExpiry):
        desk.submit(desk.write(**facts))
    last = clock.today() + timedelta(days=25)
    corrected = desk.submit(desk.write(**facts, expires_on=last))
    for actor in (desk.first, desk.second, desk.final):
        corrected = desk.review(corrected, actor)
    item = desk.session.get_one(Item, draft.item_id)
    assert (item.aid_list_id, item.revision) == (draft.aid_list_id, 2)


def test_rows_are_erased_some_days_after_the_item_ended_and_the_sums_stay(desk: Desk) -> None:
    draft = ways.published(desk, queries.get(desk.session, _listed(desk)))
    list_id = draft.aid_list_id or 0
    service.erase_due(desk.session)
    assert len(queries.rows(desk.session, list_id)) == 3
    service.withdraw_item(
        desk.session, item_id=draft.item_id or 0, reason="有误", actor=desk.author
    )
    item = desk.session.get_one(Item, draft.item_id)
    for days, left in ((30, 3), (32, 0)):
        item.withdrawn_at = clock.now() - timedelta(days=days)
        desk.session.flush()
        service.erase_due(desk.session)
        assert len(queries.rows(desk.session, list_id)) == left
    assert queries.get(desk.session, list_id).row_count == 3
    kept = select(DraftText.list_text).where(DraftText.draft_id == draft.id)
    assert desk.session.scalars(kept).all() == [None]


def test_the_list_of_a_draft_that_was_given_up_is_erased_that_night(desk: Desk) -> None:
    draft = _drafted(desk)
    service.discard(desk.session, draft_id=draft.id, actor=desk.author)
    service.erase_due(desk.session)
    assert queries.rows(desk.session, draft.aid_list_id or 0) == []


def test_a_list_is_shown_as_long_as_objections_are_taken(desk: Desk) -> None:
    soon = clock.today() + timedelta(days=6)
    with pytest.raises(BadListExpiry):
        desk.submit(_drafted(desk, expires_on=soon))
    draft = desk.submit(_drafted(desk, expires_on=soon + timedelta(days=1)))
    for actor in (desk.first, desk.second, desk.final):
        draft = desk.review(draft, actor)
    listed = queries.get(desk.session, draft.aid_list_id or 0)
    assert listed.objections_until == draft.expires_on


def test_a_list_whose_days_ran_short_in_the_reviews_is_not_published(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = desk.submit(_drafted(desk, expires_on=clock.today() + timedelta(days=8)))
    for actor in (desk.first, desk.second):
        draft = desk.review(draft, actor)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(BadListExpiry):
        desk.review(draft, desk.final)


def test_a_telephone_in_a_full_cell_is_masked_within_it(desk: Desk) -> None:
    place = "大寨组" + "寨" * 44 + "，电话 86553421"
    draft = _drafted(desk, [(1, f"{place:寨<60}", *ROWS[0][2:])])
    service.mask_findings(desk.session, draft_id=draft.id, version=draft.version, actor=desk.author)
    (row,) = queries.rows(desk.session, draft.aid_list_id or 0)
    assert "86553421" not in row.place
    assert "8655" not in row.place
