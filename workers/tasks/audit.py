"""The ledger's regular work, and what auditors are told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from app.audit import queries, service, words
from app.households.queries import groups as households
from app.identity import queries as identity
from app.identity import roles
from app.kernel import outbox, scope
from app.kernel.db import Database
from app.kernel.settings import get_settings
from app.notices import service as notices


@dataclass(frozen=True)
class Message:
    """What auditors are told."""

    kind: str
    title: str
    body: str
    link: str
    key: str


def make_months(session: Session, _database: Database) -> None:
    """Make the ledger's partitions a year ahead."""
    service.make_months(session)


def close_months(session: Session, _database: Database) -> None:
    """Drop the months that are over for three years, leaving their closing."""
    service.close_months(session)


def export_head(session: Session, _database: Database) -> None:
    """Write the signed head to the file outside the database."""
    service.export(session, data_dir=get_settings().data_dir)


def verify(session: Session, _database: Database, *, walk_id: int | None = None) -> None:
    """Check the next portion of the ledger; at its end tell the county's auditors what is wrong."""
    settings = get_settings()
    walk = service.running_check(session, walk_id) if walk_id else service.begin_check(session)
    if walk is None:  # the next night's check began meanwhile
        return
    report = service.go_on(session, walk, exported=service.exported(data_dir=settings.data_dir))
    if report is None:
        outbox.publish(session, "audit.verify", walk_id=walk.id)
        return
    check = service.note_check(session, report)
    if check.found:
        message = Message(
            kind="ledger",
            title="查看记录的核对发现问题",
            body=f"发现 {check.found} 处问题，请打开核对页查看。",
            link="/console/audit/check",
            key=f"check-{check.id}",
        )
        _tell(session, settings.county_code, message)


def watch(session: Session, _database: Database) -> None:
    """Flag unusual reading, and tell the auditors of the place."""
    settings = get_settings()
    scope.open_scope(session, settings.county_code)
    flags = service.watch(
        session,
        groups_of=partial(households.groups_of, session),
        thresholds=service.thresholds_of(settings),
    )
    for flag in flags:
        counted = words.counted(flag.rule, flag.counted)
        message = Message(
            kind="flag",
            title=f"需要核对：{words.RULES[flag.rule]}",
            body=f"一共 {counted}，请核对用途和经过。这只是提醒，不是结论。",
            link="/console/audit/flags",
            key=f"flag-{flag.id}",
        )
        _tell(session, flag.division_code, message)


def tell_question(session: Session, _database: Database, *, question_id: int) -> None:
    """Put a household's question into the inbox of everyone who may answer it."""
    division = queries.division_of_question(session, question_id)
    if division is not None:
        message = Message(
            kind="question",
            title="有住户对一次查看提出疑问",
            body="请核对这条查看记录，并在疑问页答复住户。",
            link=f"/console/audit/questions/{question_id}",
            key=f"question-{question_id}",
        )
        _tell(session, division, message)


def _tell(session: Session, division_code: str, message: Message) -> None:
    for staff_id in identity.holders(session, roles.AUDIT_READ, division_code):
        notices.deliver(
            session,
            staff_id=staff_id,
            kind=message.kind,
            title=message.title,
            body=message.body,
            link=message.link,
            key=message.key,
        )
