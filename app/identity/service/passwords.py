"""Passwords: argon2id, at least twelve characters, the same work for nobody as for somebody."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from app.identity.errors import PasswordTooShort
from app.kernel import ids

LENGTH = 12
LONGEST = 200
# Without what is mistaken for something else when it is read from paper.
INITIAL = "abcdefghjkmnpqrstuvwxyz23456789"
hasher = PasswordHasher()
# Checked where no such account exists, so that both answers take the same work. The password it
# was made from was thrown away.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$DvBBbrNY/kyqRab0B50WRQ$yQmI5d"
    "karCougyan2LSIZSlOyeyBhn9oU+DTj2Vdwa8"
)
nobody = NOBODY


def digest(password: str) -> str:
    """Digest a password for keeping; raises `PasswordTooShort`."""
    if len(password) < LENGTH:
        raise PasswordTooShort
    return hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one that is kept; None takes the same work and never fits."""
    try:
        hasher.verify(kept or nobody, password)
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


def draw() -> str:
    """Draw an initial password that can be read from paper: 16 symbols, 79 bits."""
    return ids.draw_symbols(INITIAL, length=16)[0]
