"""A sheet drawn by a real worker, killed in the middle, is drawn by the next one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from app.doorplates import queries, service
from app.doorplates.models import PlateEvent, Sheet
from app.doorplates.schemas import DoorRow, SheetIn
from app.doorplates.states import State
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests import factories
from tests.factories import GROUP, VILLAGE
from tests.workers.conftest import Crew, until

PLATES = 400


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder where the workers of this test put print files."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://liuzhi.example.gov.cn")
    return tmp_path / "data" / "files"


@pytest.fixture
def printers(files: Path, request: pytest.FixtureRequest) -> Crew:
    """Give a crew whose processes know the folder: it is made after the folder is named."""
    del files
    crew: Crew = request.getfixturevalue("crew")
    return crew


def _ask(database: Database, *, number: int) -> tuple[int, int]:
    """Issue plates and ask for their sheet; gives the batch's id and the sheet's."""
    with database.unit_of_work() as session:
        factories.county(session)
        doors = [DoorRow(group_code=GROUP, house_number=f"{n}号") for n in range(number)]
        batch = service.issue_batch(session, division_code=VILLAGE, doors=doors, actor=OPERATOR)
        sheet = service.request_sheet(session, batch_id=batch.id, wanted=SheetIn(), actor=OPERATOR)
        return batch.id, sheet.id


def _sheet(database: Database, sheet_id: int) -> Sheet:
    with database.reading() as session:
        return queries.get_sheet(session, sheet_id)


def test_a_worker_killed_in_the_middle_of_a_sheet_leaves_it_to_the_next_one(
    printers: Crew, files: Path
) -> None:
    database = printers.database
    batch_id, sheet_id = _ask(database, number=PLATES)
    printers.relay()
    worker = printers.worker()
    until(lambda: _sheet(database, sheet_id).drawn)
    worker.kill()
    worker.wait()
    killed = _sheet(database, sheet_id)
    assert killed.state == "drawing"
    assert 0 < killed.drawn < PLATES
    with database.reading() as session:
        assert queries.count_of_batch(session, batch_id) == {State.DRAFT: PLATES}
    assert not (files / "sheets" / f"{sheet_id}.pdf").exists()

    printers.worker()
    printers.until_all_done(1)
    sheet = _sheet(database, sheet_id)
    assert (sheet.state, sheet.drawn, sheet.fault) == ("ready", PLATES, None)
    pdf, manifest = service.sheet_files(sheet, files_dir=files)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == sheet.pages
    document.close()
    with database.reading() as session:
        assert queries.count_of_batch(session, batch_id) == {State.PRINTED: PLATES}
        events = Counter(session.scalars(select(PlateEvent.plate_id)))
        codes = queries.codes_of_batch(session, batch_id)
    assert (len(events), set(events.values())) == (PLATES, {1})
    rows = manifest.read_text("utf-8-sig")
    assert all(code in rows for code in codes)
