"""A bound villager's own household: the record, who looked at it, who is bound to it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.audit import queries as audit
from app.audit import service as auditing
from app.audit.errors import LineNotFound, TextWanted
from app.audit.schemas import Access
from app.households.binding_errors import BadEndDay, ConfirmationWanted, NotYours, TooManyDelegates
from app.households.queries import accesses
from app.households.queries import bindings as queries
from app.households.service import binding_ends, delegates, own_records
from app.households.service.own_records import OwnHousehold
from app.kernel import clock
from app.kernel.errors import Invalid, SunshineError, TooMany
from app.places import queries as places
from app.portal import own_shapes, shapes
from app.web import entry, forms, problems
from app.web.flask_app import db, villager

pages = Blueprint("my_household", __name__, url_prefix="/me/household")
pages.before_request(forms.protect)
LISTED = ("active", "pending", "refused")


def ask_who(_error: ConfirmationWanted) -> ResponseReturnValue:
    """Lead somebody who was away for long to the page that asks for the second fact again."""
    binding_id = (request.view_args or {}).get("binding_id", 0)
    return redirect(f"/me/household/{binding_id}/confirm", 303)


pages.register_error_handler(ConfirmationWanted, ask_who)


@pages.get("")
@entry.villager
def list_own() -> ResponseReturnValue:
    """Lead to the one household there is, or list them; nothing of a record is read here."""
    active = queries.active_for_account(db(), villager().account_id)
    others = [
        one for one in queries.of_account(db(), villager().account_id) if one.state in LISTED[1:]
    ]
    if len(active) == 1 and not others:
        return redirect(f"/me/household/{active[0].id}", 302)
    return render_template(
        "portal/households.html",
        bindings=[own_shapes.binding_row(db(), one) for one in (*active, *others)],
    )


@pages.get("/<int:binding_id>")
@entry.traced
@entry.villager
def show(binding_id: int) -> ResponseReturnValue:
    own = own_records.view(db(), villager=villager(), binding_id=binding_id)
    return _record_page(own)


def _record_page(own: OwnHousehold, *, open_person: int | None = None) -> str:
    return render_template(
        "portal/household.html",
        own=own_shapes.record(db(), own, open_person=open_person),
        place=shapes.place_of(places.lineage(db(), own.household.division_code)),
    )


@pages.post("/<int:binding_id>/reveal")
@entry.villager
def reveal(binding_id: int) -> ResponseReturnValue:
    """Show one's own or a dependant's data in full, in the answer to a form and in no address."""
    person_id = _number(request.form.get("person"))
    own = own_records.reveal(db(), villager=villager(), binding_id=binding_id, person_id=person_id)
    return _record_page(own, open_person=person_id)


@pages.get("/<int:binding_id>/confirm")
@entry.villager
def confirm_form(binding_id: int) -> ResponseReturnValue:
    binding = queries.own(db(), villager().account_id, binding_id)
    return render_template("portal/confirm_person.html", binding=binding, problem=None)


@pages.post("/<int:binding_id>/confirm")
@entry.villager
def confirm(binding_id: int) -> ResponseReturnValue:
    binding = queries.own(db(), villager().account_id, binding_id)
    sentence, status = "对不上。请看清楚身份证最后四位，再填一次。", 422
    try:
        given = request.form.get("last_four", "")[:20]
        if own_records.confirm_person(
            db(), villager=villager(), binding_id=binding_id, given=given
        ):
            return redirect(f"/me/household/{binding_id}", 303)
    except (Invalid, TooMany) as problem:
        sentence, status = problem.sentence, problems.status_of(problem)
    page = render_template("portal/confirm_person.html", binding=binding, problem=sentence)
    return page, status


@pages.get("/<int:binding_id>/accesses")
@entry.traced
@entry.villager
def list_accesses(binding_id: int) -> ResponseReturnValue:
    own = _shown_member(binding_id)
    before = _number(request.args.get("before")) or None
    found = audit.accesses_to_household(db(), own.household.id, before=before, limit=audit.PAGE + 1)
    shown = found[: audit.PAGE]
    return render_template(
        "portal/accesses.html",
        binding=own.binding,
        rows=own_shapes.access_rows(db(), own, shown),
        more=shown[-1].id if len(found) > len(shown) else None,
        older=before is not None,
    )


@pages.get("/<int:binding_id>/accesses/<int:line_id>/question")
@entry.traced
@entry.villager
def question_form(binding_id: int, line_id: int) -> ResponseReturnValue:
    return _question_page(binding_id, line_id)


def _question_page(
    binding_id: int, line_id: int, problem: SunshineError | None = None
) -> tuple[str, int]:
    own = _shown_member(binding_id, fields=())
    line = _line(own, line_id)
    page = render_template(
        "portal/access_question.html",
        binding=own.binding,
        row=accesses.shown(db(), [line])[0],
        problem=problem.sentence if problem else None,
        given=request.form.get("text", ""),
    )
    return page, problems.status_of(problem) if problem else 200


@pages.post("/<int:binding_id>/accesses/<int:line_id>/question")
@entry.villager
def ask(binding_id: int, line_id: int) -> ResponseReturnValue:
    own = _full_member(binding_id)
    line = _line(own, line_id)
    try:
        auditing.ask(db(), line.id, villager().account_id, request.form.get("text", ""))
    except TextWanted as problem:
        return _question_page(binding_id, line_id, problem)
    return redirect("/me/questions", 303)


def _full_member(binding_id: int) -> OwnHousehold:
    """Open the household for a member or a guardian; a delegate sees the masked record alone."""
    return _no_delegate(own_records.require(db(), villager=villager(), binding_id=binding_id))


def _shown_member(binding_id: int, *, fields: tuple[str, ...] = ("name",)) -> OwnHousehold:
    """Open the household as `_full_member` does, for a page; the ledger notes what it shows."""
    return _no_delegate(
        own_records.view(db(), villager=villager(), binding_id=binding_id, fields=fields)
    )


def _no_delegate(own: OwnHousehold) -> OwnHousehold:
    if own.binding.kind == "delegate":
        raise NotYours("代办人看不到这一页，请让本人看。")
    return own


def _line(own: OwnHousehold, line_id: int) -> Access:
    line = audit.get_line(db(), line_id)
    if line.household_id != own.household.id:
        raise LineNotFound
    return line


@pages.get("/<int:binding_id>/people")
@entry.traced
@entry.villager
def list_people(binding_id: int) -> ResponseReturnValue:
    return _people_page(binding_id)


def _people_page(
    binding_id: int, *, code: str | None = None, problem: SunshineError | None = None
) -> tuple[str, int]:
    own = _full_member(binding_id)
    people = own_shapes.people_rows(db(), own)
    fields = ("name", "phone") if any(one["phone"] for one in people) else ("name",)
    own_records.note_view(db(), own, villager=villager(), fields=fields)
    page = render_template(
        "portal/household_people.html",
        binding=own.binding,
        is_head=own.is_head,
        may_invite=own.me is not None,
        people=people,
        invitations=len(queries.open_invitations(db(), binding_id)),
        latest=(clock.today() + delegates.LONGEST).isoformat(),
        code=code,
        problem=problem.sentence if problem else None,
    )
    return page, problems.status_of(problem) if problem else 200


@pages.post("/<int:binding_id>/people/<int:other_id>/end")
@entry.villager
def end_other(binding_id: int, other_id: int) -> ResponseReturnValue:
    _full_member(binding_id)
    binding_ends.end_other(
        db(), villager=villager(), binding_id=other_id, own_binding_id=binding_id
    )
    return redirect(f"/me/household/{binding_id}/people", 303)


@pages.post("/<int:binding_id>/invitations")
@entry.villager
def invite(binding_id: int) -> ResponseReturnValue:
    """Show the code in this answer alone: it is in no address and cannot be shown again."""
    _full_member(binding_id)
    try:
        code = delegates.invite(
            db(),
            villager=villager(),
            binding_id=binding_id,
            ends_on=_day(request.form.get("ends_on", "")),
        )
    except (BadEndDay, TooManyDelegates) as problem:
        return _people_page(binding_id, problem=problem)
    return _people_page(binding_id, code=code)


@pages.post("/<int:binding_id>/invitations/withdraw")
@entry.villager
def take_back(binding_id: int) -> ResponseReturnValue:
    delegates.take_back(db(), villager=villager(), binding_id=binding_id)
    return redirect(f"/me/household/{binding_id}/people", 303)


@pages.post("/<int:binding_id>/guardianship")
@entry.villager
def ask_as_guardian(binding_id: int) -> ResponseReturnValue:
    asked = own_records.ask_as_guardian(
        db(),
        villager=villager(),
        binding_id=binding_id,
        person_id=_number(request.form.get("person")),
    )
    return redirect(f"/me/bindings/{asked.id}", 303)


def _number(text: str | None) -> int:
    """Read a row's number; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadEndDay from None
