"""The editorial desk in its states: drafts that are found fault with, returned, due, in haste."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.disclosure import service
from app.disclosure.models import Draft
from app.disclosure.schemas import DraftIn, PassageIn, ReviewIn
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant

TEXT = """根据镇党委、政府安排，现将 2026 年第三季度低保动态调整情况公示如下。

| 村民组 | 户数 | 人数 | 月人均（元） |
| --- | ---: | ---: | ---: |
| 大寨组 | 6 | 14 | 412.50 |
| 小寨组 | 4 | 9 | 412.50 |

公示期内有异议的，请向村务监督委员会反映。"""
LONG = (
    "关于青杠林村2026年第三季度农村最低生活保障对象动态管理调整及临时救助、"
    "特困供养人员认定审核确认情况的公示（含异议处理办法及举报电话）"
)
PERSONAL = TEXT + "\n\n申请人张建国，身份证号 520203 19700501 0178，电话 138 0000 0000，患尿毒症。"


class Desk:
    """A publisher and three reviewers of a village's township."""

    def __init__(self, session: Session, village: str) -> None:
        self.session, self.village = session, village
        self.author = self._actor("publisher", "publisher")
        self.reviewers = [
            self._actor(f"reviewer{number}", f"{step}_reviewer")
            for number, step in enumerate(("first", "second", "final"), start=1)
        ]

    def _actor(self, username: str, role: str) -> Actor:
        grants = tuple(Grant(name, self.village[:9]) for name in roles.ROLES[role])
        number = identity.get_by_username(self.session, username).id
        return Actor(username, staff_id=number, grants=grants, role=role)

    def write(self, title: str, body: str = TEXT, **changed: object) -> Draft:
        facts = {"division_code": self.village, "topic": "dibao", "title": title}
        wanted = DraftIn.model_validate({**facts, "body_markdown": body, **changed})
        return service.create_draft(self.session, wanted=wanted, actor=self.author)

    def submit(self, draft: Draft, reason: str = "") -> Draft:
        return service.submit(
            self.session,
            draft_id=draft.id,
            version=draft.version,
            exception_reason=reason,
            actor=self.author,
        )

    def review(self, draft: Draft, number: int, **verdict: object) -> Draft:
        wanted = ReviewIn.model_validate({"version": draft.version, "verdict": "pass", **verdict})
        return service.review(
            self.session, draft_id=draft.id, wanted=wanted, actor=self.reviewers[number]
        )

    def changed(self, draft: Draft, body: str) -> Draft:
        facts = {"division_code": self.village, "topic": "dibao", "title": draft.title}
        return service.save_draft(
            self.session,
            draft_id=draft.id,
            wanted=DraftIn.model_validate({**facts, "body_markdown": body}),
            version=draft.version,
            actor=self.author,
        )


def set_up(session: Session, *, village: str) -> dict[str, int]:
    """Bring drafts into every state; gives their numbers by name."""
    desk = Desk(session, village)
    comments = [PassageIn(paragraph=2, words="小寨组应当是 5 户，请核对名册。").model_dump()]
    returned = desk.submit(desk.write("低保动态调整公示（退回）"))
    returned = desk.review(returned, 0, verdict="return", words="数字对不上", comments=comments)
    again = desk.submit(desk.write("低保动态调整公示（改过再送）"))
    again = desk.review(again, 0, verdict="return", words="数字对不上", comments=comments)
    again = desk.submit(desk.changed(again, TEXT.replace("| 4 | 9 |", "| 5 | 11 |")))
    asked = desk.submit(desk.write("涉诉财产公告", PERSONAL), "法院要求写明")
    late = clock.now() + timedelta(days=30)
    scheduled = desk.submit(desk.write("防汛知识", publish_at=late))
    for number in range(3):
        scheduled = desk.review(scheduled, number)
    hasty = desk.write("今晚停水通知", "因管道抢修，今晚 20 时至明早 6 时大寨组停水。")
    hasty = service.publish_urgently(
        session,
        draft_id=hasty.id,
        version=hasty.version,
        reason="管道爆裂",
        actor=desk.reviewers[2],
    )
    return {
        "clean": desk.write("低保动态调整公示").id,
        "long": desk.write(LONG).id,
        "found": desk.write("救助对象公示", PERSONAL).id,
        "returned": returned.id,
        "again": again.id,
        "asked": asked.id,
        "scheduled": scheduled.id,
        "hasty": hasty.id,
        "hasty_item": hasty.item_id or 0,
    }
