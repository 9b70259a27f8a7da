"""What the offline tests need: households behind plates, cadres who are signed in, a device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.identity import service as identity
from app.identity.models import Staff, StaffToken, TokenKind
from app.kernel import clock, scope
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.kernel.key_file import KeyFile
from app.visits.schemas import VisitView
from app.web.flask_app import SESSION_COOKIE
from tests.browser.running import Platform, until
from tests.factories import PASSWORD
from tests.factories import households as made
from tests.visits import reading

PIN = "481516"
_numbers = count(1)


@dataclass(frozen=True)
class House:
    """A household of this test's own behind a plate."""

    id: int
    number: str
    plate: str


class World:
    """The platform's database as whoever keeps the register uses it."""

    def __init__(self, platform: Platform) -> None:
        self.village: str = platform.facts["village"]
        self._base_url = platform.base_url
        keys = next(platform.folder.rglob("keys.json"))
        self.database = Database(platform.database.url, keys=KeyFile(keys))

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """Open a transaction that sees the village."""
        with self.database.unit_of_work() as session:
            scope.open_scope(session, self.village)
            yield session

    def house(self) -> House:
        """Enter a household in a group of its own, behind a plate of its own."""
        with self.looking() as session:
            household = made.household(session, division_code=self.village)
            batch = doorplates.issue_batch(
                session, division_code=self.village, doors=1, actor=OPERATOR
            )
            [plate] = plates.plates_of_batch(session, batch.id)
            doorplates.mark_printed(session, plate_ids=[plate.id], actor_name=OPERATOR.name)
            household.door_id, household.group_code = plate.door_id, None
            household.group_label = f"测试组{household.id}"
            session.flush()
            return House(household.id, household.number, plate.code)

    def cadre(self) -> str:
        """Open a cadre's account; gives its name."""
        username = f"cadre-offline-{next(_numbers)}"
        with self.looking() as session:
            identity.create_staff(
                session,
                username=username,
                password=PASSWORD,
                role="cadre",
                division_code=self.village,
            )
        return username

    def sign_in(self, context: BrowserContext, username: str) -> None:
        """Give a browser a session of this account, its second factor shown."""
        with self.looking() as session:
            staff = session.scalars(select(Staff).where(Staff.username == username)).one()
            token, _ends_at = identity.hand_out(session, staff=staff, kind=TokenKind.SESSION)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self._base_url}])

    def end_sessions(self, username: str, *, disable: bool = False) -> None:
        """End every session of an account, or the account itself."""
        with self.looking() as session:
            staff = session.scalars(select(Staff).where(Staff.username == username)).one()
            ends = update(StaffToken).where(StaffToken.staff_id == staff.id)
            session.execute(ends.values(revoked_at=clock.now()))
            if disable:
                staff.disabled_at = clock.now()

    def take_back(self, username: str, desk: BrowserContext) -> None:
        """Take a cadre's only pack back, at a desk."""
        self.sign_in(desk, username)
        page = desk.new_page()
        page.goto("/console/visits/packs")
        page.get_by_role("button", name="收回这个包").click()
        expect(page.get_by_text("已收回")).to_be_visible()

    def visits(self, house: House) -> list[VisitView]:
        """Read the visits of a household."""
        with self.looking() as session:
            return reading.visits_of(session, house.id)


class Device:
    """A phone with one page of the offline application, which may be killed and opened again."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page = self._page()
        self.open()
        self._wait_for_its_worker()

    def _wait_for_its_worker(self) -> None:
        """Wait until the page is the service worker's.

        A page that is opened while the worker is still on its way may be claimed by nobody.
        """
        # Asked from here: a wait inside the page would need what its policy forbids.
        asked = "navigator.serviceWorker.controller !== null"
        until(lambda: self.page.evaluate(asked), what="the service worker")

    def _page(self) -> Page:
        self.faults: list[str] = []
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def open(self) -> None:
        """Open the application, by the network or without."""
        self.page.goto("/console/offline/")
        self.page.locator("[data-part]:not([hidden])").wait_for()

    def kill(self) -> None:
        """Kill the tab, without a word to the page, and open the application again."""
        self.page.close(run_before_unload=False)
        self.page = self._page()
        self.open()

    def set_clock(self, hours: float) -> None:
        """Turn the device's clock to so many hours from the real time, and open it again."""
        self.context.clock.set_fixed_time(clock.now() + timedelta(hours=hours))
        self.kill()

    def prepare(self, house: House, *, pin: str = PIN) -> None:
        """Take the household's group along."""
        self.page.get_by_label(f"测试组{house.id}（1 户）").check()
        self.page.get_by_label("设一个口令").fill(pin)
        self.page.get_by_label("再输一次").fill(pin)
        self.page.get_by_role("button", name="准备").click()
        self.page.get_by_label("门牌编号").wait_for()
        self._wait_for_its_worker()

    def unlock(self, pin: str = PIN) -> None:
        """Try a PIN."""
        self.page.get_by_label("口令", exact=True).fill(pin)
        self.page.get_by_role("button", name="打开").click()

    def enter(self, code: str) -> None:
        """Type a plate's code."""
        self.page.get_by_label("门牌编号").fill(code)
        self.page.locator("#code-form").get_by_role("button", name="打开").click()

    def log(self, notes: str) -> None:
        """Write a visit down."""
        self.page.get_by_label("情况").fill(notes)
        self.page.get_by_role("button", name="保存在这台设备上").click()
        self.page.get_by_text("已加密存在这台设备上").wait_for()

    def kept(self, shelf: str) -> list[dict[str, Any]]:
        """Read what stands on a shelf of the device's own store."""
        read: list[dict[str, Any]] = self.page.evaluate(
            """(shelf) => new Promise((resolve, reject) => {
              const opening = indexedDB.open('sunshine-offline');
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const asked = opening.result.transaction(shelf).objectStore(shelf).getAll();
                asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
              };
            })""",
            shelf,
        )
        return read
