"""Issuing: every door its plate, all of a batch or nothing of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.doorplates import codes, queries, service
from app.doorplates.errors import BadCount, DoorRowsRefused, FormUsed, NotAVillage
from app.doorplates.models import Batch, Door, Doorplate
from app.doorplates.schemas import DoorRow
from app.doorplates.states import State
from app.identity import roles
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from app.places import service as places
from app.places.errors import DivisionNotFound
from tests.doorplates.conftest import at_once
from tests.factories import (
    DIVISIONS,
    GROUP,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
)

HEADER = "group,house_number,label\n"


def _issue(
    session: Session,
    doors: list[DoorRow] | int,
    *,
    village: str = VILLAGE,
    request_key: str | None = None,
    draw: Callable[[int], list[str]] = codes.draw,
) -> Batch:
    return service.issue_batch(
        session,
        division_code=village,
        doors=doors,
        actor=OPERATOR,
        request_key=request_key,
        draw=draw,
    )


def _read(session: Session, text: str) -> list[DoorRow]:
    return service.read_door_list(session, division_code=VILLAGE, content=text.encode())


def _refused(session: Session, text: str) -> list[tuple[int, str]]:
    with pytest.raises(DoorRowsRefused) as refusal:
        _read(session, text)
    lines = refusal.value.facts["lines"]
    assert isinstance(lines, list)
    return lines


def test_a_number_of_plates_is_issued_as_drafts_for_doors_not_known_yet(county: Session) -> None:
    batch = _issue(county, 7)
    views = queries.plates_of_batch(county, batch.id)
    assert len({view.code for view in views}) == len({view.door_id for view in views}) == 7
    assert all(codes.is_valid(view.code) for view in views)
    assert {(view.state, view.division_code, view.group_code) for view in views} == {
        (State.DRAFT, VILLAGE, None)
    }
    assert [view.serial for view in views] == [f"{VILLAGE}-{n:05d}" for n in range(1, 8)]
    assert (batch.plates, batch.created_by) == (7, "operator")


@pytest.mark.parametrize("number", [0, -1, 200_001, 10**15])
def test_a_number_out_of_bounds_is_refused_before_anything_is_made(
    county: Session, number: int
) -> None:
    with pytest.raises(BadCount):
        _issue(county, number)
    assert county.scalar(select(func.count()).select_from(Batch)) == 0


def test_a_list_gives_every_door_its_plate_in_its_order(county: Session) -> None:
    rows = _read(county, HEADER + "一组,1号,李家院子\n大寨组,附2号,\n,3号·甲,𠮷祥\n")
    batch = _issue(county, rows)
    views = queries.plates_of_batch(county, batch.id)
    assert [(v.group_code, v.house_number, v.label) for v in views] == [
        (GROUP, "1号", "李家院子"),
        (VILLAGE + "02", "附2号", ""),
        (None, "3号·甲", "𠮷祥"),
    ]


@pytest.mark.parametrize("name", ["一组", "1组", "01", "1", "１组", "第一村民组", "第1组", GROUP])
def test_a_group_is_known_by_every_way_of_writing_it(county: Session, name: str) -> None:
    assert _read(county, HEADER + f"{name},1号,\n")[0].group_code == GROUP


@pytest.mark.parametrize(
    ("name", "number"), [("十组", "10组"), ("十二组", "12组"), ("二十组", "20"), ("二十一", "21组")]
)
def test_figures_beyond_nine_are_the_same_in_both_writings(
    county: Session, name: str, number: str
) -> None:
    code = VILLAGE + "21"
    table = DIVISIONS + f"{code},{VILLAGE},group,{number}\n"
    places.import_divisions(county, content=table.encode(), actor=OPERATOR)
    assert _read(county, HEADER + f"{name},1号,\n")[0].group_code == code


@pytest.mark.parametrize("name", ["十二三组", "二三十组", "十十组", "第", "组", "9" * 40, "²组"])
def test_a_group_name_that_means_nothing_is_a_bad_row_and_no_failure(
    county: Session, name: str
) -> None:
    assert [line for line, _sentence in _refused(county, HEADER + f"{name},1号,\n")] == [2]


def test_every_bad_row_is_named_with_its_line_and_nothing_is_issued(county: Session) -> None:
    lines = _refused(
        county,
        HEADER
        + "一组,1号,\n"
        + "九组,2号,\n"
        + "1组,1号,\n"
        + f"一组,{'长' * 41},\n"
        + f"一组,5号,{'长' * 61}\n"
        + f"{'9' * 5000},6号,\n"
        + "一组,7\x07号,\n"
        + "一组,8号\n"
        + "大寨组,1号,\n",
    )
    assert lines == [
        (3, "这个村没有这个村民组，请先核对组名或导入村民组。"),
        (4, "同一组的门牌号与第 2 行重复。"),
        (5, "house_number 超过 40 个字。"),
        (6, "label 超过 60 个字。"),
        (7, "group 超过 40 个字。"),
        (8, "house_number 里有看不见的字符，或者没有正式编码的字。"),
        (9, "这一行有 2 格，应当有 3 格。"),
    ]
    assert county.scalar(select(func.count()).select_from(Door)) == 0


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 1), (HEADER, 1), (HEADER + ",,\n", 1), ("组,门牌号,备注\n一组,1号,\n", 1)],
)
def test_a_file_without_rows_or_with_another_header_is_refused(
    county: Session, text: str, line: int
) -> None:
    assert [number for number, _sentence in _refused(county, text)] == [line]


def test_a_list_saved_by_excel_in_china_is_read(county: Session) -> None:
    content = (HEADER + "一组,1号,李家院子\r\n").encode("gb18030")
    rows = service.read_door_list(county, division_code=VILLAGE, content=content)
    assert rows == [DoorRow(GROUP, "", "1号", "李家院子")]


def test_a_village_without_groups_in_the_register_keeps_the_words_of_the_list(
    county: Session,
) -> None:
    content = (HEADER + "河边组,1号,\n").encode()
    rows = service.read_door_list(county, division_code=OTHER_VILLAGE, content=content)
    assert rows == [DoorRow(None, "河边组", "1号", "")]


def test_a_name_that_two_groups_of_a_merged_village_share_is_not_guessed(county: Session) -> None:
    table = DIVISIONS + f"{OTHER_VILLAGE}01,{OTHER_VILLAGE},group,第一村民组\n"
    places.import_divisions(county, content=table.encode(), actor=OPERATOR)
    merged = places.merge_villages(
        county,
        old_codes=[OTHER_VILLAGE],
        new_code=VILLAGE,
        effective_on=clock.today(),
        actor=OPERATOR,
    )
    assert merged == [OTHER_VILLAGE]
    lines = _refused(county, HEADER + f"1组,1号,\n{GROUP},2号,\n{OTHER_VILLAGE}01,2号,\n")
    assert lines == [(2, "这个村有不止一个组叫这个名字，请改写 14 位的组代码。")]


def test_serials_go_on_where_the_last_batch_ended(county: Session) -> None:
    _issue(county, 3)
    second = _issue(county, 2)
    serials = [view.serial for view in queries.plates_of_batch(county, second.id)]
    assert serials == [f"{VILLAGE}-00004", f"{VILLAGE}-00005"]
    other = _issue(county, 1, village=OTHER_VILLAGE)
    assert queries.plates_of_batch(county, other.id)[0].serial == f"{OTHER_VILLAGE}-00001"


def test_codes_that_are_taken_are_drawn_again(county: Session) -> None:
    taken = [view.code for view in queries.plates_of_batch(county, _issue(county, 3).id)]
    draws: list[int] = []

    def draw(number: int) -> list[str]:
        draws.append(number)
        fresh = codes.draw(number)
        if len(draws) == 1:
            return [*taken[:2], fresh[0], fresh[0], fresh[4]]
        return [taken[2], *fresh[1:]] if len(draws) == 2 else fresh

    batch = _issue(county, 5, draw=draw)
    assert draws == [5, 3, 1]
    views = queries.plates_of_batch(county, batch.id)
    assert len({view.code for view in views} - set(taken)) == 5
    assert [view.serial for view in sorted(views, key=lambda view: view.door_id)] == [
        f"{VILLAGE}-{n:05d}" for n in range(4, 9)
    ]


def test_randomness_that_repeats_itself_is_a_fault_and_no_endless_loop(county: Session) -> None:
    taken = [view.code for view in queries.plates_of_batch(county, _issue(county, 1).id)]
    with pytest.raises(RuntimeError):
        _issue(county, 1, draw=lambda _number: taken)


def test_the_same_request_twice_is_one_batch(county: Session) -> None:
    first = _issue(county, 2, request_key="form-1")
    assert _issue(county, 2, request_key="form-1").id == first.id
    with pytest.raises(FormUsed):
        _issue(county, 4, request_key="form-1")
    _issue(county, 2, request_key="form-2")
    assert county.scalar(select(func.count()).select_from(Doorplate)) == 4


def test_the_same_request_twice_at_once_is_one_batch(committed: Database) -> None:
    def issue() -> int:
        with committed.unit_of_work() as session:
            return _issue(session, 50, request_key="form-1").id

    first, second = at_once(issue, issue)
    assert first == second
    with committed.reading() as session:
        assert session.scalar(select(func.count()).select_from(Doorplate)) == 50


def test_two_batches_at_once_share_no_serial_and_leave_no_gap(committed: Database) -> None:
    meeting = threading.Barrier(2, timeout=10)

    def issue(number: int) -> int:
        with committed.unit_of_work() as session:
            meeting.wait()
            return _issue(session, number).id

    batches = at_once(partial(issue, 40), partial(issue, 60))
    with committed.reading() as session:
        serials = set(session.scalars(select(Doorplate.serial)))
        assert serials == {f"{VILLAGE}-{n:05d}" for n in range(1, 101)}
        for batch in batches:
            assert isinstance(batch, int)
            numbers = [int(v.serial[-5:]) for v in queries.plates_of_batch(session, batch)]
            assert all(a == b for a, b in zip(numbers, count(min(numbers)), strict=False))


@pytest.mark.parametrize(
    ("village", "allowed"),
    [(VILLAGE, True), (OTHER_VILLAGE, True), (OTHER_TOWNSHIP + "201", False)],
)
def test_only_who_may_issue_in_the_township_issues_there(
    county: Session, village: str, allowed: bool
) -> None:
    clerk = Actor("clerk", 1, (Grant(roles.ISSUE, TOWNSHIP), Grant(roles.PRINT, "520203")))

    def issue() -> Batch:
        return service.issue_batch(county, division_code=village, doors=1, actor=clerk)

    if allowed:
        assert issue().created_by == "clerk"
    else:
        with pytest.raises(Forbidden):
            issue()


@pytest.mark.parametrize("division", [TOWNSHIP, GROUP, "", "52020310221\0", "52020310221３"])
def test_plates_are_for_villages_alone(county: Session, division: str) -> None:
    with pytest.raises(NotAVillage):
        _issue(county, 1, village=division)
    with pytest.raises(NotAVillage):
        service.read_door_list(county, division_code=division, content=HEADER.encode())


def test_a_village_that_does_not_exist_gets_no_plates(county: Session) -> None:
    with pytest.raises(DivisionNotFound):
        _issue(county, 1, village="520203102999")


def test_twenty_thousand_and_one_codes_are_issued_in_two_chunks(county: Session) -> None:
    batch = _issue(county, 20_001)
    assert queries.count_of_batch(county, batch.id) == {State.DRAFT: 20_001}
    serials = county.scalars(select(Doorplate.serial).order_by(Doorplate.id)).all()
    assert [serials[0], serials[-1]] == [f"{VILLAGE}-00001", f"{VILLAGE}-20001"]
    assert len(set(serials)) == 20_001
