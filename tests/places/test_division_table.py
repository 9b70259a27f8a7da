"""Every kind of bad row is told with its line, all at once, and nothing is imported."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kernel import access
from app.places import queries, service
from app.places.errors import ImportRefused
from app.places.models import Division
from tests.places.tables import COUNTY, GROUPS, OTHER_TOWN, SMALL, TOWN, bring_in, table

BAD_ROWS = (
    ("520203103,520203,town,木岗镇", "级别应当是"),
    ("52020310A,520203,township,木岗镇", "代码只能由数字组成"),
    ("\uff15\uff12\uff10203103,520203,township,木岗镇", "代码只能由数字组成"),
    (",520203,township,木岗镇", "代码只能由数字组成"),
    ("5202031031,520203,township,木岗镇", "应当是 9 位，这里是 10 位"),
    ("520203106201,520203106,group,一组", "应当是 14 位，这里是 12 位"),
    ("520203109,520221,township,新窑镇", "前 6 位"),
    ("520203103201,520203102,village,抵簸村村民委员会", "前 9 位"),
    ("520204,520203,county,某县", "应当空着"),
    ("520203102,520203,township,岩脚镇", "代码与第 3 行重复"),
    ("520203199201,520203199,village,某村村民委员会", "上级代码不在表里"),
    ("520203104,520203,township,", "名称是空的"),
    ("520203105,520203,township," + "长" * 101, "超过 100 个字"),
    ("520203107,520203,township,新华\u200b镇", "看不见的字符"),
    ("520203108,520203,township", "这一行有 3 格"),
)


def _codes(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Division)) or 0


def test_every_bad_row_is_told_with_its_line_and_nothing_is_imported(session: Session) -> None:
    with pytest.raises(ImportRefused) as refusal:
        bring_in(session, COUNTY, TOWN, OTHER_TOWN, *(row for row, _ in BAD_ROWS))
    told = refusal.value.facts["lines"]
    assert isinstance(told, list)
    assert [number for number, _ in told] == list(range(5, 5 + len(BAD_ROWS)))
    for (_, sentence), (_, expected) in zip(told, BAD_ROWS, strict=True):
        assert expected in sentence
    assert _codes(session) == 0


def test_a_bad_row_beside_good_changes_leaves_what_was_there(session: Session) -> None:
    bring_in(session, *SMALL)
    with pytest.raises(ImportRefused):
        bring_in(session, *SMALL[1:], "520203,,county,某区", "520203199,520203,town,某镇")
    assert queries.get(session, "520203").name == "六枝特区"
    assert _codes(session) == len(SMALL)


def test_a_mistake_in_a_parent_is_not_told_again_at_its_children(session: Session) -> None:
    with pytest.raises(ImportRefused) as refusal:
        bring_in(session, COUNTY, "520203102,520203,township,", "520203102213,520203102,village,村")
    assert refusal.value.facts["lines"] == [(3, "名称是空的。")]


def test_the_parent_of_a_group_may_be_in_the_database_alone(session: Session) -> None:
    with pytest.raises(ImportRefused) as refusal:
        bring_in(session, *GROUPS)
    assert [line[0] for line in refusal.value.facts["lines"]] == [2, 3]  # type: ignore[attr-defined]
    bring_in(session, *SMALL)
    assert bring_in(session, *GROUPS).added == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_saved_by_excel_brings_rare_characters_in_whole(
    session: Session, encoding: str
) -> None:
    names = ("牂牁镇", "䶮·江镇")
    rows = [f"52020310{number},520203,township,{name}" for number, name in enumerate(names)]
    content = table(COUNTY, *rows).decode().replace("\n", "\r\n").encode(encoding)
    service.import_divisions(session, content=content, actor=access.OPERATOR)
    assert tuple(place.name for place in queries.children(session, "520203")) == names


@pytest.mark.parametrize(
    ("code", "parent", "level"),
    [
        ("520203", "520203", "county"),
        ("520203102", None, "township"),
        ("520203102", "520204", "township"),
        ("5202031021", "520203", "township"),
        ("52020310X", "520203", "township"),
        ("520203102", "520203", "town"),
    ],
)
def test_the_database_itself_refuses_a_code_that_breaks_the_scheme(
    session: Session, code: str, parent: str | None, level: str
) -> None:
    if code != "520203":
        bring_in(session, COUNTY, "520204,,county,某县")
    session.add(Division(code=code, parent_code=parent, level=level))
    with pytest.raises(IntegrityError, match="ck_divisions"):
        session.flush()
