"""The life of a plate: which state may follow which, who said so, and what a door keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.doorplates import queries, service
from app.doorplates.errors import PlateNotFound, PlateRevoked, StateRefused
from app.doorplates.models import Doorplate, PlateEvent, PlateReport
from app.doorplates.schemas import PlateView
from app.doorplates.states import FOLLOWING, SCANNER_NOTES, State
from app.identity import roles
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.changes import CHANNEL
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from tests import factories
from tests.doorplates.conftest import at_once
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, VILLAGE

Act = Callable[[Session, PlateView], object]
ACTS: dict[State, Act] = {
    State.PRINTED: lambda session, view: service.mark_printed(
        session, plate_ids=[view.id], actor_name="clerk"
    ),
    State.INSTALLED: lambda session, view: service.install(session, code=view.code, actor=OPERATOR),
    State.DAMAGED: lambda session, view: service.report_damage(
        session, code=view.code, reason="风吹落", actor=OPERATOR
    ),
    State.REVOKED: lambda session, view: service.revoke(
        session, code=view.code, reason="房屋拆除", actor=OPERATOR
    ),
    State.REPLACED: lambda session, view: service.replace(
        session, code=view.code, reason="看不清", actor=OPERATOR
    ),
}
WAYS = {
    State.DRAFT: (),
    State.PRINTED: (State.PRINTED,),
    State.INSTALLED: (State.PRINTED, State.INSTALLED),
    State.DAMAGED: (State.PRINTED, State.DAMAGED),
    State.REVOKED: (State.REVOKED,),
    State.REPLACED: (State.PRINTED, State.REPLACED),
}
PAIRS = [(before, to) for before in State for to in ACTS]
ALLOWED = [pair for pair in PAIRS if pair[1] in FOLLOWING[pair[0]]]
QUIET = {(before, State.PRINTED) for before in State if before is not State.DRAFT}
QUIET.add((State.INSTALLED, State.INSTALLED))
REFUSED = [pair for pair in PAIRS if pair not in ALLOWED and pair not in QUIET]


def _plate(session: Session, state: State) -> PlateView:
    view = factories.issued(session)[0]
    for step in WAYS[state]:
        ACTS[step](session, view)
    return queries.find(session, view.code)


def _events(session: Session, view: PlateView) -> list[PlateEvent]:
    query = select(PlateEvent).where(PlateEvent.plate_id == view.id)
    return list(session.scalars(query.order_by(PlateEvent.id)))


@pytest.mark.parametrize(("before", "to"), ALLOWED)
def test_a_state_that_may_follow_follows_and_is_noted_once(
    county: Session, before: State, to: State
) -> None:
    view = _plate(county, before)
    known = len(_events(county, view))
    ACTS[to](county, view)
    assert queries.find(county, view.code).state is to
    events = _events(county, view)[known:]
    assert [(event.from_state, event.to_state) for event in events] == [(before, to)]


@pytest.mark.parametrize(("before", "to"), REFUSED)
def test_a_state_that_may_not_follow_is_refused_and_nothing_is_noted(
    county: Session, before: State, to: State
) -> None:
    view = _plate(county, before)
    known = len(_events(county, view))
    with pytest.raises(StateRefused):
        ACTS[to](county, view)
    assert queries.find(county, view.code).state is before
    assert len(_events(county, view)) == known


@pytest.mark.parametrize(("before", "to"), sorted(QUIET))
def test_saying_again_what_is_long_true_changes_and_notes_nothing(
    county: Session, before: State, to: State
) -> None:
    view = _plate(county, before)
    known = len(_events(county, view))
    ACTS[to](county, view)
    assert queries.find(county, view.code).state is before
    assert len(_events(county, view)) == known


def test_the_table_of_states_names_every_state() -> None:
    assert set(FOLLOWING) == set(WAYS) == set(State)
    assert set(SCANNER_NOTES) == set(State) - {State.DRAFT, State.REVOKED}


def test_an_event_says_who_when_and_why(county: Session) -> None:
    before = clock.now()
    view = _plate(county, State.PRINTED)
    clerk = Actor("wang", 1, (Grant(roles.REVOKE, TOWNSHIP),))
    service.revoke(county, code=view.code, reason="房屋拆除", actor=clerk)
    event = _events(county, view)[-1]
    assert (event.actor_name, event.reason) == ("wang", "房屋拆除")
    assert before <= event.at <= clock.now()


def test_a_replacement_keeps_the_door_and_gives_a_new_draft_code(county: Session) -> None:
    old = _plate(county, State.INSTALLED)
    new = service.replace(county, code=old.code, reason="看不清", actor=OPERATOR)
    assert (new.door_id, new.state) == (old.door_id, State.DRAFT)
    assert new.code != old.code
    assert new.serial == f"{VILLAGE}-00002"
    assert queries.get_batch(county, new.batch_id).plates == 1
    assert county.get_one(Doorplate, old.id).replaced_by_id == new.id
    live = queries.live_at_door(county, old.door_id)
    assert live is not None
    assert live.code == new.code
    assert queries.find_scanned(county, old.code).state is State.REPLACED


def test_a_replacement_may_be_replaced_in_its_turn(county: Session) -> None:
    first = _plate(county, State.INSTALLED)
    second = service.replace(county, code=first.code, reason="看不清", actor=OPERATOR)
    ACTS[State.PRINTED](county, second)
    third = service.replace(county, code=second.code, reason="又坏了", actor=OPERATOR)
    assert third.door_id == first.door_id
    with pytest.raises(StateRefused):
        service.replace(county, code=first.code, reason="再来", actor=OPERATOR)


def test_the_database_keeps_one_live_plate_a_door(county: Session) -> None:
    first, second = factories.issued(county, number=2)
    with pytest.raises(IntegrityError, match="uq_doorplates_live"):
        county.execute(
            update(Doorplate).where(Doorplate.id == second.id).values(door_id=first.door_id)
        )


@pytest.mark.parametrize(
    "values", [{"state": "lost"}, {"code": "7K3M9QXW2R4TO"}, {"state": "replaced"}]
)
def test_the_database_refuses_states_and_codes_that_do_not_exist(
    county: Session, values: dict[str, str]
) -> None:
    view = factories.issued(county)[0]
    with pytest.raises(IntegrityError):
        county.execute(update(Doorplate).where(Doorplate.id == view.id).values(values))


def test_of_two_revocations_at_once_one_is_refused(committed: Database) -> None:
    with committed.unit_of_work() as session:
        view = factories.printed(session)[0]
    meeting = threading.Barrier(2, timeout=10)

    def revoke() -> State:
        with committed.unit_of_work() as session:
            queries.find(session, view.code)
            meeting.wait()
            return service.revoke(session, code=view.code, reason="拆除", actor=OPERATOR).state

    outcomes = sorted(at_once(revoke, revoke), key=str)
    assert [type(outcome) for outcome in outcomes] == [StateRefused, State]
    with committed.reading() as session:
        assert len(_events(session, view)) == 2


def test_of_two_replacements_at_once_one_gives_the_door_its_plate(committed: Database) -> None:
    with committed.unit_of_work() as session:
        view = factories.printed(session)[0]

    def replace() -> str:
        with committed.unit_of_work() as session:
            return service.replace(session, code=view.code, reason="坏了", actor=OPERATOR).code

    outcomes = at_once(replace, replace)
    assert sorted(isinstance(outcome, StateRefused) for outcome in outcomes) == [False, True]
    with committed.reading() as session:
        live = queries.live_at_door(session, view.door_id)
        assert live is not None
        assert live.code in outcomes


@pytest.mark.parametrize("to", [State.INSTALLED, State.DAMAGED, State.REVOKED, State.REPLACED])
def test_every_change_is_announced_to_the_caches(
    county: Session, told: list[str], to: State
) -> None:
    view = _plate(county, State.PRINTED)
    ACTS[to](county, view)
    assert told == [view.code]


def test_a_revocation_is_heard_with_its_commit_and_not_before(committed: Database) -> None:
    with committed.unit_of_work() as session:
        view = factories.printed(session)[0]
    with committed.engine.connect() as listener:
        connection = listener.connection.driver_connection
        assert connection is not None
        connection.autocommit = True
        connection.execute(f"LISTEN {CHANNEL}")
        with committed.unit_of_work() as session:
            service.revoke(session, code=view.code, reason="拆除", actor=OPERATOR)
            assert list(connection.notifies(timeout=0)) == []
        heard = [notice.payload for notice in connection.notifies(timeout=5, stop_after=1)]
        connection.execute("UNLISTEN *")
        connection.autocommit = False
    assert heard == [f"plate:{view.code}"]


@pytest.mark.parametrize("state", list(State))
def test_what_a_scanner_finds_in_each_state(county: Session, state: State) -> None:
    view = _plate(county, state)
    if state is State.DRAFT:
        with pytest.raises(PlateNotFound):
            queries.find_scanned(county, view.code)
    elif state is State.REVOKED:
        with pytest.raises(PlateRevoked) as gone:
            queries.find_scanned(county, view.code)
        assert gone.value.facts["division_code"] == VILLAGE
    else:
        assert queries.find_scanned(county, view.code).state is state


@pytest.mark.parametrize("to", [State.INSTALLED, State.DAMAGED, State.REVOKED, State.REPLACED])
def test_nobody_changes_a_plate_beyond_the_township_or_without_the_permission(
    county: Session, to: State
) -> None:
    view = _plate(county, State.PRINTED)
    everything = (roles.INSTALL, roles.REVOKE)
    strangers = (
        Actor("far", 1, tuple(Grant(one, OTHER_TOWNSHIP) for one in everything)),
        Actor("other", 2, (Grant(roles.ISSUE, TOWNSHIP), Grant(roles.PRINT, TOWNSHIP))),
    )
    acts = {
        State.INSTALLED: lambda who: service.install(county, code=view.code, actor=who),
        State.DAMAGED: lambda who: service.report_damage(
            county, code=view.code, reason="坏了", actor=who
        ),
        State.REVOKED: lambda who: service.revoke(county, code=view.code, reason="坏了", actor=who),
        State.REPLACED: lambda who: service.replace(
            county, code=view.code, reason="坏了", actor=who
        ),
    }
    for stranger in strangers:
        with pytest.raises(Forbidden):
            acts[to](stranger)


def test_an_installer_may_install_but_not_end_a_plate(county: Session) -> None:
    view = _plate(county, State.PRINTED)
    installer = Actor("li", 1, (Grant(roles.INSTALL, VILLAGE),))
    assert service.install(county, code=view.code, actor=installer).state is State.INSTALLED
    with pytest.raises(Forbidden):
        service.revoke(county, code=view.code, reason="坏了", actor=installer)


def test_a_report_is_kept_once_a_day_and_kind_and_changes_no_state(
    county: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = _plate(county, State.INSTALLED)
    for kind in ("damaged", "damaged", "swapped"):
        service.report(county, code=view.code, kind=kind)
    assert county.query(PlateReport).count() == 2
    tomorrow = clock.today().replace(year=2099)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    service.report(county, code=view.code, kind="damaged")
    assert county.query(PlateReport).count() == 3
    assert queries.find(county, view.code).state is State.INSTALLED


def test_a_draft_or_revoked_plate_cannot_be_reported(county: Session) -> None:
    with pytest.raises(PlateNotFound):
        service.report(county, code=_plate(county, State.DRAFT).code, kind="damaged")
    with pytest.raises(PlateRevoked):
        service.report(county, code=_plate(county, State.REVOKED).code, kind="damaged")
