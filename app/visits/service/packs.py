"""Packs: masked basics of a few groups, given to a device, taken back at its next contact."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.doorplates import queries as plates
from app.households import masking
from app.households.models.register import Household, Person
from app.households.queries import register
from app.households.schemas import PersonView
from app.households.tags import TAG_KINDS
from app.households.words import RELATIONS
from app.identity import colleagues, roles
from app.identity import queries as identity
from app.kernel import clock, crypto, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.kernel.errors import Forbidden
from app.places import queries as places
from app.visits import queries
from app.visits.errors import (
    BadPack,
    PackEmpty,
    PackNotFound,
    PackTooLarge,
    RevocationUnexplained,
)
from app.visits.models.packs import Pack, PackHousehold
from app.visits.schemas import GroupChoice, PackContent, PackEntry, PackPerson
from app.visits.service import envelopes
from app.visits.service.rights import number_of, require_somewhere_in

MOST_HOUSEHOLDS = 200
LIFE = timedelta(hours=24)
FIELDS = ("name", "relation", "address", "tags")
LABEL = "label:"  # before the group as a list wrote it, where the register has no groups
Answer = Literal["keep", "wipe"]


def groups(session: Session, *, division_code: str, actor: Actor) -> list[GroupChoice]:
    """List the groups of a village that the actor may take along, with how many households each.

    Opens the village's scope. Raises `Forbidden`.
    """
    require_somewhere_in(actor, division_code)
    scope.open_scope(session, division_code)
    query = (
        select(Household.group_code, Household.group_label, func.count(Household.id))
        .where(Household.division_code == division_code, Household.state == "active")
        .group_by(Household.group_code, Household.group_label)
        .order_by(Household.group_code, Household.group_label)
    )
    counted: dict[str, int] = defaultdict(int)
    for group_code, label, number in session.execute(query):
        if _may_take(actor, division_code, group_code):
            counted[group_code or LABEL + label] += number
    names = {place.code: place.short_name for place in places.children(session, division_code)}
    return [
        GroupChoice(code, names.get(code) or code.removeprefix(LABEL) or "没有分组", number)
        for code, number in counted.items()
    ]


def prepare_pack(
    session: Session, *, division_code: str, group_codes: Sequence[str], actor: Actor
) -> PackContent:
    """Put a pack together, with a line in the ledger for each household, and give its content.

    Raises `Forbidden`, `BadPack`, `PackEmpty` or `PackTooLarge`.
    """
    staff_id = number_of(actor)
    require_somewhere_in(actor, division_code)
    scope.open_scope(session, division_code)
    found = _households(session, division_code, group_codes)
    for household in found:
        if not _may_take(actor, division_code, household.group_code):
            line = Line(actor, "pack", division_code, household_id=household.id)
            raise Forbidden(afterwards=audit.denial(line))
    now = clock.now()
    pack = Pack(
        id=uuid4(),
        staff_id=staff_id,
        division_code=division_code,
        households=len(found),
        prepared_at=now,
        expires_at=now + LIFE,
        last_contact_at=now,
    )
    session.add(pack)
    session.flush()
    for household in found:
        session.add(
            PackHousehold(pack_id=pack.id, household_id=household.id, division_code=division_code)
        )
        audit.record(
            session,
            Line(
                who=actor,
                act="pack",
                division_code=division_code,
                household_id=household.id,
                fields=FIELDS,
                purpose="visit",
            ),
        )
    session.flush()
    return _content(session, pack, found)


def revoke_pack(session: Session, *, pack_id: UUID, actor: Actor, reason: str = "") -> None:
    """Take a pack back: its device wipes it at the next contact, and the ledger keeps a line.

    One's own; or, with a reason, any of a place where one administers accounts. Raises
    `PackNotFound` or `RevocationUnexplained`.
    """
    pack = queries.get_pack(session, pack_id)
    own = actor.staff_id is not None and actor.staff_id in (pack.staff_id, pack.heir_staff_id)
    if not own and not actor.may(roles.ACCOUNTS, division_code=pack.division_code):
        raise PackNotFound
    if not own and not reason.strip():
        raise RevocationUnexplained
    if pack.revoked_at is None:
        pack.revoked_at, pack.revoked_by = clock.now(), actor.name
        owner = identity.names(session, {pack.staff_id})[pack.staff_id]
        told = f"账号 {owner}" + (f"：{reason.strip()}" if reason.strip() else "")
        audit.record(session, Line(actor, "pack_revoke", pack.division_code, reason=told))


def contact(session: Session, *, pack_id: UUID) -> Answer:
    """Tell a device whether to keep or wipe its pack, and note that it asked.

    Kept only while it is neither revoked nor too old, and its owner still works in that village.
    """
    pack = session.get(Pack, pack_id)
    if pack is None:
        return "wipe"
    now = clock.now()
    pack.last_contact_at = now
    keep = (
        pack.revoked_at is None
        and now < pack.expires_at
        and colleagues.works_in(
            session,
            staff_id=pack.staff_id,
            permission=roles.VISITS_LOG,
            division_code=pack.division_code,
        )
    )
    if not keep:
        pack.wiped_at = pack.wiped_at or now
    return "keep" if keep else "wipe"


def plate_digest(pack_id: UUID, code: str) -> str:
    """Digest a plate's code for one pack (SHA-256, hexadecimal): what is typed is compared so."""
    return hashlib.sha256(f"{pack_id}|{code}".encode()).hexdigest()


