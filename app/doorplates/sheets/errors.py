"""What can stop a sheet before anything is drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """A character that no font of the chain holds; `plates` (from 0, in order) need it."""

    character: str
    plates: tuple[int, ...]

    @property
    def codepoint(self) -> str:
        return f"U+{ord(self.character):04X}"


class SheetError(Exception):
    """A sheet cannot be drawn as asked."""


class MissingGlyph(SheetError):
    """Some characters would come out as blank boxes; `missing` names every one of them."""

    def __init__(self, missing: tuple[MissingCharacter, ...]) -> None:
        self.missing = missing
        named = ", ".join(f"{one.character} ({one.codepoint})" for one in missing)
        super().__init__(f"no font holds {named}")


class UnusableFont(SheetError):
    """A font file that cannot be embedded: not there, or of a kind no plate can be printed with."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class NoPlates(SheetError):
    """A sheet of nothing was asked for."""
