"""The papers behind a line: kept by the domain of attachments, of which only numbers stand here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.attachments import queries as attachments
from app.attachments import service as filing
from app.attachments.models import Attachment
from app.funds import queries
from app.funds.errors import VoucherNotFound, VoucherRefused
from app.funds.models import FundLine, FundVoucher
from app.funds.service.finding import open_month_for
from app.funds.service.promises import kept
from app.funds.service.publishable import require_public_paper
from app.gateways.storage.protocol import Storage
from app.kernel.access import Actor

MOST = 10


@dataclass(frozen=True)
class Paper:
    """A paper behind a line; one that was withdrawn has its name and opens no more."""

    id: int
    name: str
    is_withdrawn: bool


def _user(line_id: int) -> str:
    return f"fund_line:{line_id}"


def papers(session: Session, numbers: Collection[int]) -> dict[int, Paper]:
    """Name these papers."""
    return {number: _paper(attachments.get(session, number)) for number in numbers}


def _paper(kept: Attachment) -> Paper:
    return Paper(kept.id, kept.name, kept.withdrawn_at is not None)


def attach(
    session: Session, *, line_id: int, paper: tuple[str, bytes], storage: Storage, actor: Actor
) -> int:
    """Keep a paper (its name and content) behind a line of an open month; gives its number.

    Raises `LineNotFound`, as `open_month_for` does, `VoucherRefused` beyond ten,
    `PersonalDataInPaper`, and what attachments refuse.
    """
    line = queries.get_line(session, line_id)
    open_month_for(session, month_id=line.month_id, actor=actor)
    place = _free_place(session, line_id)
    name, content = paper
    require_public_paper(session, content)
    found = filing.keep(
        session,
        content=content,
        name=name,
        division_code=line.division_code,
        actor=actor,
        storage=storage,
    )
    filing.claim(session, attachment_ids=[found.id], used_by=_user(line_id))
    with kept(session):
        session.add(FundVoucher(line_id=line_id, attachment_id=found.id, position=place))
    return found.id


def _free_place(session: Session, line_id: int) -> int:
    query = select(FundVoucher.position).where(FundVoucher.line_id == line_id)
    taken = set(session.scalars(query))
    free = [place for place in range(1, MOST + 1) if place not in taken]
    if not free:
        raise VoucherRefused
    return free[0]


def detach(session: Session, *, line_id: int, attachment_id: int, actor: Actor) -> None:
    """Take a paper from a line of an open month.

    Raises as `attach` does, or `VoucherNotFound`.
    """
    line = queries.get_line(session, line_id)
    open_month_for(session, month_id=line.month_id, actor=actor)
    which = (FundVoucher.line_id == line_id, FundVoucher.attachment_id == attachment_id)
    gone = delete(FundVoucher).where(*which).returning(FundVoucher.attachment_id)
    if not session.scalars(gone).all():
        raise VoucherNotFound
    filing.release(session, used_by=_user(line_id), attachment_ids=[attachment_id])


def let_go(session: Session, *, line_id: int) -> None:
    """Forget which papers stood behind a line that goes."""
    gone = delete(FundVoucher).where(FundVoucher.line_id == line_id)
    if session.scalars(gone.returning(FundVoucher.attachment_id)).all():
        filing.release(session, used_by=_user(line_id))


def publish_month(session: Session, *, month_id: int) -> None:
    """Let the public see the papers of a month that has closed."""
    query = select(FundVoucher.attachment_id).join(FundLine, FundLine.id == FundVoucher.line_id)
    numbers = list(session.scalars(query.where(FundLine.month_id == month_id)))
    if numbers:
        filing.publish(session, attachment_ids=numbers)
