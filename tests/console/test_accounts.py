"""Accounts, approvals and hand-over at the console, by the two administrations."""

from __future__ import annotations

from io import BytesIO

import pytest
import xlsxwriter
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.identity import queries, roles
from app.identity import service as identity
from app.identity.models import FactorReset, Staff, StaffToken, TokenKind
from app.kernel import clock, scope
from app.kernel.access import Actor, Grant
from app.kernel.db import Database
from app.visits import service as visits
from tests import factories
from tests.console.conftest import Browser, Enter, shown
from tests.factories import COUNTY, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE, households
from tests.identity import people


def _number(county: Database, username: str) -> int:
    with county.reading() as session:
        return queries.get_by_username(session, username).id


def _open(browser: Browser, **fields: str) -> None:
    wanted = {"username": "chen", "full_name": "陈一", "role": "cadre", "division": VILLAGE}
    assert browser.send("/console/accounts", **{**wanted, **fields}).status_code == 200


def _enrol(county: Database, username: str) -> None:
    with county.unit_of_work() as session:
        identity.give_second_factor(session, username=username)


def _sign_in(session: Session, username: str, device: str) -> Actor:
    staff = queries.get_by_username(session, username)
    token, _ends = identity.hand_out(session, staff=staff, kind=TokenKind.SESSION, device=device)
    someone = queries.actor_for_token(session, token)
    assert someone is not None
    return someone


def test_what_an_administrator_asks_for_holds_once_a_steward_approved_it(
    enter: Enter, county: Database
) -> None:
    admin, steward = enter("admin"), enter("data_steward")
    _open(admin)
    _enrol(county, "chen")
    page = steward.get("/console/approvals")
    assert "陈一（chen）" in shown(page)
    with county.reading() as session:
        waiting = [one.id for one in queries.live_grants(session, _number(county, "chen"))]
    answer = steward.send("/console/approvals", grant=waiting, decision="approve")
    assert answer.status_code == 303
    assert "没有等您批准的授权" in shown(steward.get("/console/approvals"))
    account = admin.get(f"/console/accounts/{_number(county, 'chen')}")
    assert "有效" in shown(account)
    assert "data_steward-520203" in account.text


def test_a_steward_sees_who_opened_the_account_and_when_its_second_factor_was_enrolled(
    enter: Enter, county: Database
) -> None:
    admin, steward = enter("admin"), enter("data_steward")
    _open(admin)
    assert "admin-520203" in shown(steward.get("/console/approvals"))
    assert "绑定动态验证码，在" not in shown(steward.get("/console/approvals"))
    with county.unit_of_work() as session:
        for device in ("微信", "火狐浏览器"):
            chen = _sign_in(session, "chen", device)
        people.enrol(session, chen)
        enrolled_at = queries.get_by_username(session, "chen").totp_enrolled_at
        at = f"{clock.local(enrolled_at or clock.now()):%Y-%m-%d%H:%M}"
    page = shown(steward.get("/console/approvals"))
    assert f"{at}绑定动态验证码，在火狐浏览器里" in page
    assert "开通后0分钟就绑定了" in page


def test_no_browser_is_named_for_a_factor_that_the_operator_gave(
    enter: Enter, county: Database
) -> None:
    admin, steward = enter("admin"), enter("data_steward")
    _open(admin)
    with county.unit_of_work() as session:
        _sign_in(session, "chen", "火狐浏览器")
        identity.give_second_factor(session, username="chen")
    page = shown(steward.get("/console/approvals"))
    assert "绑定动态验证码，在" not in page
    assert "开通后0分钟就绑定了" in page


def test_no_browser_is_named_where_two_could_have_enrolled_the_factor(
    enter: Enter, county: Database
) -> None:
    admin, steward = enter("admin"), enter("data_steward")
    _open(admin)
    with county.unit_of_work() as session:
        chen, late = (_sign_in(session, "chen", device) for device in ("火狐浏览器", "微信"))
        people.enrol(session, chen)
        still_there = update(StaffToken).where(StaffToken.id == late.session_id)
        session.execute(still_there.values(revoked_at=None))
    assert "绑定动态验证码，在" not in shown(steward.get("/console/approvals"))


