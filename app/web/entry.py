"""Who may enter: every view declares it, and what declares nothing lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from app.kernel.access import Actor, Villager
from app.kernel.errors import Forbidden, Unauthenticated

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "__entry__"
FRESH = timedelta(minutes=5)  # how long a second factor counts as just shown


class VillagerSignInWanted(Unauthenticated):
    code = "villager_sign_in_wanted"
    sentence = "请先登录再看这一页。"


class SignInUnfinished(Unauthenticated):
    code = "sign_in_unfinished"
    sentence = "登录还没有完成，请先完成动态验证码这一步。"


class StepUpWanted(Unauthenticated):
    code = "step_up_wanted"
    sentence = "这一步要再输入一次动态验证码。"


@dataclass(frozen=True)
class Entry:
    """What a route asks of whoever comes.

    Nothing; a signed-in villager; a signed-in member of staff; one with a permission, or one of
    `others` in its place; and, before an act that reveals or changes much, one who has just shown
    the second factor (`step_up`). `unfinished` lets in staff whose sign-in is not complete. A
    `traced` view writes who looked in the transaction it reads in, also where it is a GET.
    """

    staff_only: bool
    permission: str | None = None
    others: tuple[str, ...] = ()
    villager_only: bool = False
    step_up: bool = False
    unfinished: bool = False
    traced: bool = False

    def admit(self, actor: Actor | None, villager: Villager | None = None) -> None:
        """Raise `Unauthenticated`, `Forbidden` or what is still to be proved.

        The division and the office are checked by the service, which knows what is acted on.
        """
        if self.villager_only and villager is None:
            raise VillagerSignInWanted
        if not self.staff_only:
            return
        if actor is None:
            raise Unauthenticated
        if actor.pending and not self.unfinished:
            raise SignInUnfinished
        wanted = (self.permission, *self.others) if self.permission else ()
        if wanted and not any(map(actor.may_somewhere, wanted)):
            raise Forbidden
        if self.step_up and not actor.has_proved(within=FRESH):
            raise StepUpWanted


def _declare(view: View, entry: Entry) -> View:
    setattr(view, ATTRIBUTE, entry)
    return view


def public(view: View) -> View:
    """Let anyone in."""
    return _declare(view, Entry(staff_only=False))


def staff(view: View) -> View:
    """Let any signed-in member of staff in."""
    return _declare(view, Entry(staff_only=True))


def unfinished_staff(view: View) -> View:
    """Let staff in whose second factor or new password is still missing."""
    return _declare(view, Entry(staff_only=True, unfinished=True))


def villager(view: View) -> View:
    """Let any signed-in villager in."""
    return _declare(view, Entry(staff_only=False, villager_only=True))


def traced(view: View) -> View:
    """Give a GET a transaction that may write; stands above the declaration of who may enter."""
    entry = declared(view)
    assert entry is not None  # noqa: S101 - a mistake of whoever wrote the view
    return _declare(view, replace(entry, traced=True))


def permission(name: str, *others: str, step_up: bool = False) -> Callable[[View], View]:
    """Let in whoever holds this permission, or one of the others, somewhere today."""
    entry = Entry(staff_only=True, permission=name, others=others, step_up=step_up)
    return lambda view: _declare(view, entry)


def proved_staff(view: View) -> View:
    """Let any signed-in member of staff in who has just shown the second factor."""
    return _declare(view, Entry(staff_only=True, step_up=True))


def declared(view: Callable[..., Any]) -> Entry | None:
    """Tell what a view declared, or None."""
    entry = getattr(view, ATTRIBUTE, None)
    return entry if isinstance(entry, Entry) else None
