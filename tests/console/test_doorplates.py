"""Issuing plates, following their sheets and the install walk, as staff do it in a browser."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select

from app.doorplates import queries, service
from app.doorplates.models import Batch
from app.doorplates.press import press_of
from app.doorplates.schemas import PlateView, SheetIn
from app.doorplates.states import State
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests.console.conftest import Enter, hidden, shown
from tests.factories import OTHER_VILLAGE, VILLAGE

BATCHES = "/console/doorplates"
HEADER = "group,house_number,label\n"
CHOICE = {"size": "small", "ground": "blue", "paper": "a4"}


def _batches(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Batch)) or 0


def _state(database: Database, plate: PlateView) -> State:
    with database.reading() as session:
        return queries.find(session, plate.code).state


def _sheet(database: Database, plate: PlateView) -> int:
    with database.unit_of_work() as session:
        return service.request_sheet(
            session, batch_id=plate.batch_id, wanted=SheetIn(), actor=OPERATOR
        ).id


def test_a_batch_is_issued_by_number_and_shown(enter: Enter, county: Database) -> None:
    browser = enter()
    answer = browser.send(BATCHES, division=VILLAGE, count="3")
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"])
    assert "青杠林村" in page.text
    assert "3待印制" in shown(page)
    assert "青杠林村" in browser.get(BATCHES).text
    assert _batches(county) == 1


def test_a_form_sent_twice_is_one_batch_and_leads_to_it_twice(
    enter: Enter, county: Database
) -> None:
    browser = enter()
    key = hidden(browser.get(BATCHES), "request_key")
    led = [
        browser.send(BATCHES, division=VILLAGE, count="3", request_key=key).headers["Location"]
        for _time in range(2)
    ]
    assert led[0] == led[1]
    assert _batches(county) == 1
    assert hidden(browser.get(BATCHES), "request_key") != key


def test_a_key_that_no_form_of_ours_carried_is_refused(enter: Enter, county: Database) -> None:
    answer = enter().send(BATCHES, division=VILLAGE, count="3", request_key="k" * 65)
    assert 400 <= answer.status_code < 500
    assert _batches(county) == 0


def test_an_uploaded_list_is_issued(enter: Enter, county: Database) -> None:
    browser = enter()
    file = (io.BytesIO((HEADER + "一组,1号,\n大寨组,2号,\n").encode()), "门牌.csv")
    answer = browser.send(BATCHES, division=VILLAGE, doors=file)
    assert "2待印制" in shown(browser.get(answer.headers["Location"]))
    assert _batches(county) == 1


def test_bad_rows_are_shown_with_their_lines_and_nothing_is_issued(
    enter: Enter, county: Database
) -> None:
    rows = "九组,1号,\n一组,1号,\n一组,1号,\n"
    file = (io.BytesIO((HEADER + rows).encode()), "doors.csv")
    page = enter().send(BATCHES, division=VILLAGE, doors=file)
    assert page.status_code == 422
    assert "一块门牌也没有发出" in page.text
    assert "第 2 行：这个村没有这个村民组" in page.text
    assert "第 4 行：同一组的门牌号与第 3 行重复。" in page.text
    assert f'value="{VILLAGE}" selected' in page.text
    assert _batches(county) == 0


def test_of_many_bad_rows_fifty_are_shown_and_the_rest_counted(enter: Enter) -> None:
    rows = "".join(f"九组,{n}号,\n" for n in range(60))
    page = enter().send(
        BATCHES, division=VILLAGE, doors=(io.BytesIO((HEADER + rows).encode()), "doors.csv")
    )
    assert "第 51 行" in page.text
    assert "第 52 行" not in page.text
    assert "还有 10 行" in page.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"division": VILLAGE}, "请填数量"),
        ({"division": VILLAGE, "count": "0"}, "数量应当在 1 到 200000 之间"),
        ({"division": VILLAGE, "count": "999999"}, "数量应当在 1 到 200000 之间"),
        ({"division": VILLAGE, "count": "1e3"}, "请填数量"),
        ({"division": VILLAGE, "count": "²"}, "请填数量"),
        ({"count": "1"}, "门牌只能发给村或社区"),
        ({"division": "52020310221\0", "count": "1"}, "门牌只能发给村或社区"),
        ({"division": VILLAGE, "doors": (io.BytesIO(b""), "empty.csv")}, "没有数据"),
    ],
)
def test_an_order_that_makes_no_sense_is_explained_on_the_form(
    enter: Enter, county: Database, fields: dict[str, object], sentence: str
) -> None:
    page = enter().send(BATCHES, **fields)
    assert page.status_code == 422
    assert sentence in page.text
    assert _batches(county) == 0


def test_a_clerk_of_one_village_is_offered_that_village_and_no_other(enter: Enter) -> None:
    page = enter("clerk", VILLAGE).get(BATCHES)
    assert re.findall(r'<option value="(\d{12})"', page.text) == [VILLAGE]


def test_a_clerk_of_one_village_issues_nothing_for_another(enter: Enter, county: Database) -> None:
    page = enter("clerk", OTHER_VILLAGE).send(BATCHES, division=VILLAGE, count="1")
    assert page.status_code == 403
    assert "您没有这项权限" in page.text
    assert _batches(county) == 0


def test_a_clerk_of_one_village_sees_nothing_of_another(
    enter: Enter, county: Database, plate: PlateView
) -> None:
    sheet = _sheet(county, plate)
    browser = enter("clerk", OTHER_VILLAGE)
    for path in (
        f"{BATCHES}/{plate.batch_id}",
        f"/console/sheets/{sheet}/progress",
        f"/console/sheets/{sheet}/plates.pdf",
        f"/console/plates/{plate.code}",
    ):
        assert browser.get(path).status_code == 403
    assert browser.send(f"{BATCHES}/{plate.batch_id}/sheets", **CHOICE).status_code == 403
    for act in ("installation", "damage", "revocation", "replacement"):
        answer = browser.send(f"/console/plates/{plate.code}/{act}", reason="看不清")
        assert answer.status_code == 403
    assert "青杠林村" not in browser.get(BATCHES).text
    assert _state(county, plate) is State.PRINTED


@pytest.mark.parametrize("role", ["installer", "publisher"])
def test_who_may_not_issue_does_not_see_the_batches(enter: Enter, role: str) -> None:
    assert enter(role).get(BATCHES).status_code == 403


def test_a_sheet_is_asked_for_followed_and_downloaded(
    enter: Enter, app: SunshineApp, county: Database, plate: PlateView
) -> None:
    browser = enter()
    batch = f"{BATCHES}/{plate.batch_id}"
    assert browser.send(f"{batch}/sheets", **CHOICE).status_code == 303
    assert browser.send(f"{batch}/sheets", **CHOICE).status_code == 303
    with county.reading() as session:
        sheet = queries.sheets_of_batch(session, plate.batch_id)[0]
        assert len(queries.sheets_of_batch(session, plate.batch_id)) == 1
    path = f"/console/sheets/{sheet.id}"
    assert f'data-progress="{path}/progress"' in browser.get(batch).text
    assert browser.get(f"{path}/progress").json == {
        "id": sheet.id,
        "state": "waiting",
        **CHOICE,
        "drawn": 0,
        "plates": 1,
        "pages": None,
        "fault": None,
    }
    assert browser.get(f"{path}/plates.pdf").status_code == 409
    with county.unit_of_work() as session:
        press = press_of(app.settings)
        service.draw_sheet(session, county, sheet_id=sheet.id, press=press)
    progress = browser.get(f"{path}/progress").json
    assert progress is not None
    assert (progress["state"], progress["drawn"], progress["pages"]) == ("ready", 1, 1)
    assert "下载 PDF" in browser.get(batch).text
    with browser.get(f"{path}/plates.pdf") as pdf:
        assert pdf.data.startswith(b"%PDF-")
        assert "attachment" in pdf.headers["Content-Disposition"]
        assert pdf.headers["Cache-Control"] == "private, no-store"
    with browser.get(f"{path}/manifest.csv") as manifest:
        assert plate.code in manifest.data.decode("utf-8-sig")
    assert browser.get(f"{path}/passwd").status_code == 404


def test_a_sheet_that_failed_says_why_on_the_page(
    enter: Enter, county: Database, plate: PlateView
) -> None:
    sheet = _sheet(county, plate)
    with county.unit_of_work() as session:
        row = queries.get_sheet(session, sheet)
        row.state, row.fault = "failed", "字体里缺少这些字：“𐊠”"
    assert "字体里缺少这些字：“𐊠”" in enter().get(f"{BATCHES}/{plate.batch_id}").text


@pytest.mark.parametrize("name", list(CHOICE))
def test_a_choice_the_form_does_not_offer_is_refused(
    enter: Enter, plate: PlateView, name: str
) -> None:
    wanted = {**CHOICE, name: "gold"}
    assert enter().send(f"{BATCHES}/{plate.batch_id}/sheets", **wanted).status_code == 422
