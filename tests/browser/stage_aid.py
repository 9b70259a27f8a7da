"""Aid lists in their states: a file that is stopped, one that was read, a draft with findings."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.aid import service
from app.aid.models import AidUpload
from app.aid.schemas import Period, UploadIn
from app.disclosure import service as disclosure
from app.disclosure.models import Item
from app.disclosure.schemas import DraftIn
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant
from tests.aid import sheets
from tests.households.rosters.people import HEAD

LONG_NAME = "买买提·吐尔逊江·阿不都热合曼·艾尔肯"
LONG_PLACE = "阿妹戚托幸福家园易地扶贫搬迁安置点第十二居民小组"


def set_up(session: Session, *, village: str) -> dict[str, int]:
    """Bring lists into every state; gives their numbers by name."""
    number = identity.get_by_username(session, "publisher").id
    grants = tuple(Grant(name, village[:9]) for name in roles.ROLES["publisher"])
    author = Actor("publisher", number, grants, role="publisher")
    query = select(Item).where(Item.aid_list_id.is_not(None)).order_by(Item.id.desc())
    item = session.scalars(query).first()
    assert item is not None
    assert item.aid_list_id is not None
    waiting = service.object_to(session, item.aid_list_id, text="第二户全家外出，钱是谁领的？")
    answered = service.object_to(session, item.aid_list_id, text="有一户在县城买了房。")
    service.answer(session, answered.id, text="已经入户核查，房屋为租住。" * 6, actor=author)
    rows = [*sheets.ROWS, (4, LONG_PLACE, LONG_NAME, 12, 99999999.99), (5, "一组", "", 1, 5)]
    planned = _upload(session, village, sheets.book(rows), author)
    _map(session, planned, author)
    found = _upload(
        session,
        village,
        sheets.book([(1, f"大寨组{HEAD}", "陶银花", 1, 5), sheets.ROWS[1]]),
        author,
    )
    _map(session, found, author)
    made = service.use(session, found.id, actor=author)
    wanted = DraftIn(
        division_code=village, topic="dibao", title="名单里有号码", body_markdown="名单如下。"
    )
    draft = disclosure.create_draft(session, wanted=wanted, actor=author, aid_list_id=made.id)
    return {
        "item": item.id,
        "objection": waiting.id,
        "answered": answered.id,
        "uploaded": _upload(session, village, sheets.with_hidden_id(), author).id,
        "planned": planned.id,
        "draft": draft.id,
    }


def _upload(session: Session, village: str, content: bytes, author: Actor) -> AidUpload:
    today = clock.today()
    period = Period(today.year, f"{today.month:02d}")
    return service.upload(
        session, wanted=UploadIn("temporary_aid", village, None, period, content), actor=author
    )


def _map(session: Session, row: AidUpload, author: Actor) -> None:
    table = service.table_of(session, row)
    columns = {one.index: one.field for one in table.columns if one.field}
    service.set_mapping(session, row.id, columns=columns, leave_out=True, actor=author)