def test_somebody_not_enrolled_yet_is_named_and_cannot_be_approved(
    enter: Enter, county: Database
) -> None:
    admin, steward = enter("admin"), enter("data_steward")
    _open(admin)
    with county.reading() as session:
        first = queries.live_grants(session, _number(county, "chen"))[0].id
    refused = steward.send("/console/approvals", grant=[first], decision="approve")
    assert refused.status_code == 409
    assert "还没有绑定动态验证码" in shown(refused)
    nothing = steward.send("/console/approvals", decision="approve")
    assert nothing.status_code == 422


def test_a_first_password_is_shown_once_and_in_no_other_page(
    enter: Enter, county: Database
) -> None:
    admin = enter("admin")
    wanted = {"username": "li", "role": "installer", "division": VILLAGE}
    page = admin.send("/console/accounts", **wanted)
    password = page.text.split("<code>")[1].split("</code>")[0]
    assert len(password) == 16
    for path in ("/console/accounts", f"/console/accounts/{_number(county, 'li')}"):
        assert password not in admin.get(path).text


def test_a_bad_wish_is_answered_on_its_page_with_what_was_typed(enter: Enter) -> None:
    admin = enter("admin")
    page = admin.send("/console/accounts", username="Bad Name", role="cadre", division=VILLAGE)
    assert page.status_code == 422
    assert 'value="Bad Name"' in page.text
    page = admin.send(
        "/console/accounts", username="li", role="cadre", division=VILLAGE, ends_on="x"
    )
    assert page.status_code == 422


def _table(*rows: list[str]) -> BytesIO:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["用户名", "角色", "区划代码"], *rows]):
            sheet.write_row(number, 0, row)
    file.seek(0)
    return file


def test_a_table_opens_all_or_names_the_lines(enter: Enter, county: Database) -> None:
    admin = enter("admin")
    bad = _table(["one", "cadre", VILLAGE], ["two", "cadre", "999999"])
    page = admin.send("/console/accounts/table", table=(bad, "a.xlsx"))
    assert page.status_code == 422
    assert "第3行" in shown(page)
    good = _table(["one", "cadre", VILLAGE], ["two", "clerk", VILLAGE])
    page = admin.send("/console/accounts/table", table=(good, "a.xlsx"))
    assert page.text.count("<code>") == 2
    assert admin.send("/console/accounts/table").status_code == 422
    assert _number(county, "two")


def test_accounts_are_searched_within_the_administrators_place(enter: Enter) -> None:
    enter("clerk", VILLAGE)
    enter("clerk", OTHER_VILLAGE)
    keeper = enter("admin", VILLAGE)
    names = shown(keeper.get("/console/accounts"))
    assert f"clerk-{VILLAGE}" in names
    assert f"clerk-{OTHER_VILLAGE}" not in names
    assert "没有找到账号" in shown(keeper.get("/console/accounts?name=%25"))


def test_a_lost_second_factor_takes_two_people(enter: Enter, county: Database) -> None:
    admin, steward = enter("admin"), enter("data_steward")
    enter("cadre", VILLAGE, username="chen")
    _enrol(county, "chen")
    asked = {"username": "chen", "proof": "本人带身份证到办公室"}
    assert admin.send("/console/factor-resets", **asked).status_code == 303
    with county.reading() as session:
        number = session.scalars(select(FactorReset.id)).one()
    decide = f"/console/factor-resets/{number}/decision"
    assert admin.send(decide, decision="approve").status_code == 403
    assert "本人带身份证到办公室" in shown(steward.get("/console/approvals"))
    assert steward.send(decide, decision="approve").status_code == 303
    with county.reading() as session:
        assert queries.get_by_username(session, "chen").totp_sealed is None


