"""Tables of divisions to import, and the import itself in one word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

import app.demo
from app.kernel import access
from app.places import service
from app.places.schemas import ImportSummary

HEADER = "code,parent_code,level,name"
COUNTY = "520203,,county,六枝特区"
TOWN = "520203102,520203,township,岩脚镇"
OTHER_TOWN = "520203106,520203,township,牂牁镇"
VILLAGE = "520203102213,520203102,village,青杠林村村民委员会"
SECOND = "520203102214,520203102,village,太和村村民委员会"
THIRD = "520203102215,520203102,village,新场村村民委员会"
ELSEWHERE = "520203106201,520203106,village,西陵村村民委员会"
SMALL = (COUNTY, TOWN, OTHER_TOWN, VILLAGE, SECOND, THIRD, ELSEWHERE)
GROUPS = (
    "52020310221301,520203102213,group,大寨组",
    "52020310221302,520203102213,group,小寨组",
)
LAST_YEAR = date(2025, 1, 1)
REAL = Path(app.demo.__path__[0]) / "data" / "liuzhi_divisions.csv"


def table(*rows: str) -> bytes:
    """Write a table as a file's bytes."""
    return "\n".join((HEADER, *rows, "")).encode()


def bring_in(
    session: Session, *rows: str, on: date = LAST_YEAR, complete: bool = False
) -> ImportSummary:
    """Import these rows as the operator."""
    return service.import_divisions(
        session, content=table(*rows), actor=access.OPERATOR, effective_on=on, complete=complete
    )


def without(*left_out: str) -> tuple[str, ...]:
    """Give the small county without these rows."""
    return tuple(row for row in SMALL if row not in left_out)
