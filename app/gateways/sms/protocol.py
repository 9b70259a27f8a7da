"""What the platform asks of a provider of short messages."""

from __future__ import annotations

from typing import Protocol


class Sms(Protocol):
    """Sending codes by short message."""

    @property
    def sends(self) -> bool:
        """Tell whether a provider is set up."""
        ...

    def send_code(self, *, phone: str, code: str, key: str) -> str:
        """Send a code to a number of 11 digits and give the provider's own id of the message.

        `key` names this message in what the provider reports later. Raises `SmsBusy` for what may
        pass, `SmsRefused` for a number that takes no messages, `SmsMisconfigured` for our own part.
        """
        ...
