"""我有疑问: a villager asks about a public line, and the village answers beside it, in its term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.errors import (
    AnswerRefused,
    LineNotFound,
    NotOfVillage,
    QuestionAnswered,
    QuestionKindWanted,
    QuestionNotFound,
    QuestionRefused,
    QuestionsUsedUp,
    QuestionWaiting,
    ReasonWanted,
)
from app.funds.models import FundLine, FundQuestion, FundTerm
from app.funds.service.finding import READERS, require
from app.funds.service.publishable import require_public
from app.funds.service.signing import public_name
from app.funds.words import SET_ASIDE, VILLAGE_OFFICE
from app.households.queries import bindings
from app.kernel import changes, clock, crypto, outbox, scope
from app.kernel.access import Actor, Villager
from app.kernel.crypto import Place
from app.kernel.csv_table import printable
from app.kernel.errors import SunshineError
from app.kernel.turns import take_turn
from app.places import queries as places

TABLE = FundQuestion.__tablename__
OPEN_OF_ONE = 3  # questions that wait for an answer, of one person about one month
QUESTION, ANSWER = (2, 300), (2, 500)
FORGOTTEN_AFTER = timedelta(days=365)


@dataclass(frozen=True)
class Asked:
    """A question with its text, for whoever answers it; who asked is not told."""

    row: FundQuestion
    line: FundLine
    text: str


def may_ask(session: Session, *, villager: Villager, division_code: str) -> bool:
    """Tell whether a villager is bound to a household of a village as it is today."""
    today = places.resolve(session, division_code)
    held = bindings.active_for_account(session, villager.account_id)
    return any(one.division_code == today for one in held) and not bindings.is_in_doubt(
        session, villager
    )


def ask(
    session: Session, *, villager: Villager, line_id: int, kind: str, text: str
) -> FundQuestion:
    """Ask about a line of a closed month; the village has the days of that kind to answer.

    Raises `LineNotFound`, `NotOfVillage`, `QuestionKindWanted`, `QuestionRefused`,
    `QuestionWaiting` for a second one about the line, or `QuestionsUsedUp`.
    """
    line = queries.get_line(session, line_id)
    if queries.get_month(session, line.month_id).state != "closed":
        raise LineNotFound
    if not may_ask(session, villager=villager, division_code=line.division_code):
        raise NotOfVillage
    term = session.get(FundTerm, kind)
    if term is None:
        raise QuestionKindWanted
    plain = _plain(text, QUESTION, QuestionRefused())
    require_public(session, plain)
    take_turn(session, f"fund-questions:{villager.account_id}")
    if _waiting_of(session, villager, month_id=line.month_id) >= OPEN_OF_ONE:
        raise QuestionsUsedUp
    row = FundQuestion(
        line_id=line.id,
        division_code=places.resolve(session, line.division_code),
        account_id=villager.account_id,
        kind=kind,
        asked_at=clock.now(),
        due_on=clock.today() + timedelta(days=term.days),
    )
    _enter(session, row)
    row.text_sealed = crypto.seal_value(session, plain, Place(TABLE, row.id, "text"))
    session.flush()
    outbox.publish(session, "funds.tell_question", question_id=row.id)
    changes.division_changed(session, line.division_code)
    return row


def _enter(session: Session, row: FundQuestion) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise QuestionWaiting from error


def _waiting_of(session: Session, villager: Villager, *, month_id: int) -> int:
    query = (
        select(func.count())
        .select_from(FundQuestion)
        .join(FundLine, FundLine.id == FundQuestion.line_id)
        .where(
            FundQuestion.account_id == villager.account_id,
            FundQuestion.state == "open",
            FundLine.month_id == month_id,
        )
    )
    return session.scalars(query).one()


def _plain(text: str, length: tuple[int, int], refusal: SunshineError) -> str:
    plain = " ".join(text.split())
    if not length[0] <= len(plain) <= length[1] or not printable(plain):
        raise refusal
    return plain


def waiting(session: Session, *, actor: Actor) -> Sequence[FundQuestion]:
    """List the questions that wait at the actor's villages, the one due first on top."""
    prefixes = sorted({prefix for one in READERS for prefix in actor.prefixes(one)})
    query = select(FundQuestion).where(
        FundQuestion.state == "open", scope.below(FundQuestion.division_code, prefixes)
    )
    return session.scalars(query.order_by(FundQuestion.due_on, FundQuestion.id).limit(200)).all()


