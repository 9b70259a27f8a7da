"""An editorial desk: a publisher and three reviewers of the county's civil affairs bureau."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.disclosure import service
from app.disclosure.models import Draft
from app.disclosure.schemas import DraftIn, PassageIn, ReviewIn
from app.identity import service as identity
from app.kernel.access import Actor, Grant
from tests import factories
from tests.factories import COUNTY, PASSWORD, VILLAGE

STEPS = ("first", "second", "final")


@dataclass(frozen=True)
class Desk:
    """Who works at it; `office` is the bureau they all work for."""

    session: Session
    office: int
    author: Actor
    first: Actor
    second: Actor
    final: Actor

    def write(self, **changed: object) -> Draft:
        """Begin a draft of the author."""
        return service.create_draft(self.session, wanted=self.wanted(**changed), actor=self.author)

    def wanted(self, **changed: object) -> DraftIn:
        """Give what a draft is written with."""
        facts = {
            "division_code": VILLAGE,
            "topic": "dibao",
            "organisation_id": self.office,
            "title": "低保公示",
            "body_markdown": "第一段。\n\n共 12 户。",
        }
        return DraftIn.model_validate(facts | changed)

    def submit(self, draft: Draft, reason: str = "") -> Draft:
        """Hand it in."""
        return service.submit(
            self.session,
            draft_id=draft.id,
            version=draft.version,
            exception_reason=reason,
            actor=self.author,
        )

    def review(
        self,
        draft: Draft,
        actor: Actor,
        verdict: str = "pass",
        words: str = "",
        comments: tuple[PassageIn, ...] = (),
    ) -> Draft:
        """Give a verdict on it."""
        wanted = ReviewIn.model_validate(
            {
                "version": draft.version,
                "verdict": verdict,
                "words": words,
                "comments": [one.model_dump() for one in comments],
            }
        )
        return service.review(self.session, draft_id=draft.id, wanted=wanted, actor=actor)

    def publish(self, **changed: object) -> Draft:
        """Bring a draft through all three reviews."""
        draft = self.submit(self.write(**changed))
        for actor in (self.first, self.second, self.final):
            draft = self.review(draft, actor)
        return draft


def desk(session: Session) -> Desk:
    """Open the desk in the county of the factories."""
    factories.county(session)
    office = factories.office(session, division_code=COUNTY, name="民政局").id
    return Desk(
        session,
        office,
        person(session, "author", "disclosure.publish", office),
        *(person(session, f"{step}-hand", f"disclosure.review_{step}", office) for step in STEPS),
    )


def person(session: Session, name: str, permission: str, office: int | None = None) -> Actor:
    """Open an account, and give whoever acts by it with one grant."""
    account = identity.create_staff(
        session, username=name, password=PASSWORD, role="installer", division_code=COUNTY
    )
    return Actor(name, account.id, (Grant(permission, COUNTY, office),))
