"""“这是我家”: from the plate to a binding, one small step a page; and a delegate's invitation.

A plate's code must stand in no address that others keep: the door goes into the browser's signed
cookie, and every page after the plate's own has the same address for everyone.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from app.doorplates import queries as plates
from app.doorplates.errors import PlateNotFound
from app.gateways import choosing
from app.households import privacy
from app.households.binding_errors import DoorWanted, NoticeWanted, PhoneWanted
from app.households.queries import bindings as queries
from app.households.service import binding_decisions, binding_ends, bindings, delegates
from app.identity.villagers import phones
from app.identity.villagers import queries as villagers
from app.kernel import clock
from app.kernel.errors import Invalid, SunshineError, TooMany
from app.places import queries as places
from app.portal import shapes, signing_in
from app.web import entry, forms, problems, throttle
from app.web.flask_app import db, villager

pages = Blueprint("binding", __name__)
pages.before_request(forms.protect)
DOOR = "door"  # the door that was scanned last, in the browser's signed cookie
START = "/me/bindings/new"
TRIES_PER_MINUTE = 20
KINDS = ("member", "guardian")


@pages.get("/d/<string:code>/home")
@entry.public
def begin(code: str) -> ResponseReturnValue:
    try:
        view = plates.find_scanned(db(), code)
    except PlateNotFound:
        throttle.of(current_app).count_miss(request.remote_addr or "")
        raise
    session[DOOR] = view.door_id
    return redirect(START, 302)


@pages.get(START)
@entry.villager
def form() -> ResponseReturnValue:
    return _form_page()


def _form_page(problem: SunshineError | None = None) -> tuple[str, int]:
    """Show the step that comes next: the plate, the notice, the phone, the second fact."""
    place = _door()
    notice = privacy.notice_on(clock.today())
    own = villager().account_id
    phone = villagers.proved_phone(db(), own)
    accepted = queries.has_accepted(db(), own, version=notice.version)
    if place is not None and accepted and phone is None:
        session[signing_in.NEXT] = START  # the way back once the number is proved
    page = render_template(
        "portal/binding_new.html",
        place=place,
        notice=notice,
        accepted=accepted,
        phone=phones.masked(phone) if phone else None,
        may_prove=choosing.sms_of(current_app.extensions).sends,
        problem=problem.sentence if problem else None,
        given=request.form if problem else {},
    )
    return page, problems.status_of(problem) if problem else 200


def _door() -> dict[str, str] | None:
    """Name the village and the door that was scanned, as the plate itself does."""
    door_id = session.get(DOOR)
    plate = plates.live_at_door(db(), door_id) if isinstance(door_id, int) else None
    if plate is None:
        return None
    lineage = places.lineage(db(), plate.division_code)
    return {**shapes.place_of(lineage), "door": plate.house_number, "group": plate.group_label}


@pages.post("/me/bindings/notice")
@entry.villager
def accept_notice() -> ResponseReturnValue:
    try:
        bindings.accept_notice(
            db(), villager=villager(), version=request.form.get("version", "")[:20]
        )
    except NoticeWanted as problem:
        return _form_page(problem)
    return redirect((request.form.get("next") == "invitation" and INVITATION) or START, 303)


@pages.post("/me/bindings")
@entry.villager
def ask() -> ResponseReturnValue:
    _count_try()
    kind = request.form.get("kind", "member")
    door_id = session.get(DOOR)
    try:
        if kind not in KINDS:
            raise Invalid
        if not isinstance(door_id, int):
            raise DoorWanted
        binding = bindings.ask(
            db(),
            villager=villager(),
            wanted=bindings.Wanted(
                door_id=door_id,
                kind=kind,
                name=request.form.get("name", "")[:100],
                last_four=request.form.get("last_four", "")[:20],
            ),
        )
    except (Invalid, TooMany, NoticeWanted, PhoneWanted) as problem:
        db().rollback()
        return _form_page(problem)
    session.pop(DOOR)
    return redirect(f"/me/bindings/{binding.id}", 303)


@pages.get("/me/bindings/<int:binding_id>")
@entry.villager
def show(binding_id: int) -> ResponseReturnValue:
    """Say what became of a request: bound, sent to the village, refused with its reason, over."""
    binding = queries.own(db(), villager().account_id, binding_id)
    return render_template(
        "portal/binding.html",
        binding=binding,
        place=shapes.place_of(places.lineage(db(), binding.division_code)),
        reason=binding_decisions.reason_of(db(), binding_id),
        because=privacy.ENDED.get(binding.ended_because, ""),
        asked_on=shapes.day(binding.asked_at),
    )


@pages.post("/me/bindings/<int:binding_id>/end")
@entry.villager
def end(binding_id: int) -> ResponseReturnValue:
    binding_ends.end_own(db(), villager=villager(), binding_id=binding_id)
    return redirect(f"/me/bindings/{binding_id}", 303)


INVITATION = "/me/invitation"


@pages.get(INVITATION)
@entry.villager
def invitation_form() -> ResponseReturnValue:
    return _invitation_page()


def _invitation_page(sentence: str | None = None, status: int = 200) -> tuple[str, int]:
    notice = privacy.notice_on(clock.today())
    own = villager().account_id
    accepted = queries.has_accepted(db(), own, version=notice.version)
    proved = villagers.proved_phone(db(), own) is not None
    if accepted and not proved:
        session[signing_in.NEXT] = INVITATION
    page = render_template(
        "portal/invitation.html",
        notice=notice,
        accepted=accepted,
        proved=proved,
        may_prove=choosing.sms_of(current_app.extensions).sends,
        problem=sentence,
    )
    return page, status


@pages.post(INVITATION)
@entry.villager
def accept_invitation() -> ResponseReturnValue:
    _count_try()
    try:
        binding = delegates.accept(
            db(), villager=villager(), code=request.form.get("code", "")[:40]
        )
    except (TooMany, NoticeWanted, PhoneWanted) as problem:
        db().rollback()
        return _invitation_page(problem.sentence, problems.status_of(problem))
    if binding is None:  # the page returns, so that the try stays counted
        return _invitation_page("邀请码不对，或者已经用过、过期了。请家里人再给一个。", 422)
    return redirect(f"/me/bindings/{binding.id}", 303)


def _count_try() -> None:
    throttle.of(current_app).count(
        "binding", str(villager().account_id), per_minute=TRIES_PER_MINUTE
    )
