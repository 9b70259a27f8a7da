"""The editorial desk as JSON: what a person may do there, by a token of theirs.

Programs write, hand in and review in a person's name; nothing is published past the reviews.
"""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from app.disclosure import queries, service
from app.disclosure.models import Draft
from app.disclosure.models.drafts import STATES
from app.disclosure.schemas import (
    DraftIn,
    DraftOut,
    DraftRow,
    DraftSaveIn,
    DraftsOut,
    ReviewIn,
    SubmissionIn,
)
from app.identity import roles
from app.web import entry, idempotency
from app.web.flask_app import actor, db
from app.web.problems import RESPONSES

PAGE = 50
DESK = queries.DESK
REVIEWERS = (roles.REVIEW_FIRST, roles.REVIEW_SECOND, roles.REVIEW_FINAL)
api = APIBlueprint(
    "drafts_api",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="drafts")],
    abp_responses=RESPONSES,
    abp_security=[{"bearer": []}],
)


class DraftPath(BaseModel):
    draft_id: int = Field(ge=1, lt=2**63)


class DraftsQuery(BaseModel):
    state: str | None = Field(default=None, pattern="^(" + "|".join(STATES) + ")$")
    page: int = Field(default=1, ge=1, le=1000)


@api.get("/drafts", responses={200: DraftsOut}, summary="Drafts of the places one works for")
@entry.permission(*DESK)
def list_drafts(query: DraftsQuery) -> DraftsOut:
    wanted = {"state": query.state} if query.state else {}
    found = queries.drafts(
        db(), actor=actor(), wanted=wanted, offset=(query.page - 1) * PAGE, limit=PAGE + 1
    )
    return DraftsOut(
        drafts=[_out(one) for one in found[:PAGE]],
        next_page=query.page + 1 if len(found) > PAGE else None,
    )


@api.post("/drafts", responses={201: DraftOut}, summary="Begin a draft")
@entry.permission(roles.PUBLISH)
@idempotency.keyed
def create_draft(body: DraftIn) -> tuple[DraftOut, int]:
    return _out(service.create_draft(db(), wanted=body, actor=actor())), 201


@api.get("/drafts/<int:draft_id>", responses={200: DraftOut}, summary="One draft")
@entry.permission(*DESK)
def show_draft(path: DraftPath) -> DraftOut:
    return _out(queries.get_draft(db(), path.draft_id, actor=actor()))


@api.put("/drafts/<int:draft_id>", responses={200: DraftOut}, summary="Save a draft")
@entry.permission(roles.PUBLISH)
def save_draft(path: DraftPath, body: DraftSaveIn) -> DraftOut:
    wanted = DraftIn.model_validate(body.model_dump(exclude={"version"}))
    draft = service.save_draft(
        db(), draft_id=path.draft_id, wanted=wanted, version=body.version, actor=actor()
    )
    return _out(draft)


@api.post(
    "/drafts/<int:draft_id>/submission",
    responses={200: DraftOut},
    summary="Hand a draft in for its first review",
)
@entry.permission(roles.PUBLISH)
def submit_draft(path: DraftPath, body: SubmissionIn) -> DraftOut:
    draft = service.submit(
        db(),
        draft_id=path.draft_id,
        version=body.version,
        exception_reason=body.exception_reason,
        actor=actor(),
    )
    return _out(draft)


@api.post(
    "/drafts/<int:draft_id>/reviews",
    responses={200: DraftOut},
    summary="Pass a draft on, or return it with comments on its passages",
)
@entry.permission(*REVIEWERS)
def review_draft(path: DraftPath, body: ReviewIn) -> DraftOut:
    return _out(service.review(db(), draft_id=path.draft_id, wanted=body, actor=actor()))


def _out(draft: Draft | DraftRow) -> DraftOut:
    return DraftOut(
        id=draft.id,
        state=draft.state,
        version=draft.version,
        title=draft.title,
        division_code=draft.division_code,
        organisation_id=draft.organisation_id,
        topic=draft.topic_code,
        author=draft.author_name,
        item_id=draft.item_id,
        corrects_id=draft.corrects_id,
        updated_at=draft.updated_at,
    )
