"""The canary's journeys come by: a leak planted on their way is found, each where it was planted.

What is planted is a mistake somebody could make: a mask forgotten, a value in a job, a log, a
notice, a file left in clear.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.disclosure import service as disclosure
from app.disclosure.models import Topic
from app.disclosure.schemas import DraftIn
from app.households import masking
from app.households.rosters.entries import Entry
from app.households.service import bindings, importing
from app.households.service.importing import entering, files
from app.identity.villagers import phones
from app.kernel import logs, outbox
from app.visits import service as visits
from app.visits.errors import Undecipherable
from app.visits.schemas import OfflineVisit
from app.visits.service import syncing
from tests.journeys import canary_bindings, canary_disclosure, canary_rosters, canary_visits
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch
from tests.journeys.planted import COUSIN, DRAFT_ID, FILE_NAME, NAME, OFFLINE, OTHER_PHONE, STEP

Plant = Callable[[pytest.MonkeyPatch], None]
Case = tuple[str, str, Plant]


def _before(place: object, name: str, leak: Callable[..., object]) -> Plant:
    """Let `leak` be called with what is given to a function, which then does its work."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        original: Callable[..., Any] = getattr(place, name)

        def leaking(*given: Any, **named: Any) -> Any:
            leak(*given, **named)
            return original(*given, **named)

        patch.setattr(place, name, leaking)

    return plant


def _instead(place: object, name: str, leak: Callable[..., object]) -> Plant:
    return lambda patch: patch.setattr(place, name, leak)


def _log(value: object) -> None:
    logs.get("app.planted").info("planted", value=value)


def _log_the_roster(_session: object, entries: list[Entry], **_given: object) -> None:
    _log([entry.dump() for entry in entries])


def _log_the_note(*_given: object, note: str, **_named: object) -> None:
    _log(note)


def _keep_the_file(_session: object, folder: Path, *, content: bytes, **_ids: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "copy.xlsx").write_bytes(content)


def _tell_in_a_job(session: Session, *, file_name: str, **_given: object) -> None:
    outbox.publish(session, "operations.noop", name=file_name)


def _ask_in_a_job(session: Session, *, wanted: bindings.Wanted, **_given: object) -> None:
    outbox.publish(session, "operations.noop", name=wanted.name)


def _log_the_notes(_session: object, _pack: object, visit: OfflineVisit, **_given: object) -> None:
    _log(visit.notes)


def _write_in_clear(session: Session, _pack: object, visit: OfflineVisit, **_given: object) -> None:
    session.add(Topic(code="planted", name=visit.notes, position=99, tile=None))


def _log_the_draft(_session: object, *, wanted: DraftIn, **_given: object) -> None:
    _log(wanted.body_markdown)


def _write_in_a_job(session: Session, *, wanted: DraftIn, **_given: object) -> None:
    outbox.publish(session, "operations.noop", body=wanted.body_markdown)


class _Quoting(Undecipherable):
    def __init__(self) -> None:
        super().__init__(f"读不出来：{OFFLINE}")


class Planted:
    """The village, in which a journey is made after something was planted on its way."""

    def __init__(self, world: World, watch: Watch, patch: pytest.MonkeyPatch) -> None:
        self.world, self._watch, self._patch = world, watch, patch

    def __call__(self, plant: Plant, journey: Callable[[World, Watch], object]) -> None:
        """Plant, and go."""
        plant(self._patch)
        journey(self.world, self._watch)

    def found(self, value: str) -> set[str]:
        """Name the channels in which a value was found."""
        return {leak.channel for leak in self._watch.leaks() if leak.value == value}


@pytest.fixture
def planted(world: World, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Planted:
    return Planted(world, watch, monkeypatch)


ROSTERS: list[Case] = [
    ("page", COUSIN, _instead(masking, "name", str)),
    ("log", COUSIN, _before(entering, "plan", _log_the_roster)),
    ("file", COUSIN, _before(files, "write", _keep_the_file)),
    ("job", FILE_NAME, _before(importing, "upload", _tell_in_a_job)),
]
DEVICES: list[Case] = [
    ("page", NAME, _instead(masking, "name", str)),
    ("page", OFFLINE, _instead(syncing, "Undecipherable", _Quoting)),
    ("log", OFFLINE, _before(syncing, "_wait", _log_the_notes)),
    ("table", OFFLINE, _before(syncing, "_wait", _write_in_clear)),
]
VISITS: list[Case] = [("log", STEP, _before(visits, "move_need", _log_the_note))]
BINDINGS: list[Case] = [
    ("job", NAME, _before(bindings, "ask", _ask_in_a_job)),
    ("headers", OTHER_PHONE, _instead(phones, "masked", str)),
]
DRAFTS: list[Case] = [
    ("log", DRAFT_ID, _before(disclosure, "create_draft", _log_the_draft)),
    ("job", DRAFT_ID, _before(disclosure, "create_draft", _write_in_a_job)),
]
cases = pytest.mark.parametrize


@cases(("channel", "value", "plant"), ROSTERS)
def test_a_leak_on_a_rosters_way_is_found(
    planted: Planted, channel: str, value: str, plant: Plant
) -> None:
    planted(plant, canary_rosters.bring_in)
    assert channel in planted.found(value)


@cases(("channel", "value", "plant"), DEVICES)
def test_a_leak_on_a_devices_way_is_found(
    planted: Planted, channel: str, value: str, plant: Plant
) -> None:
    planted(plant, canary_visits.offline)
    assert channel in planted.found(value)


@cases(("channel", "value", "plant"), VISITS)
def test_a_leak_on_a_visits_way_is_found(
    planted: Planted, channel: str, value: str, plant: Plant
) -> None:
    planted(plant, canary_visits.visit)
    assert channel in planted.found(value)


@cases(("channel", "value", "plant"), BINDINGS)
def test_a_leak_on_the_way_to_a_binding_is_found(
    planted: Planted, channel: str, value: str, plant: Plant
) -> None:
    planted.world.phone_changes()
    planted(plant, canary_bindings.bind_head)
    assert channel in planted.found(value)


@cases(("channel", "value", "plant"), DRAFTS)
def test_a_leak_on_a_drafts_way_is_found(
    planted: Planted, channel: str, value: str, plant: Plant
) -> None:
    planted(plant, canary_disclosure.publish)
    assert channel in planted.found(value)
