"""Who may enter: every view declares it, and what declares nothing lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.kernel.access import Actor
from app.kernel.errors import Forbidden, Unauthenticated

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "__entry__"


@dataclass(frozen=True)
class Entry:
    """What a route asks of whoever comes: nothing, a signed-in member of staff, a permission."""

    staff_only: bool
    permission: str | None = None

    def admit(self, actor: Actor | None) -> None:
        """Raise `Unauthenticated` or `Forbidden` where the actor may not enter.

        The division and the office are checked by the service, which knows what is acted on.
        """
        if not self.staff_only:
            return
        if actor is None:
            raise Unauthenticated
        if self.permission and not actor.may_somewhere(self.permission):
            raise Forbidden


def _declare(view: View, entry: Entry) -> View:
    setattr(view, ATTRIBUTE, entry)
    return view


def public(view: View) -> View:
    """Let anyone in."""
    return _declare(view, Entry(staff_only=False))


def staff(view: View) -> View:
    """Let any signed-in member of staff in."""
    return _declare(view, Entry(staff_only=True))


def permission(name: str) -> Callable[[View], View]:
    """Let in whoever holds this permission somewhere today."""
    return lambda view: _declare(view, Entry(staff_only=True, permission=name))


def declared(view: Callable[..., Any]) -> Entry | None:
    """Tell what a view declared, or None."""
    entry = getattr(view, ATTRIBUTE, None)
    return entry if isinstance(entry, Entry) else None
