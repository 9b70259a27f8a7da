"""Consents in one tap, and one's own copy of everything."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pypdfium2
import pytest
from sqlalchemy import select, update

from app.audit.models import LedgerLine
from app.identity.villagers.models import Account
from app.kernel import clock
from app.web.flask_app import SunshineApp
from tests.factories import VILLAGE
from tests.portal import own_world
from tests.portal.own_world import Street


@pytest.fixture
def street(app: SunshineApp) -> Street:
    return own_world.street(app)


def test_a_consent_is_given_and_withdrawn_by_one_tap_each(street: Street) -> None:
    head = street.arrive()
    page = "/me/consents"
    head.send(f"{page}/wechat_push/give", shown_at=page)
    assert "已同意" in head.get(page).text
    head.send(f"{page}/wechat_push/withdraw", shown_at=page)
    shown = head.get(page).text
    assert "已同意" not in shown
    assert "撤回" in shown


def test_an_optional_detail_is_shown_to_its_owner_and_goes(street: Street) -> None:
    head = street.arrive()
    page = "/me/consents"
    wrong = head.send(f"{page}/email/give", shown_at=page, value="nobody")
    assert (wrong.status_code, "nobody" in wrong.text) == (422, False)
    head.send(f"{page}/email/give", shown_at=page, value="da.shan@example.cn")
    assert "da.shan@example.cn" in head.get(page).text
    head.send(f"{page}/email/withdraw", shown_at=page)
    assert "da.shan@example.cn" not in head.get(page).text


def test_the_next_holder_of_a_number_reads_nothing_and_may_only_withdraw(street: Street) -> None:
    page = "/me/consents"
    holder = street.arrive()
    holder.send(f"{page}/email/give", shown_at=page, value="da.shan@example.cn")
    with street.app.database.unit_of_work() as session:  # this session came after a long absence
        before = clock.now() - timedelta(hours=1)
        session.execute(update(Account).values(returned_at=before))
    shown = holder.get(page).text
    assert "da.shan@example.cn" not in shown
    assert "已同意" in shown
    refused = holder.send(f"{page}/second_contact/give", shown_at=page, value="13800004321")
    assert (refused.status_code, "请先打开“我家”" in refused.text) == (403, True)
    assert holder.send(f"{page}/email/withdraw", shown_at=page).status_code == 303
    assert "已同意" not in holder.get(page).text


def test_what_rests_on_law_is_named_with_its_article_and_has_no_button(street: Street) -> None:
    head = street.arrive()
    page = head.get("/me/consents").text
    assert "第十三条第一款第三项" in page
    assert head.send("/me/consents/register/withdraw", shown_at="/me/consents").status_code == 404


@pytest.mark.parametrize("kind", ["json", "pdf"])
def test_one_s_copy_is_complete_traced_and_kept_nowhere(street: Street, kind: str) -> None:
    head, number = street.bound_head()
    answer = head.send(
        f"/me/household/{number}/copy", shown_at=f"/me/household/{number}/rights", kind=kind
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = _text(answer.data) if kind == "pdf" else answer.data.decode()
    for value in (street.home.phone, "赵大山", "赵小明", "个人信息保护法"):
        assert value in text
    assert "钱小花" not in text
    with street.app.database.unit_of_work() as session:
        line = session.scalars(select(LedgerLine).order_by(LedgerLine.id.desc()).limit(1)).one()
    assert (line.act, line.who_kind) == ("export", "villager")


def _text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return "".join(pages)


def test_the_copy_for_reading_has_no_code_word_and_no_time_for_programs(street: Street) -> None:
    head, number = street.bound_head()
    own = f"/me/household/{number}"
    form = f"{own}/corrections/{street.home.head}/phone"
    head.send(form, shown_at=form, value="13911112222", remark="")
    answer = head.send(f"{own}/copy", shown_at=f"{own}/rights", kind="pdf")
    text = "".join(_text(answer.data).split())
    for said in ("家庭成员", "已绑定", "村里正在办", "岩脚镇青杠林村"):
        assert said in text
    for coded in ("member", "active", "open", VILLAGE):
        assert coded not in text
    assert re.search(r"\d{4}-\d{2}-\d{2}", text) is None
    today = clock.today()
    assert f"{today.year}年{today.month}月{today.day}日" in text


def test_the_copy_for_programs_has_a_part_for_each_thing(street: Street) -> None:
    head, number = street.bound_head()
    answer = head.send(
        f"/me/household/{number}/copy", shown_at=f"/me/household/{number}/rights", kind="json"
    )
    content = json.loads(answer.data)
    assert {"persons", "bindings", "consents", "accesses", "corrections", "needs"} <= set(content)
    assert content["persons"][0]["phone"]["value"] == street.home.phone
    assert (content["bindings"][0]["kind"], content["bindings"][0]["state"]) == ("member", "active")
    assert [one["act"] for one in content["accesses"]][:2] == ["导出资料", "办理绑定"]


def test_another_format_is_refused(street: Street) -> None:
    head, number = street.bound_head()
    answer = head.send(
        f"/me/household/{number}/copy", shown_at=f"/me/household/{number}/rights", kind="xlsx"
    )
    assert answer.status_code == 422


def test_a_correction_is_asked_for_and_taken_back(street: Street) -> None:
    head, number = street.bound_head()
    own = f"/me/household/{number}/corrections"
    form = f"{own}/{street.home.head}/phone"
    assert street.home.phone not in head.get(form).text
    wrong = head.send(form, shown_at=form, value="12", remark="")
    assert wrong.status_code == 422
    sent = head.send(form, shown_at=form, value="13911112222", remark="换号了")
    assert sent.location == own
    again = head.send(form, shown_at=form, value="13911112223", remark="")
    assert (again.status_code, "正在办" in again.text) == (409, True)
    page = head.get(own).text
    assert "赵大山的电话" in page
    back = page.partition(f'action="{own}/')[2].partition("/")[0]
    assert head.send(f"{own}/{back}/withdraw", shown_at=own).status_code == 303
    assert "自己撤回" in head.get(own).text


@pytest.mark.parametrize("path", ["/{s}/phone", "/{h}/tags", "/{h}/amount"])
def test_what_is_not_one_s_own_has_no_form(street: Street, path: str) -> None:
    head, number = street.bound_head()
    there = path.format(s=street.home.spouse, h=street.home.head)
    assert head.get(f"/me/household/{number}/corrections{there}").status_code == 404
