"""Rules of imports: nothing in plain, one at a time, by whom, and what is left afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.households.queries import imports as queries
from app.households.rosters.errors import AnotherRunning, FileLost, WrongStep
from app.households.service import importing
from app.households.service.importing import files
from app.kernel import scope
from app.kernel.access import OPERATOR, Actor
from app.kernel.errors import Forbidden
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.households.rosters import workbooks as w
from tests.households.rosters.conftest import Desk
from tests.households.rosters.people import HEAD, OTHER_HEAD


def test_files_and_plans_hold_no_value_in_plain(desk: Desk) -> None:
    import_id = desk.upload(w.plain(), name="张建国的名单.xlsx")
    desk.start(import_id)
    plain = [HEAD, "张建国", "19000000001"]
    for file in desk.files_dir.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(one.encode() in content for one in plain)
            assert file.stat().st_mode & 0o077 == 0
    with desk.database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        for table in ("roster_imports", "roster_households", "roster_headings", "outbox"):
            rows = session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
            assert not any(one in row for row in rows for one in plain)


def test_the_uploaded_file_is_gone_when_the_import_is_over(desk: Desk) -> None:
    desk.feed(w.plain())
    assert [path.name for path in desk.files_dir.rglob("*.*")] == []


def test_the_ledger_has_a_line_for_the_import(desk: Desk) -> None:
    desk.feed(w.plain())
    with desk.database.reading() as session:
        acts = session.execute(
            text("SELECT act, division_code FROM access_ledger WHERE act = 'import'")
        ).all()
    assert [tuple(act) for act in acts] == [("import", VILLAGE)]


def test_only_who_keeps_the_register_there_may_bring_a_roster_in(desk: Desk) -> None:
    import_id = desk.upload(w.plain())
    stranger = replace(Actor(name="somebody"), staff_id=None)
    with desk.database.unit_of_work() as session:
        with pytest.raises(Forbidden):
            importing.start(session, import_id, actor=stranger)
        with pytest.raises(Forbidden):
            importing.discard(session, import_id, actor=stranger)


def test_a_village_has_one_import_running_at_a_time(desk: Desk) -> None:
    first, second = desk.upload(w.plain()), desk.upload(w.plain())
    desk.start(first)
    with pytest.raises(AnotherRunning):
        desk.start(second)
    with pytest.raises(WrongStep):
        desk.start(first)


def test_an_import_thrown_away_leaves_nothing_after_the_sweep(desk: Desk) -> None:
    import_id = desk.upload(w.plain())
    with desk.database.unit_of_work() as session:
        importing.discard(session, import_id, actor=OPERATOR)
    with desk.database.unit_of_work() as session:
        importing.sweep(session, files_dir=desk.files_dir)
    with desk.database.reading() as session, pytest.raises(FileLost):
        files.read(session, desk.files_dir, import_id=import_id, kind=files.SOURCE)
    assert desk.rows(import_id) == []


def test_after_seven_days_what_was_uploaded_is_forgotten(desk: Desk) -> None:
    import_id = desk.upload(w.plain())
    with desk.database.unit_of_work() as session:
        session.execute(
            text("UPDATE roster_imports SET created_at = created_at - interval '8 days'")
        )
    with desk.database.unit_of_work() as session:
        assert importing.sweep(session, files_dir=desk.files_dir) == 1
    assert desk.get(import_id).state == "discarded"
    assert desk.get(import_id).layout_sealed is None
    assert [path.name for path in desk.files_dir.rglob("*.*")] == []


def test_a_mapping_is_remembered_for_the_village_alone(desk: Desk) -> None:
    head = ("姓名", "与户主关系", "号码", "身份证号")
    content = w.xlsx((head, ("张建国", "户主", "19000000001", HEAD)))
    first = desk.upload_only(content)
    with desk.database.unit_of_work() as session:
        chosen = {0: "name", 1: "relation", 2: "phone", 3: "id_number"}
        importing.set_mapping(session, first, columns=chosen, actor=OPERATOR)
    with desk.database.unit_of_work() as session:
        for village, field in ((VILLAGE, "phone"), (OTHER_VILLAGE, "")):
            import_id = desk.upload_only(content, village=village)
            layout = queries.layout(session, queries.get(session, import_id))
            assert layout.columns[2].field == field


def test_households_come_in_while_their_numbers_are_the_villages_own(desk: Desk) -> None:
    head = ("户号", "姓名", "与户主关系", "身份证号")
    desk.feed(w.xlsx((head, ("A-7", "张建国", "户主", HEAD))))
    import_id = desk.upload(w.xlsx((head, ("A-7", "王德顺", "户主", OTHER_HEAD))))
    assert "户编号" in desk.rows(import_id)[0].decision.reason


@pytest.mark.parametrize("number", ["520203 19530427 7119", "138-1234-5678", "520203530427711"])
def test_a_household_numbered_by_a_person_s_number_stays_out(desk: Desk, number: str) -> None:
    head = ("户号", "姓名", "与户主关系", "身份证号")
    import_id = desk.upload(w.xlsx((head, (number, "张建国", "户主", HEAD))))
    assert "不加密" in desk.rows(import_id)[0].decision.reason


def test_an_import_goes_along_with_its_village_and_waits_there(desk: Desk) -> None:
    import_id = desk.upload(w.plain())
    desk.start(import_id)
    with desk.database.unit_of_work() as session:
        importing.follow_merger(session, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    row = desk.get(import_id)
    assert (row.division_code, row.state) == (OTHER_VILLAGE, "planned")
    assert len(desk.rows(import_id, village=OTHER_VILLAGE)) == 2
    desk.start(import_id)
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    assert desk.get(import_id).counts["add"] == 2
