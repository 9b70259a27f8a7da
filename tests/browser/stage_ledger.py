"""What the auditor's pages and the inboxes show: lines, a flag, questions, messages."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.models import AuditFlag
from app.audit.schemas import Line
from app.identity import queries as identity
from app.identity.villagers import service as villagers
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor
from app.notices import service as notices

PHONE = "13800001234"  # the villager of the browser tests
TO_AUDITOR = (
    ("有住户对一次查看提出疑问", "请核对这条查看记录，并在疑问页答复住户。"),
    ("需要核对：短时间内打开很多户", "一共 31 户，请核对用途和经过。这只是提醒，不是结论。" * 4),
)
TO_VILLAGER = (
    ("您问的一次查看有了答复", "审计员已经答复，请到“我的疑问”里看。"),
    ("绑定已经核对好", "青杠林村民委员会已经核对您家的资料，" * 6),
)


def set_up(session: Session, *, village: str) -> int:
    """Stage it; returns the number of the open question."""
    cadre = identity.get_by_username(session, "cadre")
    who = Actor("cadre", staff_id=cadre.id, role="cadre")
    audit.record(session, Line(OPERATOR, "import", village))
    audit.denial(Line(who, "reveal", village, household_id=7, fields=("phone",)))(session)
    fields = ("name", "id_number", "phone", "birth_date", "address", "relation", "tags")
    asked = Line(who, "open", village, 7, 12, fields, "other", "核对低保材料", opening_id=3)
    line_id = audit.record(session, asked)
    account = villagers.account_of_phone(session, phone=PHONE)
    other = audit.record(session, Line(who, "open", village, household_id=8))
    answered = audit.ask(session, other, account, "这次是为了什么？")
    audit.answer(session, question_id=answered, text="核实养老待遇。", actor=OPERATOR)
    question = audit.ask(session, line_id, account, "那天家里没有人，\n也没有办什么事。" * 4)
    _flag(session, cadre.id, village)
    audit.seal(session)
    audit.sign_head(session)
    audit.note_check(session, audit.verify(session))
    auditor = identity.get_by_username(session, "auditor")
    _deliver(session, TO_AUDITOR, link="/console/audit/flags", staff_id=auditor.id)
    _deliver(session, TO_VILLAGER, link="", account_id=account)
    return question


def _deliver(
    session: Session, messages: tuple[tuple[str, str], ...], *, link: str, **whose: int
) -> None:
    for number, (title, body) in enumerate(messages):
        notices.deliver(
            session,
            **whose,
            kind="test",
            title=title,
            body=body,
            link=link if number else "",
            key=f"staged-{number}",
        )


def _flag(session: Session, staff_id: int, village: str) -> None:
    moment = clock.now()
    session.add(
        AuditFlag(
            rule="many",
            staff_id=staff_id,
            division_code=village,
            counted=31,
            began_at=moment - timedelta(minutes=14),
            ended_at=moment,
            last_line_id=99,
            key="staged",
            created_at=moment,
        )
    )
