"""The ledger as JSON: closed months and their lines, read by anyone."""

from __future__ import annotations

from datetime import date, datetime

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from app.funds import queries
from app.funds.models import FundMonth
from app.funds.schemas import CorrectionOf, LineView, MonthName, QuestionView
from app.places import queries as places
from app.web import caching, entry
from app.web.flask_app import db
from app.web.problems import RESPONSES

api = APIBlueprint(
    "funds_api",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="funds")],
    abp_responses=RESPONSES,
)


class VillagePath(BaseModel):
    code: str = Field(pattern=r"^\d{12}$")


class MonthPath(VillagePath):
    month: str = Field(pattern=r"^2[01]\d\d-(0[1-9]|1[0-2])$")


class FundMonthOut(BaseModel):
    """A closed month; amounts are fen, closing = opening + income − expense."""

    month: str
    opening_fen: int
    income_fen: int
    expense_fen: int
    closing_fen: int
    closed_at: datetime | None
    lines_hash: str | None


class FundMonthsOut(BaseModel):
    months: list[FundMonthOut]


class FundReferenceOut(BaseModel):
    """A line of another month that this one corrects, or that corrects this one."""

    month: str
    no: int


class FundQuestionOut(BaseModel):
    """A question; its text is there once the village answered. Who asked is not told."""

    kind: str
    state: str
    due_on: date
    text: str | None
    answer: str | None
    answered_at: datetime | None


class FundLineOut(BaseModel):
    """A line; `effect_fen` is less than nothing where a correction takes back."""

    no: int
    on: date
    kind: str
    category: str
    summary: str
    amount_fen: int
    effect_fen: int
    balance_fen: int
    approved_by: str
    corrects: FundReferenceOut | None
    corrected_by: list[FundReferenceOut]
    questions: list[FundQuestionOut]


class FundMonthWholeOut(FundMonthOut):
    lines: list[FundLineOut]


@api.get(
    "/divisions/<string:code>/funds",
    responses={200: FundMonthsOut},
    summary="The closed months of a village's collective fund, the earliest first",
)
@entry.public
def list_fund_months(path: VillagePath) -> FundMonthsOut:
    places.get(db(), path.code)
    caching.share(path.code)
    months = queries.months(db(), path.code, closed=True)
    return FundMonthsOut(months=[FundMonthOut(**_month(month)) for month in months])


@api.get(
    "/divisions/<string:code>/funds/<string:month>",
    responses={200: FundMonthWholeOut},
    summary="A closed month with its lines, and questions with their answers",
)
@entry.public
def show_fund_month(path: MonthPath) -> FundMonthWholeOut:
    month = queries.find_month(db(), path.code, MonthName.parse(path.month), closed=True)
    caching.share(path.code)
    lines = [_line(line) for line in queries.lines(db(), month)]
    return FundMonthWholeOut(**_month(month), lines=lines)


def _month(month: FundMonth) -> dict[str, object]:
    taken = (
        *("opening_fen", "income_fen", "expense_fen", "closing_fen"),
        *("closed_at", "lines_hash"),
    )
    facts: dict[str, object] = {name: getattr(month, name) for name in taken}
    return {"month": str(MonthName(month.year, month.month)), **facts}


def _line(line: LineView) -> FundLineOut:
    return FundLineOut(
        no=line.no,
        on=line.on_date,
        kind=line.kind,
        category=line.category,
        summary=line.summary,
        amount_fen=line.amount_fen,
        effect_fen=line.effect_fen,
        balance_fen=line.balance_fen,
        approved_by=line.approved_by,
        corrects=_reference(line.corrects) if line.corrects else None,
        corrected_by=[_reference(one) for one in line.corrected_by],
        questions=[_question(one) for one in line.questions],
    )


def _reference(one: CorrectionOf) -> FundReferenceOut:
    return FundReferenceOut(month=str(one.month), no=one.no)


def _question(one: QuestionView) -> FundQuestionOut:
    return FundQuestionOut(
        kind=one.kind,
        state=one.state,
        due_on=one.due_on,
        text=one.text or None,
        answer=one.answer or None,
        answered_at=one.answered_at,
    )
