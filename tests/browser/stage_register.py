"""What the register's pages show: a large household with long names, an ended one, no household."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.demo.loading import COUNTY
from app.households.models.register import Household
from app.households.queries import register
from app.households.schemas import PersonIn, TagIn
from app.households.schemas.acts import Departure, Seen, Why
from app.households.service import fields, members, tagging
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.places import queries as places
from tests.factories import households as made

LONG = "阿卜杜热合曼·买买提艾力·努尔麦麦提"
GROUP_LABEL = "阿妹戚托幸福家园易地扶贫搬迁安置小区"
CHANGES = 51  # one more than a page of the history
WHY = Why("clerk")


def set_up(session: Session, *, village: str) -> dict[str, str]:
    """Enter them; gives the households' numbers and a village of the county without any."""
    ended = made.household(session, division_code=village, members=(_person("杨老汉"),))
    (last,) = register.view(session, ended.id).members
    gone = Departure(last.id, "died", clock.today())
    members.depart(session, _seen(ended), departure=gone, actor=OPERATOR, why=WHY)
    others = [one for one in places.villages(session, COUNTY) if one.code != village]
    return {
        "large": str(_large(session, village).id),
        "ended": str(ended.id),
        "empty_village": max(others, key=lambda one: len(one.short_name)).code,
    }


def _person(name: str, relation: str = "head", born: date = date(1958, 5, 1)) -> PersonIn:
    return made.person(name, relation=relation, born=born, is_head=relation == "head")


def _large(session: Session, village: str) -> Household:
    """Enter people with long names, with tags of every kind, and a long history."""
    child = clock.today() - timedelta(days=9 * 365)
    household = made.household(
        session,
        division_code=village,
        members=(
            _person(LONG),
            _person("诺苏阿普·拉玛惹古", "mother_in_law", date(1936, 8, 15)),
            _person("杨秀英", "spouse"),
            _person("罗小宝", "grandson", child),
        ),
    )
    head = register.view(session, household.id).members[0]
    for tag in ("party_member", "dibao", "disability", "veteran"):
        amount = 45_000 if tag == "dibao" else None
        wanted = TagIn(tag, date(2024, 1, 1), amount_fen=amount)
        tagging.begin_tag(
            session, _seen(household), person_id=head.id, wanted=wanted, actor=OPERATOR, why=WHY
        )
    _change(session, household, "group", GROUP_LABEL)
    for number in range(CHANGES):
        _change(session, household, "address", f"青杠林村{GROUP_LABEL}8栋2单元{number + 301}号")
    return household


def _change(session: Session, household: Household, field: str, value: str) -> None:
    fields.change_household(
        session, _seen(household), field=field, value=value, actor=OPERATOR, why=WHY
    )


def _seen(household: Household) -> Seen:
    return Seen(household.id, household.division_code)
