"""Accounts: the first administrator, passwords set by others, closing, the county in bulk."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.identity import queries, roles, service
from app.identity.errors import (
    AccountClosed,
    AdminExists,
    BadTable,
    NotYourOwn,
    OutsideYourScope,
    PasswordsDiffer,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnchanged,
    PasswordWrong,
    UnreadableTable,
)
from app.identity.models import Staff, StaffGrant
from app.identity.schemas import Attempt, Opened
from app.kernel.access import Actor, Grant
from app.kernel.db import Database
from tests import factories
from tests.factories import COUNTY, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE
from tests.identity import people

NEW = "quite another password"


@pytest.fixture
def admin(county: Session) -> Actor:
    """Give an administrator of the township."""
    return people.signed_in(county, "admin", TOWNSHIP, name="admin")


def test_the_first_administrator_is_the_first_and_last_of_this_way(county: Session) -> None:
    first = service.first_admin(county, username="one", password=PASSWORD, division_code=COUNTY)
    assert first.must_change_password
    with pytest.raises(AdminExists):
        service.first_admin(county, username="two", password=PASSWORD, division_code=COUNTY)


def test_of_two_first_administrators_at_once_one_is_refused(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
    meeting = threading.Barrier(2, timeout=10)

    def begin(username: str) -> bool:
        try:
            with database.unit_of_work() as session:
                meeting.wait()
                service.first_admin(
                    session, username=username, password=PASSWORD, division_code=COUNTY
                )
        except AdminExists:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(begin, ("one", "two"))) == [False, True]


def test_a_password_that_is_reset_ends_sessions_and_leaves_the_second_factor(
    county: Session, admin: Actor
) -> None:
    staff = people.staff(county, "cadre", VILLAGE, name="chen")
    people.actor(county, staff)
    sealed = staff.totp_sealed
    password = service.reset_password(county, staff_id=staff.id, actor=admin)
    county.refresh(staff)
    assert staff.totp_sealed == sealed
    assert queries.sessions_of(county, staff.id) == []
    token, _ends = service.sign_in(county, Attempt(username="chen", password=password))
    someone = queries.actor_for_token(county, token)
    assert someone is not None
    assert (someone.pending, someone.grants) == ("code", ())


def test_a_reset_before_the_second_factor_was_enrolled_lets_reading_wait_anew(
    county: Session, admin: Actor
) -> None:
    staff = people.staff(county, "clerk", VILLAGE, name="wang", enrolled=False)
    service.reset_password(county, staff_id=staff.id, actor=admin)
    county.expire_all()
    states = {one.permission: one.state for one in queries.live_grants(county, staff.id)}
    assert states[roles.ISSUE] == "active"
    assert {states[name] for name in states if name in roles.NEEDS_APPROVAL} == {"pending"}


@pytest.mark.parametrize("place", [COUNTY, OTHER_VILLAGE])
def test_an_account_that_reaches_beyond_the_administrators_place_is_not_theirs_to_manage(
    county: Session, place: str
) -> None:
    keeper = people.signed_in(county, "admin", VILLAGE, name="keeper")
    staff = people.staff(county, "clerk", place, name="wang")
    for act in (service.reset_password, service.close_account):
        with pytest.raises(OutsideYourScope):
            act(county, staff_id=staff.id, actor=keeper)


def test_an_administrator_for_one_office_is_shown_the_accounts_of_that_office(
    county: Session,
) -> None:
    office = factories.office(county)
    mine, other = (people.staff(county, "clerk", VILLAGE, name=name) for name in ("mine", "other"))
    county.get_one(Staff, mine.id).organisation_id = office.id
    county.flush()
    grants = (Grant(roles.ACCOUNTS, TOWNSHIP, office.id),)
    shown = queries.accounts(county, actor=Actor("keeper", 1, grants))
    assert [one.id for one in shown] == [mine.id]
    everyone = queries.accounts(county, actor=Actor("admin", 1, (Grant(roles.ACCOUNTS, TOWNSHIP),)))
    assert {mine.id, other.id} <= {one.id for one in everyone}


def test_what_belongs_to_no_office_is_told_to_nobody_for_one_office(county: Session) -> None:
    auditor = people.staff(county, "security_auditor", TOWNSHIP, name="auditor")
    assert queries.holders(county, roles.AUDIT_READ, VILLAGE) == [auditor.id]
    office = factories.office(county)
    county.execute(update(StaffGrant).values(organisation_id=office.id))
    assert queries.holders(county, roles.AUDIT_READ, VILLAGE) == []


def test_nobody_resets_or_closes_their_own_account(county: Session, admin: Actor) -> None:
    for act in (service.reset_password, service.close_account):
        with pytest.raises(NotYourOwn):
            act(county, staff_id=admin.staff_id or 0, actor=admin)


def test_a_closed_account_is_out_at_once_and_gets_no_new_password(
    county: Session, admin: Actor
) -> None:
    staff = people.staff(county, "installer", VILLAGE, name="li")
    token, _ends = service.sign_in(county, Attempt(username="li", password=PASSWORD))
    service.close_account(county, staff_id=staff.id, actor=admin)
    county.flush()
    assert queries.actor_for_token(county, token) is None
    with pytest.raises(AccountClosed):
        service.reset_password(county, staff_id=staff.id, actor=admin)


@pytest.mark.parametrize(
    ("current", "new", "again", "error"),
    [
        ("wrong", NEW, NEW, PasswordWrong),
        (PASSWORD, NEW, NEW + "x", PasswordsDiffer),
        (PASSWORD, PASSWORD, PASSWORD, PasswordUnchanged),
        (PASSWORD, "short", "short", PasswordTooShort),
        (PASSWORD, "x" * 201, "x" * 201, PasswordTooLong),
    ],
)
def test_a_new_password_that_cannot_be_changes_nothing(
    county: Session, current: str, new: str, again: str, error: type[Exception]
) -> None:
    someone = people.signed_in(county, "installer", VILLAGE, name="li")
    with pytest.raises(error):
        service.change_password(county, current=current, new=new, again=again, actor=someone)
    service.sign_in(county, Attempt(username="li", password=PASSWORD))


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(county: Session) -> None:
    staff = people.staff(county, "installer", VILLAGE, name="li")
    people.actor(county, staff)
    here = people.actor(county, staff)
    service.change_password(county, current=PASSWORD, new=NEW, again=NEW, actor=here)
    assert [one.id for one in queries.sessions_of(county, staff.id)] == [here.session_id]


HEAD = ["姓名", "用户名", "角色", "区划代码", "单位", "到期"]


def _table(*rows: list[object], head: list[str] = HEAD) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        lines: list[list[object]] = [["六枝特区工作人员"], [*head], *rows]
        for number, row in enumerate(lines):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                else:
                    sheet.write(number, place, cell)
    return file.getvalue()


def _open(session: Session, content: bytes, admin: Actor) -> list[Opened]:
    return service.open_accounts(session, content=content, actor=admin)


def test_a_table_opens_all_of_its_accounts_with_passwords_that_must_be_changed(
    county: Session, admin: Actor
) -> None:
    factories.office(county, division_code=VILLAGE, name="青杠林村村委会")
    opened = _open(
        county,
        _table(
            ["陈一", "chen", "cadre", float(VILLAGE), "", date(2099, 6, 30)],
            ["王二", "wang", "村级文书", VILLAGE, "青杠林村村委会", ""],
            ["", "li", "门牌安装员", TOWNSHIP, "", "2099-12-31"],
        ),
        admin,
    )
    assert [one.username for one in opened] == ["chen", "wang", "li"]
    chen = queries.get_by_username(county, "chen")
    assert (chen.full_name, chen.role, chen.division_code) == ("陈一", "cadre", VILLAGE)
    held = queries.live_grants(county, chen.id)
    assert {grant.state for grant in held} == {"pending"}
    assert {grant.ends_on for grant in held} == {date(2099, 6, 30)}
    assert queries.get_by_username(county, "wang").organisation_id is not None
    token, _ends = service.sign_in(county, Attempt(username="li", password=opened[2].password))
    someone = queries.actor_for_token(county, token)
    assert someone is not None
    assert someone.pending == "password"


def test_a_table_with_bad_rows_names_each_and_opens_nobody(county: Session, admin: Actor) -> None:
    before = county.scalar(select(func.count()).select_from(Staff))
    with pytest.raises(BadTable) as refusal:
        _open(
            county,
            _table(
                ["好", "good", "installer", VILLAGE, "", ""],
                ["", "Bad Name", "installer", VILLAGE, "", ""],
                ["", "two", "皇帝", VILLAGE, "", ""],
                ["", "three", "installer", "520299", "", ""],
                [],
                ["", "four", "installer", COUNTY, "", ""],
                ["", "good", "installer", VILLAGE, "", ""],
                ["", "five", "installer", VILLAGE, "没有的单位", ""],
                ["", "six", "installer", VILLAGE, "", "明年"],
                ["", "seven", "installer", VILLAGE, "", "2020-01-01"],
            ),
            admin,
        )
    lines = refusal.value.facts["lines"]
    assert isinstance(lines, list)
    assert [line for line, _sentence in lines] == [4, 5, 6, 8, 9, 10, 11, 12]
    assert county.scalar(select(func.count()).select_from(Staff)) == before
    assert not any("Bad Name" in sentence or "皇帝" in sentence for _line, sentence in lines)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a table", _table(), _table(["x"], head=["姓名"]), _table(["a"], head=["用户名"])],
)
def test_what_is_no_table_of_accounts_is_refused(
    county: Session, admin: Actor, content: bytes
) -> None:
    with pytest.raises(UnreadableTable):
        _open(county, content, admin)
