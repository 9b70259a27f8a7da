"""The whole demo office's board on a day that the test sets, in a browser, against a table by hand.

The demo county has 1 county, 18 townships and 253 villages. Its catalogues hold from 1 November
2026, so that on Friday 11 December what was asked of November is due: within 7 working days of its
end by Wednesday 9 December, within 10 by Monday 14 December.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import queries, service
from app.catalogue.models import CatalogueEntry
from app.catalogue.schemas import STATES, BoardFilter
from app.demo.loading import COUNTY, TOWNSHIP, VILLAGE
from app.disclosure import service as disclosure
from app.disclosure.schemas import DraftIn, ReviewIn
from app.kernel import clock
from app.workdays import queries as workdays
from tests.browser.demo_on_a_day import DemoOnADay, demo_on_a_day
from tests.conftest import Servers

ON = date(2026, 12, 11)
TOWNSHIPS, VILLAGES, OF_YANJIAO = 18, 253, 27
"""How many there are; the last: villages of 岩脚镇, where the demo's publisher works."""
OVERDUE = {"低保审核确认结果": TOWNSHIPS}  # by 9 December
SOON = {  # by 14 December: the county's own, the townships', the villages'
    "岗位信息发布": 1 + TOWNSHIPS,
    "预防接种安排": 1 + TOWNSHIPS,
    "高龄津贴发放": TOWNSHIPS,
    "集镇环境整治": TOWNSHIPS,
    "养老金发放情况": 1,
    "低保资金支出": 1,
    "村集体资金月度收支": VILLAGES,
}
WHOLE = {"overdue": 18, "soon": 329, "in_time": 0, "late": 0}
YANJIAO = {"overdue": 1, "soon": 4 + OF_YANJIAO, "in_time": 0, "late": 0}


@pytest.fixture(scope="module")
def county(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoOnADay]:
    """Load the demo in November, and let each night do its work until the day."""
    with demo_on_a_day(servers, tmp_path_factory.mktemp("board")) as county:
        for month, day in ((11, 10), (12, 11)):
            county.move(2026, month, day, 9)
            with county.database.unit_of_work() as session:
                service.open_duties(session, county_code=COUNTY)
        assert clock.today() == ON
        yield county


def counted(county: DemoOnADay, prefix: str = "") -> dict[str, int]:
    """Count by the catalogue's own queries."""
    with county.database.reading() as session:
        calendar = workdays.load(session, [ON.year])
        wanted = BoardFilter(
            on=ON,
            soon_until=queries.soon_until(calendar, ON),
            reach=(("", None),),
            prefix=prefix,
        )
        return queries.counts(session, wanted=wanted)


def shown(page: Page) -> dict[str, int]:
    """Read the counts that the board shows by state."""
    page.goto("/console/board")
    text = page.get_by_role("navigation", name="按状态看").inner_text()
    return {
        state: int(found[1])
        for state, name in STATES.items()
        if (found := re.search(rf"{name}\s+(\d+)", text))
    }


def of_township(page: Page) -> dict[str, int]:
    """Read the row of 岩脚镇 among the townships'."""
    row = page.get_by_role("region", name="各乡镇").get_by_role("row", name="岩脚镇")
    cells = row.get_by_role("cell").all_inner_texts()
    return dict(zip(STATES, map(int, cells), strict=True))


def without_open(counts: dict[str, int]) -> dict[str, int]:
    return {state: number for state, number in counts.items() if state != "open"}


def publish(county: DemoOnADay, *, item: str, place: str, title: str) -> None:
    """Write for an entry of the catalogue and bring it through three reviews by three people."""
    author = county.actor("publisher", "publisher", TOWNSHIP)
    with county.database.unit_of_work() as session:
        wanted = DraftIn(
            division_code=place,
            topic="finance" if place == VILLAGE else "dibao",
            catalogue_entry_id=entry_of(session, item),
            title=title,
            body_markdown="十一月的情况见下。",
        )
        draft = disclosure.create_draft(session, wanted=wanted, actor=author)
        disclosure.submit(
            session, draft_id=draft.id, version=draft.version, exception_reason="", actor=author
        )
        for number, step in enumerate(("first", "second", "final"), start=1):
            reviewer = county.actor(f"reviewer{number}", f"{step}_reviewer", TOWNSHIP)
            passed = ReviewIn(version=draft.version, verdict="pass")
            disclosure.review(session, draft_id=draft.id, wanted=passed, actor=reviewer)
        assert draft.state == "published"


def entry_of(session: Session, item: str) -> int:
    return session.scalars(select(CatalogueEntry.id).where(CatalogueEntry.item == item)).one()


def test_the_board_is_what_the_table_says_and_follows_what_is_published(
    county: DemoOnADay, browser: Browser
) -> None:
    assert (sum(OVERDUE.values()), sum(SOON.values())) == (WHOLE["overdue"], WHOLE["soon"])
    assert without_open(counted(county)) == WHOLE
    assert without_open(counted(county, TOWNSHIP)) == YANJIAO
    office, town = county.page_of(browser, "admin"), county.page_of(browser, "publisher")
    assert shown(office) == counted(county)
    assert without_open(of_township(office)) == YANJIAO
    assert shown(town) == counted(county, TOWNSHIP)

    publish(county, item="村集体资金月度收支", place=VILLAGE, title="青杠林村十一月收支")
    publish(county, item="低保审核确认结果", place=TOWNSHIP, title="岩脚镇十一月低保结果")
    changed = {"overdue": 0, "soon": YANJIAO["soon"] - 1, "in_time": 1, "late": 1}
    assert without_open(shown(town)) == changed
    assert without_open(shown(office)) == {
        "overdue": WHOLE["overdue"] - 1,
        "soon": WHOLE["soon"] - 1,
        "in_time": 1,
        "late": 1,
    }
    assert without_open(of_township(office)) == changed
    town.goto("/console/board?state=in_time")
    done = town.get_by_role("row", name="村集体资金月度收支")
    assert "青杠林村" in done.inner_text()
    assert "2026-12-11 公开" in done.inner_text()
    for page in (office, town):
        page.context.close()
