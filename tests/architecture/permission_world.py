"""The world of the permission matrix: one of everything in 青杠林村, and the forms that act on it.

A new route finds its address parameters in `build` by their names, and its form in `FORMS`.
Whatever stands here lies in VILLAGE; the actors come from there, from a sister village, and from
the township above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.disclosure import service as disclosure
from app.disclosure.schemas import CorrectionIn
from app.doorplates.models import Sheet
from app.households.schemas import StatedPurpose
from app.households.service import acts, bindings, corrections, openings
from app.identity import queries as identity_queries
from app.identity import roles
from app.identity import service as identity
from app.identity.models import TokenKind
from app.identity.schemas import NewAccount
from app.identity.villagers import service as villagers
from app.kernel import clock, outbox
from app.kernel.access import OPERATOR, Actor, Grant
from app.notices import queries as inbox
from app.notices import service as notices
from app.notices.schemas import Recipient
from app.screening.service import wording
from tests import factories
from tests.architecture import (
    permission_aid,
    permission_catalogue,
    permission_disclosure,
    permission_files,
    permission_funds,
    permission_households,
    permission_rosters,
    permission_visits,
)
from tests.factories import COUNTY, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE, households
from tests.households import binding_world

World = dict[str, Any]

PHONE = "13800000000"
PLACES = (VILLAGE, OTHER_VILLAGE, TOWNSHIP)
"""Where the actors hold their roles: the own place, a sister of it, the parent of both."""


def build(session: Session) -> World:
    """Put one of everything into the village: the value of every address parameter by its name."""
    factories.county(session)
    plates = factories.printed(session, number=2)
    item = factories.item(session)
    disclosure.correct_item(
        session,
        item_id=item.id,
        wanted=CorrectionIn(title="更正", body_markdown="共 13 户。", note="漏写一户"),
        actor=OPERATOR,
    )
    household = households.household(session, door_id=plates[0].door_id)
    return {
        "code": plates[0].code,
        "household_id": household.id,
        "household_member": list(acts.members(session, household.id))[1],
        "batch_id": plates[0].batch_id,
        "sheet_id": _sheet(session, plates[0].batch_id),
        "item_id": item.id,
        "number": 1,
        "topic": "dibao",
        "row_id": _failed_job(session),
        **_asked_about(session),
        **_at_home(session),
        "filename": "console/console.css",
        "act": "damage",
        "village": VILLAGE,
        "change": "officer",
        "grave_change": "departure",
        "kind": "manifest.csv",
        **_colleague(session),
        "import_id": permission_rosters.roster(session),
        **permission_catalogue.stand(session),
        "word_id": _word(session),
        "session_id": 0,
        **permission_files.published(session),
        **permission_funds.ledger_of_village(session),
    }


def _colleague(session: Session) -> World:
    """Open an account an administrator of the county asked for, who lost the second factor."""
    boss = identity.create_staff(
        session, username="boss", password=PASSWORD, role="admin", division_code=COUNTY
    )
    token, _ends = identity.hand_out(session, staff=boss, kind=TokenKind.API)
    asking = identity_queries.actor_for_token(session, token)
    assert asking is not None
    wanted = NewAccount(username="colleague", role="cadre", division_code=VILLAGE)
    staff = identity.open_account(session, wanted=wanted, password=PASSWORD, actor=asking)
    identity.give_second_factor(session, username=staff.username)
    reset = identity.ask_reset(session, staff_id=staff.id, proof="本人到办公室", actor=asking)
    return {
        "staff_id": staff.id,
        "grant_id": identity_queries.live_grants(session, staff.id)[0].id,
        "reset_id": reset.id,
    }


def _sheet(session: Session, batch_id: int) -> int:
    sheet = Sheet(
        batch_id=batch_id,
        size="small",
        ground="blue",
        paper="a4",
        state="drawing",
        plates=2,
        created_by="operator",
        created_at=clock.now(),
    )
    session.add(sheet)
    session.flush()
    return sheet.id


def _word(session: Session) -> int:
    wanted = wording.WordIn("sensitive", "举例")
    return wording.add_word(session, wanted=wanted, county_code=COUNTY, actor=OPERATOR).id


def _failed_job(session: Session) -> int:
    row = outbox.publish(session, "doorplates.draw_sheet", sheet_id=0)
    row.state, row.attempts, row.done_at = outbox.State.FAILED, outbox.ATTEMPTS, clock.now()
    session.flush()
    return row.id


def _asked_about(session: Session) -> World:
    """Let the villager ask about a line, and have a message."""
    account_id = villagers.account_of_phone(session, phone=PHONE)
    line_id = audit.record(session, Line(OPERATOR, "open", VILLAGE, household_id=1))
    question_id = audit.ask(session, line_id, account_id, "为什么查看")
    notices.deliver(session, account_id=account_id, kind="test", title="消息", body="", key="1")
    [message] = inbox.messages(session, Recipient(account_id=account_id))
    return {"question_id": question_id, "message_id": message.id}


def _at_home(session: Session) -> World:
    """Let somebody else be bound to a household, want a correction, and a third wait to be."""
    home = binding_world.home(session)
    head, binding_id = binding_world.bound_head(session, home)
    correction_id = corrections.ask(
        session,
        villager=head,
        binding_id=binding_id,
        person_id=home.head,
        field="phone",
        wanted=("13911112222", ""),
    )
    waits = bindings.ask(
        session,
        villager=binding_world.villager(session),
        wanted=binding_world.wanted(home),
    )
    return {
        "binding_id": binding_id,
        "other_id": binding_id,
        "asking_id": waits.id,
        "correction_id": correction_id,
        "person_id": home.head,
        "spouse_id": home.spouse,
        "field": "phone",
        "line_id": 1,
        "purpose": "email",
    }


def hold_open(session: Session, world: World) -> World:
    """Let the cadre of the place hold the household's record open; everyone else may try it."""
    cadre = identity_queries.get_by_username(session, f"cadre-{VILLAGE}")
    here = Grant(roles.RECORDS_OPEN, VILLAGE)
    opening = openings.open_at_plate(
        session,
        code=world["code"],
        purpose=StatedPurpose("visit"),
        actor=Actor(name=cadre.username, staff_id=cadre.id, grants=(here,)),
    )
    return {"opening_id": opening.id}


