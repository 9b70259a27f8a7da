"""Catalogues as offices send them: workbooks with merged cells and ticks, and plain tables."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook

TOP = (
    *("序号", "公开事项", "", "公开内容（要素）", "公开依据", "公开时限", "公开主体"),
    *("公开渠道和载体", "公开对象", "", "公开方式", "", "公开层级", ""),
)
BELOW = (
    *("", "一级事项", "二级事项", "", "", "", "", ""),
    *("全社会", "特定群众", "主动", "依申请公开", "县级", "乡、村级"),
)
TITLE = "社会救助领域基层政务公开标准目录"
TERM = "自信息形成或者变更之日起20个工作日内"
CHANNELS = "■政府网站 □政府公报 ■村（居）公示栏"


def row(
    seq: object,
    category: str,
    item: str,
    *,
    term: str = TERM,
    content: str = "标准、条件、流程",
    basis: str = "社会救助暂行办法",
    publisher: str = "民政局",
    audience: str = "p",
    method: str = "z",
    level: str = "c",
) -> tuple[object, ...]:
    """Give a wide row: `p`/`s` for the audience, `z`/`y` for the method, `c`/`v`/`cv`."""
    ticks = (
        *("√" if audience == one else "" for one in "ps"),
        *("√" if method == one else "" for one in "zy"),
        *("√" if one in level else "" for one in "cv"),
    )
    return (seq, category, item, content, basis, term, publisher, CHANNELS, *ticks)


def wide_csv(*rows: tuple[object, ...], title: str = TITLE) -> bytes:
    """Write rows below a title and a header of two rows."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([(title,), TOP, BELOW, *rows, ("注：以上为目录。",)])
    return text.getvalue().encode("utf-8-sig")


def wide_xlsx(*rows: tuple[object, ...], merged: tuple[str, ...] = ()) -> bytes:
    """Write the same as a workbook with merged headings; `merged` are more areas, like B4:B5."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in ((TITLE,), TOP, BELOW, *rows, ("注：以上为目录，由民政局解释。",)):
        sheet.append(list(cells))
    last = 4 + len(rows)
    areas = ["A1:N1", "B2:C2", "I2:J2", "K2:L2", "M2:N2", f"A{last}:N{last}", *merged]
    areas += [f"{column}2:{column}3" for column in "ADEFGH"]
    for area in areas:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


NARROW = (
    *("序号", "一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体"),
    *("公开渠道和载体", "公开对象", "公开方式", "公开层级"),
)


def narrow_csv(*rows: tuple[object, ...]) -> bytes:
    """Write rows of eleven columns under one header row."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([NARROW, *rows])
    return text.getvalue().encode("gb18030")
