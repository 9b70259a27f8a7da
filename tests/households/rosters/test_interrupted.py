"""Imports that are killed, overtaken, stopped, or collide: every household whole, and once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.households.models.imports import RosterImport
from app.households.service import importing
from app.households.service.importing import inserting, running
from app.households.service.importing.deciding import ALONGSIDE, OTHER_HEAD
from app.kernel import scope
from tests.factories import VILLAGE
from tests.factories import households as made
from tests.households.rosters import workbooks as w
from tests.households.rosters.conftest import Desk
from tests.households.rosters.entered import counted, households
from tests.households.rosters.people import WIFE


def test_every_household_has_a_transaction_of_its_own(desk: Desk) -> None:
    desk.feed(w.plain())
    rows = "SELECT household.id, person.xmin = household.xmin FROM households household"
    rows += " JOIN persons person ON person.household_id = household.id"
    with desk.database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        assert session.scalar(text("SELECT count(DISTINCT xmin::text) FROM households")) == 2
        assert all(same for _household, same in session.execute(text(rows)))


class Killed(BaseException):
    """The worker's process is gone."""


def test_a_worker_killed_within_a_household_goes_on_with_that_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = desk.upload(w.plain())
    desk.start(import_id)
    wholly, entered = inserting.Newcomer.write, []

    def kill(newcomer: inserting.Newcomer, session: Session) -> None:
        wholly(newcomer, session)
        entered.append(newcomer)
        if len(entered) == 2:
            raise Killed

    monkeypatch.setattr(inserting.Newcomer, "write", kill)
    with pytest.raises(Killed):
        importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    assert (desk.get(import_id).done, len(households(desk))) == (1, 1)
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    assert desk.get(import_id).counts == {"add": 2, "persons_add": 4}
    assert len(households(desk)) == 2


def test_two_workers_with_one_import_enter_every_household_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = desk.upload(w.plain())
    desk.start(import_id)
    ready = running._make_ready
    began: list[bool] = []

    def look_and_be_overtaken(*args: Any) -> Any:
        some = ready(*args)
        if not began:
            began.append(True)
            importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
        return some

    monkeypatch.setattr(running, "_make_ready", look_and_be_overtaken)
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    row = desk.get(import_id)
    assert (row.state, row.done, row.counts) == ("done", 2, {"add": 2, "persons_add": 4})
    assert counted(desk)[:2] == [2, 4]


def test_an_import_that_is_stopped_between_two_households_enters_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = desk.upload(w.plain())
    desk.start(import_id)
    carry = running._carry_out

    def carry_and_be_stopped(*args: Any) -> None:
        carry(*args)
        with desk.database.unit_of_work() as session:
            session.execute(update(RosterImport).values(state="planned"))

    monkeypatch.setattr(running, "_carry_out", carry_and_be_stopped)
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    row = desk.get(import_id)
    assert (row.state, row.done, len(households(desk))) == ("planned", 1, 1)


def test_somebody_registered_since_the_look_is_decided_about_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = desk.upload(w.plain())
    desk.start(import_id)
    ready = running._make_ready

    def look_too_early(*args: Any) -> Any:
        some = ready(*args)
        if not counted(desk)[0]:
            with desk.database.unit_of_work() as session:
                scope.open_scope(session, VILLAGE)
                wife = replace(made.person("李秀英", is_head=True), id_number=WIFE)
                made.household(session, members=(wife,))
        return some

    monkeypatch.setattr(running, "_make_ready", look_too_early)
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    assert desk.get(import_id).counts == {
        "add": 1,
        "persons_add": 1,
        "refuse": 1,
        "persons_refuse": 3,
    }
    refused = [one.decision for one in desk.rows(import_id)]
    assert [step.reason for step in refused[0].steps] == [OTHER_HEAD, ALONGSIDE, ALONGSIDE]


def test_a_household_that_collides_is_refused_alone_and_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = desk.upload(w.plain())
    desk.start(import_id)
    numbers = iter(["7", "7", "7", "7", "7"])
    monkeypatch.setattr(
        "app.households.service.importing.entering.new_numbers",
        lambda _session, *, count, **_where: [next(numbers) for _ in range(count)],
    )
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    assert desk.get(import_id).counts == {
        "add": 1,
        "persons_add": 3,
        "refuse": 1,
        "persons_refuse": 1,
    }
    (only,) = households(desk)
    assert len(only.members) == 3
