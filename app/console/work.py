"""My work: what waits for me in disclosure, as a list and as a calendar; what is on its way."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.catalogue import periods, queries
from app.console import board_shapes as shapes
from app.console import waiting
from app.disclosure import words
from app.funds import words as fund_words
from app.identity import roles
from app.kernel import clock, money
from app.web import entry
from app.web.flask_app import actor, db
from app.workdays import queries as workdays

pages = Blueprint("console_work", __name__, url_prefix="/console/work")


@pages.get("/", strict_slashes=False)
@entry.permission(*roles.DISCLOSES)
def show() -> ResponseReturnValue:
    found = waiting.of(db(), actor())
    return render_template(
        "console/work.html",
        found=found,
        work=found.work,
        states=words.STATES,
        fund_words=fund_words,
        money=money.show,
        may_write=actor().may_somewhere(roles.PUBLISH),
        local=clock.local,
    )


@pages.get("/calendar")
@entry.permission(*roles.DISCLOSES)
def show_calendar() -> ResponseReturnValue:
    asked, today = request.args.get("month", ""), clock.today()
    month = asked if queries.is_month(asked) else today.strftime("%Y-%m")
    found, last = waiting.of(db(), actor()), periods.end(month)
    counted = waiting.by_day(db(), actor(), found, month=month)
    return render_template(
        "console/work_calendar.html",
        found=found,
        work=found.work,
        month=month,
        name=periods.name(month),
        before=periods.before(month),
        following=periods.following(month),
        weeks=shapes.weeks(last, counted, workdays.load(db(), [last.year]), today),
        states=words.STATES,
        fund_words=fund_words,
        money=money.show,
        may_publish=actor().may_somewhere(roles.PUBLISH),
        local=clock.local,
    )
