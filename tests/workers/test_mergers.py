"""What follows when villages are merged: everything of the old one goes where its code leads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.disclosure.models import Item
from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock, outbox
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.organisations import service as organisations
from app.organisations.models import Kind, Organisation
from app.organisations.schemas import Details
from app.places import service as places
from tests import factories
from tests.factories import OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE
from tests.workers.conftest import until
from workers.registry import find_task

A, B, C = VILLAGE, OTHER_VILLAGE, OTHER_TOWNSHIP + "201"


@pytest.fixture
def county(database: Database) -> Database:
    """Give a database with the county in it."""
    with database.unit_of_work() as session:
        factories.county(session)
    return database


def _merge(database: Database, old: str, into: str) -> int:
    """Merge two villages; gives the outbox row of what must follow."""
    with database.unit_of_work() as session:
        places.merge_villages(
            session, old_codes=[old], new_code=into, effective_on=clock.today(), actor=OPERATOR
        )
        return (
            session.scalars(
                select(outbox.OutboxRow.id).order_by(outbox.OutboxRow.id.desc())
            ).first()
            or 0
        )


def _follow(database: Database, row_id: int) -> None:
    assert outbox.perform(database, row_id, find_task=find_task)


def _office(session: Session, name: str, kind: Kind) -> int:
    details = Details(name=name, kind=kind, division_code=A, phone="", duty="")
    return organisations.register(session, details=details, actor=OPERATOR).id


def test_plates_items_grants_and_offices_follow(county: Database) -> None:
    with county.unit_of_work() as session:
        plate = factories.printed(session)[0]
        item = factories.item(session).id
        token = factories.staff_token(session, role="clerk", division_code=A)
        committee = _office(session, "青杠林村村民委员会", Kind.VILLAGE_COMMITTEE)
        station = _office(session, "农技站", Kind.COUNTY_BUREAU)
    _follow(county, _merge(county, A, B))
    with county.reading() as session:
        assert plates.find(session, plate.code).division_code == B
        assert plates.get_batch(session, plate.batch_id).division_code == B
        assert session.get_one(Item, item).division_code == B
        clerk = identity.actor_for_token(session, token)
        assert clerk is not None
        assert clerk.may(roles.ISSUE, division_code=B)
        assert not clerk.may(roles.ISSUE, division_code=A)
        old, kept = session.get_one(Organisation, committee), session.get_one(Organisation, station)
        assert (old.division_code, old.closed_at is None) == (B, False)
        assert (kept.division_code, kept.closed_at is None) == (B, True)
    with county.unit_of_work() as session:
        assert clerk is not None
        doorplates.install(session, code=plate.code, actor=clerk)


def test_following_twice_moves_what_one_time_moves(county: Database) -> None:
    with county.unit_of_work() as session:
        plate = factories.printed(session)[0]
    _follow(county, _merge(county, A, B))
    with county.unit_of_work() as session:
        find_task("places.follow_merger")(session, county, old_code=A, new_code=B)
        assert plates.find(session, plate.code).division_code == B


def test_old_addresses_and_old_plates_lead_to_the_village_of_today(
    county: Database, client: FlaskClient
) -> None:
    with county.unit_of_work() as session:
        plate = factories.printed(session)[0]
        gone = factories.printed(session)[0]
        doorplates.revoke(session, code=gone.code, reason="拆除", actor=OPERATOR)
        item = factories.item(session, title="青杠林村的公开")
    _follow(county, _merge(county, A, B))
    for path in ("", "/topics/dibao"):
        old = client.get(f"/v/{A}{path}")
        assert (old.status_code, old.headers["Location"]) == (301, f"/v/{B}{path}")
    page = client.get(f"/d/{plate.code}")
    assert page.status_code == 200
    assert "太和村" in page.text
    assert "一组" in page.text
    assert item.title in page.text
    assert f'href="/v/{B}"' in client.get(f"/d/{gone.code}").text


def test_plates_go_on_working_before_the_work_behind_is_done(
    county: Database, client: FlaskClient
) -> None:
    with county.unit_of_work() as session:
        plate = factories.printed(session)[0]
    _merge(county, A, B)
    assert client.get(f"/d/{plate.code}").status_code == 200
    assert client.get(f"/v/{A}").status_code == 301


def test_a_late_follow_up_goes_where_the_old_code_leads_by_now(county: Database) -> None:
    with county.unit_of_work() as session:
        plate = factories.printed(session)[0]
        item = factories.item(session).id
        token = factories.staff_token(session, role="clerk", division_code=A)
    late = _merge(county, A, B)
    _follow(county, _merge(county, B, C))
    _follow(county, late)
    with county.reading() as session:
        assert plates.find(session, plate.code).division_code == C
        assert session.get_one(Item, item).division_code == C
        clerk = identity.actor_for_token(session, token)
        assert clerk is not None
        assert clerk.prefixes(roles.ISSUE) == (C,)


def test_mergers_one_after_another_carry_everything_along(county: Database) -> None:
    with county.unit_of_work() as session:
        plate = factories.printed(session)[0]
    _follow(county, _merge(county, A, B))
    _follow(county, _merge(county, B, C))
    with county.reading() as session:
        assert plates.find(session, plate.code).division_code == C


def test_new_plates_of_the_merged_village_do_not_clash_with_the_old_serials(
    county: Database,
) -> None:
    with county.unit_of_work() as session:
        old = factories.printed(session, number=2)
        factories.issued(session, division_code=B)
    _follow(county, _merge(county, A, B))
    with county.unit_of_work() as session:
        new = doorplates.replace(session, code=old[0].code, reason="看不清", actor=OPERATOR)
        assert new.serial == f"{B}-00002"
        assert new.division_code == B


def test_due_mergers_are_carried_out_by_the_daily_task(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = clock.today().replace(year=2099, month=1, day=1)
    with county.unit_of_work() as session:
        plate = factories.printed(session)[0]
        places.merge_villages(session, old_codes=[A], new_code=B, effective_on=day, actor=OPERATOR)
        row_id = outbox.publish(session, "places.apply_due_mergers").id
    monkeypatch.setattr(clock, "today", lambda: day)
    _follow(county, row_id)
    with county.reading() as session:
        follow = session.scalars(
            select(outbox.OutboxRow.id).where(outbox.OutboxRow.task == "places.follow_merger")
        ).one()
    _follow(county, follow)
    with county.reading() as session:
        assert plates.find(session, plate.code).division_code == B


def test_a_merger_waits_for_what_is_being_published_at_the_old_village(county: Database) -> None:
    def merge_and_follow() -> None:
        _follow(county, _merge(county, B, A))

    with ThreadPoolExecutor(1) as beside, county.unit_of_work() as publishing:
        item = factories.item(publishing, division_code=B)
        merging = beside.submit(merge_and_follow)
        until(lambda: merging.done() or _somebody_waits(county))
        assert not merging.done()
        publishing.commit()
        merging.result(timeout=20)
    with county.reading() as session:
        assert session.get_one(Item, item.id).division_code == A


def _somebody_waits(database: Database) -> bool:
    with database.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
