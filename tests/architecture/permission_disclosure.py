"""The permission matrix's editorial desk: a draft being written, and one that waits for review."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from app.disclosure import service
from app.disclosure.schemas import DraftIn
from app.identity import queries as identity
from app.identity import roles
from app.kernel.access import Actor, Grant
from tests.architecture import permission_files
from tests.disclosure import documents
from tests.factories import VILLAGE

World = dict[str, Any]

WRITTEN = {"division_code": VILLAGE, "topic": "dibao", "title": "公示", "body_markdown": "12 户"}


def write(session: Session) -> World:
    """Let the village's publisher write two drafts and hand one of them in."""
    username = f"publisher-{VILLAGE}"
    grants = tuple(Grant(name, VILLAGE) for name in roles.ROLES["publisher"])
    author = Actor(username, identity.get_by_username(session, username).id, grants)
    wanted = DraftIn.model_validate(WRITTEN)
    written = service.create_draft(session, wanted=wanted, actor=author)
    handed_in = service.create_draft(session, wanted=wanted, actor=author)
    filed = service.create_draft(session, wanted=wanted, actor=author)
    paper = service.attach(
        session,
        draft_id=filed.id,
        name="公告.txt",
        content="共 12 户".encode(),
        storage=permission_files.STORAGE,
        actor=author,
    )
    service.submit(session, draft_id=handed_in.id, version=1, exception_reason="", actor=author)
    return {
        "draft_id": handed_in.id,
        "written_id": written.id,
        "filed_id": filed.id,
        "filed_version": filed.version,
        "paper_id": paper.id,
        "draft_version": handed_in.version,
        "draft_act": "submission",
        "follower": "correction",
    }


_DRAFT = "/console/drafts/<int:draft_id>"
_JSON = "/api/v1/drafts"
_ACTS = "'submission', 'masking', 'call-back', 'discard', 'taking'"
_ACT = f"POST {_DRAFT}/<any({_ACTS}):draft_act>"


def _written(world: World) -> World:
    return {"draft_id": world["written_id"]}


def _filed(world: World) -> World:
    return {"draft_id": world["filed_id"], "attachment_id": world["paper_id"]}


def _word() -> tuple[BytesIO, str]:
    return BytesIO(documents.document(documents.paragraph("共 12 户。"))), "公告.docx"


def _version(world: World) -> World:
    return {"version": world["draft_version"]}


VALUES: dict[str, Callable[[World], World]] = {
    f"GET {_DRAFT}/edit": _written,
    f"POST {_DRAFT}": _written,
    _ACT: _written,
    f"POST {_DRAFT}/files": _written,
    f"POST {_DRAFT}/word": _filed,
    f"GET {_DRAFT}/files/progress": _filed,
    f"GET {_DRAFT}/files/<int:attachment_id>": _filed,
    f"POST {_DRAFT}/files/<int:attachment_id>/removal": _filed,
    f"PUT {_JSON}/<int:draft_id>": _written,
    f"POST {_JSON}/<int:draft_id>/submission": _written,
}

FORMS: dict[str, Callable[[World], World]] = {
    "POST /console/drafts/": lambda _world: WRITTEN,
    f"POST {_DRAFT}": lambda _world: {**WRITTEN, "version": 1},
    _ACT: lambda _world: {"version": 1},
    f"POST {_DRAFT}/files": lambda _world: {"files": (BytesIO(b"12"), "公告.txt")},
    f"POST {_DRAFT}/word": lambda world: {"version": world["filed_version"], "word": _word()},
    "POST /console/drafts/word": lambda _world: {"word": _word()},
    f"POST {_DRAFT}/review": lambda world: {**_version(world), "verdict": "pass"},
    f"POST {_DRAFT}/exceptions": lambda world: {
        **_version(world),
        "finding": "phone:0:1",
        "reason": "法律要求",
    },
    f"POST {_DRAFT}/urgent": lambda world: {**_version(world), "reason": "今晚停水"},
    "POST /console/items/<int:item_id>/withdrawal": lambda _world: {"reason": "发错了"},
    "POST /console/items/<int:item_id>/<any('correction', 'successor'):follower>": (
        lambda _world: {**WRITTEN, "note": "漏写一户"}
    ),
    f"POST {_JSON}": lambda _world: WRITTEN,
    f"PUT {_JSON}/<int:draft_id>": lambda _world: {**WRITTEN, "version": 1},
    f"POST {_JSON}/<int:draft_id>/submission": lambda _world: {"version": 1},
    f"POST {_JSON}/<int:draft_id>/reviews": lambda world: {**_version(world), "verdict": "pass"},
}
