"""Who a message is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipient:
    """A member of staff or a villager's account: exactly one of the two."""

    staff_id: int | None = None
    account_id: int | None = None

    def __post_init__(self) -> None:
        if (self.staff_id is None) == (self.account_id is None):
            raise ValueError("a message has one recipient")
