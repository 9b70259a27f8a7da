"""What the demo county does not have: empty places, long names, plates in every state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.disclosure.models import Item
from app.doorplates import service as doorplates
from app.doorplates.models import Sheet
from app.kernel import clock, outbox
from app.kernel.access import OPERATOR
from app.places import service as places
from tests.browser import (
    stage_aid,
    stage_catalogue,
    stage_desk,
    stage_files,
    stage_funds,
    stage_ledger,
    stage_own,
    stage_records,
    stage_register,
    stage_rosters,
    stage_staff,
    stage_visits,
)
from tests.browser.stage_funds import Funds
from tests.browser.stage_own import Own
from tests.browser.stage_records import Records

DIVISIONS = """code,parent_code,level,name
520299,,county,云上县
520299101,520299,township,云上彝族布依族仡佬族苗族乡
520299101001,520299101,village,㵲溪村村民委员会
520299101002,520299101,village,阿妹戚托·幸福家园易地扶贫搬迁安置点社区居民委员会
"""


@dataclass(frozen=True)
class Staged:
    """Where each state is to be seen; plates by their state, items by what happened to them."""

    village: str
    plates: dict[str, str]
    items: dict[str, int]
    batch: int
    question: int
    visits: dict[str, int]
    desk: dict[str, int]
    register: dict[str, str]
    staff: dict[str, int]
    own: Own
    rosters: dict[str, int]
    records: Records
    catalogue: dict[str, int]
    funds: Funds
    aid: dict[str, int]
    empty_village: str = "520299101001"
    longest_village: str = "520299101002"


def set_up(session: Session, facts: dict[str, Any]) -> Staged:
    """Bring plates and items into every state a page can show."""
    places.import_divisions(session, content=DIVISIONS.encode(), actor=OPERATOR)
    codes = facts["plates"]
    plates = dict(
        zip(
            ("installed", "revoked", "replaced", "damaged", "to_report", "printed"),
            (*codes[:5], codes[-1]),
            strict=True,
        )
    )
    doorplates.revoke(session, code=plates["revoked"], reason="拆除重建", actor=OPERATOR)
    doorplates.replace(session, code=plates["replaced"], reason="褪色", actor=OPERATOR)
    doorplates.report_damage(session, code=plates["damaged"], reason="断裂", actor=OPERATOR)
    batch = doorplates.issue_batch(
        session, division_code=facts["village"], doors=24, actor=OPERATOR
    )
    _sheets(session, batch.id)
    _failed_job(session)
    return Staged(
        village=facts["village"],
        plates=plates,
        items={name: session.scalars(query).one() for name, query in ITEMS.items()},
        batch=batch.id,
        own=stage_own.set_up(session, facts["village"]),
        question=stage_ledger.set_up(session, village=facts["village"]),
        visits=stage_visits.set_up(session, village=facts["village"]),
        desk=stage_desk.set_up(session, village=facts["village"])
        | stage_files.set_up(session, village=facts["village"], store=facts["store"]),
        catalogue=stage_catalogue.set_up(session, village=facts["village"]),
        rosters=stage_rosters.set_up(session, facts),
        register=stage_register.set_up(session, village=facts["village"]),
        staff=stage_staff.set_up(session, facts["village"]),
        records=stage_records.set_up(session, village=facts["village"], lived=codes[6]),
        aid=stage_aid.set_up(session, village=facts["village"]),
        funds=stage_funds.set_up(session, village=facts["village"], longest=Staged.longest_village),
    )


ITEMS = {
    "withdrawn": select(Item.id).where(Item.withdrawn_at.is_not(None)).limit(1),
    "corrected": select(Item.id).where(Item.revision > 1).order_by(Item.id).limit(1),
    "longest": select(Item.id).where(Item.title.like("关于青杠林村小寨组原村小学%")),
    "table": select(Item.id).where(Item.body_html.like("%<table>%")).order_by(Item.id).limit(1),
}


def _sheets(session: Session, batch_id: int) -> None:
    """Show a file half drawn and one that failed, without a worker that would go on with them."""
    asked = {"batch_id": batch_id, "size": "small", "ground": "green", "paper": "a3"}
    for state, drawn, fault in (
        ("drawing", 10, None),
        ("failed", 0, "字体里没有“𬭎”字，请在设置里加一种字体。"),
    ):
        session.add(
            Sheet(
                **asked,
                state=state,
                plates=24,
                drawn=drawn,
                fault=fault,
                created_by="operator",
                created_at=clock.now(),
            )
        )


def _failed_job(session: Session) -> None:
    row = outbox.publish(session, "doorplates.draw_sheet", sheet_id=0)
    row.state = outbox.State.FAILED
    row.attempts = outbox.ATTEMPTS
    row.last_error = "SheetNotFound: 没有这份印刷文件"
    row.done_at = clock.now()
