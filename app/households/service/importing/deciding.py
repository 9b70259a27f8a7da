"""Comparing a roster with the register: what is new, what changes, what stays, what cannot be.

A roster adds and mends. It never takes anybody out, makes somebody else the head, or moves people
between households: those are acts of their own, with a day and a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.households.rosters.decisions import ADD, CHANGE, LEAVE, REFUSE, Decision, Step
from app.households.rosters.entries import Entry, Member
from app.households.schemas import PersonView, TagIn, TagView
from app.households.service.importing.surveying import Survey

ELSEWHERE = "这个身份证号已经在别的村登记，请先办理迁移。"
OTHER_HOUSEHOLD = "这个人登记在本村的另一户，请先在住户页面办理分户、并户或迁移。"
DEAD = "这个人已经登记为去世，请核对名单。"
OTHER_HEAD = "户主与登记的不同，请先在住户页面办理户主变更。"
NUMBER_TAKEN = "这个户编号在本村已经是另一户的，请改一个。"
ALONGSIDE = "同一户里有要改的行，整户没有导入。"


def decide(survey: Survey, entry: Entry, *, today: date) -> Decision:
    """Say what is to be done with one household."""
    steps = [Step(REFUSE, reason=m.fault) if m.fault else Step(ADD) for m in entry.members]
    if entry.is_sound:
        household_id = _home(survey, entry)
        _match(survey, entry, steps, household_id, today=today)
    else:
        household_id = None
    decision = Decision(ADD, steps, household_id, reason=entry.fault)
    if not entry.fault and household_id is not None and entry.is_sound:
        _compare_household(survey, entry, decision)
    elif entry.number in survey.numbers and not entry.fault and entry.is_sound:
        decision.reason = NUMBER_TAKEN
    return _concluded(decision)


def _concluded(decision: Decision) -> Decision:
    if decision.reason or any(step.outcome == REFUSE for step in decision.steps):
        decision.outcome, decision.fields = REFUSE, ()
        for step in decision.steps:
            if step.outcome != REFUSE:
                step.outcome, step.fields = REFUSE, ()
                step.reason = decision.reason or ALONGSIDE
    elif decision.household_id is not None:
        touched = decision.fields or any(step.outcome != LEAVE for step in decision.steps)
        decision.outcome = CHANGE if touched else LEAVE
    return decision


def _home(survey: Survey, entry: Entry) -> int | None:
    """Find the household of the register that this one is: its head's, or else most members'."""
    homes = [home for member in entry.members if (home := _known(survey, member)) is not None]
    head = next((member for member in entry.members if member.is_head), None)
    if head is not None and (home := _known(survey, head)) is not None:
        return home[1]
    if homes:
        found = [household_id for _person, household_id in homes]
        return max(sorted(set(found)), key=found.count)
    numbered = survey.numbers.get(entry.number)
    if numbered is not None and head is not None:
        # Everybody may be new to the blind index: the first roster had no ID numbers.
        names = {(view.name, view.birth_date) for view in survey.members.get(numbered, ())}
        if (head.name, head.birth_date) in names:
            return numbered
    return None


def _known(survey: Survey, member: Member) -> tuple[int, int] | None:
    if member.id_number is not None:
        return survey.people.get(member.id_number)
    return survey.nameless.get((member.name, member.birth_date))


def _match(
    survey: Survey, entry: Entry, steps: list[Step], household_id: int | None, *, today: date
) -> None:
    living = survey.members.get(household_id, []) if household_id else []
    dead = survey.dead.get(household_id, []) if household_id else []
    for member, step in zip(entry.members, steps, strict=True):
        known = _known(survey, member)
        if member.id_number in survey.elsewhere:
            step.outcome, step.reason = REFUSE, ELSEWHERE
        elif known is not None and known[1] != household_id:
            step.outcome, step.reason = REFUSE, OTHER_HOUSEHOLD
        elif _same(member, dead) is not None:
            step.outcome, step.reason = REFUSE, DEAD
        elif (view := _same(member, living)) is not None:
            step.person_id = view.id
            step.fields = changes(member, view, today=today)
            step.outcome = CHANGE if step.fields else LEAVE


def _same(member: Member, views: Sequence[PersonView]) -> PersonView | None:
    """Find a member among people: by number, or by name and birth date where one has none."""
    for view in views:
        if member.id_number is not None and view.id_number is not None:
            if member.id_number == view.id_number:
                return view
        elif (member.name, member.birth_date) == (view.name, view.birth_date):
            return view
    return None


def changes(member: Member, view: PersonView, *, today: date) -> tuple[str, ...]:
    """Name the fields that a line changes; what is left blank in a roster changes nothing."""
    fields = [
        field
        for field in ("name", "id_number", "phone", "birth_date", "residence")
        if (wanted := getattr(member, field)) and wanted != getattr(view, field)
    ]
    if member.relation and not view.is_head and member.relation != view.relation:
        fields.append("relation")
    if any(needed(tag, view.tags, today=today) for tag in member.tags):
        fields.append("tags")
    return tuple(fields)


def needed(tag: TagIn, held: Sequence[TagView], *, today: date) -> bool:
    """Tell whether a tag of a roster says more than what is held."""
    same = [one for one in held if one.tag == tag.tag]
    if tag.valid_until is not None and tag.valid_until < today:
        return not any(one.valid_until == tag.valid_until for one in same)
    valid = [one for one in same if one.valid_until is None or one.valid_until >= today]
    return not any(
        (tag.amount_fen is None or one.amount_fen == tag.amount_fen)
        and (tag.valid_until is None or one.valid_until == tag.valid_until)
        for one in valid
    )


def _compare_household(survey: Survey, entry: Entry, decision: Decision) -> None:
    household_id = decision.household_id
    assert household_id is not None  # noqa: S101 - the caller has looked
    household, members = survey.households[household_id], survey.members.get(household_id, [])
    matched = {step.person_id for step in decision.steps}
    decision.others = sum(view.id not in matched for view in members)
    registered = next((view.id for view in members if view.is_head), None)
    for member, step in zip(entry.members, decision.steps, strict=True):
        if member.is_head and step.outcome != REFUSE and step.person_id != registered:
            step.outcome, step.reason = REFUSE, OTHER_HEAD
    owner = survey.numbers.get(entry.number)
    if owner is not None and owner != household_id:
        decision.reason = NUMBER_TAKEN
    pairs = {
        "address": (entry.address, survey.addresses[household_id]),
        "number": (entry.number, household.number),
        "group": (
            entry.group_code or entry.group_label,
            household.group_code or household.group_label,
        ),
    }
    decision.fields = tuple(name for name, (new, old) in pairs.items() if new and new != old)
