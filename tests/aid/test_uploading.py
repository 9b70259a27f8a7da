"""A file on its way: stopped where it holds what no list may show, and gone once it is read."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.aid import queries, service
from app.aid.errors import (
    ColumnBarred,
    LeavingOutWanted,
    MappingRefused,
    NothingToPublish,
    PeriodRefused,
    UploadNotFound,
)
from app.aid.models import AidList, AidUpload
from app.aid.schemas import Period
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from tests import factories
from tests.aid import desk, sheets
from tests.aid.sheets import HEAD, HEADINGS, ROWS
from tests.factories import OTHER_VILLAGE, VILLAGE

ME = Actor("publisher", None, (Grant("disclosure.publish", VILLAGE),))


@pytest.fixture(autouse=True)
def _county(request: pytest.FixtureRequest) -> None:
    if "session" in request.fixturenames:
        factories.county(request.getfixturevalue("session"))


def _mapping(session: Session, row: AidUpload, *, leave_out: bool = False, **more: object) -> None:
    columns = {**desk.guess(session, row), **{int(key[1:]): str(v) for key, v in more.items()}}
    service.set_mapping(session, row.id, columns=columns, leave_out=leave_out, actor=ME)


def test_a_hidden_id_column_stops_the_file_until_somebody_leaves_it_out(session: Session) -> None:
    row = service.upload(session, wanted=desk.wanted(sheets.with_hidden_id()), actor=ME)
    with pytest.raises(LeavingOutWanted) as stopped:
        _mapping(session, row)
    assert stopped.value.facts["places"] == ["F 列（隐藏）“身份证号”：身份证号"]
    _mapping(session, row, leave_out=True)
    plan = service.plan_of(session, row)
    assert len(plan.rows) == 3
    assert "身份证号" in plan.left_out


def test_what_is_hidden_in_another_sheet_stops_the_file(session: Session) -> None:
    workbook = Workbook()
    shown = workbook.active
    assert isinstance(shown, Worksheet)
    for one in (HEADINGS, *ROWS):
        shown.append(list(one))
    hidden = workbook.create_sheet("底册")
    hidden.append(["陶银花", HEAD])
    hidden.sheet_state = "hidden"
    row = service.upload(session, wanted=desk.wanted(sheets.saved(workbook)), actor=ME)
    with pytest.raises(LeavingOutWanted) as stopped:
        _mapping(session, row)
    assert stopped.value.facts["places"] == ["工作表“底册（隐藏）” B 列：身份证号"]


def test_numbers_in_an_unread_column_of_a_text_stop_it(session: Session) -> None:
    text = f"姓名,金额,备注\n陶银花,5,证号{HEAD}\n卢春生,5,\n岑长青,5,好\n".encode()
    row = service.upload(session, wanted=desk.wanted(text), actor=ME)
    with pytest.raises(LeavingOutWanted) as stopped:
        _mapping(session, row)
    assert stopped.value.facts["places"] == ["C 列“备注”：身份证号"]
    assert HEAD not in str(stopped.value.facts)


def test_a_tidy_file_goes_on_without_being_asked(session: Session) -> None:
    row = service.upload(session, wanted=desk.wanted(), actor=ME)
    _mapping(session, row)
    assert service.plan_of(session, row).refused == 0


def test_a_forged_form_cannot_choose_what_no_list_may_show(session: Session) -> None:
    row = service.upload(session, wanted=desk.wanted(sheets.with_hidden_id()), actor=ME)
    with pytest.raises(ColumnBarred):
        _mapping(session, row, leave_out=True, c5="place")
    for forged in ("id_number", "phone", "area", "rows_hash"):  # a 低保 list has no area
        with pytest.raises(MappingRefused):
            _mapping(session, row, leave_out=True, c0=forged)
    with pytest.raises(MappingRefused):
        _mapping(session, row, leave_out=True, c99="place")
    with pytest.raises(MappingRefused):
        _mapping(session, row, leave_out=True, c0="name")
    with pytest.raises(MappingRefused):
        _mapping(session, row, leave_out=True, c4="")


def test_the_file_is_sealed_and_gone_once_its_columns_are_chosen(session: Session) -> None:
    row = service.upload(session, wanted=desk.wanted(sheets.with_hidden_id()), actor=ME)
    assert row.file_sealed is not None
    assert b"PK" not in row.file_sealed[:80]
    _mapping(session, row, leave_out=True)
    session.refresh(row)
    assert [row.file_sealed, row.seen_sealed] == [None, None]
    assert HEAD[6:14] not in str(service.plan_of(session, row))
    with pytest.raises(UploadNotFound):
        service.table_of(session, row)


def test_what_nobody_goes_on_with_is_swept_after_a_day(session: Session) -> None:
    old = service.upload(session, wanted=desk.wanted(), actor=ME)
    old.created_at = clock.now() - timedelta(hours=25)
    fresh = service.upload(session, wanted=desk.wanted(), actor=ME)
    session.flush()
    service.sweep(session)
    assert session.scalars(select(AidUpload.id)).all() == [fresh.id]


def test_a_list_of_another_village_or_of_a_month_to_come_is_refused(session: Session) -> None:
    with pytest.raises(Forbidden):
        service.upload(session, wanted=desk.wanted(division_code=OTHER_VILLAGE), actor=ME)
    later = Period(clock.today().year + 1, "Q1")
    with pytest.raises(PeriodRefused):
        service.upload(session, wanted=desk.wanted(period=later), actor=ME)
    with pytest.raises(PeriodRefused):
        Period.parse("2026-13")


def test_a_list_takes_the_lines_that_are_right_and_the_upload_is_gone(session: Session) -> None:
    rows = [*ROWS, (4, "一组", "", 1, 5)]
    made = desk.listed(session, ME, sheets.book(rows))
    assert (made.row_count, made.member_count, made.total_fen) == (3, 6, 247380)
    assert [one.name for one in queries.rows(session, made.id)] == ["陶银花", "卢春生", "岑长青"]
    assert session.scalars(select(AidUpload.id)).all() == []


def test_a_file_without_one_right_line_becomes_no_list(session: Session) -> None:
    upload = desk.mapped(session, ME, sheets.book([(1, "一组", "", 1, 5)]))
    with pytest.raises(NothingToPublish):
        service.use(session, upload.id, actor=ME)


def test_two_of_one_name_are_pointed_out(session: Session) -> None:
    upload = desk.mapped(session, ME, sheets.book([ROWS[0], ROWS[0]]))
    assert "与第 3 行的姓名和村组相同" in service.plan_of(session, upload).lines[1].remark


def test_two_clicks_on_a_dry_run_make_one_list(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        upload_id = desk.mapped(session, ME).id
    faults: list[Exception] = []

    def click() -> None:
        try:
            with database.unit_of_work() as session:
                service.use(session, upload_id, actor=ME)
        except UploadNotFound as fault:
            faults.append(fault)

    with database.unit_of_work() as session:
        service.use(session, upload_id, actor=ME)
        second = threading.Thread(target=click)
        second.start()
        second.join(timeout=1)  # it waits for the first
    second.join()
    assert len(faults) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AidList)) == 1
