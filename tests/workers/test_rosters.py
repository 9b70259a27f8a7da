"""A roster entered by a real worker that is killed is entered to its end by the next one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.households.models.imports import RosterImport
from app.households.models.register import Household, Person
from app.households.queries import imports as queries
from app.households.service import importing
from app.kernel import scope
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from bench import register_county
from tests import factories
from tests.factories import VILLAGE
from tests.workers.conftest import Crew, until

HOUSEHOLDS = 800
HEADINGS = "姓名,与户主关系,身份证号\n"


@pytest.fixture
def clerks(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Crew:
    """Give a crew whose processes know the folder of the sealed files, and the keys."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KEYS_FILE", str(keys))
    crew: Crew = request.getfixturevalue("crew")
    return crew


def _upload(database: Database, files_dir: Path) -> int:
    number = register_county.id_number_of
    lines = [
        f"王大寒,户主,{number(2 * n)}\n李小寒,妻,{number(2 * n + 1)}\n" for n in range(HOUSEHOLDS)
    ]
    with database.unit_of_work() as session:
        factories.county(session)
        row = importing.upload(
            session,
            division_code=VILLAGE,
            file_name="roster.csv",
            content=(HEADINGS + "".join(lines)).encode(),
            actor=OPERATOR,
            files_dir=files_dir,
        )
        chosen = {0: "name", 1: "relation", 2: "id_number"}
        importing.set_mapping(session, row.id, columns=chosen, actor=OPERATOR)
        return row.id


def _row(database: Database, import_id: int) -> RosterImport:
    with database.reading() as session:
        return queries.get(session, import_id)


def test_a_worker_killed_in_the_middle_of_a_roster_leaves_the_rest_to_the_next_one(
    clerks: Crew, tmp_path: Path
) -> None:
    database = clerks.database
    import_id = _upload(database, tmp_path / "data" / "files")
    clerks.relay()
    worker = clerks.worker()
    until(lambda: _row(database, import_id).state == "planned", seconds=60)
    with database.unit_of_work() as session:
        importing.start(session, import_id, actor=OPERATOR)
    until(lambda: _row(database, import_id).done, seconds=60)
    worker.kill()
    worker.wait()
    killed = _row(database, import_id)
    assert killed.state == "importing"
    assert 0 < killed.done < HOUSEHOLDS

    clerks.worker()
    until(lambda: _row(database, import_id).state == "done", seconds=60)
    assert _row(database, import_id).counts == {"add": HOUSEHOLDS, "persons_add": 2 * HOUSEHOLDS}
    with database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        assert session.scalar(select(func.count()).select_from(Household)) == HOUSEHOLDS
        assert session.scalar(select(func.count()).select_from(Person)) == 2 * HOUSEHOLDS
    until(lambda: not list((tmp_path / "data").rglob("*.sealed")))
