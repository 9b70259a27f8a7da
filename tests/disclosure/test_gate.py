"""The gate: what stops a draft, what masks it, who lets it stand, for which text."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.disclosure import gate, service
from app.disclosure.errors import PersonalDataFound
from app.disclosure.models import Draft
from app.disclosure.service.desk import text_hash
from app.kernel.errors import Forbidden
from tests.disclosure.desk import Desk, desk
from tests.factories.households import id_number

BORN = date(1970, 5, 1)


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


def test_personal_data_stops_a_draft_until_it_is_masked(desk: Desk) -> None:
    number = id_number(BORN, 17)
    draft = desk.write(title="低保公示", body_markdown=f"张建国，{number[:6]} {number[6:]}。")
    with pytest.raises(PersonalDataFound) as refused:
        desk.submit(draft)
    findings = cast(list[dict[str, object]], refused.value.facts["findings"])
    assert [one["kind"] for one in findings] == ["id_number"]
    assert number[6:14] not in str(refused.value.facts)
    service.mask_findings(desk.session, draft_id=draft.id, version=draft.version, actor=desk.author)
    assert number[6:14] not in draft.body_markdown
    assert desk.submit(draft).state == "first_review"


def test_a_second_person_lets_a_finding_stand_with_a_reason_in_the_ledger(desk: Desk) -> None:
    draft = desk.write(body_markdown=f"证号 {id_number(BORN, 18)}。")
    desk.submit(draft, "法院公告要求写明")
    with pytest.raises(PersonalDataFound):
        desk.review(draft, desk.first)
    passage = ("id_number", *_passage(desk, draft))
    act = {"draft_id": draft.id, "version": draft.version, "findings": [passage]}
    with pytest.raises(Forbidden):
        service.let_stand(desk.session, reason="可以", actor=desk.author, **act)  # type: ignore[arg-type]
    service.let_stand(desk.session, reason="法律要求", actor=desk.first, **act)  # type: ignore[arg-type]
    for actor in (desk.first, desk.second, desk.final):
        draft = desk.review(draft, actor)
    assert draft.state == "published"
    lines = desk.session.scalars(select(LedgerLine).where(LedgerLine.act == "let_stand")).all()
    assert [(one.who_id, one.fields) for one in lines] == [(desk.first.staff_id, ["id_number"])]


def _passage(desk: Desk, draft: Draft) -> tuple[int, int]:
    (found,) = gate.look(desk.session, draft, text_hash=text_hash(desk.session, draft))
    return found.finding.start, found.finding.end


def test_an_exception_is_for_one_text_and_no_other(desk: Desk) -> None:
    draft = desk.write(body_markdown=f"证号 {id_number(BORN, 19)}。")
    desk.submit(draft, "法院公告要求写明")
    service.let_stand(
        desk.session,
        draft_id=draft.id,
        version=draft.version,
        findings=[("id_number", *_passage(desk, draft))],
        reason="法律要求",
        actor=desk.first,
    )
    service.call_back(desk.session, draft_id=draft.id, actor=desk.author)
    draft.title = "换了标题"
    desk.session.flush()
    with pytest.raises(PersonalDataFound):
        desk.submit(draft)


def test_haste_does_not_pass_the_gate_by(desk: Desk) -> None:
    draft = desk.write(body_markdown=f"证号 {id_number(BORN, 20)}。")
    with pytest.raises(PersonalDataFound):
        service.publish_urgently(
            desk.session,
            draft_id=draft.id,
            version=draft.version,
            reason="今晚停水",
            actor=desk.final,
        )
