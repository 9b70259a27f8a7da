"""Bringing rosters in: once, again, mended, interrupted; and what is never half done."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select

from app.households.models.register import RecordChange
from app.households.queries import register
from app.households.service import importing
from app.households.service.importing import files
from app.kernel import scope
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.households.rosters import workbooks as w
from tests.households.rosters.conftest import Desk
from tests.households.rosters.entered import counted, households
from tests.households.rosters.people import HEAD, SON, WIFE


def test_a_clean_roster_is_entered_whole(desk: Desk) -> None:
    counts = desk.feed(w.plain())
    assert counts == {"add": 2, "persons_add": 4}
    first, second = households(desk)
    assert [(m.name, m.relation, m.id_number) for m in first.members] == [
        ("张建国", "head", HEAD),
        ("李秀英", "spouse", WIFE),
        ("张小明", "son", SON),
    ]
    assert (first.number, second.number) == ("0001", "0002")
    assert first.address == "一组12号"
    assert second.members[0].phone == "08585550101"


def test_people_are_found_by_what_a_roster_brought(desk: Desk) -> None:
    desk.feed(w.plain())
    with desk.database.reading() as session:
        (found,) = register.find_by_index(session, "id_number", WIFE)
        assert found.division_code == VILLAGE
        assert len(register.find_by_index(session, "phone", "19000000001")) == 1


def test_the_history_says_which_import_it_was(desk: Desk) -> None:
    desk.feed(w.plain())
    with desk.database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        changes = session.scalars(select(RecordChange)).all()
    assert {change.act for change in changes} == {"imported"}
    assert {change.source.partition(":")[0] for change in changes} == {"import"}
    assert {change.actor_kind for change in changes} == {"operator"}


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.feed(w.plain())
    before = counted(desk)
    assert desk.feed(w.plain()) == {"leave": 2, "persons_leave": 4}
    assert counted(desk) == before


def test_what_a_new_file_says_otherwise_is_changed_and_what_it_leaves_blank_is_not(
    desk: Desk,
) -> None:
    desk.feed(w.plain())
    rows = (
        w.HEADINGS,
        ("", "", "张建国", "户主", HEAD, ""),
        ("", "", "李秀英", "妻", WIFE, "19000000009"),
        ("", "", "张小明", "长子", SON, ""),
    )
    assert desk.feed(w.xlsx(rows)) == {"change": 1, "persons_leave": 2, "persons_change": 1}
    first, _second = households(desk)
    assert [m.phone for m in first.members] == ["19000000001", "19000000009", None]
    assert (first.address, first.version) == ("一组12号", 2)
    with desk.database.reading() as session:
        assert len(register.find_by_index(session, "phone", "19000000009")) == 1


def test_a_new_member_joins_the_household_and_nobody_is_taken_out(desk: Desk) -> None:
    desk.feed(w.xlsx((w.HEADINGS, *w.FAMILY[:2])))
    rows = (w.HEADINGS, w.FAMILY[0], w.FAMILY[2])
    import_id = desk.upload(w.xlsx(rows))
    assert desk.rows(import_id)[0].decision.others == 1
    desk.start(import_id)
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    (first,) = households(desk)
    assert [m.name for m in first.members] == ["张建国", "李秀英", "张小明"]


def test_a_person_of_another_village_is_refused_without_saying_where(desk: Desk) -> None:
    desk.feed(w.xlsx((w.HEADINGS, ("", "5号", "李秀英", "户主", WIFE, ""))), village=OTHER_VILLAGE)
    import_id = desk.upload(w.plain())
    first, second = desk.rows(import_id)
    assert [step.outcome for step in first.decision.steps] == ["refuse"] * 3
    reason = first.decision.steps[1].reason
    assert "别的村" in reason
    assert OTHER_VILLAGE not in reason
    assert "太和" not in reason
    assert second.decision.outcome == "add"


def test_a_person_of_another_household_of_the_village_is_not_moved(desk: Desk) -> None:
    desk.feed(w.plain())
    rows = (w.HEADINGS, *w.NEIGHBOUR, ("", "", "李秀英", "其他", WIFE, ""))
    assert desk.feed(w.xlsx(rows)) == {"refuse": 1, "persons_refuse": 2}
    assert [len(one.members) for one in households(desk)] == [3, 1]


def test_a_roster_makes_nobody_else_the_head(desk: Desk) -> None:
    desk.feed(w.plain())
    rows = (w.HEADINGS, ("", "", "李秀英", "户主", WIFE, ""), ("", "", "张建国", "夫", HEAD, ""))
    import_id = desk.upload(w.xlsx(rows))
    assert "户主与登记的不同" in desk.rows(import_id)[0].decision.steps[0].reason


def test_a_child_without_a_number_is_known_again_by_name_and_birth(desk: Desk) -> None:
    head = (*w.HEADINGS, "出生日期")
    child = ("", "", "张小花", "女", "", "", "2025年6月1日")
    roster = w.xlsx((head, (*w.FAMILY[0], ""), child))
    desk.feed(roster)
    assert desk.feed(roster) == {"leave": 1, "persons_leave": 2}
    alone = w.xlsx((("姓名", "与户主关系", "出生日期"), ("张老汉", "户主", "1950-01-01")))
    desk.feed(alone)
    assert desk.feed(alone) == {"leave": 1, "persons_leave": 1}


def test_tags_come_with_amount_and_validity_and_are_not_doubled(desk: Desk) -> None:
    head = ("姓名", "与户主关系", "身份证号", "低保", "低保金额", "低保有效期", "人员类别")
    roster = w.xlsx((head, ("张建国", "户主", HEAD, "是", 412.5, "2026.1-2099.12", "残疾人、党员")))
    desk.feed(roster)
    tags = {tag.tag: tag for tag in households(desk)[0].members[0].tags}
    assert set(tags) == {"dibao", "disability", "party_member"}
    assert tags["dibao"].amount_fen == 41250
    assert str(tags["dibao"].valid_from) == "2026-01-01"
    assert str(tags["dibao"].valid_until) == "2099-12-31"
    assert desk.feed(roster) == {"leave": 1, "persons_leave": 1}


def test_the_file_of_what_was_refused_can_be_mended_and_fed_again(desk: Desk) -> None:
    bad = ("", "", "张小红", "女", SON[:-1] + ("1" if SON[-1] == "0" else "0"), "")
    import_id = desk.upload(w.xlsx((("花名册",), w.HEADINGS, *w.FAMILY, bad, *w.NEIGHBOUR)))
    desk.start(import_id)
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    assert [one.members[0].name for one in households(desk)] == ["王德顺"]
    assert desk.get(import_id).has_refused_file
    with desk.database.reading() as session:
        content = files.read(session, desk.files_dir, import_id=import_id, kind=files.REFUSED)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    rows = [[str(cell.value or "") for cell in row] for row in sheet.rows]
    assert rows[0] == [*w.HEADINGS, "未导入的原因"]
    assert [row[2] for row in rows[1:]] == ["张建国", "李秀英", "张小明", "张小红"]
    assert "校验" in rows[4][-1]
    mended = [row if row[2] != "张小红" else [*row[:4], "", *row[5:]] for row in rows]
    assert desk.feed(w.xlsx([row[:-1] for row in mended if row[2] != "张小红"])) == {
        "add": 1,
        "persons_add": 3,
    }
