"""The standard catalogue in a browser: upload, dry run, taking into force, looking through."""

from __future__ import annotations

from io import BytesIO

from werkzeug.test import TestResponse

from app.kernel import clock
from tests.catalogue.sheets import row, wide_csv, wide_xlsx
from tests.console.conftest import Browser, Enter, shown
from tests.factories import COUNTY, TOWNSHIP


def _upload(browser: Browser, content: bytes, **more: str) -> TestResponse:
    fields = {"field": "social_assistance", **more}
    return browser.send("/console/catalogue", file=(BytesIO(content), "目录.xlsx"), **fields)


def test_a_catalogue_is_uploaded_compared_and_taken_into_force(enter: Enter) -> None:
    browser = enter("admin", COUNTY)
    answer = _upload(
        browser, wide_xlsx(row(1, "低保", "政策"), row(2, "低保", "名单", term="每月"))
    )
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = shown(browser.get(address))
    assert "新增2项，改动0项，减少0项" in page
    assert "每月，期满后10个工作日内" in page
    forced = browser.send(f"{address}/force", effective_from=clock.today().isoformat())
    assert forced.status_code == 303
    assert "现行" in shown(browser.get(address))
    listed = shown(browser.get("/console/catalogue?words=名&sort=item"))
    assert "每月" in listed
    file = browser.get("/console/catalogue/entries.csv?kind=monthly").data.decode("utf-8-sig")
    assert len(file.splitlines()) == 2
    assert "社会救助,2,低保,名单" in file


def test_a_faulty_catalogue_is_refused_line_by_line_and_what_was_chosen_is_kept(
    enter: Enter,
) -> None:
    browser = enter("admin", COUNTY)
    faulty = wide_csv(row(1, "低保", "政策"), row(2, "低保", "名单", level=""))
    answer = _upload(browser, faulty)
    assert answer.status_code == 422
    assert "第5行：公开层级没有选" in shown(answer)
    assert 'value="social_assistance" selected' in answer.text
    for content, field in ((b"", "social_assistance"), (b"a,b\n", "dibao"), (faulty, "")):
        assert _upload(browser, content, field=field).status_code == 422


def test_a_new_field_is_named_and_says_which_places_it_means(enter: Enter) -> None:
    browser = enter("admin", COUNTY)
    answer = _upload(
        browser,
        wide_csv(row(1, "供水", "水质", level="v")),
        field="new",
        code="rural_water",
        name="农村供水",
        lower_places="villages",
    )
    assert answer.status_code == 303
    page = shown(browser.get(answer.headers["Location"]))
    assert "农村供水第1版" in page
    assert "村（社区）" in page
    assert _upload(browser, wide_csv(row(1, "a", "b")), field="new", code="坏").status_code == 422


def test_a_draft_is_thrown_away_and_a_bad_day_keeps_it(enter: Enter) -> None:
    browser = enter("admin", COUNTY)
    address = _upload(browser, wide_csv(row(1, "低保", "政策"))).headers["Location"]
    assert browser.send(f"{address}/force", effective_from="下周").status_code == 422
    assert browser.send(f"{address}/discard").status_code == 303
    assert browser.get(address).status_code == 404


def test_who_publishes_reads_the_catalogue_and_changes_nothing(enter: Enter) -> None:
    admin, publisher = enter("admin", COUNTY), enter("publisher", TOWNSHIP)
    address = _upload(admin, wide_csv(row(1, "低保", "政策"))).headers["Location"]
    assert publisher.get("/console/catalogue").status_code == 200
    assert "/force" not in publisher.get(address).text
    assert publisher.send(f"{address}/force", effective_from="2026-12-01").status_code == 403
    township_admin = enter("admin", TOWNSHIP)
    assert _upload(township_admin, wide_csv(row(1, "低保", "政策"))).status_code == 403
