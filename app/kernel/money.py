"""Money as people write it and as it is kept: fen, whole numbers, never a fraction of binary."""

from __future__ import annotations

import re
import unicodedata

from app.kernel.errors import Invalid

MOST = 9_999_999_999  # fen: a line of a hundred million yuan is a slip of the pen
TOO_LARGE = "这笔金额太大了，请检查是不是多写了几位。"
_WRITTEN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?", re.ASCII)


class AmountRefused(Invalid):
    code = "amount_refused"
    sentence = "金额请写成元，例如 1,234.50。"


def parse(text: str) -> int:
    """Read an amount in yuan into fen: `1,234.50`, full-width digits, with ￥ before or 元 after.

    Raises `AmountRefused` with what to write instead.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    plain = plain.removeprefix("¥").removesuffix("元")
    if not plain:
        raise AmountRefused
    if plain.startswith(("-", "−", "(")):
        raise AmountRefused("金额不写负数。要冲减已经结账的一笔，请用“更正”。")
    if "万" in plain or "亿" in plain:
        raise AmountRefused("金额请写到元，不用万、亿，例如 12,000.00。")
    found = _WRITTEN.fullmatch(plain)
    if found is None:
        raise AmountRefused(_why(plain))
    if len(plain) > 20:  # nothing so long is below the limit, and int() refuses endless digits
        raise AmountRefused(TOO_LARGE)
    fen = int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0") or 0)
    if fen == 0:
        raise AmountRefused("金额要大于 0。")
    if fen > MOST:
        raise AmountRefused(TOO_LARGE)
    return fen


def parse_balance(text: str) -> int:
    """Read a balance, which may be nothing or owed: as `parse`, with 0 and a minus before it."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "").replace("−", "-")
    owed = plain.startswith("-")
    digits = plain.removeprefix("-")
    if re.fullmatch(r"¥?0(\.0{1,2})?元?", digits):
        return 0
    return -parse(digits) if owed else parse(digits)


def show(fen: int) -> str:
    """Write fen as yuan with two decimals: 1,234.50; what is owed has a minus before it."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def _why(plain: str) -> str:
    if re.fullmatch(r"[\d,]*\.\d{3,}", plain, re.ASCII):
        return "金额最多写到分，小数点后面两位。"
    if "," in plain:
        return "金额里的逗号要三位一隔，例如 1,234.50。"
    return AmountRefused.sentence
