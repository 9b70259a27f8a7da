"""Who may be bound to a household at once, and whose data a bound member sees in full.

Pure rules: whoever calls has read the register. 民法典 第十七条 (adults), 第二十七条 (guardians);
PIPL 第三十一条 (under 14 only through a parent or guardian).
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.households.binding_errors import LastFourWanted
from app.households.schemas import GUARDED, HouseholdView, PersonView

_LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")


@dataclass(frozen=True)
class Verdict:
    """Who the asker is, or why that is for the village to say (`privacy.WHY`)."""

    person_id: int | None
    why: str = ""


def last_four(text: str) -> str:
    """Read the end of a resident ID number as people type it; raises `LastFourWanted`."""
    read = unicodedata.normalize("NFKC", text[:20]).strip().upper()
    if not _LAST_FOUR.fullmatch(read):
        raise LastFourWanted
    return read


def judge(
    members: Sequence[PersonView],
    *,
    with_phone: Collection[int],
    kind: str,
    last_four: str,
    on: date,
) -> Verdict:
    """Decide on a request of someone who proved a phone: bound at once, or sent to the village.

    `with_phone` holds the numbers of the persons, of any household, that the register has under
    that phone. Bound is who is an adult of this household, the only one there and anywhere with
    it but for children of this household, and whose ID number ends as they say.
    """
    adults = [one for one in members if one.id in with_phone and not one.is_minor(on)]
    # Compared also where nobody fits, so that the work is the same.
    ends = [has_last_four(one, last_four) for one in members]
    agrees = {one.id for one, same in zip(members, ends, strict=True) if same}
    if kind == "guardian":
        return Verdict(None, "guardian")
    if not members:
        return Verdict(None, "no_household")
    if not adults:
        return Verdict(None, "phone_unknown")
    if len(adults) > 1 or set(with_phone) - {one.id for one in members}:
        return Verdict(None, "phone_shared")
    if adults[0].id in agrees:
        return Verdict(adults[0].id)
    return Verdict(None, "fact_differs" if adults[0].id_number else "fact_unknown")


def has_last_four(person: PersonView, given: str) -> bool:
    """Tell whether a person's ID number ends so."""
    known = (person.id_number or "").upper()[-4:]
    return hmac.compare_digest(known.encode(), given.upper().encode())


def fits_age(person: PersonView, *, kind: str, on: date) -> bool:
    """Tell whether an account may be bound as this person, or as the guardian of this person."""
    if kind == "guardian":
        return person.is_minor(on)
    age = person.age_on(on)
    return age is None or age >= GUARDED


def dependants(
    household: HouseholdView, *, me: PersonView | None, wards: Collection[int], on: date
) -> set[int]:
    """Give the children of this household whose data is one's own to see.

    The head sees every child's, the head's spouse their sons' and daughters', and a guardian
    (`wards`) the ward's. Other relations say too little about who a child's parents are.
    """
    children = [one for one in household.members if one.is_minor(on)]
    mine = {one.id for one in children if one.id in wards}
    if me is None or me.is_minor(on):
        return mine
    if me.is_head:
        return mine | {one.id for one in children}
    if me.relation == "spouse":
        return mine | {one.id for one in children if one.relation in ("son", "daughter")}
    return mine
