"""What a person is or receives begins on a day and ends on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.households.errors import FieldRefused, TagNotFound
from app.households.models.register import PersonTag
from app.households.schemas import Note, TagIn
from app.households.schemas.acts import Seen, Why
from app.households.service import acts
from app.households.tags import TAG_KINDS
from app.kernel.access import Actor


def begin_tag(
    session: Session, seen: Seen, *, person_id: int, wanted: TagIn, actor: Actor, why: Why
) -> PersonTag:
    """Note that a member is or receives something from a day on.

    Raises as `acts.hold` does, `PersonNotFound`, and `FieldRefused` for an unknown kind, an end
    before the beginning, a negative amount, or a kind that holds in those days already.
    """
    household = acts.hold(session, seen, actor=actor)
    person = acts.member(session, household, person_id)
    until = wanted.valid_until
    if wanted.tag not in TAG_KINDS or (until is not None and until < wanted.valid_from):
        raise FieldRefused("请选择类别；结束日期不能早于开始日期。")
    if wanted.amount_fen is not None and not 0 <= wanted.amount_fen < 10**11:
        raise FieldRefused("金额不对，请检查后再提交。")
    same = select(PersonTag.id).where(
        PersonTag.person_id == person.id,
        PersonTag.tag == wanted.tag,
        or_(PersonTag.valid_until.is_(None), PersonTag.valid_until >= wanted.valid_from),
        PersonTag.valid_from <= (until or date.max),
    )
    if session.scalars(same).first() is not None:
        raise FieldRefused("这个人在这段时间里已经有这一类，请先结束原来的。")
    tag = PersonTag(
        division_code=household.division_code,
        person_id=person.id,
        tag=wanted.tag,
        valid_from=wanted.valid_from,
        valid_until=until,
        amount_fen=wanted.amount_fen,
        source=why.source,
    )
    session.add(tag)
    note = Note(
        "tag_began",
        _fields(wanted.tag),
        why.source,
        person_id=person.id,
        after=_written(tag),
        reason=why.reason,
    )
    acts.finish(session, household, by=actor, note=note)
    return tag


def end_tag(
    session: Session, seen: Seen, *, tag_id: int, on: date, actor: Actor, why: Why
) -> PersonTag:
    """Note the last day a tag holds; raises as `acts.hold` does, `TagNotFound`, `FieldRefused`."""
    household = acts.hold(session, seen, actor=actor)
    tag = session.get(PersonTag, tag_id)
    if tag is None or tag.person_id not in acts.members(session, household.id):
        raise TagNotFound
    if tag.valid_until is not None and tag.valid_until <= on:
        raise TagNotFound
    if on < tag.valid_from:
        raise FieldRefused("结束日期不能早于开始日期。")
    before = _written(tag)
    tag.valid_until = on
    note = Note(
        "tag_ended",
        _fields(tag.tag),
        why.source,
        person_id=tag.person_id,
        before=before,
        after=_written(tag),
        reason=why.reason,
    )
    acts.finish(session, household, by=actor, note=note)
    return tag


def _fields(tag: str) -> tuple[str, ...]:
    """Name the fields a tag touches, after its sensitivity, as the ledger knows them."""
    sensitivity = TAG_KINDS[tag].sensitivity if tag in TAG_KINDS else "plain"
    return ("tags",) if sensitivity == "plain" else ("tags", sensitivity)


def _written(tag: PersonTag) -> dict[str, str | None]:
    return {
        "tag": tag.tag,
        "from": tag.valid_from.isoformat(),
        "until": tag.valid_until.isoformat() if tag.valid_until else None,
        "amount_fen": None if tag.amount_fen is None else str(tag.amount_fen),
    }