VALUES: dict[str, Callable[[World], World]] = {
    **permission_visits.VALUES,
    **permission_aid.VALUES,
    **permission_disclosure.VALUES,
    **permission_funds.VALUES,
    # "METHOD route": other values for its address parameters.
    "GET /v/<string:code>": lambda _world: {"code": VILLAGE},
    "GET /v/<string:code>/board": lambda _world: {"code": VILLAGE},
    "GET /v/<string:code>/topics/<string:topic>": lambda _world: {"code": VILLAGE},
    "GET /api/v1/divisions/<string:code>": lambda _world: {"code": VILLAGE},
    "GET /api/v1/divisions/<string:code>/children": lambda _world: {"code": VILLAGE},
    "GET /api/v1/divisions/<string:code>/items": lambda _world: {"code": VILLAGE},
    "GET /api/v1/divisions/<string:code>/organisations": lambda _world: {"code": VILLAGE},
    "POST /me/sessions/<int:session_id>/end": lambda _world: {"session_id": 1},
    "GET /console/bindings/<int:binding_id>": lambda world: {"binding_id": world["asking_id"]},
    "POST /console/bindings/<int:binding_id>/confirmation": (
        lambda world: {"binding_id": world["asking_id"]}
    ),
    "POST /console/bindings/<int:binding_id>/refusal": (
        lambda world: {"binding_id": world["asking_id"]}
    ),
    "GET /bootstrap/static/<path:filename>": lambda _world: {"filename": "css/bootstrap.min.css"},
}

QUERIES: dict[str, Callable[[World], World]] = {
    **permission_visits.QUERIES,
    # "METHOD route": what stands behind the question mark.
    "GET /console/plates": lambda world: {"code": world["code"]},
    "GET /d": lambda world: {"code": world["code"]},
    "GET /api/v1/divisions": lambda _world: {"name": "青杠林"},
}

_PURPOSE = {"purpose": "visit"}
_SHEET = {"size": "small", "ground": "blue", "paper": "a4"}
_REASON = {"reason": "拆除重建"}

