"""THE list of tasks: the name that stands in the outbox, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from workers.tasks import (
    aid,
    attachments,
    audit,
    bindings,
    catalogue,
    disclosure,
    doorplates,
    funds,
    households,
    keys,
    notices,
    operations,
    places,
    rosters,
    villagers,
    visits,
)

Task = Callable[..., None]
"""Called as `task(session, database, **ids)`; run twice it does what it does once."""

TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "aid.erase_due": aid.erase_due,
        "aid.tell_objection": aid.tell_objection,
        "aid.turn_day": aid.turn_day,
        "attachments.sweep": attachments.sweep,
        "audit.close_months": audit.close_months,
        "audit.export_head": audit.export_head,
        "audit.make_months": audit.make_months,
        "audit.tell_question": audit.tell_question,
        "audit.verify": audit.verify,
        "audit.watch": audit.watch,
        "bindings.end_due": bindings.end_due,
        "bindings.forget_old": bindings.forget_old,
        "bindings.tell_answer": bindings.tell_answer,
        "bindings.tell_bound": bindings.tell_bound,
        "bindings.tell_correction": bindings.tell_correction,
        "bindings.tell_corrected": bindings.tell_corrected,
        "bindings.tell_ended": bindings.tell_ended,
        "bindings.tell_waiting": bindings.tell_waiting,
        "disclosure.expire_due": disclosure.expire_due,
        "disclosure.look_again": disclosure.look_again,
        "disclosure.look_into_file": disclosure.look_into_file,
        "disclosure.publish_due": disclosure.publish_due,
        "disclosure.remind_late": disclosure.remind_late,
        "disclosure.tell_draft": disclosure.tell_draft,
        "catalogue.open_duties": catalogue.open_duties,
        "catalogue.recount": catalogue.recount,
        "catalogue.send_digests": catalogue.send_digests,
        "doorplates.draw_sheet": doorplates.draw_sheet,
        "funds.note_overdue": funds.note_overdue,
        "funds.send_digests": funds.send_digests,
        "funds.tell_answer": funds.tell_answer,
        "funds.tell_question": funds.tell_question,
        "funds.tell_returned": funds.tell_returned,
        "funds.tell_submitted": funds.tell_submitted,
        "households.came_of_age": households.came_of_age,
        "households.erase_expired": households.erase_expired,
        "households.erase_expired_of_county": households.erase_expired_of_county,
        "households.household_ended": households.household_ended,
        "households.household_joined": households.household_joined,
        "households.note_adults": households.note_adults,
        "households.note_adults_of_village": households.note_adults_of_village,
        "households.person_left": households.person_left,
        "keys.change": keys.change,
        "households.import_roster": rosters.import_roster,
        "households.read_roster": rosters.read_roster,
        "households.sweep_rosters": rosters.sweep_rosters,
        "notices.forget_old": notices.forget_old,
        "operations.forget_done": operations.forget_done,
        "operations.noop": operations.noop,
        "places.apply_due_mergers": places.apply_due_mergers,
        "places.follow_merger": places.follow_merger,
        "villagers.follow_deletion": villagers.follow_deletion,
        "villagers.send_code": villagers.send_code,
        "villagers.tell_phone_moved": villagers.tell_phone_moved,
        "visits.erase_expired": visits.erase_expired,
        "visits.tell_household": visits.tell_household,
    }
)


class UnknownTask(LookupError):
    """The outbox names a task that this release does not know."""


def find_task(name: str, *, tasks: Mapping[str, Task] = TASKS) -> Task:
    """Find the function of a task; raises `UnknownTask`."""
    try:
        return tasks[name]
    except KeyError:
        raise UnknownTask(name) from None
