"""All detectors in their order: what one has taken, the next leaves alone."""

from __future__ import annotations

from app.screening.detecting import addresses, cards, ids, people, phones, plain
from app.screening.detecting.plain import Reading
from app.screening.schemas import Finding


def find(text: str) -> list[Finding]:
    """Find personal data in a text, in the order it stands there; passages never overlap."""
    reading = Reading(text, plain.read(text))
    findings = [
        *ids.find(reading),
        *cards.find(reading),
        *phones.find(reading),
        *_spoken(reading),
        *addresses.find(reading),
        *people.find(reading),
    ]
    return sorted(findings, key=lambda finding: finding.start)


def _spoken(reading: Reading) -> list[Finding]:
    """Find numbers that are written in Chinese words."""
    digits = plain.spoken(reading.plain)
    if digits is None:
        return []
    words = Reading(reading.original, digits)
    words.taken = reading.taken
    return [*ids.find(words), *cards.find(words), *phones.find(words)]
