"""Keyset cursors: where the last page ended, in a form that fits an address."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta

from app.kernel.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT = (datetime(9999, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def encode(moment: datetime, number: int) -> str:
    """Write the moment and the number of the last row shown as URL-safe text."""
    microseconds = (moment - EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{microseconds}.{number}".encode()).decode().rstrip("=")


def following(ends: tuple[datetime, int] | None) -> str | None:
    """Write where a page ended; None where nothing follows."""
    return encode(*ends) if ends else None


def decode(text: str | None) -> tuple[datetime, int] | None:
    """Read a cursor back; None stays None; raises `Invalid` for anything `encode` never wrote."""
    if not text:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        microseconds, _, number = raw.decode("ascii").partition(".")
        if not (microseconds.isdecimal() and number.isdecimal()):
            raise ValueError
        if int(microseconds) > LAST_MOMENT or int(number) >= 2**63:
            raise ValueError
    except (ValueError, binascii.Error) as error:
        raise Invalid("翻页的位置不对，请回到第一页重新看。") from error
    return EPOCH + timedelta(microseconds=int(microseconds)), int(number)