def open_question(session: Session, *, question_id: int, actor: Actor) -> Asked:
    """Open a question for a keeper or supervisor of its village.

    Raises `QuestionNotFound` or `Forbidden`.
    """
    row = _find(session, question_id, actor=actor)
    return Asked(row, queries.get_line(session, row.line_id), _text(session, row))


def answer(session: Session, *, question_id: int, text: str, actor: Actor) -> FundQuestion:
    """Answer a question: from now on it stands with the answer beside its line.

    Raises as `open_question` does, `QuestionAnswered` or `AnswerRefused`.
    """
    row = _take(session, question_id, actor=actor)
    plain = _plain(text, ANSWER, AnswerRefused())
    require_public(session, plain)
    row.text, row.text_sealed = _text(session, row), None
    row.answer, row.state = plain, "answered"
    _conclude(session, row, actor=actor)
    return row


def set_aside(session: Session, *, question_id: int, reason: str, actor: Actor) -> FundQuestion:
    """Keep a question from the public for a reason of the list; it is counted there all the same.

    Raises as `open_question` does, `QuestionAnswered` or `ReasonWanted`.
    """
    row = _take(session, question_id, actor=actor)
    if reason not in SET_ASIDE:
        raise ReasonWanted
    row.set_aside_for, row.state = reason, "set_aside"
    _conclude(session, row, actor=actor)
    return row


def _conclude(session: Session, row: FundQuestion, *, actor: Actor) -> None:
    row.answered_at = clock.now()
    row.answered_by_id = actor.staff_id
    row.answered_by_name = public_name(session, actor, otherwise=VILLAGE_OFFICE)
    session.flush()
    outbox.publish(session, "funds.tell_answer", question_id=row.id)
    line = queries.get_line(session, row.line_id)
    changes.division_changed(session, line.division_code)


def _find(session: Session, question_id: int, *, actor: Actor, lock: bool = False) -> FundQuestion:
    row = session.get(FundQuestion, question_id, populate_existing=True, with_for_update=lock)
    if row is None:
        raise QuestionNotFound
    require(session, actor, *READERS, division_code=row.division_code)
    return row


def _take(session: Session, question_id: int, *, actor: Actor) -> FundQuestion:
    row = _find(session, question_id, actor=actor, lock=True)
    if row.state != "open":
        raise QuestionAnswered
    return row


def _text(session: Session, row: FundQuestion) -> str:
    if row.text is not None:
        return row.text
    return crypto.open_value(session, row.text_sealed, Place(TABLE, row.id, "text")) or ""


def follow_deletion(session: Session, *, account_id: int) -> None:
    """Forget which questions an account that was deleted asked."""
    mine = update(FundQuestion).where(FundQuestion.account_id == account_id)
    session.execute(mine.values(account_id=None))


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Let the village that another became part of answer for it; its ledger stays where it is."""
    moved = update(FundQuestion).where(FundQuestion.division_code == old_code)
    session.execute(moved.values(division_code=new_code))


def forget_askers(session: Session) -> None:
    """Forget, a year after the answer, who asked, and the text of what was set aside."""
    old = FundQuestion.answered_at < clock.now() - FORGOTTEN_AFTER
    still = FundQuestion.account_id.is_not(None) | FundQuestion.text_sealed.is_not(None)
    gone = update(FundQuestion).where(old, still)
    session.execute(gone.values(account_id=None, text_sealed=None))
