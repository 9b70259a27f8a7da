"""The demo village's 低保 lists of this month and the one before, through file and three reviews.

Everybody in them is invented; the band on every page says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.aid import service as aid
from app.aid.schemas import Period, UploadIn
from app.demo.content import DATA
from app.disclosure import service as disclosure
from app.disclosure.schemas import DraftIn, ReviewIn
from app.kernel import clock
from app.kernel.access import Actor

COLUMNS = ("group", "name", "members", "yuan")
HEADINGS = ("村组", "户主姓名", "保障人数", "月保障金额（元）")
BODY = (
    "经个人申请、入户核查、民主评议和公示，现将{period}农村低保名单公示如下（演示数据，人名均为虚构）。\n\n"
    "对名单有异议的，请在异议期内点“我有异议”，或者向村务监督委员会反映，5 日内答复。"
)


def load(session: Session, *, village: str, desk: Sequence[Actor]) -> None:
    """Publish the lists of the month before and of this one; `desk` is author and reviewers."""
    today = clock.today()
    before = today.replace(day=1) - timedelta(days=1)
    for month, day in ((-1, before), (0, today)):
        period = Period(day.year, f"{day.month:02d}")
        wanted = UploadIn("dibao", village, None, period, _file(month))
        _publish(session, wanted, desk=desk, last=_last(today, month))


def _last(today: date, month: int) -> date:
    return today + timedelta(days=30 if month == 0 else 7)


def _file(month: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    with (DATA / "aid_rows.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["month"]) == month:
                writer.writerow([row[name] for name in COLUMNS])
    return text.getvalue().encode()


def _publish(session: Session, wanted: UploadIn, *, desk: Sequence[Actor], last: date) -> None:
    author, *reviewers = desk
    upload = aid.upload(session, wanted=wanted, actor=author)
    table = aid.table_of(session, upload)
    columns = {one.index: one.field for one in table.columns if one.field}
    aid.set_mapping(session, upload.id, columns=columns, leave_out=False, actor=author)
    made = aid.use(session, upload.id, actor=author)
    period = wanted.period.chinese
    text = DraftIn(
        division_code=wanted.division_code,
        topic="dibao",
        title=f"青杠林村{period}农村低保名单公示",
        body_markdown=BODY.format(period=period),
        formed_on=clock.today(),
        expires_on=last,
    )
    draft = disclosure.create_draft(session, wanted=text, actor=author, aid_list_id=made.id)
    draft = disclosure.submit(
        session, draft_id=draft.id, version=draft.version, exception_reason="", actor=author
    )
    for reviewer in reviewers:
        verdict = ReviewIn(version=draft.version, verdict="pass")
        draft = disclosure.review(session, draft_id=draft.id, wanted=verdict, actor=reviewer)
