"""From what the database promises to the words the ledger refuses with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from psycopg import errors as postgres
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.funds.errors import (
    CategoryRefused,
    CorrectionRefused,
    DayRefused,
    MonthClosed,
    MonthNotNext,
    MonthNotSubmitted,
    MonthOutOfOrder,
    MonthSubmitted,
    OpeningRefused,
    OwnEntriesClosed,
    ReversalTooLarge,
)
from app.kernel.errors import SunshineError

PROMISES: Mapping[str, type[SunshineError]] = MappingProxyType(
    {
        "fund_month_closed": MonthClosed,
        "fund_month_submitted": MonthSubmitted,
        "fund_state": MonthNotSubmitted,
        "fund_order": MonthOutOfOrder,
        "fund_next_month": MonthNotNext,
        "uq_fund_months_month": MonthNotNext,
        "fund_opening": OpeningRefused,
        "fund_own_entries": OwnEntriesClosed,
        "fund_correction": CorrectionRefused,
        "fund_reversal": ReversalTooLarge,
        "fund_line_month": DayRefused,
        "fk_fund_lines_category": CategoryRefused,
    }
)


@contextmanager
def kept(session: Session) -> Iterator[None]:
    """Write what the block changes; what the database refuses is raised in the ledger's words."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        broken = error.orig.diag if isinstance(error.orig, postgres.Error) else None
        refusal = PROMISES.get((broken.constraint_name or "") if broken else "")
        if refusal is None:
            raise
        raise refusal from error
