"""Keys change under a platform at work: killed in the middle, with writers beside, to and fro."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from app.audit import queries as ledger
from app.audit import service as audit
from app.audit.models import LedgerReason
from app.audit.schemas import Line
from app.households.models.register import Household, Person, PersonIndex
from app.households.queries import register as queries
from app.households.schemas.acts import Why
from app.households.service import fields
from app.kernel import crypto, key_file, outbox, rotation, scope
from app.kernel.access import OPERATOR
from app.kernel.crypto import AES, SM4
from app.kernel.db import Base, Database
from app.kernel.key_file import KeyFile, KeyInUse, KeyView
from app.operations import key_rotation
from tests import factories
from tests.factories import COUNTY, VILLAGE
from tests.factories import households as made
from tests.workers.conftest import PROGRAMS, ROOT
from workers.registry import find_task

HOUSEHOLDS = 4


@pytest.fixture
def ring(database: Database, keys: Path) -> Iterator[KeyFile]:
    """Give the key file of this run with some households sealed under it; it is put back after."""
    before = keys.read_bytes()
    source = database.info[crypto.KEYS]
    with database.unit_of_work() as session:
        factories.county(session)
        for _ in range(HOUSEHOLDS):
            made.household(session)
    yield source
    keys.write_bytes(before)
    source.reread()


def _rotate(database: Database, ring: KeyFile, part: str, *, algorithm: str = AES) -> str:
    name = key_file.add(ring.path, part, algorithm=algorithm)
    ring.reread()
    with database.unit_of_work() as session:
        key_rotation.publish(session, part, key=name)
    return name


def _work_on(database: Database) -> None:
    """Do whatever is in the outbox, in turn, as workers do."""
    while True:
        with database.reading() as session:
            query = select(outbox.OutboxRow.id).where(outbox.OutboxRow.state == "pending")
            row_id = session.scalars(query.order_by(outbox.OutboxRow.id)).first()
        if row_id is None:
            return
        outbox.perform(database, row_id, find_task=find_task)


def _standing(database: Database, ring: KeyFile) -> dict[str, int]:
    with database.unit_of_work() as session:
        return {
            key.name: key_rotation.standing(session, key) for key in key_file.describe(ring.path)
        }


def _everything_opens(database: Database) -> list[str]:
    with database.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        names = []
        for household_id in session.scalars(select(Household.id).order_by(Household.id)):
            view = queries.view(session, household_id)
            assert view.address is not None
            names += [member.name for member in view.members]
        return names


def test_a_reason_sealed_anew_still_belongs_to_its_line(database: Database, ring: KeyFile) -> None:
    with database.unit_of_work() as session:
        line = Line(OPERATOR, "open", VILLAGE, household_id=5, reason="核实低保")
        line_id = audit.record(session, line)
        before = session.get_one(LedgerReason, line_id).reason_sealed
    with database.unit_of_work() as session:
        audit.seal(session)
        audit.sign_head(session)
    _rotate(database, ring, "data", algorithm=SM4)
    _work_on(database)
    with database.unit_of_work() as session:
        assert session.get_one(LedgerReason, line_id).reason_sealed != before
        assert ledger.reasons(session, [line_id]) == {line_id: "核实低保"}
        report = audit.verify(session)
        assert (report.found, report.sealed) == (0, 1)
        other = crypto.Place("ledger_reasons", line_id, "reason_sealed")
        forged = crypto.of(session).seal("走访", other)
        session.execute(update(LedgerReason).values(reason_sealed=forged))
        assert [one.kind for one in audit.verify(session).findings] == ["reason"]


def test_a_rotation_killed_in_the_middle_goes_on_and_leaves_nothing_under_the_old_key(
    database: Database, ring: KeyFile
) -> None:
    names = _everything_opens(database)
    new = _rotate(database, ring, "data", algorithm=SM4)
    program = [sys.executable, str(PROGRAMS / "dying_rotation.py")]
    environment = {
        **os.environ,
        "DATABASE_URL": database.url,
        "KEYS_FILE": str(ring.path),
        "PYTHONPATH": str(ROOT),
        "SUNSHINE_ENV": "test",
    }
    killed = subprocess.run(program, env=environment, check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    half = _standing(database, ring)
    assert half["d1"] > 0
    assert half[new] > 0
    assert _everything_opens(database) == names
    _work_on(database)
    done = _standing(database, ring)
    assert done["d1"] == 0
    assert done[new] > half[new]
    assert _everything_opens(database) == names


def test_back_from_sm4_to_aes(database: Database, ring: KeyFile) -> None:
    for algorithm in (SM4, AES):
        _rotate(database, ring, "data", algorithm=algorithm)
        _work_on(database)
    assert [n for name, n in _standing(database, ring).items() if name in ("d1", "d2")] == [0, 0]
    assert len(_everything_opens(database)) == 3 * HOUSEHOLDS


def test_a_writer_beside_is_neither_waited_for_nor_overwritten(
    database: Database, ring: KeyFile
) -> None:
    with database.unit_of_work() as writer:
        scope.open_scope(writer, VILLAGE)
        person_id = writer.scalars(select(Person.id).order_by(Person.id)).first() or 0
        fields.change_person(
            writer,
            person_id=person_id,
            field="name",
            value="改过的名字",
            actor=OPERATOR,
            why=Why("clerk"),
        )
        new = key_file.add(ring.path, "data")
        ring.reread()
        with database.unit_of_work() as session:
            scope.open_scope(session, COUNTY)
            persons = rotation.by_name(Base.metadata)["persons"]
            assert rotation.reseal(session, persons, after="") is not None
            assert rotation.reseal(session, persons, after="") is None
            assert rotation.count_under_another(session, persons, new) == 1
    with database.unit_of_work() as session:
        key_rotation.publish(session, "data", key=new)
    _work_on(database)
    assert "改过的名字" in _everything_opens(database)
    assert _standing(database, ring)["d1"] == 0


def test_a_broken_value_keeps_its_key_alive_and_holds_up_nothing_else(
    database: Database, ring: KeyFile
) -> None:
    with database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        person = session.scalars(select(Person).order_by(Person.id)).first()
        assert person is not None
        assert person.name_sealed is not None
        person.name_sealed = person.name_sealed[:-1] + bytes((person.name_sealed[-1] ^ 1,))
    with database.unit_of_work() as session:
        new = key_file.add(ring.path, "data")
        ring.reread()
        scope.open_scope(session, COUNTY)
        persons = rotation.by_name(Base.metadata)["persons"]
        rotation.reseal(session, persons, after="")
        assert rotation.count_under_another(session, persons, new) == 1
    with database.unit_of_work() as session, pytest.raises(KeyInUse):
        key_rotation.release(session, ring.path, "d1", files_dir=ring.path.parent)


def test_index_keys_change_and_everybody_is_found_all_along(
    database: Database, ring: KeyFile
) -> None:
    with database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        head = queries.view(session, session.scalars(select(Household.id)).first() or 0).members[0]
        phone = head.phone or ""

    def found() -> list[int]:
        with database.unit_of_work() as session:
            return [one.person_id for one in queries.find_by_index(session, "phone", phone)]

    new = _rotate(database, ring, "index")
    assert found() == [head.id]
    with database.unit_of_work() as session, pytest.raises(KeyInUse):
        key_rotation.release(session, ring.path, "i1", files_dir=ring.path.parent)
    _work_on(database)
    assert found() == [head.id]
    with database.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        by_key = dict(
            session.execute(
                select(PersonIndex.key_id, func.count()).group_by(PersonIndex.key_id)
            ).all()
        )
    assert by_key["i1"] == by_key[new] > 0
    _forget(database, ring, "i1")
    assert found() == [head.id]
    with database.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        assert set(session.scalars(select(PersonIndex.key_id))) == {new}


def test_a_key_is_forgotten_only_when_nothing_stands_under_it(
    database: Database, ring: KeyFile
) -> None:
    _rotate(database, ring, "data")
    with database.unit_of_work() as session, pytest.raises(KeyInUse):
        key_rotation.release(session, ring.path, "d2", files_dir=ring.path.parent)
    with pytest.raises(KeyInUse):
        _forget(database, ring, "d1")
    _work_on(database)
    _forget(database, ring, "d1")
    assert not ring.reread().knows("d1")
    assert len(_everything_opens(database)) == 3 * HOUSEHOLDS


def test_a_key_is_kept_while_a_transaction_from_before_is_open(
    database: Database, ring: KeyFile
) -> None:
    with database.engine.connect() as late, late.begin():
        late.execute(text("SELECT 1"))
        _rotate(database, ring, "data")
        _work_on(database)
        with pytest.raises(KeyInUse):
            _forget(database, ring, "d1")
    _forget(database, ring, "d1")


def _forget(database: Database, ring: KeyFile, name: str) -> KeyView:
    """Forget a key as if the moments until everybody has read the file were over."""
    settled = key_rotation.SETTLED
    with pytest.MonkeyPatch.context() as patch, database.unit_of_work() as session:
        patch.setattr(key_rotation, "SETTLED", settled * 0)
        key = key_rotation.release(session, ring.path, name, files_dir=ring.path.parent)
    key_file.forget(ring.path, key.part, name)
    return key


@pytest.mark.usefixtures("ring")
def test_work_waits_for_a_process_that_has_not_read_the_new_key(database: Database) -> None:
    stretch = key_rotation.Stretch("data", "persons", COUNTY, "d9")
    with database.unit_of_work() as session, pytest.raises(key_rotation.KeysNotReadYet):
        key_rotation.change_next(session, stretch, after="")


def test_a_prepared_key_is_read_by_and_written_with_later(ring: KeyFile) -> None:
    assert key_file.prepare(ring.path, "data") == "d2"
    assert ring.reread().current == "d1"
    assert ring.reread().knows("d2")
    assert key_file.add(ring.path, "data") == "d2"
    assert ring.reread().current == "d2"
