"""Rules of staff: accounts, grants, sign-in and its second factor."""

from app.identity.service.accounts import (
    change_password,
    create_staff,
    disable,
    follow_merger,
    open_account,
    reset_password,
    set_password,
)
from app.identity.service.granting import approve, ask, ask_role, end, refuse
from app.identity.service.signing_in import sign_in
from app.identity.service.tokens import (
    LIFETIMES,
    forget_expired,
    hand_out,
    note_life,
    revoke_others,
    revoke_session,
    sign_out,
)

__all__ = [
    "LIFETIMES",
    "approve",
    "ask",
    "ask_role",
    "change_password",
    "create_staff",
    "disable",
    "end",
    "follow_merger",
    "forget_expired",
    "hand_out",
    "note_life",
    "open_account",
    "refuse",
    "reset_password",
    "revoke_others",
    "revoke_session",
    "set_password",
    "sign_in",
    "sign_out",
]
