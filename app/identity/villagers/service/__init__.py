"""Rules of villagers' accounts: signing in, proving a telephone, ending."""

from app.identity.villagers.service.accounts import (
    account_of_phone,
    account_of_wechat,
    delete_account,
    prove_phone,
    require_account,
)
from app.identity.villagers.service.codes import Challenge, check_code, request_code, send_code
from app.identity.villagers.service.sessions import (
    begin_session,
    end_other_sessions,
    end_session,
    forget_expired,
)

__all__ = [
    "Challenge",
    "account_of_phone",
    "account_of_wechat",
    "begin_session",
    "check_code",
    "delete_account",
    "end_other_sessions",
    "end_session",
    "forget_expired",
    "prove_phone",
    "request_code",
    "require_account",
    "send_code",
]
