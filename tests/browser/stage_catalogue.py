"""A board with something in every state, and a draft that changes the catalogue in force."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import queries, service
from app.catalogue.models import CatalogueEntry
from app.kernel import clock
from app.kernel.access import OPERATOR
from tests.catalogue.sheets import row, wide_csv


def set_up(session: Session, *, village: str) -> dict[str, int]:
    """Open what is due, answer some of it, and bring a draft in; gives versions by their state."""
    county, today = village[:6], clock.today()
    service.open_duties(session, county_code=county)
    service.create_feed(session, division_code=village[:9], organisation_id=None, actor=OPERATOR)
    for item, place in (("公益性岗位招用", village[:9]), ("承包租赁合同", village)):
        query = select(CatalogueEntry.id).where(CatalogueEntry.item == item)
        [number] = session.scalars(query).all()
        for days in (60, 30, 2):
            service.open_event(
                session,
                entry_id=number,
                division_code=place,
                created_on=today - timedelta(days=days),
                actor=OPERATOR,
            )
        service.fulfil(session, entry_id=number, division_code=place, on=today, ref=f"item:{days}")
    field = service.known_fields()["social_assistance"]
    draft = service.import_draft(
        session,
        field=field,
        content=wide_csv(
            row(1, "最低生活保障", "低保标准和政策", term="7个工作日"),
            row(2, "最低生活保障", "低保家庭经济状况核对说明和入户调查评议结果", term="每月"),
        ),
        file_name="六枝特区社会救助领域基层政务公开标准目录（2027年修订稿）.csv",
        county_code=county,
        actor=OPERATOR,
    )
    held = queries.effective(session, "finance")
    assert held is not None
    return {"draft": draft.id, "effective": held.id}
