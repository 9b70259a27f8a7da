"""The permission matrix's aid lists: a file on its way, one that was read, a public list."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from app.aid import service
from app.aid.models import AidList
from app.aid.schemas import Period, UploadIn
from app.disclosure.models import Item
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant
from tests import factories
from tests.factories import VILLAGE

World = dict[str, Any]
TEXT = "姓名,金额\n陶银花,412.30\n"


def stand(session: Session) -> World:
    """Let the village's publisher upload two files and read one; a list of hers is public."""
    username = f"publisher-{VILLAGE}"
    grants = tuple(Grant(name, VILLAGE) for name in roles.ROLES["publisher"])
    author = Actor(username, identity.get_by_username(session, username).id, grants)
    first, second, third = (_upload(session, author) for _ in range(3))
    for one in (second, third):
        columns = {0: "name", 1: "amount"}
        service.set_mapping(session, one, columns=columns, leave_out=False, actor=author)
    made = service.use(session, third, actor=author)
    item = factories.item(session)
    _show(session, item, made)
    return {
        "upload_id": first,
        "read_upload": second,
        "listed_item": item.id,
        "objection_id": service.object_to(session, made.id, text="金额不对").id,
    }


def _upload(session: Session, author: Actor) -> int:
    month = clock.today()
    wanted = UploadIn(
        "dibao", VILLAGE, None, Period(month.year, f"{month.month:02d}"), TEXT.encode()
    )
    return service.upload(session, wanted=wanted, actor=author).id


def _show(session: Session, item: Item, made: AidList) -> None:
    item.expires_on, item.aid_list_id = clock.today(), made.id
    session.flush()
    service.publish(session, made.id)


_UPLOAD = "/console/aid/uploads/<int:upload_id>"
_OBJECTION = "/console/aid/objections/<int:objection_id>"
_PUBLIC = "/items/<int:item_id>/objection"


def _read(world: World) -> World:
    return {"upload_id": world["read_upload"]}


def _listed(world: World) -> World:
    return {"item_id": world["listed_item"]}


VALUES: dict[str, Callable[[World], World]] = {
    f"POST {_UPLOAD}/list": _read,
    f"GET {_PUBLIC}": _listed,
    f"POST {_PUBLIC}": _listed,
    f"GET {_PUBLIC}/thanks": _listed,
}

FORMS: dict[str, Callable[[World], World]] = {
    "POST /console/aid/uploads": lambda _world: {
        "kind": "dibao",
        "division_code": VILLAGE,
        "period": f"{clock.today():%Y-%m}",
        "list": (BytesIO(TEXT.encode()), "list.csv"),
    },
    f"POST {_UPLOAD}/mapping": lambda _world: {"column-0": "name", "column-1": "amount"},
    f"POST {_UPLOAD}/list": lambda _world: {"topic": "dibao"},
    f"POST {_OBJECTION}/answer": lambda _world: {"answer": "已经核查"},
    f"POST {_OBJECTION}/setting-aside": lambda _world: {"reason": "abuse"},
    f"POST {_PUBLIC}": lambda _world: {"text": "金额不对"},
}
