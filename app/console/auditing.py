"""The auditor's pages: the ledger, what was unusual, what households ask, and whether it is whole.

An auditor changes nothing but answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.audit import queries, service, words
from app.audit.errors import TextWanted
from app.audit.schemas import Access, Question, Wanted
from app.households.queries import accesses
from app.households.queries.accesses import AccessShown
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.notices import service as notices
from app.places import queries as places
from app.web import entry, forms
from app.web.flask_app import actor, db

pages = Blueprint("console_auditing", __name__, url_prefix="/console/audit")
pages.before_request(forms.protect)


@dataclass(frozen=True)
class Row:
    """A line with what only an auditor sees."""

    line: AccessShown
    place: str
    household_id: int | None
    person_id: int | None
    staff_id: int | None
    reason: str


@pages.get("")
@entry.permission(roles.AUDIT_READ)
def ledger() -> ResponseReturnValue:
    household, staff = request.args.get("household", ""), request.args.get("staff", "")
    found, fault = _find(household.strip(), staff.strip(), _number(request.args.get("before")))
    return render_template(
        "console/audit_ledger.html",
        rows=_rows(found[: queries.PAGE]),
        more=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
        household=household,
        staff=staff,
        fault=fault,
    ), (422 if fault else 200)


@pages.get("/flags")
@entry.permission(roles.AUDIT_READ)
def flags() -> ResponseReturnValue:
    before = _number(request.args.get("before"))
    found = queries.flags_below(db(), prefixes=_prefixes(), before=before, limit=queries.PAGE + 1)
    flagged = found[: queries.PAGE]
    return render_template(
        "console/audit_flags.html",
        flags=flagged,
        names=identity.names(db(), {one.staff_id for one in flagged}),
        places=_places({one.division_code for one in flagged}),
        rules=words.RULES,
        counted=words.counted,
        local=clock.local,
        thresholds=current_app.config["AUDIT_THRESHOLDS"],
        more=flagged[-1].id if len(found) > queries.PAGE else None,
    )


@pages.get("/questions")
@entry.permission(roles.AUDIT_READ)
def questions() -> ResponseReturnValue:
    state = "answered" if request.args.get("state") == "answered" else "open"
    found = queries.questions_below(
        db(),
        prefixes=_prefixes(),
        state=state,
        before=_number(request.args.get("before")),
        limit=queries.PAGE + 1,
    )
    return render_template(
        "console/audit_questions.html",
        questions=found[: queries.PAGE],
        places=_places({one.division_code for one in found}),
        state=state,
        local=clock.local,
        more=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
    )


@pages.get("/questions/<int:question_id>")
@entry.permission(roles.AUDIT_READ)
def question(question_id: int) -> ResponseReturnValue:
    return _question_page(queries.get_question(db(), question_id, prefixes=_prefixes()))


@pages.post("/questions/<int:question_id>/answer")
@entry.permission(roles.AUDIT_READ)
def answer(question_id: int) -> ResponseReturnValue:
    given = request.form.get("text", "")
    try:
        answered = service.answer(db(), question_id=question_id, text=given, actor=actor())
    except TextWanted as error:
        found = queries.get_question(db(), question_id, prefixes=_prefixes())
        return _question_page(found, given=given, fault=error.sentence), 422
    notices.deliver(
        db(),
        account_id=answered.account_id,
        kind="answer",
        title="您的疑问有了答复",
        body="审计员核对了那次查看，答复写在“我的疑问”里。",
        link="/me/questions",
        key=f"question-{question_id}",
    )
    return redirect(f"/console/audit/questions/{question_id}", 303)


@pages.get("/check")
@entry.permission(roles.AUDIT_READ)
def check() -> ResponseReturnValue:
    return render_template(
        "console/audit_check.html",
        check=queries.last_check(db()),
        head=queries.last_head(db()),
        seal=queries.last_seal(db()),
        local=clock.local,
    )


def _question_page(found: Question, *, given: str = "", fault: str | None = None) -> str:
    lines = queries.accesses_below(
        db(), prefixes=_prefixes(), wanted=Wanted(line_id=found.line_id), limit=1
    )
    return render_template(
        "console/audit_question.html",
        question=found,
        row=_rows(lines)[0] if lines else None,
        place=_places({found.division_code})[found.division_code],
        local=clock.local,
        given=given,
        fault=fault,
    )


def _find(household: str, staff: str, before: int | None) -> tuple[list[Access], str | None]:
    """Find lines by numbers of a household and an account, or all: (lines, what is wrong)."""
    wanted = Wanted(household_id=_number(household), staff_id=_number(staff))
    if (household and wanted.household_id is None) or (staff and wanted.staff_id is None):
        return [], "住户编号和账号编号只有数字，请看查看记录里写的。"
    found = queries.accesses_below(
        db(), prefixes=_prefixes(), wanted=wanted, before=before, limit=queries.PAGE + 1
    )
    return found, None


def _rows(found: list[Access]) -> list[Row]:
    reasons = queries.reasons(db(), [one.id for one in found])
    named = _places({one.division_code for one in found})
    return [
        Row(
            line=line,
            place=named[one.division_code],
            household_id=one.household_id,
            person_id=one.person_id,
            staff_id=one.who_id if one.who_kind == "staff" else None,
            reason=reasons.get(one.id, ""),
        )
        for one, line in zip(found, accesses.shown(db(), found), strict=True)
    ]


def _places(codes: set[str]) -> dict[str, str]:
    """Name divisions; one that is not in the table any more keeps its code."""
    named = places.short_names(db(), codes)
    return {code: named.get(code, code) for code in codes}


def _prefixes() -> tuple[str, ...]:
    return actor().prefixes(roles.AUDIT_READ)


def _number(text: str | None) -> int | None:
    """Read a number of a line, a household or a member of staff."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
