"""我有疑问: asked by those of the village, answered in its term, shown beside the line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.funds import queries, service
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
from app.funds.models import FundQuestion, FundTerm
from app.funds.schemas import LineView, QuestionView
from app.funds.service import telling
from app.households.service import bindings
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant, Villager
from app.kernel.errors import Forbidden
from app.notices.models import InboxMessage
from tests import factories
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import CLERK, COMMITTEE, FIRST, line_in
from tests.households import binding_world as world
from tests.identity import people

STRANGER = Actor("别村", staff_id=7, grants=(Grant(roles.FUNDS_KEEP, OTHER_VILLAGE),))


@pytest.fixture
def bound(session: Session) -> Villager:
    """Give the head of a household of the village, who is bound to it."""
    factories.county(session)
    home = world.home(session)
    someone = world.villager(session, home.phone)
    assert bindings.ask(session, villager=someone, wanted=world.wanted(home)).state == "active"
    return someone


@pytest.fixture
def line(session: Session, bound: Villager) -> LineView:
    """Give the first of four lines of a closed month."""
    del bound
    month = ledger.closed(session, FIRST, *(line_in(fen) for fen in (100, 200, 300, 400)))
    return queries.lines(session, month)[0]


def ask(
    session: Session, someone: Villager, line_id: int, text: str = "这笔租金是哪一间门面的？"
) -> FundQuestion:
    return service.ask(session, villager=someone, line_id=line_id, kind="use", text=text)


def public(session: Session, line: LineView) -> list[QuestionView]:
    return queries.public_questions(session, [line.id])[line.id]


def test_a_question_opens_with_the_term_of_its_kind(
    session: Session, bound: Villager, line: LineView
) -> None:
    session.execute(update(FundTerm).where(FundTerm.kind == "use").values(days=7))
    row = ask(session, bound, line.id)
    assert row.due_on == clock.today() + timedelta(days=7)
    assert row.state == "open"


def test_its_words_are_sealed_and_not_public_before_the_answer(
    session: Session, bound: Villager, line: LineView
) -> None:
    row = ask(session, bound, line.id)
    assert row.text is None
    assert row.text_sealed is not None
    assert "门面".encode() not in row.text_sealed
    [shown] = public(session, line)
    assert (shown.state, shown.text, shown.answer) == ("open", "", "")


def test_the_answer_stands_with_the_question_and_without_the_asker(
    session: Session, bound: Villager, line: LineView
) -> None:
    row = ask(session, bound, line.id)
    assert service.open_question(session, question_id=row.id, actor=CLERK).text.startswith("这笔")
    service.answer(session, question_id=row.id, text="老粮站东头第二间。", actor=CLERK)
    [shown] = public(session, line)
    assert (shown.text, shown.answer) == ("这笔租金是哪一间门面的？", "老粮站东头第二间。")
    assert shown.answered_by == "村委会"
    assert "account" not in " ".join(QuestionView.__dataclass_fields__)
    assert row.text_sealed is None


def test_the_committee_may_answer_too_and_others_may_not(
    session: Session, bound: Villager, line: LineView
) -> None:
    row = ask(session, bound, line.id)
    with pytest.raises(Forbidden):
        service.answer(session, question_id=row.id, text="不关我事。", actor=STRANGER)
    with pytest.raises(Forbidden):
        service.open_question(session, question_id=row.id, actor=STRANGER)
    assert service.waiting(session, actor=STRANGER) == []
    assert [one.id for one in service.waiting(session, actor=COMMITTEE)] == [row.id]
    service.answer(session, question_id=row.id, text="已经核对过凭证。", actor=COMMITTEE)
    assert service.waiting(session, actor=COMMITTEE) == []


def test_only_who_is_bound_in_the_village_asks(session: Session, line: LineView) -> None:
    someone = world.villager(session)
    assert not service.may_ask(session, villager=someone, division_code=VILLAGE)
    with pytest.raises(NotOfVillage):
        ask(session, someone, line.id)


def test_a_villager_of_another_village_does_not_ask(
    session: Session, bound: Villager, line: LineView
) -> None:
    del line
    assert service.may_ask(session, villager=bound, division_code=VILLAGE)
    assert not service.may_ask(session, villager=bound, division_code=OTHER_VILLAGE)


def test_only_what_is_public_is_asked_about(session: Session, bound: Villager) -> None:
    hidden = ledger.entered(session, ledger.opened(session))
    for number in (hidden.id, 2**40):
        with pytest.raises(LineNotFound):
            ask(session, bound, number)


@pytest.mark.parametrize("text", ["", " 问 ", "长" * 301, "看不见\u200b的"])
def test_a_question_has_2_to_300_characters(
    session: Session, bound: Villager, line: LineView, text: str
) -> None:
    with pytest.raises(QuestionRefused):
        ask(session, bound, line.id, text)


def test_a_question_is_of_a_kind(session: Session, bound: Villager, line: LineView) -> None:
    with pytest.raises(QuestionKindWanted):
        service.ask(session, villager=bound, line_id=line.id, kind="gossip", text="有疑问")


def test_one_question_waits_at_a_line_and_three_in_a_month(
    session: Session, bound: Villager, line: LineView
) -> None:
    row = ask(session, bound, line.id)
    with pytest.raises(QuestionWaiting):
        ask(session, bound, line.id)
    month = queries.get_month(session, queries.get_line(session, line.id).month_id)
    others = queries.lines(session, month)[1:]
    for one in others[:2]:
        ask(session, bound, one.id)
    with pytest.raises(QuestionsUsedUp):
        ask(session, bound, others[2].id)
    service.answer(session, question_id=row.id, text="已经答复。", actor=CLERK)
    ask(session, bound, others[2].id)


@pytest.mark.parametrize("text", ["", "好", "长" * 501])
def test_an_answer_has_2_to_500_characters(
    session: Session, bound: Villager, line: LineView, text: str
) -> None:
    row = ask(session, bound, line.id)
    with pytest.raises(AnswerRefused):
        service.answer(session, question_id=row.id, text=text, actor=CLERK)


def test_a_question_is_answered_once(session: Session, bound: Villager, line: LineView) -> None:
    row = ask(session, bound, line.id)
    service.answer(session, question_id=row.id, text="答复一次。", actor=CLERK)
    with pytest.raises(QuestionAnswered):
        service.answer(session, question_id=row.id, text="再答一次。", actor=CLERK)
    with pytest.raises(QuestionAnswered):
        service.set_aside(session, question_id=row.id, reason="abuse", actor=CLERK)
    with pytest.raises(QuestionNotFound):
        service.answer(session, question_id=2**40, text="没有。", actor=CLERK)


def test_what_is_set_aside_is_counted_and_never_read(
    session: Session, bound: Villager, line: LineView
) -> None:
    row = ask(session, bound, line.id)
    with pytest.raises(ReasonWanted):
        service.set_aside(session, question_id=row.id, reason="inconvenient", actor=CLERK)
    service.set_aside(session, question_id=row.id, reason="personal_data", actor=CLERK)
    [shown] = public(session, line)
    assert (shown.state, shown.set_aside_for, shown.text) == ("set_aside", "personal_data", "")


def test_who_asked_is_forgotten_with_the_account_and_a_year_after_the_answer(
    session: Session, bound: Villager, line: LineView
) -> None:
    row = ask(session, bound, line.id)
    service.set_aside(session, question_id=row.id, reason="abuse", actor=CLERK)
    service.forget_askers(session)
    session.refresh(row)
    assert row.account_id == bound.account_id
    row.answered_at = clock.now() - timedelta(days=366)
    session.flush()
    service.forget_askers(session)
    kept = select(FundQuestion.account_id, FundQuestion.text_sealed)
    assert session.execute(kept.where(FundQuestion.id == row.id)).one() == (None, None)
    other = ask(session, bound, line.id)
    service.follow_deletion(session, account_id=bound.account_id)
    session.refresh(other)
    assert other.account_id is None
    service.answer(session, question_id=other.id, text="照样答复。", actor=CLERK)


def heard(session: Session) -> list[tuple[bool, str, str]]:
    query = select(InboxMessage).order_by(InboxMessage.id)
    return [
        (one.staff_id is not None, one.title, one.link)
        for one in session.scalars(query)
        if one.kind == "fund"
    ]


def test_the_village_is_told_of_a_question_and_the_villager_of_the_answer(
    session: Session, bound: Villager, line: LineView
) -> None:
    for role in ("clerk", "supervision_committee"):
        people.staff(session, role, VILLAGE)
    people.staff(session, "clerk", OTHER_VILLAGE)
    row = ask(session, bound, line.id)
    for _twice in range(2):
        telling.tell_question(session, question_id=row.id)
        telling.tell_answer(session, question_id=row.id)  # nothing yet
    asked = (True, "村民对一笔账有疑问", f"/console/funds/questions/{row.id}")
    assert heard(session) == [asked, asked]
    service.answer(session, question_id=row.id, text="见凭证。", actor=CLERK)
    for _twice in range(2):
        telling.tell_answer(session, question_id=row.id)
        telling.tell_question(session, question_id=row.id)
    link = f"/v/{VILLAGE}/funds/2026-08#line-1"
    assert heard(session)[2:] == [(False, "您问的账有答复了", link)]


def test_the_village_is_told_once_that_a_term_has_passed(
    session: Session, bound: Villager, line: LineView
) -> None:
    people.staff(session, "clerk", VILLAGE)
    row = ask(session, bound, line.id)
    telling.note_overdue(session)
    assert heard(session) == []
    row.due_on = clock.today() - timedelta(days=1)
    session.flush()
    for _twice in range(2):
        telling.note_overdue(session)
    assert [title for _staff, title, _link in heard(session)] == ["一条账目疑问过了答复期限"]
