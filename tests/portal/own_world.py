"""A household behind a plate, and the villagers whose browsers come to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.households.service import binding_decisions, delegates
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.web.flask_app import SunshineApp
from tests import factories
from tests.households import binding_world
from tests.households.binding_world import Home
from tests.portal.villager_browser import Villager


@dataclass
class Street:
    """The application with one household in it."""

    app: SunshineApp
    home: Home

    def arrive(self, phone: str | None = None) -> Villager:
        """Sign somebody in by a phone, the head's by default."""
        someone = Villager(self.app)
        someone.sign_in_by_phone(phone or self.home.phone)
        return someone

    def walk_in(
        self, someone: Villager, *, last_four: str | None = None, kind: str = "member"
    ) -> str:
        """Scan the plate, accept the notice, send the form: where that led."""
        someone.get(f"/d/{self.home.plate_code}/home")
        page = someone.get("/me/bindings/new").text
        version = page.partition('name="version" value="')[2].partition('"')[0]
        someone.send("/me/bindings/notice", shown_at="/me/bindings/new", version=version)
        answer = someone.send(
            "/me/bindings",
            shown_at="/me/bindings/new",
            name="赵大山",
            last_four=last_four or self.home.last_four(),
            kind=kind,
        )
        assert answer.status_code == 303, answer.text
        return answer.location

    def bound_head(self) -> tuple[Villager, int]:
        """Bind the head: their browser and the binding's number."""
        someone = self.arrive()
        return someone, int(self.walk_in(someone).rpartition("/")[2])

    def bound_spouse(self) -> tuple[Villager, int]:
        """Bind the spouse, whom the village knows: their browser and the binding's number."""
        return self._confirmed("member", self.home.spouse)

    def bound_guardian(self) -> tuple[Villager, int]:
        """Bind somebody to the child from outside the household, as `bound_spouse` does."""
        return self._confirmed("guardian", self.home.child)

    def _confirmed(self, kind: str, person_id: int) -> tuple[Villager, int]:
        someone = self.arrive(binding_world.new_phone())
        number = int(self.walk_in(someone, kind=kind).rpartition("/")[2])
        with self.app.database.unit_of_work() as session:
            binding_decisions.confirm(
                session, binding_id=number, person_id=person_id, actor=OPERATOR
            )
        return someone, number

    def delegated(self, number: int) -> None:
        """Let the head, whose binding this is, invite a delegate, who accepts."""
        with self.app.database.unit_of_work() as session:
            head = binding_world.villager(session, self.home.phone)
            ends_on = clock.today() + timedelta(days=9)
            code = delegates.invite(session, villager=head, binding_id=number, ends_on=ends_on)
            delegate = binding_world.villager(session)
            assert delegates.accept(session, villager=delegate, code=code) is not None


def street(app: SunshineApp) -> Street:
    """Put a county with one household into the database."""
    with app.database.unit_of_work() as session:
        factories.county(session)
        return Street(app, binding_world.home(session))
