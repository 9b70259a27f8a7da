"""Small worlds for tests: a county with a village, staff, plates and items."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from app.disclosure import service as disclosure
from app.disclosure.models import Item
from app.disclosure.schemas import ItemIn
from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.doorplates.schemas import DoorRow, PlateView
from app.identity import service as identity
from app.identity.models import Staff, TokenKind
from app.kernel.access import OPERATOR
from app.organisations import service as organisations
from app.organisations.models import Kind, Organisation
from app.organisations.schemas import Details
from app.places import service as places

COUNTY, TOWNSHIP, VILLAGE, OTHER_VILLAGE = (
    "520203",
    "520203102",
    "520203102213",
    "520203102214",
)
OTHER_TOWNSHIP = "520203103"
GROUP = VILLAGE + "01"
PASSWORD = "correct horse battery"
_numbers = count(1)

DIVISIONS = f"""code,parent_code,level,name
{COUNTY},,county,六枝特区
{TOWNSHIP},{COUNTY},township,岩脚镇
{OTHER_TOWNSHIP},{COUNTY},township,木岗镇
{VILLAGE},{TOWNSHIP},village,青杠林村村民委员会
{OTHER_VILLAGE},{TOWNSHIP},village,太和村村民委员会
{OTHER_TOWNSHIP}201,{OTHER_TOWNSHIP},village,木岗村村民委员会
{GROUP},{VILLAGE},group,一组
{VILLAGE}02,{VILLAGE},group,大寨组
"""


def county(session: Session) -> None:
    """Bring in a county with two townships, three villages, two groups and four topics."""
    places.import_divisions(session, content=DIVISIONS.encode(), actor=OPERATOR)
    for position, (code, name) in enumerate(
        (
            ("village_collective_fund", "村集体资金"),
            ("dibao", "低保金"),
            ("livelihood_project", "民生项目"),
            ("employment", "就业创业"),
        ),
        start=1,
    ):
        disclosure.set_topic(session, code=code, name=name, position=position, tile=position)


def item(
    session: Session,
    *,
    division_code: str = VILLAGE,
    topic: str = "dibao",
    title: str | None = None,
    published_at: datetime | None = None,
) -> Item:
    """Publish an item."""
    wanted = ItemIn(
        division_code=division_code,
        topic=topic,
        title=title or f"第{next(_numbers)}号公开事项",
        body_markdown="本月共 **12** 户，合计 8,640 元。",
    )
    return disclosure.publish_item(
        session, wanted=wanted, actor=OPERATOR, published_at=published_at
    )


def issued(session: Session, *, number: int = 1, division_code: str = VILLAGE) -> list[PlateView]:
    """Issue draft plates for doors of the first group, where the village has one."""
    group = GROUP if division_code == VILLAGE else None
    doors = [DoorRow(group_code=group, house_number=f"{n}号") for n in range(1, number + 1)]
    batch = doorplates.issue_batch(
        session, division_code=division_code, doors=doors, actor=OPERATOR
    )
    return plates.plates_of_batch(session, batch.id, limit=number)


def printed(session: Session, *, number: int = 1, division_code: str = VILLAGE) -> list[PlateView]:
    """Issue plates and mark them printed, as a finished sheet does."""
    views = issued(session, number=number, division_code=division_code)
    doorplates.mark_printed(
        session, plate_ids=[view.id for view in views], actor_name=OPERATOR.name
    )
    return plates.plates_of_batch(session, views[0].batch_id, limit=number)


def staff_token(
    session: Session, *, role: str = "admin", division_code: str = COUNTY, username: str = ""
) -> str:
    """Open an account and give an API token of it."""
    account = _account(session, role=role, division_code=division_code, username=username)
    token, _expires_at = identity.hand_out(session, staff=account, kind=TokenKind.API)
    return token


def staff_session(
    session: Session, *, role: str = "admin", division_code: str = COUNTY, username: str = ""
) -> str:
    """Open an account and give the session of its browser."""
    account = _account(session, role=role, division_code=division_code, username=username)
    token, _expires_at = identity.hand_out(session, staff=account, kind=TokenKind.SESSION)
    return token


def _account(session: Session, *, role: str, division_code: str, username: str) -> Staff:
    return identity.create_staff(
        session,
        username=username or f"{role}{next(_numbers)}",
        password=PASSWORD,
        role=role,
        division_code=division_code,
    )


def bearer(token: str) -> dict[str, str]:
    """Give the header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def office(session: Session, *, division_code: str = VILLAGE, name: str = "村委会") -> Organisation:
    """Register the committee of a village, or an office of a place above it."""
    kind = Kind.VILLAGE_COMMITTEE if len(division_code) == 12 else Kind.COUNTY_BUREAU
    details = Details(
        name=name, kind=kind, division_code=division_code, phone="0858-5550101", duty="村务公开"
    )
    return organisations.register(session, details=details, actor=OPERATOR)
