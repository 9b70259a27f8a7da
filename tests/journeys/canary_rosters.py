"""A clerk brings a planted roster in: looked at, mapped, tried dry, entered, mended, fed again."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.console.conftest import guessed_columns, shown
from tests.factories import VILLAGE
from tests.households.rosters import workbooks
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch
from tests.journeys.planted import (
    BROKEN,
    BROKEN_ID,
    BROKEN_PHONE,
    COUSIN,
    COUSIN_HOME,
    COUSIN_ID,
    COUSIN_PHONE,
    FILE_NAME,
    ID_NUMBER,
    MENDED_ID,
    NAME,
    OTHER_PHONE,
    REMARK,
)

HEADINGS = ("组别", "姓名", "与户主关系", "身份证号", "联系电话", "家庭住址", "旁注")
ROWS = (
    ("一组", COUSIN, "户主", COUSIN_ID, COUSIN_PHONE, COUSIN_HOME, REMARK),
    ("一组", BROKEN, "户主", BROKEN_ID, BROKEN_PHONE, COUSIN_HOME, REMARK),
    ("一组", NAME, "户主", ID_NUMBER, OTHER_PHONE, "", REMARK),
)


class Office:
    """A clerk's desk."""

    def __init__(self, world: World, watch: Watch) -> None:
        self.world, self.watch = world, watch
        self.clerk = world.staff("clerk", visitor="clerk")
        for method in ("GET", "POST"):  # whoever keeps the village is told the file by its name
            watch.typed[f"clerk {method} /console/rosters/"] = (FILE_NAME,)

    def upload(self, rows: Sequence[Sequence[str]], *, headings: Sequence[str] = HEADINGS) -> str:
        """Upload a roster; gives the address of its page."""
        answer = self.feed(workbooks.xlsx((headings, *rows)))
        assert answer.status_code == 303, shown(answer)
        return answer.headers["Location"]

    def feed(self, content: bytes) -> TestResponse:
        """Send a file under the planted name."""
        file = (io.BytesIO(content), f"{FILE_NAME}.xlsx")
        return self.clerk.send("/console/rosters", division=VILLAGE, roster=file)

    def try_dry(self, address: str, *, said: str) -> None:
        """Take the columns as guessed, let the worker read, and look at every page of the plan."""
        columns = guessed_columns(self.clerk.get(address))
        assert self.clerk.send(f"{address}/mapping", **columns).status_code == 303
        self.clerk.get(address)
        self.world.do_all_work()
        assert said in shown(self.clerk.get(address))
        for way in ("?outcome=add", "?outcome=change", "?outcome=refuse", "/progress"):
            assert self.clerk.get(f"{address}{way}").status_code == 200

    def enter(self, address: str) -> str:
        """Start, let the worker enter it, and give what the result says."""
        assert self.clerk.send(f"{address}/start").status_code == 303
        self.clerk.get(address)
        self.world.do_all_work()
        return shown(self.clerk.get(address))

    def refused(self, address: str) -> list[list[str]]:
        """Take home what was refused: its rows without the reasons, the heading first."""
        path = f"{address}/refused.xlsx"
        self.watch.may_read["clerk"] = (*self.watch.may_read.get("clerk", ()), path)
        book = load_workbook(io.BytesIO(self.clerk.get(path).data))
        rows = book.worksheets[0].values
        return [["" if one is None else str(one) for one in row] for row in rows]


def bring_in(world: World, watch: Watch) -> None:
    """Bring the roster in by the pages; others try the same addresses."""
    office = Office(world, watch)
    _badly_sent(office)
    address = office.upload(ROWS)
    for header in ("2", "99", "1"):  # whoever names a person's row for the header
        office.clerk.send(f"{address}/header", sheet="0", header_row=header)
        office.clerk.get(address)
    office.try_dry(address, said="校验不对")
    _others(world, address)
    assert "导入结果" in office.enter(address)
    heading, *rows = office.refused(address)
    assert [row[1] for row in rows if any(row)] == [BROKEN]
    mended = [[cell.replace(BROKEN_ID, MENDED_ID) for cell in row] for row in rows]
    again = office.upload(mended, headings=heading)
    office.try_dry(again, said="新增1户1人")
    assert "全部导入了" in office.enter(again)
    thrown = office.upload(ROWS)
    assert office.clerk.send(f"{thrown}/discard").status_code == 303
    for path in ("/console/rosters", thrown, "/console/households"):
        office.clerk.get(path)
    assert {COUSIN, BROKEN} <= world.names()
    _others(world, address)


def _badly_sent(office: Office) -> None:
    """Send what is no roster, with planted values where a fault or a preview might quote them."""
    whole = workbooks.xlsx((HEADINGS, *ROWS))
    broken = workbooks.zipped(**{f"xl__{NAME}.xml": f"<a>{COUSIN_PHONE}</b>"})
    for content in (broken, whole[: len(whole) // 2]):
        assert office.feed(content).status_code == 422
    without_header = office.feed(f"{NAME},{ID_NUMBER}\n".encode("utf-16"))
    assert "没有找到表头" in shown(office.clerk.get(without_header.headers["Location"]))


def _others(world: World, address: str) -> None:
    """Try a roster's every address as a stranger and as staff of the sister village."""
    for other in world.others:
        for way in ("", "/progress", "/refused.xlsx", "?outcome=refuse"):
            assert other.get(f"{address}{way}").status_code in {401, 403}
        for way in ("start", "discard", "mapping", "header", "columns"):
            assert other.send(f"{address}/{way}").status_code in {401, 403}
