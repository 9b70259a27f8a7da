"""Lists on their way: uploaded, mapped, put into a draft, published by four people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.aid import service
from app.aid.models import AidList, AidUpload
from app.aid.schemas import Period, UploadIn
from app.disclosure import service as disclosure
from app.disclosure.models import Draft, Item
from app.kernel import clock
from app.kernel.access import Actor
from tests.aid import sheets
from tests.disclosure.desk import Desk
from tests.factories import VILLAGE


def this_month() -> Period:
    """Name the month of today."""
    return Period(clock.today().year, f"{clock.today().month:02d}")


def month_before(period: Period) -> Period:
    """Name the month before one."""
    month = int(period.part)
    return Period(period.year - (month == 1), f"{(month - 2) % 12 + 1:02d}")


def wanted(content: bytes | None = None, **changed: Any) -> UploadIn:
    """Say what a file is the list of."""
    facts: dict[str, Any] = {
        "kind": "dibao",
        "division_code": VILLAGE,
        "organisation_id": None,
        "period": this_month(),
        "content": content or sheets.book(),
    }
    return UploadIn(**{**facts, **changed})


def guess(session: Session, row: AidUpload) -> dict[int, str]:
    """Take the columns as they are guessed."""
    return {one.index: one.field for one in service.table_of(session, row).columns if one.field}


def mapped(
    session: Session, actor: Actor, content: bytes | None = None, **changed: Any
) -> AidUpload:
    """Bring a file up to its dry run."""
    row = service.upload(session, wanted=wanted(content, **changed), actor=actor)
    return service.set_mapping(
        session, row.id, columns=guess(session, row), leave_out=True, actor=actor
    )


def listed(session: Session, actor: Actor, content: bytes | None = None, **changed: Any) -> AidList:
    """Bring a file up to a list."""
    return service.use(session, mapped(session, actor, content, **changed).id, actor=actor)


def written(desk: Desk, made: AidList, **changed: Any) -> Draft:
    """Write a draft around a list."""
    facts: dict[str, Any] = {
        "organisation_id": made.organisation_id,
        "title": "低保名单公示",
        "body_markdown": "现将名单公示如下。",
        "expires_on": clock.today() + timedelta(days=20),
        **changed,
    }
    return disclosure.create_draft(
        desk.session, wanted=desk.wanted(**facts), actor=desk.author, aid_list_id=made.id
    )


def published(desk: Desk, made: AidList, **changed: Any) -> Draft:
    """Bring a list through all three reviews."""
    draft = desk.submit(written(desk, made, **changed))
    for actor in (desk.first, desk.second, desk.final):
        draft = desk.review(draft, actor)
    return draft


def expire(session: Session, draft: Draft, *, on: date) -> None:
    """Let the last day of a draft's item be one that is over."""
    session.get_one(Item, draft.item_id).expires_on = on
    session.flush()
