"""A village in which one household's every value is planted, and everyone who comes near it."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import redis
from sqlalchemy import select

from app.doorplates import service as doorplates
from app.gateways.sms.memory import InMemorySms
from app.gateways.wechat.memory import InMemoryWeChat
from app.households.models.register import Person
from app.households.schemas import PersonIn, TagIn
from app.households.schemas.acts import Seen, Why
from app.households.service import fields
from app.identity import roles
from app.identity import service as identity
from app.identity.models import TokenKind
from app.identity.villagers.models import Account
from app.kernel import clock, outbox, scope
from app.kernel.access import OPERATOR, Actor, Grant
from app.visits import service as visits
from app.visits.schemas import NeedIn, VisitIn
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests import factories
from tests.console.conftest import Browser
from tests.factories import PASSWORD, VILLAGE
from tests.factories import households as made
from tests.journeys.conftest import ADDRESS, ID_NUMBER, NAME, NOTES, OTHER_PHONE, PHONE, REASON
from tests.journeys.leaks import VISITOR
from tests.portal.villager_browser import Villager
from workers import relay
from workers.registry import find_task

BORN = date(1953, 4, 27)


class World:
    """One plate, one household behind it; staff come with a session whose code was just shown."""

    def __init__(self, app: SunshineApp) -> None:
        self.app, self.database = app, app.database
        app.extensions["wechat"], app.extensions["sms"] = InMemoryWeChat(), InMemorySms()
        with self.database.unit_of_work() as session:
            factories.county(session)
            plate = factories.printed(session)[0]
            doorplates.install(session, code=plate.code, actor=OPERATOR)
            head = PersonIn(
                name=NAME,
                relation="head",
                is_head=True,
                id_number=ID_NUMBER,
                phone=PHONE,
                birth_date=BORN,
                tags=(TagIn("dibao", date(2026, 1, 1), amount_fen=45_000),),
            )
            household = made.household(session, members=(head,), door_id=plate.door_id)
            fields.change_household(
                session,
                Seen(household.id, VILLAGE),
                field="address",
                value=ADDRESS,
                actor=OPERATOR,
                why=Why("clerk", REASON),
            )
            self.head_id = session.scalars(select(Person.id)).one()
        self.plate, self.door_id, self.household_id = plate.code, plate.door_id, household.id

    def staff(self, role: str, place: str = VILLAGE, *, visitor: str = "staff") -> Browser:
        """Open an account and give its browser; `visitor` is what the watch calls it."""
        with self.database.unit_of_work() as session:
            account = identity.create_staff(
                session,
                username=f"{role}-{place}",
                password=PASSWORD,
                role=role,
                division_code=place,
            )
            token, _ends = identity.hand_out(session, staff=account, kind=TokenKind.SESSION)
        browser = Browser(self.app.test_client())
        browser.client.set_cookie(SESSION_COOKIE, token)
        browser.client.environ_base[VISITOR] = visitor
        return browser

    def villager(self) -> Villager:
        """Give a villager outside WeChat."""
        return Villager(self.app)

    def account_of(self, _villager: Villager) -> int:
        """Give the number of the only account there is."""
        with self.database.reading() as session:
            return session.scalars(select(Account.id)).one()

    def register_changes(self) -> None:
        """Change a telephone number, and log a visit with a need."""
        with self.database.unit_of_work() as session:
            scope.open_scope(session, VILLAGE)
            fields.change_person(
                session,
                person_id=self.head_id,
                field="phone",
                value=OTHER_PHONE,
                actor=OPERATOR,
                why=Why("clerk", REASON),
            )
            account = identity.create_staff(
                session, username="visitor", password=PASSWORD, role="cadre", division_code=VILLAGE
            )
            grants = tuple(Grant(name, VILLAGE) for name in roles.ROLES["cadre"])
            visits.log_visit(
                session,
                wanted=VisitIn(
                    client_id=uuid4(),
                    revision=uuid4(),
                    household_id=self.household_id,
                    purpose="visit",
                    visited_on=clock.today(),
                    notes=NOTES,
                    met=NAME,
                    needs=[NeedIn(category="housing", text=NOTES)],
                ),
                division_code=VILLAGE,
                actor=Actor("visitor", staff_id=account.id, grants=grants, role="cadre"),
            )

    def do_all_work(self) -> None:
        """Carry every job over to the queue and do it, as relay and workers would."""
        with redis.Redis.from_url(self.app.settings.redis_url or "") as connection:
            relay.relay_once(self.database, relay.open_queue(connection), lease_seconds=60)
        with self.database.reading() as session:
            numbers = list(session.scalars(select(outbox.OutboxRow.id)))
        for number in numbers:
            outbox.perform(self.database, number, find_task=find_task)
