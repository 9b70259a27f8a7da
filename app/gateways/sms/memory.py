"""Short messages without a provider: kept for a test, written to a developer's log, or not sent."""

from __future__ import annotations

from dataclasses import dataclass

from app.gateways.sms.errors import SmsMisconfigured
from app.kernel import logs


@dataclass(frozen=True)
class Sent:
    """A message that would have been sent."""

    phone: str
    code: str
    key: str


class InMemorySms:
    """Implements `protocol.Sms`: keeps what was sent, or fails as it is told."""

    sends = True

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.fails_with: Exception | None = None

    def send_code(self, *, phone: str, code: str, key: str) -> str:
        """Keep a message."""
        if self.fails_with is not None:
            raise self.fails_with
        self.sent.append(Sent(phone, code, key))
        return f"memory-{len(self.sent)}"


class LoggedSms:
    """Implements `protocol.Sms` for development: the code stands in the log, the number does not.

    Production refuses to start with it (`settings.production_faults`).
    """

    sends = True

    def send_code(self, *, phone: str, code: str, key: str) -> str:
        """Write the code to the log."""
        del phone
        logs.get(__name__).warning("sms_demonstration", code=code, key=key)
        return f"demo-{key}"


class NoSms:
    """Implements `protocol.Sms` where no provider is set up."""

    sends = False

    def send_code(self, *, phone: str, code: str, key: str) -> str:
        """Refuse: `SmsMisconfigured`."""
        del phone, code, key
        raise SmsMisconfigured