def _may_take(actor: Actor, division_code: str, group_code: str | None) -> bool:
    """Tell whether one may both log visits and open records in this group."""
    return all(
        actor.may_at(permission, division_code=division_code, group_code=group_code)
        for permission in (roles.VISITS_LOG, roles.RECORDS_OPEN)
    )


def _households(
    session: Session, division_code: str, group_codes: Sequence[str]
) -> Sequence[Household]:
    labels = [code.removeprefix(LABEL) for code in group_codes if code.startswith(LABEL)]
    wanted = Household.group_code.in_(group_codes) | (
        Household.group_code.is_(None) & Household.group_label.in_(labels)
    )
    if not group_codes:
        raise BadPack
    query = (
        select(Household)
        .where(Household.division_code == division_code, Household.state == "active", wanted)
        .order_by(Household.group_code, Household.group_label, Household.number)
        .limit(MOST_HOUSEHOLDS + 1)
    )
    found = session.scalars(query).all()
    if not found:
        raise PackEmpty
    if len(found) > MOST_HOUSEHOLDS:
        raise PackTooLarge
    return found


def _content(session: Session, pack: Pack, found: Sequence[Household]) -> PackContent:
    query = (
        select(Person)
        .where(Person.household_id.in_([one.id for one in found]), Person.left_on.is_(None))
        .order_by(Person.household_id, Person.is_head.desc(), Person.id)
    )
    members: dict[int, list[PersonView]] = defaultdict(list)
    for person in register.open_persons(session, session.scalars(query).all()):
        members[person.household_id].append(person)
    codes = plates.codes_at_doors(session, [one.door_id for one in found if one.door_id])
    lineage = places.lineage(session, pack.division_code)
    groups_ = {one.code: one.short_name for one in places.children(session, pack.division_code)}
    entries = tuple(
        _entry(
            session,
            one,
            members=members[one.id],
            group=groups_.get(one.group_code or "", "") or one.group_label,
            plate=plate_digest(pack.id, codes[one.door_id]) if one.door_id in codes else "",
        )
        for one in found
    )
    return PackContent(
        id=pack.id,
        village=lineage[-1].short_name,
        prepared_at=pack.prepared_at,
        expires_at=pack.expires_at,
        server_key=envelopes.public_key(session),
        households=entries,
    )


def _entry(
    session: Session,
    household: Household,
    *,
    members: Sequence[PersonView],
    group: str,
    plate: str,
) -> PackEntry:
    """Mask a household; of those under age a pack says how many, and nothing else."""
    today = clock.today()
    address = crypto.open_value(
        session, household.address_sealed, Place("households", household.id, "address")
    )
    adults = [person for person in members if not person.is_minor(today)]
    return PackEntry(
        id=household.id,
        group=group,
        number=household.number,
        address=masking.mask("address", address) or "",
        plate=plate,
        persons=tuple(
            PackPerson(
                id=person.id,
                name=masking.name(person.name),
                relation=RELATIONS.get(person.relation, person.relation),
                tags=tuple(
                    TAG_KINDS[tag.tag].name
                    for tag in person.tags
                    if tag.tag in TAG_KINDS
                    and TAG_KINDS[tag.tag].sensitivity == "plain"
                    and tag.holds_on(today)
                ),
            )
            for person in adults
        ),
        minors=len(members) - len(adults),
    )
