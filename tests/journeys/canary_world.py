"""A village in which one household's every value is planted, and everyone who comes near it."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import redis
from sqlalchemy import select

from app.doorplates import service as doorplates
from app.gateways.sms.memory import InMemorySms
from app.gateways.wechat.memory import InMemoryWeChat
from app.households.models.register import Person
from app.households.queries import register
from app.households.schemas import PersonIn, TagIn
from app.households.schemas.acts import Seen, Why
from app.households.service import fields
from app.identity import service as identity
from app.identity.models import TokenKind
from app.identity.villagers import queries as accounts
from app.kernel import outbox, scope
from app.kernel.access import OPERATOR
from app.web.flask_app import SESSION_COOKIE, VILLAGER_COOKIE, SunshineApp
from tests import factories
from tests.console.conftest import Browser
from tests.factories import OTHER_VILLAGE, PASSWORD, VILLAGE
from tests.factories import households as made
from tests.journeys.leaks import VISITOR
from tests.journeys.planted import ADDRESS, ID_NUMBER, NAME, OTHER_PHONE, PHONE, REASON
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

    def staff(
        self, role: str, place: str = VILLAGE, *, visitor: str = "staff", name: str = ""
    ) -> Browser:
        """Open an account and give its browser; `visitor` is what the watch calls it."""
        with self.database.unit_of_work() as session:
            account = identity.create_staff(
                session,
                username=name or f"{role}-{place}",
                password=PASSWORD,
                role=role,
                division_code=place,
            )
            token, _ends = identity.hand_out(session, staff=account, kind=TokenKind.SESSION)
        browser = Browser(self.app.test_client())
        browser.client.set_cookie(SESSION_COOKIE, token)
        browser.client.environ_base[VISITOR] = visitor
        return browser

    @cached_property
    def others(self) -> list[Browser]:
        """Give the browsers of a stranger, and of a clerk and a cadre of the sister village."""
        stranger = Browser(self.app.test_client())
        sisters = [
            self.staff(role, OTHER_VILLAGE, visitor="sister", name=f"other-{role}")
            for role in ("clerk", "cadre")
        ]
        return [stranger, *sisters]

    def names(self) -> set[str]:
        """Give the names that stand in the village's register."""
        with self.database.unit_of_work() as session:
            scope.open_scope(session, VILLAGE)
            persons = session.scalars(select(Person)).all()
            return {one.name for one in register.open_persons(session, persons)}

    def villager(self, *, visitor: str = "villager", in_wechat: bool = False) -> Villager:
        """Give a villager's browser; `visitor` is what the watch calls it."""
        villager = Villager(self.app, in_wechat=in_wechat)
        villager.client.environ_base[VISITOR] = visitor
        return villager

    def account_of(self, villager: Villager) -> int:
        """Give the number of the account a villager is signed in to."""
        cookie = villager.client.get_cookie(VILLAGER_COOKIE)
        assert cookie is not None
        with self.database.reading() as session:
            found = accounts.villager_for_token(session, cookie.value)
        assert found is not None
        return found.account_id

    def phone_changes(self) -> None:
        """Enter another telephone number of the head's."""
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

    def do_all_work(self) -> None:
        """Carry every job over to the queue and do it, and what follows, as the workers would."""
        with redis.Redis.from_url(self.app.settings.redis_url or "") as connection:
            relay.relay_once(self.database, relay.open_queue(connection), lease_seconds=60)
        done: set[int] = set()
        while numbers := self._published() - done:
            for number in sorted(numbers):
                outbox.perform(self.database, number, find_task=find_task)
            done |= numbers

    def _published(self) -> set[int]:
        with self.database.reading() as session:
            return set(session.scalars(select(outbox.OutboxRow.id)))
