"""Print sheets: asked for once, drawn by whoever comes, finished or explained."""

from __future__ import annotations

from functools import partial

import pypdfium2
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.doorplates import queries, service, sheets
from app.doorplates.errors import BatchNotFound, SheetLost, SheetNotReady
from app.doorplates.models import PlateEvent
from app.doorplates.schemas import SheetIn
from app.doorplates.service import Press
from app.doorplates.states import State
from app.identity import roles
from app.kernel import outbox
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from tests import factories
from tests.doorplates.conftest import at_once
from tests.doorplates.press_room import ask, codes_of, draw, issue, sheet_of, states
from tests.factories import OTHER_VILLAGE, VILLAGE


def _events(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PlateEvent)) or 0


def test_a_drawn_sheet_is_ready_and_its_drafts_are_printed_once(
    committed: Database, press: Press
) -> None:
    batch = issue(committed)
    sheet_id = ask(committed, batch)
    assert states(committed, batch) == {State.DRAFT: 3}
    draw(committed, sheet_id, press)
    sheet = sheet_of(committed, sheet_id)
    assert (sheet.state, sheet.drawn, sheet.plates, sheet.fault) == ("ready", 3, 3, None)
    assert states(committed, batch) == {State.PRINTED: 3}
    pdf, manifest = service.sheet_files(sheet, files_dir=press.files_dir)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == sheet.pages == 1
    document.close()
    codes = codes_of(committed, batch)
    assert all(code in manifest.read_text("utf-8-sig") for code in codes)
    draw(committed, sheet_id, press)
    with committed.reading() as session:
        assert _events(session) == 3


def test_asked_for_twice_while_under_way_is_one_sheet(committed: Database) -> None:
    batch = issue(committed)
    first = ask(committed, batch)
    assert ask(committed, batch) == first
    assert ask(committed, batch, size="large") != first
    with committed.reading() as session:
        assert outbox.counts(session) == {"pending": 2}


def test_asked_for_twice_at_once_is_one_sheet(committed: Database) -> None:
    twice = partial(ask, committed, issue(committed))
    first, second = at_once(twice, twice)
    assert first == second


def test_asked_for_again_when_it_is_finished_is_a_new_sheet_and_no_new_event(
    committed: Database, press: Press
) -> None:
    batch = issue(committed)
    first = ask(committed, batch)
    draw(committed, first, press)
    second = ask(committed, batch)
    assert second != first
    draw(committed, second, press)
    with committed.reading() as session:
        assert _events(session) == 3


def test_a_sheet_that_was_not_finished_offers_no_file(committed: Database, press: Press) -> None:
    sheet = sheet_of(committed, ask(committed, issue(committed)))
    with pytest.raises(SheetNotReady):
        service.sheet_files(sheet, files_dir=press.files_dir)


def test_a_finished_sheet_whose_file_is_gone_says_so(committed: Database, press: Press) -> None:
    sheet_id = ask(committed, issue(committed))
    draw(committed, sheet_id, press)
    sheet = sheet_of(committed, sheet_id)
    service.sheet_files(sheet, files_dir=press.files_dir)[0].unlink()
    with pytest.raises(SheetLost):
        service.sheet_files(sheet, files_dir=press.files_dir)


def test_only_who_may_print_there_asks_for_a_sheet_or_sees_it(committed: Database) -> None:
    batch = issue(committed)
    sheet_id = ask(committed, batch)
    stranger = Actor("far", 1, (Grant(roles.PRINT, OTHER_VILLAGE), Grant(roles.ISSUE, VILLAGE)))
    with committed.reading() as session:
        with pytest.raises(Forbidden):
            service.request_sheet(session, batch_id=batch, wanted=SheetIn(), actor=stranger)
        with pytest.raises(Forbidden):
            service.sheet_for(session, sheet_id=sheet_id, actor=stranger)
        with pytest.raises(BatchNotFound):
            service.request_sheet(session, batch_id=batch + 1, wanted=SheetIn(), actor=OPERATOR)


def test_a_plate_revoked_before_the_drawing_is_not_on_the_sheet(
    committed: Database, press: Press
) -> None:
    batch = issue(committed)
    gone = codes_of(committed, batch)[0]
    sheet_id = ask(committed, batch)
    with committed.unit_of_work() as session:
        service.revoke(session, code=gone, reason="发错了", actor=OPERATOR)
    draw(committed, sheet_id, press)
    sheet = sheet_of(committed, sheet_id)
    assert sheet.plates == 2
    _pdf, manifest = service.sheet_files(sheet, files_dir=press.files_dir)
    assert gone not in manifest.read_text("utf-8-sig")
    assert states(committed, batch) == {State.REVOKED: 1, State.PRINTED: 2}


def test_progress_is_told_while_the_transaction_is_still_open(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.doorplates.service.printing.TELL_EVERY", 0.0)
    sheet_id = ask(committed, issue(committed, number=20))
    seen: list[tuple[str, int, int]] = []
    write = sheets.write_manifest

    def look(*given: object) -> object:
        sheet = sheet_of(committed, sheet_id)
        seen.append((sheet.state, sheet.drawn, sheet.plates))
        return write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sheets, "write_manifest", look)
    draw(committed, sheet_id, press)
    assert seen == [("drawing", 20, 20)]


def test_a_replaced_plates_new_one_is_printed_by_a_sheet_of_its_own_batch(
    committed: Database, press: Press
) -> None:
    with committed.unit_of_work() as session:
        old = factories.printed(session)[0]
        new = service.replace(session, code=old.code, reason="看不清", actor=OPERATOR)
    draw(committed, ask(committed, new.batch_id), press)
    with committed.reading() as session:
        assert queries.find_scanned(session, new.code).state is State.PRINTED
