"""A list from the lines of a file to the public, and its end."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Integer, String, column, delete, insert, select, update, values
from sqlalchemy.orm import Session

from app.aid import queries
from app.aid.errors import NothingToPublish
from app.aid.layout import text as texts
from app.aid.models import AidList, AidObjection, AidRow, AidUpload
from app.aid.schemas import RowIn
from app.aid.service import rights, uploading
from app.kernel import changes, clock
from app.kernel.access import Actor

WRITTEN_BACK = {"name": 50, "place": 60, "subsidy": 60}
"""What masking may change of a row, with its longest: words, never a number of a sum.

A masked number may be longer than it was.
"""


def use(session: Session, upload_id: int, *, actor: Actor) -> AidList:
    """Make a list of an upload's lines that were taken; the upload is gone with it.

    Raises `NothingToPublish` where none was.
    """
    upload = uploading.own(session, upload_id, actor=actor, for_change=True)
    plan = uploading.plan_of(session, upload)
    if not plan.rows:
        raise NothingToPublish
    made = make(session, upload, plan.rows, actor=actor)
    session.delete(upload)
    session.flush()
    return made


def make(session: Session, like: AidUpload, wanted: list[RowIn], *, actor: Actor) -> AidList:
    """Write a list down, of the kind, place, office and period an upload names."""
    rights.require(session, actor, like)
    made = AidList(
        kind_id=like.kind_id,
        division_code=like.division_code,
        organisation_id=like.organisation_id,
        period=like.period,
        created_by_id=actor.staff_id,
        created_by=actor.name,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    lines = [
        {"list_id": made.id, "position": position, **vars(one)}
        for position, one in enumerate(wanted, start=1)
    ]
    # One statement: the database adds up and hashes the whole list after each.
    session.execute(insert(AidRow).values(lines))
    session.refresh(made)
    return made


def write_back(session: Session, list_id: int, text: str) -> None:
    """Take the words of a masked text over into the rows it was written from.

    A row whose cells can no longer be told apart stays as it was, and is found again.
    """
    rows = queries.rows(session, list_id)
    said = texts.read_back(text, count=len(rows))
    changed = [
        (row.position, *(words[field][: WRITTEN_BACK[field]] for field in WRITTEN_BACK))
        for row, words in zip(rows, said or (), strict=said is not None)
        if any(getattr(row, field) != words[field] for field in WRITTEN_BACK)
    ]
    if not changed:
        return
    names = [column(field, String) for field in WRITTEN_BACK]
    given = values(column("position", Integer), *names, name="given").data(changed)
    # One statement, as above.
    session.execute(
        update(AidRow)
        .where(AidRow.list_id == list_id, AidRow.position == given.c.position)
        .values({field: given.c[field] for field in WRITTEN_BACK})
        .execution_options(synchronize_session=False)
    )
    for row in rows:
        session.expire(row)
    session.refresh(queries.get(session, list_id))


def publish(session: Session, list_id: int) -> AidList:
    """Note that a list is public from today: its objections begin, its change is written down."""
    listed = queries.get(session, list_id)
    session.refresh(listed)
    kind = queries.kind_of(session, listed)
    found = queries.change(session, listed)
    if found is not None:
        listed.before_id = found.before_id
        listed.added_count, listed.added_fen = found.added_count, found.added_fen
        listed.removed_count, listed.removed_fen = found.removed_count, found.removed_fen
    listed.published_on = clock.today()
    listed.objections_until = clock.today() + timedelta(days=kind.objection_days)
    session.flush()
    changes.division_changed(session, listed.division_code)
    return listed


def erase(session: Session, list_id: int) -> None:
    """Erase a list's rows, whose item has ended or whose draft was given up; its sums stay.

    What its objections said goes with them; the answers stay with the list.
    """
    listed = queries.get(session, list_id)
    if listed.erased_at is not None:
        return
    listed.erased_at = clock.now()
    session.flush()
    session.execute(delete(AidRow).where(AidRow.list_id == list_id))
    said = update(AidObjection).where(AidObjection.list_id == list_id)
    session.execute(said.where(AidObjection.state != "open").values(text_sealed=None))
    session.expire_all()


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Let the lists and uploads of a merged village go with its items."""
    for table in (AidList, AidUpload):
        moved = update(table).where(table.division_code == old_code)
        session.execute(moved.values(division_code=new_code))


def turn_day(session: Session) -> None:
    """Let every page with a list say the days that are left from today on.

    Pages stand in caches until a change is announced, so the passing of a day is announced too.
    """
    query = select(AidList.division_code).where(
        AidList.published_on.is_not(None), AidList.erased_at.is_(None)
    )
    for code in sorted(session.scalars(query.distinct())):
        changes.division_changed(session, code)
