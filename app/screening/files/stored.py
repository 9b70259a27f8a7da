"""Numbers a spreadsheet stored as numbers: the end is lost, not the person."""

from __future__ import annotations

import re

from app.screening.detecting import ids
from app.screening.schemas import Finding, Kind, found

_CARD = re.compile(r"62[0-9]{14,17}|(?:4367|4563|9558)[0-9]{15}")
_AS_NUMBER = "存成了数字，末几位已经丢失，照样不得公开，请删去这一列。"


def stored(digits: str, offset: int) -> Finding | None:
    """Give what a long stored number must be, if it is anything."""
    end = offset + len(digits)
    if ids.cut_short(digits):
        return found(Kind.ID_NUMBER, offset, end, "id_stored_as_number", f"身份证号{_AS_NUMBER}")
    if _CARD.fullmatch(digits):
        return found(Kind.BANK_CARD, offset, end, "card_stored_as_number", f"银行卡号{_AS_NUMBER}")
    return None
