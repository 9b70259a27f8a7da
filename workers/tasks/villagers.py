"""What follows for villagers' accounts: codes sent, a moved number told, an account ended."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.orm import Session

from app.funds import service as funds
from app.gateways import choosing
from app.gateways.sms.protocol import Sms
from app.households.service import binding_ends, consents
from app.identity.villagers import service
from app.kernel import deployment
from app.kernel.db import Database
from app.kernel.settings import get_settings
from app.notices import service as notices


@lru_cache(maxsize=2)
def _sms(demo: bool) -> Sms:
    return choosing.sms_for(get_settings(), demo=demo)


def send_code(session: Session, _database: Database, *, challenge_id: int) -> None:
    """Send the code of a challenge."""
    sms = _sms(deployment.is_demonstration(session))
    service.send_code(session, challenge_id=challenge_id, sms=sms)


def tell_phone_moved(
    session: Session, _database: Database, *, account_id: int, identity_id: int
) -> None:
    """Tell an account that its telephone number was proved by somebody else.

    Before it sees a household again it is asked for what only the person knows.
    """
    binding_ends.ask_again(session, account_id=account_id)
    notices.deliver(
        session,
        account_id=account_id,
        kind="phone_moved",
        title="您的手机号已经换到另一个账号",
        body="有人用短信验证码证明了这个手机号是他的，它不再属于您的账号。"
        "如果这就是您本人，不用做什么；如果不是，请在“我的账号”里重新验证手机号。",
        link="/me",
        key=f"phone-moved-{identity_id}",
    )


def follow_deletion(session: Session, _database: Database, *, account_id: int) -> None:
    """End what an account that was deleted had elsewhere."""
    binding_ends.follow_deletion(session, account_id=account_id)
    consents.follow_deletion(session, account_id=account_id)
    funds.follow_deletion(session, account_id=account_id)
    notices.forget_account(session, account_id=account_id)
