"""No personal value anywhere it does not belong: every journey there is, then everything produced.

That the search finds leaks at all is shown in `test_canary_finds.py`.
"""

from __future__ import annotations

import re

from sqlalchemy import select

from app.audit import service as audit
from app.audit.models import AuditQuestion
from app.households.errors import HouseholdNotFound
from app.kernel import outbox
from app.web import entry
from app.web.flask_app import SESSION_COOKIE
from tests.conftest import Served
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.journeys import canary_bindings, canary_visits
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch
from tests.journeys.planted import (
    ADDRESS,
    ANSWER,
    ID_NUMBER,
    NAME,
    OTHER_PHONE,
    PHONE,
    QUESTION,
    REASON,
    TYPED,
)


def _strangers(world: World, served: Served) -> None:
    """Scan, read, report, get lost, and send what does not fit, without signing in."""
    stranger = served.client()
    for path in (
        *("/", f"/v/{VILLAGE}", f"/d/{world.plate}", f"/d/{world.plate}/report", "/sign-in"),
        *(f"/api/v1/doorplates/{world.plate}", "/api/v1/topics", "/api/v1/openapi.json"),
        *("/d/0000000000000", "/items/999", "/console/audit", "/me/inbox", "/console/inbox"),
        *(f"/console/plates/{world.plate}/household", "/console/records/1", "/me"),
    ):
        stranger.get(path)
    for body in ({"username": TYPED, "password": TYPED}, {"username": [NAME], "password": 5}):
        assert stranger.post("/api/v1/tokens", json=body).status_code in {401, 422}
    stranger.get("/api/v1/topics", headers={"Authorization": f"Bearer {TYPED.encode().hex()}"})
    stranger.post("/preferences", data={"mode": NAME, "next": "/"})


def _failed_sign_ins(world: World) -> None:
    """Type secrets where they do not fit; a form gives its writer the username back, no more."""
    browser = world.staff("installer", visitor="stranger")
    browser.client.delete_cookie(SESSION_COOKIE)
    for username in ("nobody", f"installer-{VILLAGE}"):
        assert browser.sign_in(username, TYPED).status_code in {401, 422}
    villager = world.villager()
    villager.send("/sign-in/phone", phone=f"{PHONE}0")
    villager.send("/sign-in/phone", phone=PHONE)
    villager.send("/sign-in/code", code=TYPED)


def _cadre(world: World) -> None:
    """Scan, open with a reason, read the masked record, see one value after the other."""
    cadre, sister = world.staff("cadre"), world.staff("cadre", OTHER_VILLAGE, visitor="sister")
    at_plate = f"/console/plates/{world.plate}/household"
    for browser in (cadre, sister):
        browser.get(f"/d/{world.plate}")
        browser.get(at_plate)
    assert sister.send(at_plate, purpose="visit").status_code == 403
    assert cadre.send(at_plate, purpose="other", reason="").status_code == 422
    record = cadre.send(at_plate, purpose="other", reason=REASON).headers["Location"]
    masked = cadre.get(record)
    assert masked.status_code == 200
    assert not any(value in masked.text for value in (NAME, ADDRESS, PHONE, ID_NUMBER))
    assert sister.get(record).status_code in {403, 404, 409}
    for field, value in (("name", NAME), ("id_number", ID_NUMBER), ("phone", OTHER_PHONE)):
        page = cadre.send(f"{record}/reveal", wanted=f"{field}-{world.head_id}")
        assert value in page.text, field
    assert ADDRESS in cadre.send(f"{record}/reveal", wanted="address").text
    assert cadre.send(f"{record}/reveal", wanted=f"{NAME}-{PHONE}").status_code >= 400


def _villager(world: World, watch: Watch) -> int:
    """Come to be bound, ask about an access to the household: the question's number."""
    villager, bound = canary_bindings.bind_head(world, watch)
    for path in ("/me", "/me/phone", "/me/inbox", "/me/questions", f"/d/{world.plate}"):
        villager.get(path)
    listed = villager.get(f"/me/household/{bound}/accesses").text
    [form, *_] = re.findall(r'href="(/me/household/\d+/accesses/\d+/question)"', listed)
    asked = villager.send(form, shown_at=form, text=QUESTION)
    assert asked.status_code == 303
    assert QUESTION in villager.get("/me/questions").text
    with world.database.reading() as session:
        return session.scalars(select(AuditQuestion.id)).one()


def _auditor(world: World, question: int) -> None:
    auditor = world.staff("security_auditor", visitor="auditor")
    assert REASON in auditor.get("/console/audit").text
    page = f"/console/audit/questions/{question}"
    assert QUESTION in auditor.get(page).text
    assert auditor.send(f"{page}/answer", text=ANSWER).status_code == 303
    for path in ("/console/audit/flags", "/console/audit/check", "/console/inbox"):
        assert auditor.get(path).status_code == 200


def test_no_journey_leaves_a_personal_value_where_it_does_not_belong(
    watch: Watch, world: World, served: Served
) -> None:
    world.phone_changes()
    canary_visits.visit(world, watch)
    _strangers(world, served)
    _failed_sign_ins(world)
    _cadre(world)
    question = _villager(world, watch)
    world.do_all_work()
    _auditor(world, question)
    with world.database.unit_of_work() as session:
        for task in ("audit.seal", "audit.watch", "audit.verify", "audit.export_head"):
            outbox.publish(session, task) if task != "audit.seal" else audit.seal(session)
    world.do_all_work()
    _strangers(world, served)
    assert watch.leaks() == []


def test_a_fault_tells_nothing_of_what_it_was_busy_with(
    watch: Watch, world: World, served: Served
) -> None:
    @entry.public
    def broken() -> str:
        raise ValueError(f"{NAME} {PHONE}")

    served.app.add_url_rule("/broken", view_func=broken)
    served.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert served.client().get("/broken").status_code == 500

    def fail(*_given: object, **_ids: object) -> None:
        raise HouseholdNotFound(f"{NAME} {ADDRESS}")

    with world.database.unit_of_work() as session:
        number = outbox.publish(session, "operations.noop").id
    outbox.perform(world.database, number, find_task=lambda _name: fail)
    assert "request_failed" in watch.log.getvalue()
    assert "job_failed" in watch.log.getvalue()
    assert watch.leaks() == []