FORMS: dict[str, Callable[[World], World]] = {
    **permission_households.FORMS,
    **permission_rosters.FORMS,
    **permission_catalogue.FORMS,
    **permission_files.FORMS,
    "POST /console/words": lambda _world: {"kind": "sensitive", "word": "例词"},
    **permission_visits.FORMS,
    **permission_aid.FORMS,
    **permission_disclosure.FORMS,
    **permission_funds.FORMS,
    # "METHOD route": its form, or for a call of the API its JSON.
    "POST /preferences": lambda _world: {"mode": "elder"},
    "POST /d/<string:code>/report": lambda _world: {"kind": "damaged"},
    "POST /console/sign-in": lambda _world: {"username": "nobody", "password": "wrong password"},
    "POST /console/audit/questions/<int:question_id>/answer": lambda _world: {"text": "核实低保"},
    "POST /console/sign-in/code": lambda _world: {"code": "000000"},
    "POST /console/step-up": lambda _world: {"step_up_code": "000000"},
    "POST /console/account/password": (
        lambda _world: {"current": PASSWORD, "new": "another password", "again": "another password"}
    ),
    "POST /console/account/second-factor": lambda _world: {"code": "000000"},
    "POST /console/accounts": (
        lambda _world: {"username": "new", "role": "cadre", "division": VILLAGE}
    ),
    "POST /console/accounts/<int:staff_id>/grants": (
        lambda _world: {"wanted": "installer", "division": VILLAGE}
    ),
    "POST /console/accounts/<int:staff_id>/hand-over": (
        lambda _world: {"successor": f"cadre-{VILLAGE}"}
    ),
    "POST /console/approvals": (
        lambda world: {"grant": str(world["grant_id"]), "decision": "approve"}
    ),
    "POST /console/factor-resets": (
        lambda _world: {"username": f"installer-{VILLAGE}", "proof": "本人到办公室"}
    ),
    "POST /console/factor-resets/<int:reset_id>/decision": lambda _world: {"decision": "approve"},
    "POST /console/doorplates": lambda _world: {"division": VILLAGE, "count": "1"},
    "POST /console/doorplates/<int:batch_id>/sheets": lambda _world: _SHEET,
    "POST /console/plates/<string:code>/<any(damage, revocation, replacement):act>": (
        lambda _world: _REASON
    ),
    "POST /console/plates/<string:code>/household": lambda _world: _PURPOSE,
    "POST /console/households/<int:household_id>/opening": lambda _world: _PURPOSE,
    "POST /console/records/<int:opening_id>/reveal": lambda _world: {"wanted": "address"},
    "POST /console/bindings/<int:binding_id>/confirmation": (
        lambda world: {"person": world["spouse_id"]}
    ),
    "POST /console/bindings/<int:binding_id>/refusal": lambda _world: _REASON,
    "POST /console/corrections/<int:correction_id>/refusal": lambda _world: _REASON,
    "POST /me/bindings/notice": lambda _world: {"version": "2026-11"},
    "POST /me/consents/<string:purpose>/give": lambda _world: {"value": "a@example.cn"},
    "POST /me/household/<int:binding_id>/copy": lambda _world: {"kind": "json"},
    "POST /sign-in/phone": lambda _world: {"phone": "13800000001"},
    "POST /sign-in/code": lambda _world: {"code": "000000"},
    "POST /me/phone": lambda _world: {"phone": "13800000001"},
    "POST /me/phone/code": lambda _world: {"code": "000000"},
    "POST /api/v1/villagers/sessions": lambda _world: {"code": "not one of WeChat's"},
    "POST /api/v1/villagers/phone": lambda _world: {"code": "not one of WeChat's"},
    "POST /api/v1/tokens": lambda _world: {"username": "nobody", "password": "wrong password"},
    "POST /api/v1/doorplates/batches": lambda _world: {"division_code": VILLAGE, "count": 1},
    "POST /api/v1/doorplates/batches/<int:batch_id>/sheets": lambda _world: _SHEET,
    "POST /api/v1/doorplates/<string:code>/damage": lambda _world: _REASON,
    "POST /api/v1/doorplates/<string:code>/replacement": lambda _world: _REASON,
    "POST /api/v1/doorplates/<string:code>/reports": lambda _world: {"kind": "damaged"},
    "POST /api/v1/doorplates/<string:code>/revocation": lambda _world: _REASON,
    "POST /api/v1/items/<int:item_id>/withdrawal": lambda _world: {"reason": "发错了"},
}
