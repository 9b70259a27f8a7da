"""Lists of the ledger as pages and as files: villages, months, lines, questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response

from app.console.listing import Listing
from app.funds import words
from app.funds.models import FundMonth, FundQuestion
from app.funds.schemas import LineView, MonthName, QuestionView
from app.kernel import clock, money
from app.places.schemas import Place
from app.web import csv_files

VILLAGE_STATES = {"": "全部", "none": "还没有开始记账", **words.STATES}
VILLAGE_SORTS = {"code": "按区划", "balance": "余额多的在前", "behind": "记账慢的在前"}
MONTH_STATES = {"": "全部", **words.STATES}
MONTH_SORTS = {
    **{"newest": "最近的月份在前", "oldest": "最早的月份在前"},
    **{"income": "收入多的在前", "expense": "支出多的在前"},
}
LINE_SORTS = {
    **{"no": "按笔号", "date": "按日期"},
    **{"amount": "金额大的在前", "category": "按类别"},
}
QUESTION_STATES = {
    **{"": words.QUESTION_STATES["open"], "answered": words.QUESTION_STATES["answered"]},
    **{"set_aside": words.QUESTION_STATES["set_aside"], "all": "全部"},
}
QUESTION_SORTS = {"due": "先到期的在前", "newest": "最近提出的在前", "place": "按地方"}


def villages(
    found: Sequence[Place], newest: Mapping[str, FundMonth], listing: Listing
) -> list[tuple[Place, FundMonth | None]]:
    """Pick of the villages, each with its newest month, what the address asks for."""
    wanted = listing.wanted
    rows = [(one, newest.get(one.code)) for one in found if wanted.get("q", "") in one.short_name]
    if state := wanted.get("state"):
        rows = [row for row in rows if (row[1].state if row[1] else "none") == state]
    if wanted.get("sort") == "balance":
        rows.sort(key=lambda row: -(row[1].closing_fen if row[1] else 0))
    elif wanted.get("sort") == "behind":
        rows.sort(key=lambda row: (row[1].year, row[1].month) if row[1] else (0, 0))
    return rows[listing.offset : listing.offset + listing.limit]


def villages_file(rows: Sequence[tuple[Place, FundMonth | None]]) -> Response:
    """Send the villages as a file."""
    heading = ("区划代码", "村（社区）", "最近的月份", "状态", "余额（元）")
    cells = (
        (village.code, village.short_name, *(_state(month) if month else ("", "还没有记账", "")))
        for village, month in rows
    )
    return csv_files.answer(heading, cells, name="funds.csv")


def _state(month: FundMonth) -> tuple[str, str, str]:
    return str(_name(month)), words.STATES[month.state], _amount(month.closing_fen)


def months_file(months: Sequence[FundMonth]) -> Response:
    """Send a village's months as a file."""
    heading = ("月份", "状态", "期初", "收入", "支出", "期末", "结账人", "结账时间")
    rows = (
        (
            *(_name(one), words.STATES[one.state], _amount(one.opening_fen)),
            *(_amount(one.income_fen), _amount(one.expense_fen), _amount(one.closing_fen)),
            one.closed_by_name or "",
            clock.local(one.closed_at).strftime("%Y-%m-%d %H:%M") if one.closed_at else "",
        )
        for one in months
    )
    return csv_files.answer(heading, rows, name="fund-months.csv")


def lines_file(month: FundMonth, lines: Sequence[LineView]) -> Response:
    """Send lines of a month as a file."""
    heading = (
        *("笔号", "日期", "收支", "类别", "摘要", "金额（元）", "余额（元）"),
        *("审批", "更正", "凭证张数"),
    )
    rows = (
        (
            *(one.no, one.on_date, words.KINDS[one.kind], one.category, one.summary),
            *(_amount(one.effect_fen), _amount(one.balance_fen), one.approved_by),
            f"{one.corrects.month} 第 {one.corrects.no} 笔" if one.corrects else "",
            len(one.voucher_ids),
        )
        for one in lines
    )
    return csv_files.answer(heading, rows, name=f"fund-lines-{_name(month)}.csv")


def questions_file(
    rows: Sequence[FundQuestion],
    names: Mapping[str, str],
    public: Mapping[int, Sequence[QuestionView]],
) -> Response:
    """Send questions as a file: the words of a question stand in it once they are public."""
    heading = (
        *("编号", "地方", "哪一类", "提出", "答复期限", "状态"),
        *("疑问", "答复", "答复人", "不公开的原因"),
    )
    shown = {view.id: view for views in public.values() for view in views}
    cells = (
        (
            *(row.id, names.get(row.division_code, row.division_code)),
            words.QUESTION_KINDS[row.kind],
            clock.local(row.asked_at).strftime("%Y-%m-%d %H:%M"),
            *(row.due_on, words.QUESTION_STATES[row.state]),
            *(shown[row.id].text, shown[row.id].answer, shown[row.id].answered_by),
            words.SET_ASIDE.get(row.set_aside_for or "", ""),
        )
        for row in rows
    )
    return csv_files.answer(heading, cells, name="fund-questions.csv")


def _name(month: FundMonth) -> MonthName:
    return MonthName(month.year, month.month)


def _amount(fen: int) -> str:
    """Write money for a spreadsheet, with the minus that it counts with."""
    return money.show(fen).replace("−", "-")
