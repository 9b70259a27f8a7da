"""Writing a draft, and handing it in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.aid import service as aid
from app.catalogue import queries as catalogue
from app.disclosure import file_gate, gate
from app.disclosure.errors import BadSchedule, EntryElsewhere
from app.disclosure.models import Draft
from app.disclosure.schemas import DraftIn
from app.disclosure.schemas.items import NOTE, TITLE
from app.disclosure.service import filing, lists, placing, readiness
from app.disclosure.service.desk import (
    held,
    keep_text,
    require_author,
    require_office,
    staff_id_of,
    text_hash,
    turn,
)
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor

FARTHEST = timedelta(days=366)
CHANGEABLE = ("draft",)
LENGTHS = {"title": TITLE, "note": NOTE}
IN_REVIEW = ("first_review", "second_review", "final_review", "scheduled")


def create_draft(
    session: Session, *, wanted: DraftIn, actor: Actor, aid_list_id: int | None = None
) -> Draft:
    """Begin a draft, around an aid list where one is given.

    Raises `Forbidden`, `PersonWanted` or what does not fit.
    """
    moment = clock.now()
    draft = Draft(
        author_id=staff_id_of(actor),
        author_name=actor.name,
        state="draft",
        created_at=moment,
        updated_at=moment,
        state_since=moment,
    )
    _write(session, draft, wanted, actor=actor)
    if aid_list_id is not None:
        lists.attach(session, draft, aid_list_id)
    session.add(draft)
    session.flush()
    filing.begin(session, draft)
    return draft


def save_draft(
    session: Session, *, draft_id: int, wanted: DraftIn, version: int, actor: Actor
) -> Draft:
    """Save a draft over the version that was seen; only its author writes.

    Raises `DraftChanged`, `WrongState`, `SamePerson`, or what does not fit.
    """
    draft = held(session, draft_id, states=CHANGEABLE, version=version)
    require_author(session, actor, draft)
    _write(session, draft, wanted, actor=actor)
    filing.follow_place(session, draft)
    draft.version, draft.updated_at = draft.version + 1, clock.now()
    session.flush()
    return draft


def take_over(session: Session, *, draft_id: int, actor: Actor) -> Draft:
    """Become the author of a colleague's draft; whoever wrote a text of it reviews none of it."""
    draft = held(session, draft_id, states=CHANGEABLE)
    require_office(session, actor, roles.PUBLISH, draft)
    keep_text(session, draft, actor=Actor(draft.author_name, draft.author_id), anew=False)
    draft.author_id, draft.author_name = staff_id_of(actor), actor.name
    draft.version, draft.updated_at = draft.version + 1, clock.now()
    session.flush()
    return draft


def submit(
    session: Session, *, draft_id: int, version: int, exception_reason: str, actor: Actor
) -> Draft:
    """Hand a draft in for its first review.

    Raises `PersonalDataFound` where the gate finds something, unless a reason asks a reviewer to
    let it stand; `NoteWanted`, `NothingToRead`, `LinkNowhere`, `BadExpiry`, `BadSchedule`.
    """
    draft = held(session, draft_id, states=CHANGEABLE, version=version)
    require_author(session, actor, draft)
    _check_ready(session, draft)
    found = file_gate.look_at_all(session, draft, text_hash=text_hash(session, draft))
    if not exception_reason:
        gate.require_clean(found)
    draft.exception_reason = exception_reason if any(one.blocks for one in found) else ""
    keep_text(session, draft, actor=actor, anew=True)
    turn(session, draft, "first_review")
    return draft


def call_back(session: Session, *, draft_id: int, actor: Actor) -> Draft:
    """Take a draft back from its reviews, before it is public; it begins them anew afterwards."""
    draft = held(session, draft_id, states=IN_REVIEW)
    require_author(session, actor, draft)
    draft.locked_hash = None
    turn(session, draft, "draft")
    return draft


def discard(session: Session, *, draft_id: int, actor: Actor) -> Draft:
    """Give a draft up; it stays for the trail and is listed no more."""
    draft = held(session, draft_id, states=CHANGEABLE)
    require_author(session, actor, draft)
    filing.let_go(session, draft)
    turn(session, draft, "discarded")
    return draft


def mask_findings(session: Session, *, draft_id: int, version: int, actor: Actor) -> Draft:
    """Mask everything the gate found in a draft that is being written."""
    draft = held(session, draft_id, states=CHANGEABLE, version=version)
    require_author(session, actor, draft)
    found = gate.look(session, draft, text_hash=text_hash(session, draft))
    findings = [one.finding for one in found if one.blocks]
    for name, text in gate.masked(session, draft, findings).items():
        if name == gate.AID_LIST:
            aid.write_back(session, draft.aid_list_id or 0, text)
        else:
            longest = LENGTHS.get(name)
            setattr(draft, name, text[:longest])  # a masked number may be longer than it was
    draft.version, draft.updated_at = draft.version + 1, clock.now()
    session.flush()
    return draft


def _write(session: Session, draft: Draft, wanted: DraftIn, *, actor: Actor) -> None:
    """Put what was written into a draft; a correction stays where its item is."""
    division, topic, office = wanted.division_code, wanted.topic, wanted.organisation_id
    if wanted.corrects_id is not None:
        item = placing.locked(session, wanted.corrects_id)
        division, topic, office = item.division_code, item.topic_code, item.organisation_id
    placing.check_place(session, division_code=division, topic=topic, organisation_id=office)
    draft.division_code, draft.topic_code, draft.organisation_id = division, topic, office
    require_office(session, actor, roles.PUBLISH, draft)
    lists.require_same(session, draft)
    draft.corrects_id, draft.supersedes_id = wanted.corrects_id, wanted.supersedes_id
    if wanted.supersedes_id is not None:
        require_office(session, actor, roles.PUBLISH, placing.locked(session, wanted.supersedes_id))
    if wanted.catalogue_entry_id is not None:
        known = {one.id for one in catalogue.entries_for(session, division, office)}
        if wanted.catalogue_entry_id not in known:
            raise EntryElsewhere
    draft.catalogue_entry_id = wanted.catalogue_entry_id
    draft.title, draft.body_markdown = wanted.title, wanted.body_markdown
    draft.note, draft.formed_on = wanted.note, wanted.formed_on
    draft.expires_on, draft.publish_at = wanted.expires_on, wanted.publish_at


def _check_ready(session: Session, draft: Draft) -> None:
    moment = clock.now()
    if draft.publish_at is not None and not moment < draft.publish_at <= moment + FARTHEST:
        raise BadSchedule
    first_day = clock.local(draft.publish_at or moment).date()
    readiness.require(session, draft, first_day=first_day)
