"""What every act of the editorial desk asks first: the draft, locked, and whoever acts on it."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.aid import queries as aid
from app.disclosure import queries
from app.disclosure.errors import (
    DraftChanged,
    DraftNotFound,
    PersonWanted,
    SamePerson,
    WrongState,
)
from app.disclosure.models import Draft, DraftText, Item
from app.identity import roles
from app.kernel import clock, outbox
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.organisations import queries as organisations

REVIEWS = {
    "first_review": roles.REVIEW_FIRST,
    "second_review": roles.REVIEW_SECOND,
    "final_review": roles.REVIEW_FINAL,
}
"""The permission that each step asks for."""
TELL = "disclosure.tell_draft"


def may_for(session: Session, actor: Actor, permission: str, what: Draft | Item) -> bool:
    """Tell whether the actor holds a permission for the place and office of a draft or an item."""
    named = None
    if what.organisation_id is not None:
        office = organisations.get(session, what.organisation_id)
        named = (office.id, office.division_code)
    return actor.may_for_office(permission, division_code=what.division_code, office=named)


def require_office(session: Session, actor: Actor, permission: str, what: Draft | Item) -> None:
    """Raise `Forbidden` unless the actor holds a permission for the place and office."""
    if not may_for(session, actor, permission, what):
        raise Forbidden


def require_author(session: Session, actor: Actor, draft: Draft) -> None:
    """Raise `Forbidden`, or `SamePerson` for a colleague who has not taken the draft over."""
    require_office(session, actor, roles.PUBLISH, draft)
    if draft.author_id != staff_id_of(actor):
        raise SamePerson("稿件由撰稿人修改；要接手，请先点“接手这篇稿件”。")


def staff_id_of(actor: Actor) -> int:
    """Give who acts, where an act needs a person to answer for it; raises `PersonWanted`."""
    if actor.staff_id is None:
        raise PersonWanted
    return actor.staff_id


def held(
    session: Session, draft_id: int, *, states: tuple[str, ...], version: int | None = None
) -> Draft:
    """Lock a draft in one of these states, as it was seen.

    Raises `DraftNotFound`, `WrongState`, or `DraftChanged` where somebody saved it since.
    """
    query = select(Draft).where(Draft.id == draft_id).with_for_update()
    draft = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if draft is None:
        raise DraftNotFound
    if draft.state not in states:
        raise WrongState
    if version is not None and draft.version != version:
        raise DraftChanged
    return draft


def text_hash(session: Session, draft: Draft) -> str:
    """Give the SHA-256 of all that a reader will see of a draft, in hexadecimal."""
    content: list[object] = [
        draft.title,
        draft.body_markdown,
        draft.note,
        draft.division_code,
        draft.topic_code,
        draft.organisation_id,
        draft.expires_on and draft.expires_on.isoformat(),
    ]
    if files := queries.draft_files(session, draft.id):
        content.append([[one.sha256, one.name] for one in files])
    if draft.aid_list_id is not None:
        content.append(aid.rows_hash(session, draft.aid_list_id))
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def keep_text(session: Session, draft: Draft, *, actor: Actor, anew: bool) -> None:
    """Keep a draft's text as it is handed in.

    Handed in `anew` it gets a number of its own, which begins a round of reviews; otherwise it is
    kept where it is not the one that was kept last.
    """
    digest = text_hash(session, draft)
    latest = session.get(DraftText, (draft.id, draft.text_number)) if draft.text_number else None
    if not anew and latest is not None and latest.text_hash == digest:
        return
    draft.text_number += 1
    session.add(
        DraftText(
            draft_id=draft.id,
            number=draft.text_number,
            title=draft.title,
            body_markdown=draft.body_markdown,
            files=queries.written_list(queries.draft_files(session, draft.id)),
            list_text=aid.text_of(session, draft.aid_list_id) if draft.aid_list_id else None,
            text_hash=digest,
            kept_by_id=staff_id_of(actor),
            kept_by=actor.name,
            kept_at=clock.now(),
        )
    )
    session.flush()


def turn(session: Session, draft: Draft, state: str) -> None:
    """Put a draft into a state, and have whoever is concerned told."""
    draft.state, draft.state_since, draft.version = state, clock.now(), draft.version + 1
    session.flush()
    outbox.publish(session, TELL, draft_id=draft.id, version=draft.version)
