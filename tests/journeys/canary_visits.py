"""Visits to the planted household: by the forms, and from a device that had no signal."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from app.kernel import clock
from app.visits.schemas import Message
from tests.console.conftest import Browser, hidden, shown
from tests.factories import GROUP, VILLAGE
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch
from tests.journeys.planted import (
    ADDED,
    HEARD,
    NAME,
    NOTES,
    OFFLINE,
    OFFLINE_MET,
    PHONE,
    SETTLED,
    STEP,
)
from tests.visits import devices

SITE = "https://localhost"


class Rounds:
    """A cadre on the way, a colleague, and those who try the same addresses without a right."""

    def __init__(self, world: World, watch: Watch) -> None:
        self.world = world
        for who in ("staff", "colleague"):  # a form gives its writer back what was typed
            watch.typed[f"{who} POST /console/visits/"] = (
                NOTES,
                HEARD,
                SETTLED,
                OFFLINE,
                OFFLINE_MET,
            )
        self.cadre = world.staff("cadre", name="walker")
        self.colleague = world.staff("cadre", name="colleague", visitor="colleague")
        self.taken: list[str] = []

    def log(self, browser: Browser, **written: str) -> str:
        """Log a visit by the form, which shows the household masked; gives its address."""
        path = f"/console/visits/new/{VILLAGE}/{self.world.household_id}"
        form = browser.get(path)
        fields = {
            "client_id": hidden(form, "client_id"),
            "division": VILLAGE,
            "household_id": self.world.household_id,
            "visited_on": clock.today().isoformat(),
            "purpose": "visit",
            "category_1": "housing",
            **written,
        }
        wrong = {**fields, "purpose": PHONE, "met": ""}
        assert browser.send("/console/visits/", **wrong).status_code == 422
        answer = browser.send("/console/visits/", **fields)
        assert answer.status_code == 303, shown(answer)
        self.taken += [path, answer.headers["Location"]]
        return answer.headers["Location"]

    def pack(self) -> dict[str, Any]:
        """Take the group along."""
        groups = self.cadre.client.get(f"/console/offline/choices?village={VILLAGE}").get_json()
        assert [one["code"] for one in groups["groups"]] == [GROUP]
        told: dict[str, Any] = self._post("packs", {"village": VILLAGE, "groups": [GROUP]})
        assert [one["id"] for one in told["households"]] == [self.world.household_id]
        return told

    def send(self, *messages: Message) -> list[str]:
        """Send what a device wrote down: what became of each."""
        sent = [one.model_dump(mode="json") for one in messages]
        told = self._post("messages", {"messages": sent})
        return [one["result"] for one in told["results"]]

    def _post(self, path: str, content: dict[str, Any]) -> Any:
        state = self.cadre.client.get("/console/offline/state").get_json()
        headers = {"X-CSRFToken": state["secret"], "Referer": f"{SITE}/console/offline/"}
        answer = self.cadre.client.post(
            f"/console/offline/{path}", json=content, headers=headers, base_url=SITE
        )
        assert answer.status_code == 200, answer.text
        return answer.get_json()


def visit(world: World, watch: Watch) -> None:
    """Log a visit with a need by the form, mend it, and see the need through."""
    rounds = Rounds(world, watch)
    address = rounds.log(rounds.cadre, met=NAME, notes=NOTES, need_1=HEARD)
    page = rounds.cadre.get(address)
    assert NOTES in page.text
    today = clock.today().isoformat()
    mended = rounds.cadre.send(address, purpose="visit", visited_on=today, met=NAME, notes=ADDED)
    assert mended.status_code == 303
    followed = rounds.cadre.get("/console/visits").text
    [need] = re.findall(r'href="(/console/visits/needs/\d+/\d+)"', followed)
    page = rounds.cadre.get(need)
    assert HEARD in page.text
    fields = {"row_version": hidden(page, "row_version"), "state": "done"}
    assert rounds.cadre.send(f"{need}/step", **{**fields, "state": NAME}).status_code == 422
    assert rounds.cadre.send(f"{need}/step", **fields, note=STEP).status_code == 303
    assert STEP in rounds.cadre.get(need).text
    rounds.taken.append(need)
    world.do_all_work()
    _others(rounds)


def offline(world: World, watch: Watch) -> None:
    """Take a pack, write without signal, send, and decide about what does not fit."""
    rounds = Rounds(world, watch)
    rounds.log(rounds.colleague, notes=NOTES)
    pack = rounds.pack()
    opening = {"household_id": world.household_id, "opened_at": clock.now().isoformat()}
    opened = devices.seal(pack["server_key"], opening, pack_id=UUID(pack["id"]), kind="opening")
    first = _written(world, pack)
    assert rounds.send(opened, first) == ["stored", "waiting"]
    assert rounds.send(opened, first) == ["already", "already"]
    crooked = [
        _written(world, pack, purpose=NAME),
        _written(world, pack, met_person_ids=[PHONE, NAME]),
        _written(world, pack, place=OFFLINE),
        _written(world, pack, household_id=999_999),
        first.model_copy(update={"id": uuid4()}),
        first.model_copy(update={"envelope": OFFLINE.encode().hex()}),
    ]
    assert set(rounds.send(*crooked)) == {"refused"}
    waiting = _waiting(rounds)
    compared = rounds.cadre.get(waiting).text
    assert OFFLINE in compared
    assert NOTES in compared
    assert rounds.cadre.send(waiting, decision=NAME, note=SETTLED).status_code == 409
    assert rounds.cadre.send(waiting, decision="merged", note=SETTLED).status_code == 303
    assert OFFLINE in rounds.cadre.get(rounds.taken[1]).text
    for path in ("/console/visits", "/console/visits/packs", "/console/inbox"):
        rounds.cadre.get(path)
    rounds.cadre.send(f"/console/visits/packs/{pack['id']}/revocation")
    rounds.taken += [waiting, f"/console/offline/state?pack={pack['id']}"]
    world.do_all_work()
    _others(rounds)


def _written(world: World, pack: dict[str, Any], **fields: object) -> Message:
    """Write a visit down as a device does, sealed to the server."""
    client_id, revision = uuid4(), uuid4()
    content = {
        "client_id": client_id,
        "revision": revision,
        "household_id": world.household_id,
        "purpose": "visit",
        "visited_on": clock.today(),
        "met": OFFLINE_MET,
        "notes": OFFLINE,
        "needs": [{"category": "housing", "text": HEARD}],
        **fields,
    }
    return devices.seal(
        pack["server_key"],
        content,
        pack_id=UUID(pack["id"]),
        message_id=client_id,
        revision=revision,
    )


def _waiting(rounds: Rounds) -> str:
    page = rounds.cadre.get("/console/visits").text
    [found] = re.findall(r'href="(/console/visits/waiting/\d+/\d+)"', page)
    return str(found)


def _others(rounds: Rounds) -> None:
    """Try every address as a stranger and as staff of the sister village."""
    for other in rounds.world.others:
        for path in (*rounds.taken, "/console/visits", "/console/offline/"):
            assert other.get(path).status_code in {200, 401, 403}
        for path in rounds.taken:
            other.send(path, decision="dropped", note="x", notes="x")
            other.send(f"{path}/step", state="done", note="x", row_version="1")
