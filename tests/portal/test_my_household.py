"""A bound villager's own household: masked until asked for, every look listed, questions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.audit import service as audit
from app.audit.models import LedgerLine
from app.audit.schemas import Line
from app.households.models.bindings import HouseholdBinding
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor
from app.web.flask_app import SunshineApp
from tests.households import binding_world
from tests.portal import own_world
from tests.portal.own_world import Street


@pytest.fixture
def street(app: SunshineApp) -> Street:
    return own_world.street(app)


def _look(street: Street, who: Actor = OPERATOR, **more: object) -> int:
    with street.app.database.unit_of_work() as session:
        line = Line(
            who=who,
            act="open",
            division_code=street.home.household.division_code,
            household_id=street.home.household.id,
            fields=("name", "phone"),
            purpose="visit",
            **more,  # type: ignore[arg-type]  # of the test's choice
        )
        return audit.record(session, line)


def test_full_data_comes_with_a_click_and_goes_with_the_next(street: Street) -> None:
    head, number = street.bound_head()
    page = head.get(f"/me/household/{number}")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert street.home.phone not in page.text
    opened = head.send(
        f"/me/household/{number}/reveal",
        shown_at=f"/me/household/{number}",
        person=str(street.home.head),
    )
    assert street.home.phone in opened.text
    assert "来源：" in opened.text
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert street.home.phone not in head.get(f"/me/household/{number}").text


def test_every_page_with_the_record_leaves_one_line(street: Street) -> None:
    head, number = street.bound_head()
    own = f"/me/household/{number}"
    pages = ("/people", "/corrections", f"/corrections/{street.home.head}/phone", "/accesses")
    for page in pages:
        assert head.get(own + page).status_code == 200
    with street.app.database.unit_of_work() as session:
        query = select(LedgerLine.fields).where(LedgerLine.act == "view_own")
        found = session.scalars(query.order_by(LedgerLine.id)).all()
    assert [tuple(one) for one in found] == [("name",), ("name",), ("name", "phone"), ("name",)]


def test_the_line_of_the_people_page_notes_a_delegate_s_phone_where_it_is_shown(
    street: Street,
) -> None:
    head, number = street.bound_head()
    street.delegated(number)
    spouse, own = street.bound_spouse()
    head.get(f"/me/household/{number}/people")
    spouse.get(f"/me/household/{own}/people")
    with street.app.database.unit_of_work() as session:
        query = select(LedgerLine.fields).where(LedgerLine.act == "view_own")
        found = session.scalars(query.order_by(LedgerLine.id)).all()
    assert [tuple(one) for one in found] == [("name", "phone"), ("name",)]


def test_another_adult_s_full_data_is_refused(street: Street) -> None:
    head, number = street.bound_head()
    refused = head.send(
        f"/me/household/{number}/reveal",
        shown_at=f"/me/household/{number}",
        person=str(street.home.spouse),
    )
    assert refused.status_code == 403
    for person in ("0", "x", "", str(street.home.head + 1000)):
        answer = head.send(
            f"/me/household/{number}/reveal", shown_at=f"/me/household/{number}", person=person
        )
        assert answer.status_code == 404


def test_every_look_is_listed_and_may_be_asked_about(street: Street) -> None:
    head, number = street.bound_head()
    line = _look(street)
    head.get(f"/me/household/{number}")
    head.get(f"/me/household/{number}")
    page = head.get(f"/me/household/{number}/accesses").text
    for said in ("服务器管理员", "打开住户信息", "走访", "姓名、电话", "您自己", "3 次"):
        assert said in page
    asking = f"/me/household/{number}/accesses/{line}/question"
    assert "走访" in head.get(asking).text
    with street.app.database.reading() as session:
        newest = session.scalars(select(LedgerLine).order_by(LedgerLine.id.desc()).limit(1)).one()
        assert (newest.act, newest.fields) == ("view_own", [])
    empty = head.send(asking, shown_at=asking, text=" ")
    assert empty.status_code == 422
    sent = head.send(asking, shown_at=asking, text="为什么看我家")
    assert (sent.status_code, sent.location) == (303, "/me/questions")
    assert "为什么看我家" in head.get("/me/questions").text


def test_the_family_is_named_in_the_list_by_masked_names(street: Street) -> None:
    head, number = street.bound_head()
    spouse, own = street.bound_spouse()
    spouse.get(f"/me/household/{own}")
    page = head.get(f"/me/household/{number}/accesses").text
    assert "钱**（家庭成员）" in page


def test_a_line_of_another_household_is_not_asked_about(street: Street) -> None:
    head, number = street.bound_head()
    with street.app.database.unit_of_work() as session:
        other = audit.record(session, Line(OPERATOR, "open", "520203102213", household_id=99))
    for asked in (other, 0):
        path = f"/me/household/{number}/accesses/{asked}/question"
        assert head.get(path).status_code == 404


def test_long_lists_go_page_by_page(street: Street) -> None:
    head, number = street.bound_head()
    for _each in range(31):
        _look(street)
    page = head.get(f"/me/household/{number}/accesses").text
    more = page.partition("?before=")[2].partition('"')[0]
    older = head.get(f"/me/household/{number}/accesses?before={more}").text
    assert "回到最新" in older
    assert head.get(f"/me/household/{number}/accesses?before=x").status_code == 200


def test_the_head_sees_who_is_bound_and_ends_it(street: Street) -> None:
    head, number = street.bound_head()
    spouse, own = street.bound_spouse()
    people = f"/me/household/{number}/people"
    assert "钱小花" in head.get(people).text
    denied = spouse.send(
        f"/me/household/{own}/people/{number}/end", shown_at=f"/me/household/{own}/people"
    )
    assert denied.status_code == 403
    ended = head.send(f"{people}/{own}/end", shown_at=people)
    assert ended.status_code == 303
    assert "钱小花" not in head.get(people).text
    assert spouse.get(f"/me/household/{own}").status_code == 410


@pytest.mark.parametrize("day", ["2020-01-01", "x", "", "2999-01-01"])
def test_a_delegation_without_a_proper_last_day_is_refused(street: Street, day: str) -> None:
    head, number = street.bound_head()
    answer = head.send(
        f"/me/household/{number}/invitations",
        shown_at=f"/me/household/{number}/people",
        ends_on=day,
    )
    assert (answer.status_code, "最长一年" in answer.text) == (422, True)


def test_after_a_long_absence_the_second_fact_is_asked_first(street: Street) -> None:
    head, number = street.bound_head()
    with street.app.database.unit_of_work() as session:
        long_ago = clock.now() - timedelta(days=100)
        session.execute(update(HouseholdBinding).values(confirmed_at=long_ago))
    confirm = f"/me/household/{number}/confirm"
    for page in ("", "/accesses", "/people", "/corrections", "/rights"):
        assert head.get(f"/me/household/{number}{page}").location == confirm
    assert head.send(confirm, shown_at=confirm, last_four="0000").status_code == 422
    right = head.send(confirm, shown_at=confirm, last_four=street.home.last_four())
    assert right.status_code == 303
    assert head.get(f"/me/household/{number}").status_code == 200


def test_the_spouse_asks_to_be_guardian_of_a_grandchild(street: Street) -> None:
    spouse, own = street.bound_spouse()
    page = spouse.get(f"/me/household/{own}").text
    assert "我是他的监护人" not in page  # the head's son is theirs already
    asked = spouse.send(
        f"/me/household/{own}/guardianship",
        shown_at=f"/me/household/{own}",
        person=str(street.home.child),
    )
    assert asked.status_code == 303
    assert "已送村里核对" in spouse.get(asked.location).text


def test_an_unbound_villager_is_told_how_and_nothing_else(street: Street) -> None:
    someone = street.arrive(binding_world.new_phone())
    page = someone.get("/me/household").text
    assert "您还没有绑定自己家" in page
    assert "青杠林" not in page
