"""Entry: what declares nothing lets nobody in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden, Unauthenticated
from app.web import entry
from app.web.flask_app import SunshineApp

PERMISSION = "disclosure.publish"


def _view() -> str:
    return "seen"


def _holder(*, ends_in_days: int | None = None, permission: str = PERMISSION) -> Actor:
    ends = None if ends_in_days is None else clock.today() + timedelta(days=ends_in_days)
    return Actor(name="a", staff_id=1, grants=(Grant(permission, "520203", ends_on=ends),))


def test_a_public_view_lets_everyone_in() -> None:
    declared = entry.declared(entry.public(lambda: "seen"))
    assert declared is not None
    declared.admit(None)
    declared.admit(_holder())


def test_a_staff_view_asks_a_stranger_to_sign_in() -> None:
    declared = entry.declared(entry.staff(lambda: "seen"))
    assert declared is not None
    declared.admit(_holder(permission="other"))
    with pytest.raises(Unauthenticated):
        declared.admit(None)


def test_a_permission_is_held_or_refused() -> None:
    declared = entry.declared(entry.permission(PERMISSION)(lambda: "seen"))
    assert declared is not None
    declared.admit(_holder(ends_in_days=0))
    declared.admit(OPERATOR)
    for actor in (_holder(ends_in_days=-1), _holder(permission="doorplates.issue")):
        with pytest.raises(Forbidden):
            declared.admit(actor)


def test_a_view_that_declares_nothing_has_no_entry() -> None:
    assert entry.declared(_view) is None


def test_a_route_that_declares_nothing_answers_403(app: SunshineApp) -> None:
    app.add_url_rule("/undeclared", view_func=_view)
    answer = app.test_client().get("/undeclared")
    assert answer.status_code == 403
    assert "seen" not in answer.text