def test_closing_and_resetting_are_for_others_accounts_alone(
    enter: Enter, county: Database
) -> None:
    admin = enter("admin", username="boss")
    enter("installer", VILLAGE, username="li")
    own, other = _number(county, "boss"), _number(county, "li")
    for act in ("password", "closing"):
        assert admin.send(f"/console/accounts/{own}/{act}").status_code == 403
    assert admin.send(f"/console/accounts/{other}/password").status_code == 200
    assert admin.send(f"/console/accounts/{other}/closing").status_code == 303
    assert "已停用" in shown(admin.get(f"/console/accounts/{other}"))


@pytest.fixture
def household(county: Database) -> int:
    """Give a household whose assistance officer is about to leave."""
    with county.unit_of_work() as session:
        leaving = identity.create_staff(
            session, username="old", password=PASSWORD, role="cadre", division_code=VILLAGE
        )
        made = households.household(session, division_code=VILLAGE)
        scope.open_scope(session, VILLAGE)
        row = session.get(Household, made.id)
        assert row is not None
        row.assistance_officer_id = leaving.id
        return made.id


def _pack(county: Database) -> str:
    """Let a cadre of the village take a household along; gives the pack's address."""
    with county.unit_of_work() as session:
        staff = queries.get_by_username(session, f"cadre-{VILLAGE}")
        households.household(session, division_code=VILLAGE)
        held = tuple(Grant(name, VILLAGE) for name in roles.ROLES["cadre"])
        cadre = Actor(name=staff.username, staff_id=staff.id, grants=held)
        pack = visits.prepare_pack(
            session, division_code=VILLAGE, group_codes=[factories.GROUP], actor=cadre
        )
        return f"/console/accounts/{staff.id}/packs/{pack.id}/revocation"


def test_an_administrator_takes_back_the_pack_of_a_lost_telephone(
    enter: Enter, county: Database
) -> None:
    enter("cadre", VILLAGE)
    revocation = _pack(county)
    account = revocation.split("/packs/")[0]
    admin = enter("admin", TOWNSHIP)
    assert "一组" not in shown(admin.get(account))
    assert "青杠林村，1户" in shown(admin.get(account))
    unexplained = admin.send(revocation)
    assert unexplained.status_code == 422
    assert "要写明原因" in shown(unexplained)
    assert admin.send(revocation, reason="手机丢了").status_code == 303
    assert "收回这个包" not in shown(admin.get(account))


def test_a_pack_is_not_found_under_another_account_or_from_another_place(
    enter: Enter, county: Database
) -> None:
    enter("cadre", VILLAGE)
    revocation = _pack(county)
    admin, stranger = enter("admin", TOWNSHIP), enter("admin", OTHER_VILLAGE)
    own, pack = _number(county, f"admin-{OTHER_VILLAGE}"), revocation.split("/")[-2]
    assert stranger.send(revocation, reason="手机丢了").status_code == 404
    other = f"/console/accounts/{own}/packs/{pack}/revocation"
    assert admin.send(other, reason="手机丢了").status_code == 404


def test_a_hand_over_moves_households_and_grants_in_one_act(
    enter: Enter, county: Database, household: int
) -> None:
    admin = enter("admin")
    enter("cadre", VILLAGE, username="new")
    leaving = _number(county, "old")
    page = admin.send(f"/console/accounts/{leaving}/hand-over", successor="new")
    assert page.status_code == 200
    assert "住户1户" in shown(page)
    with county.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        row = session.get(Household, household)
        assert row is not None
        assert row.assistance_officer_id == _number(county, "new")
        assert queries.live_grants(session, leaving) == []


def test_a_hand_over_that_fails_moves_nothing(
    enter: Enter, county: Database, household: int
) -> None:
    admin = enter("admin")
    enter("cadre", VILLAGE, username="new")
    with county.unit_of_work() as session:
        identity.disable(session, username="new")
    leaving = _number(county, "old")
    page = admin.send(f"/console/accounts/{leaving}/hand-over", successor="new")
    assert page.status_code == 409
    with county.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        row = session.get(Household, household)
        assert row is not None
        assert row.assistance_officer_id == leaving
        assert len(queries.live_grants(session, leaving)) == 3
        assert session.scalars(select(Staff).where(Staff.id == leaving)).one()
