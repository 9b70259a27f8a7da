"""A roster brought in within one transaction, without a dry run: by the command line."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from sqlalchemy.orm import Session

from app.households.rosters import decisions, headings, households, samples, workbook
from app.households.rosters.errors import NoHeader
from app.households.service.importing import entering
from app.households.service.importing.inserting import Origin
from app.households.service.importing.planning import CHUNK, groups_of
from app.households.service.keepers import require_keep
from app.kernel.access import Actor
from app.places import queries as places


def bring_in(
    session: Session, *, division_code: str, content: bytes, actor: Actor, source: str
) -> dict[str, int]:
    """Enter every sound household of a roster by the columns its headings name; gives the counts.

    Opens the village's scope. Raises `Forbidden`, a `FileRefused` or `MappingRefused`.
    """
    require_keep(actor, division_code, act="import")
    places.hold(session, division_code)
    book = workbook.read(content)
    sheets = households.alike(book, samples.look(book).chosen)
    if not sheets:
        raise NoHeader
    mapping = headings.guess(sheets[0][1].headings)
    households.check_mapping(mapping)
    groups = groups_of(session, division_code)
    roster = households.read_roster(book, sheets, mapping, groups=groups)
    counts: Counter[str] = Counter()
    waiting = iter(roster.entries)
    while chunk := list(islice(waiting, CHUNK)):
        made = entering.enter(session, chunk, origin=Origin(division_code, source, actor))
        counts.update(decisions.count(made))
    return dict(counts)
