"""Rules of staff: accounts, grants, sign-in and its second factor."""

from app.identity.service.accounts import (
    change_password,
    close_account,
    create_staff,
    disable,
    first_admin,
    follow_merger,
    let_stand,
    open_account,
    reset_password,
    set_password,
    within_scope,
)
from app.identity.service.granting import approve, ask, ask_role, end, refuse
from app.identity.service.handing_over import hand_over
from app.identity.service.opening_many import office, open_accounts
from app.identity.service.resets import ask_reset, decide_reset
from app.identity.service.second_factor import give_second_factor
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
    "ask_reset",
    "ask_role",
    "change_password",
    "close_account",
    "create_staff",
    "decide_reset",
    "disable",
    "end",
    "first_admin",
    "follow_merger",
    "forget_expired",
    "give_second_factor",
    "hand_out",
    "hand_over",
    "let_stand",
    "note_life",
    "office",
    "open_account",
    "open_accounts",
    "refuse",
    "reset_password",
    "revoke_others",
    "revoke_session",
    "set_password",
    "sign_in",
    "sign_out",
    "within_scope",
]
