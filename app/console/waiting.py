"""What waits for a person in the room of disclosure, with the day until which it waits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.catalogue import queries as catalogue
from app.catalogue.schemas import BoardFilter
from app.disclosure import queries as disclosure
from app.funds import service as funds
from app.funds.models import FundQuestion
from app.funds.service.pending import WaitingMonth
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor
from app.places import queries as places

STILL = ("overdue", "soon", "open")


@dataclass(frozen=True)
class Waiting:
    """Everything that waits: late reviews, months of ledgers, questions; `names` of places."""

    work: disclosure.Work
    late_due: Mapping[int, date]
    to_close: Sequence[WaitingMonth]
    to_hand_over: Sequence[WaitingMonth]
    questions: Sequence[FundQuestion]
    names: Mapping[str, str]
    today: date

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing waits and nothing is on its way."""
        work = self.work
        drafts = (work.to_review, work.to_review_late, work.returned, work.mine, work.under_way)
        return not any((*drafts, self.to_close, self.to_hand_over, self.questions))


def of(session: Session, actor: Actor) -> Waiting:
    """Gather what waits for a person."""
    work = disclosure.work(session, actor)
    due = disclosure.late_due(session, [one.state_since for one in work.to_review_late])
    keeps = any(actor.may_somewhere(one) for one in funds.READERS)
    months = funds.months_for(session, actor) if keeps else []
    questions = funds.waiting(session, actor=actor) if keeps else ()
    codes = {one.month.division_code for one in months}
    codes |= {one.division_code for one in questions}
    return Waiting(
        work=work,
        late_due={one.id: day for one, (day, _sure) in zip(work.to_review_late, due, strict=True)},
        to_close=[one for one in months if one.act == "close"],
        to_hand_over=[one for one in months if one.act == "hand_over"],
        questions=questions,
        names=places.short_names(session, codes),
        today=clock.today(),
    )


def by_day(
    session: Session, actor: Actor, found: Waiting, *, month: str
) -> dict[date, dict[str, int]]:
    """Count what is due on each day: late reviews, answers, and what is to be published."""
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    for day in found.late_due.values():
        counted[day]["补审"] += 1
    for one in found.questions:
        counted[one.due_on]["答复疑问"] += 1
    if actor.may_somewhere(roles.PUBLISH):
        wanted = BoardFilter(
            on=found.today,
            soon_until=found.today,
            reach=catalogue.reach_of(actor),
            month=month,
        )
        for day, states in catalogue.by_day(session, wanted=wanted).items():
            counted[day]["公开"] += sum(states[state] for state in STILL)
    return {day: dict(counts) for day, counts in counted.items()}
