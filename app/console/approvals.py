"""What waits for a second person: grants that read records, lost second factors."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console import account_shapes as shapes
from app.identity import queries, roles, service
from app.kernel.errors import Invalid, SunshineError
from app.web import entry, forms, problems
from app.web.flask_app import actor, db, undo

pages = Blueprint("console_approvals", __name__, url_prefix="/console")
pages.before_request(forms.protect)
HOME = "/console/approvals"


@pages.get("/approvals")
@entry.permission(roles.GRANTS_APPROVE, roles.ACCOUNTS)
def list_waiting() -> ResponseReturnValue:
    return _page()


def _page(fault: SunshineError | None = None) -> ResponseReturnValue:
    page = render_template(
        "console/approvals.html",
        fault=fault,
        given=request.form,
        steward=actor().may_somewhere(roles.GRANTS_APPROVE),
        people=shapes.waiting(db(), queries.waiting_grants(db(), actor=actor())),
        resets=[
            {"staff": shapes.account(db(), staff), **shapes.resets(db(), [reset])[0]}
            for reset, staff in queries.waiting_resets(db(), actor=actor())
        ],
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/approvals")
@entry.permission(roles.GRANTS_APPROVE, step_up=True)
def decide() -> ResponseReturnValue:
    """Approve or refuse the chosen grants, all of them or none."""
    decisions = {"approve": service.approve, "refuse": service.refuse}
    try:
        chosen = [int(text) for text in request.form.getlist("grant") if text.isdecimal()]
        act = decisions.get(request.form.get("decision", ""))
        if not chosen or act is None:
            raise Invalid("请先勾选要办理的授权。")
        for grant_id in sorted(chosen):
            act(db(), grant_id=grant_id, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _page(fault)
    return redirect(HOME, 303)


@pages.post("/factor-resets")
@entry.permission(roles.ACCOUNTS, roles.GRANTS_APPROVE, step_up=True)
def ask_reset() -> ResponseReturnValue:
    """Ask for somebody who lost the second factor; somebody of the other side decides."""
    try:
        staff = queries.get_by_username(db(), request.form.get("username", "").strip())
        service.ask_reset(
            db(), staff_id=staff.id, proof=request.form.get("proof", ""), actor=actor()
        )
    except SunshineError as fault:
        undo(fault)
        return _page(fault)
    return redirect(HOME, 303)


@pages.post("/factor-resets/<int:reset_id>/decision")
@entry.permission(roles.ACCOUNTS, roles.GRANTS_APPROVE, step_up=True)
def decide_reset(reset_id: int) -> ResponseReturnValue:
    approved = request.form.get("decision") == "approve"
    try:
        service.decide_reset(db(), reset_id=reset_id, approved=approved, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _page(fault)
    return redirect(HOME, 303)
