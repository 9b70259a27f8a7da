"""Lines of the access ledger as people read them: who, in which role, looked at what, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit import words as audit_words
from app.audit.schemas import Access
from app.households import words
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock


@dataclass(frozen=True)
class AccessShown:
    """One line in Chinese; `at` is in Asia/Shanghai, `fields` and `purpose` may be empty."""

    id: int
    at: datetime
    who: str
    role: str
    act: str
    granted: bool
    fields: str
    purpose: str


def shown(session: Session, accesses: Sequence[Access]) -> list[AccessShown]:
    """Put lines into words, with the names of the staff."""
    numbers = {one.who_id for one in accesses if one.who_kind == "staff" and one.who_id is not None}
    names = identity.names(session, numbers) if numbers else {}
    return [_shown(one, names) for one in accesses]


def _shown(access: Access, names: dict[int, str]) -> AccessShown:
    kind = audit_words.KINDS[access.who_kind]
    named = access.who_kind == "staff" and access.who_id is not None
    return AccessShown(
        id=access.id,
        at=clock.local(access.at),
        who=names.get(access.who_id or 0, kind) if named else kind,
        role=roles.ROLE_NAMES.get(access.who_role, kind) if named else "",
        act=audit_words.act(access.act),
        granted=access.outcome == "granted",
        fields="、".join(words.FIELDS.get(field, field) for field in access.fields),
        purpose=words.PURPOSES.get(access.purpose, ""),
    )
