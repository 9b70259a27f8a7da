"""Accounts of staff: for administrators to open and close, for data stewards to approve."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console import account_shapes as shapes
from app.console import packs
from app.households import service as households
from app.identity import queries, roles, service
from app.identity.errors import BadDate
from app.identity.schemas import NewAccount, Opened, Wish
from app.identity.service import passwords
from app.kernel.errors import Invalid, SunshineError
from app.organisations import queries as organisations
from app.places import queries as places
from app.visits import service as visits
from app.visits.errors import PackNotFound, RevocationUnexplained
from app.visits.queries import get_pack, live_packs_of
from app.web import entry, forms, problems
from app.web.flask_app import actor, db, undo

pages = Blueprint("console_accounts", __name__, url_prefix="/console")
pages.before_request(forms.protect)
HOME = "/console/accounts"


@pages.get("/accounts")
@entry.permission(roles.ACCOUNTS)
def list_accounts() -> ResponseReturnValue:
    words, after = request.args.get("name", "").strip(), request.args.get("after", "")
    found = queries.accounts(db(), actor=actor(), words=words[:50], after=after[:50])
    shown = found[: queries.PAGE]
    return render_template(
        "console/accounts.html",
        words=words,
        accounts=[shapes.account(db(), staff) for staff in shown],
        after=shown[-1].username if len(found) > queries.PAGE else None,
    )


@pages.get("/accounts/new")
@entry.permission(roles.ACCOUNTS, step_up=True)
def opening() -> ResponseReturnValue:
    return _opening_page()


def _opening_page(fault: SunshineError | None = None) -> ResponseReturnValue:
    page = render_template(
        "console/accounts_new.html", fault=fault, given=request.form, roles=roles.ROLE_NAMES
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/accounts")
@entry.permission(roles.ACCOUNTS, step_up=True)
def open_account() -> ResponseReturnValue:
    password = passwords.draw()
    try:
        code = request.form.get("division", "").strip()
        wanted = NewAccount(
            username=request.form.get("username", "").strip(),
            full_name=request.form.get("full_name", "").strip()[:50],
            role=request.form.get("role", ""),
            division_code=code,
            organisation_id=_office(code, request.form.get("office", "").strip()),
            ends_on=_last_day(),
        )
        staff = service.open_account(db(), wanted=wanted, password=password, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _opening_page(fault)
    return _opened_page([Opened(staff.username, staff.full_name, password)])


def _opened_page(opened: list[Opened]) -> ResponseReturnValue:
    return render_template("console/accounts_opened.html", opened=opened)


def _office(code: str, name: str) -> int | None:
    """Find an office of a place by its name; none named: any office."""
    if not name:
        return None
    return service.office(db(), code, name).id


def _last_day() -> date | None:
    text = request.form.get("ends_on", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadDate from error


@pages.post("/accounts/table")
@entry.permission(roles.ACCOUNTS, step_up=True)
def open_many() -> ResponseReturnValue:
    upload = request.files.get("table")
    try:
        if upload is None or not upload.filename:
            raise Invalid("请选择 .xlsx 表格。")
        opened = service.open_accounts(db(), content=upload.read(), actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _opening_page(fault)
    return _opened_page(opened)


@pages.get("/accounts/<int:staff_id>")
@entry.permission(roles.ACCOUNTS)
def show_account(staff_id: int) -> ResponseReturnValue:
    return _account_page(staff_id)


def _account_page(staff_id: int, fault: SunshineError | None = None) -> ResponseReturnValue:
    staff = queries.get(db(), staff_id)
    actor().require(
        roles.ACCOUNTS, division_code=staff.division_code, organisation_id=staff.organisation_id
    )
    page = render_template(
        "console/account_of.html",
        fault=fault,
        given=request.form,
        account=shapes.account(db(), staff),
        own=staff.id == actor().staff_id,
        lineage=places.lineage(db(), staff.division_code),
        office=organisations.get(db(), staff.organisation_id) if staff.organisation_id else None,
        grants=shapes.grants(db(), queries.grants_of(db(), staff_id)),
        resets=shapes.resets(db(), queries.resets_of(db(), staff_id)),
        packs=[packs.shape(one) for one in live_packs_of(db(), staff_id, actor=actor())],
        roles=roles.ROLE_NAMES,
        extras={name: roles.PERMISSION_NAMES[name] for name in sorted(roles.EXTRA)},
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/accounts/<int:staff_id>/password")
@entry.permission(roles.ACCOUNTS, step_up=True)
def reset_password(staff_id: int) -> ResponseReturnValue:
    try:
        password = service.reset_password(db(), staff_id=staff_id, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _account_page(staff_id, fault)
    staff = queries.get(db(), staff_id)
    return _opened_page([Opened(staff.username, staff.full_name, password)])


@pages.post("/accounts/<int:staff_id>/closing")
@entry.permission(roles.ACCOUNTS, step_up=True)
def close_account(staff_id: int) -> ResponseReturnValue:
    try:
        service.close_account(db(), staff_id=staff_id, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _account_page(staff_id, fault)
    return redirect(f"{HOME}/{staff_id}", 303)


@pages.post("/accounts/<int:staff_id>/packs/<uuid:pack_id>/revocation")
@entry.permission(roles.ACCOUNTS, step_up=True)
def revoke_pack(staff_id: int, pack_id: UUID) -> ResponseReturnValue:
    """Take back what a lost telephone carries: its owner may not be able to sign in for it."""
    try:
        if get_pack(db(), pack_id).staff_id != staff_id:
            raise PackNotFound
        reason = request.form.get("reason", "")[:100]
        visits.revoke_pack(db(), pack_id=pack_id, actor=actor(), reason=reason)
    except RevocationUnexplained as fault:
        undo(fault)
        return _account_page(staff_id, fault)
    return redirect(f"{HOME}/{staff_id}", 303)


@pages.post("/accounts/<int:staff_id>/grants")
@entry.permission(roles.ACCOUNTS, step_up=True)
def ask_grant(staff_id: int) -> ResponseReturnValue:
    try:
        staff = service.within_scope(db(), staff_id=staff_id, actor=actor())
        code = request.form.get("division", "").strip()
        office = _office(code, request.form.get("office", "").strip())
        wish = Wish(request.form.get("wanted", ""), code, office, _last_day())
        ask = service.ask_role if wish.name in roles.ROLES else service.ask
        ask(db(), staff=staff, wish=wish, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _account_page(staff_id, fault)
    return redirect(f"{HOME}/{staff_id}", 303)


@pages.post("/grants/<int:grant_id>/end")
@entry.permission(roles.ACCOUNTS, roles.GRANTS_APPROVE, step_up=True)
def end_grant(grant_id: int) -> ResponseReturnValue:
    grant = service.end(db(), grant_id=grant_id, actor=actor())
    admin = actor().may_somewhere(roles.ACCOUNTS)
    return redirect(f"{HOME}/{grant.staff_id}" if admin else "/console/approvals", 303)


@pages.post("/accounts/<int:staff_id>/hand-over")
@entry.permission(roles.ACCOUNTS, step_up=True)
def hand_over(staff_id: int) -> ResponseReturnValue:
    """Move everything of a leaving colleague to the successor in this one unit of work."""
    try:
        successor = queries.get_by_username(db(), request.form.get("successor", "").strip())
        between = {"from_staff_id": staff_id, "to_staff_id": successor.id}
        moved = service.hand_over(db(), **between, actor=actor())
        homes = households.hand_over(db(), **between, actor=actor())
        open_needs = visits.hand_over(db(), **between, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _account_page(staff_id, fault)
    return render_template(
        "console/handed_over.html",
        successor=successor,
        moved=moved,
        counted=[
            f"授权 {moved.held + moved.waiting} 项",
            f"住户 {homes} 户",
            f"没有办完的待办 {open_needs} 件",
        ],
    )
