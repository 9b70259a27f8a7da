"""The files' part of the permission matrix: one that was published, and forms that act on it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from app.attachments import service
from app.gateways.storage.memory import InMemoryStorage
from app.kernel.access import OPERATOR
from tests.factories import VILLAGE

STORAGE = InMemoryStorage()
NAME, CONTENT = "公告.txt", "公告"


def published(session: Session) -> dict[str, Any]:
    """Have a file that everyone may have."""
    file = service.keep(
        session,
        content=CONTENT.encode(),
        name=NAME,
        division_code=VILLAGE,
        actor=OPERATOR,
        storage=STORAGE,
    )
    service.publish(session, attachment_ids=[file.id])
    return {"file_id": file.id, "name": NAME}


FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "POST /console/attachments": (
        lambda _world: {"division": VILLAGE, "files": (BytesIO(CONTENT.encode()), NAME)}
    ),
    "POST /console/attachments/<int:file_id>/withdrawal": lambda _world: {"reason": "发错了"},
    "POST /console/preview": lambda _world: {"preview": "text", "text": "共 3 户。"},
}
