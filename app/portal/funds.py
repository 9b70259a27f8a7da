"""A village's collective fund as villagers read it: the year, a month, a question about a line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.funds import queries, service, words
from app.funds.errors import LineNotFound, MonthNotFound, NotOfVillage
from app.funds.models import FundMonth
from app.funds.schemas import LineView, MonthName
from app.kernel import clock, money
from app.kernel.errors import Conflict, Invalid, TooMany
from app.places import queries as places
from app.places.schemas import Place
from app.portal import fund_chart, fund_shapes, shapes
from app.portal.villages import village_lineage
from app.web import caching, entry, forms, problems
from app.web.flask_app import db, villager

pages = Blueprint("funds", __name__)
asking = Blueprint("fund_questions", __name__)
asking.before_request(forms.protect)


@pages.get("/v/<string:code>/funds")
@entry.public
def newest_year(code: str) -> ResponseReturnValue:
    lineage, elsewhere = _place(code)
    years = queries.years(db(), code)
    if elsewhere and not years:
        return redirect(f"/v/{elsewhere}/funds", 301)
    return _year_page(lineage, years, years[0] if years else None, elsewhere)


@pages.get("/v/<string:code>/funds/<int:year>")
@entry.public
def one_year(code: str, year: int) -> ResponseReturnValue:
    lineage, elsewhere = _place(code)
    years = queries.years(db(), code)
    if year not in years:
        raise MonthNotFound("这一年没有已经结账的月份。")
    return _year_page(lineage, years, year, elsewhere)


def _place(code: str) -> tuple[list[Place], str]:
    """Give the lineage of a village, and the code of the one it became part of.

    What a village that is no more has closed stays where it was published.
    """
    today = places.resolve(db(), code)
    return village_lineage(code), today if today != code else ""


def _year_page(
    lineage: list[Place], years: list[int], year: int | None, elsewhere: str
) -> ResponseReturnValue:
    code = lineage[2].code
    months = queries.months(db(), code, year=year, closed=True) if year else []
    caching.share(code)
    path = f"/v/{code}/funds" + (f"/{year}" if year and year != years[0] else "")
    return render_template(
        "portal/funds.html",
        place=shapes.place_of(lineage),
        today=places.get(db(), elsewhere) if elsewhere else None,
        former=fund_shapes.former(db(), code),
        year=year,
        years=years,
        months=months,
        total=_total(months),
        shares=queries.by_category(db(), [one.id for one in months]),
        chart=fund_chart.draw(months) if months else None,
        money=money.show,
        canonical=f"{current_app.config['BASE_URL']}{path}",
    )


def _total(months: Any) -> dict[str, int]:
    return {
        "income": sum(one.income_fen for one in months),
        "expense": sum(one.expense_fen for one in months),
        "opening": months[0].opening_fen if months else 0,
        "closing": months[-1].closing_fen if months else 0,
    }


@pages.get("/v/<string:code>/funds/<string:month>")
@entry.public
def one_month(code: str, month: str) -> ResponseReturnValue:
    lineage, _elsewhere = _place(code)
    found = queries.find_month(db(), code, MonthName.parse(month), closed=True)
    caching.share(code)
    lines = queries.lines(db(), found)
    return render_template(
        "portal/fund_month.html",
        **_facts(lineage, found),
        lines=lines,
        papers=service.papers(db(), [number for one in lines for number in one.voucher_ids]),
        others=_neighbours(found),
        today=clock.today(),
        canonical=f"{current_app.config['BASE_URL']}/v/{code}/funds/{month}",
    )


def _facts(lineage: list[Place], month: FundMonth) -> dict[str, Any]:
    return {
        "place": shapes.place_of(lineage),
        "month": month,
        "name": MonthName(month.year, month.month),
        "words": words,
        "money": money.show,
        "day": shapes.day,
    }


def _neighbours(month: FundMonth) -> dict[str, MonthName | None]:
    name = MonthName(month.year, month.month)
    closed = [
        MonthName(one.year, one.month)
        for one in queries.months(db(), month.division_code, closed=True)
    ]
    place = closed.index(name)
    return {
        "earlier": closed[place - 1] if place else None,
        "later": closed[place + 1] if place + 1 < len(closed) else None,
    }


@asking.get("/v/<string:code>/funds/<string:month>/lines/<int:no>/question")
@entry.villager
def question_form(code: str, month: str, no: int) -> ResponseReturnValue:
    return _form_page(code, month, no)


def _form_page(
    code: str, month: str, no: int, fault: Conflict | Invalid | TooMany | None = None
) -> tuple[str, int]:
    lineage, _elsewhere = _place(code)
    found, line = _line(code, month, no)
    page = render_template(
        "portal/fund_question.html",
        **_facts(lineage, found),
        line=line,
        may_ask=service.may_ask(db(), villager=villager(), division_code=code),
        kinds=words.QUESTION_KINDS,
        given=request.form,
        problem=fault.sentence if fault else None,
    )
    return page, problems.status_of(fault) if fault else 200


def _line(code: str, month: str, no: int) -> tuple[FundMonth, LineView]:
    found = queries.find_month(db(), code, MonthName.parse(month), closed=True)
    line = next((one for one in queries.lines(db(), found) if one.no == no), None)
    if line is None:
        raise LineNotFound
    return found, line


@asking.post("/v/<string:code>/funds/<string:month>/lines/<int:no>/question")
@entry.villager
def ask(code: str, month: str, no: int) -> ResponseReturnValue:
    _found, line = _line(code, month, no)
    try:
        service.ask(
            db(),
            villager=villager(),
            line_id=line.id,
            kind=request.form.get("kind", ""),
            text=request.form.get("text", "")[:1000],
        )
    except NotOfVillage:
        raise
    except (Conflict, Invalid, TooMany) as fault:
        db().rollback()
        return _form_page(code, month, no, fault)
    return redirect(f"/v/{code}/funds/{month}#line-{no}", 303)
