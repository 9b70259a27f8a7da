"""How a month of the ledger is shown to staff, with the form its next line is written in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import render_template, request

from app.console import fund_lists as lists
from app.console.listing import Listing
from app.funds import queries, service, words
from app.funds.models import FundLine, FundMonth
from app.funds.schemas import LineView, MonthName
from app.identity import roles
from app.kernel import clock, money
from app.kernel.access import Actor
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.web import problems
from app.web.flask_app import actor, db

LINE_FILTERS = ("q", "kind", "category", "sort")
LINE_KINDS = {"": "全部", **words.KINDS}
WORDS: Mapping[str, Any] = MappingProxyType(
    {"money": money.show, "words": words, "local": clock.local}
)


def reach(who: Actor) -> tuple[str, ...]:
    """Give the division prefixes where somebody keeps or supervises ledgers."""
    return tuple(sorted({prefix for one in service.READERS for prefix in who.prefixes(one)}))


def name_of(month: FundMonth) -> MonthName:
    return MonthName(month.year, month.month)


def month_page(
    month: FundMonth, fault: SunshineError | None = None, *, editing: FundLine | None = None
) -> tuple[str, int]:
    """Write a month's page: its lines and what may be done with it; what was typed is kept."""
    code = month.division_code
    lines = queries.lines(db(), month)
    keeps = service.may(db(), actor(), roles.FUNDS_KEEP, division_code=code)
    is_open = month.state == "open" and keeps
    listing = Listing.read(LINE_FILTERS)
    page = render_template(
        "console/fund_month.html",
        lineage=places.lineage(db(), code),
        month=month,
        name=name_of(month),
        lines=queries.list_lines(lines, wanted=listing.wanted),
        count=len(lines),
        listing=listing,
        kinds=LINE_KINDS,
        sorts=lists.LINE_SORTS,
        used={"": "全部", **{one.category_code: one.category for one in lines}},
        papers=service.papers(db(), [number for one in lines for number in one.voucher_ids]),
        steps=queries.steps(db(), month.id),
        keeps=is_open,
        supervises=service.may(db(), actor(), roles.SUPERVISE, division_code=code),
        is_over=name_of(month) < MonthName.of(clock.today()),
        categories=queries.categories(db()),
        correctable=queries.correctable(db(), code) if is_open else (),
        editing=editing,
        given=_given(month, lines, editing),
        fault=fault,
        **WORDS,
    )
    return page, problems.status_of(fault) if fault else 200


def _given(month: FundMonth, lines: list[LineView], editing: FundLine | None) -> Mapping[str, Any]:
    """Fill the form: with what was typed, the line that is changed, or what the last one said."""
    if "summary" in request.form:
        return request.form
    if editing is not None:
        return {
            "on": editing.on_date.isoformat(),
            "category": editing.category_code,
            "summary": editing.summary,
            "amount": money.show(editing.amount_fen),
            "approved_by": editing.approved_by,
        }
    last = max(lines, key=lambda line: line.no, default=None)
    return {
        "on": (last.on_date if last else _first_day(month)).isoformat(),
        "category": last.category_code if last and last.corrects is None else "",
        "approved_by": last.approved_by if last else "",
    }


def _first_day(month: FundMonth) -> date:
    today = clock.today()
    first = date(month.year, month.month, 1)
    return today if MonthName.of(today) == name_of(month) else first
