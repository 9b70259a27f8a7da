"""The door randomness comes in through."""

from __future__ import annotations

import hashlib
import secrets


def draw_symbols(alphabet: str, *, length: int, count: int = 1) -> list[str]:
    """Draw `count` words of `length` symbols, each symbol equally likely, from the CSPRNG.

    Bytes are drawn in bulk; those beyond the last whole multiple of the alphabet's size are thrown
    away, so that no symbol is favoured.
    """
    size = len(alphabet)
    fair = 256 - 256 % size
    wanted = length * count
    symbols: list[str] = []
    while len(symbols) < wanted:
        drawn = secrets.token_bytes((wanted - len(symbols)) * 256 // fair + 16)
        symbols.extend(alphabet[byte % size] for byte in drawn if byte < fair)
    text = "".join(symbols[:wanted])
    return [text[start : start + length] for start in range(0, wanted, length)]


def token() -> str:
    """Draw a bearer token: 43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)


def token_digest(value: str) -> str:
    """Digest a token for keeping: only the digest is ever stored (SHA-256, hexadecimal)."""
    return hashlib.sha256(value.encode()).hexdigest()
