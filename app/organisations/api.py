"""Offices and units as JSON, for anyone."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from app.organisations import queries
from app.organisations.schemas import OrganisationOut, OrganisationsOut
from app.places import queries as places
from app.web import caching, entry
from app.web.flask_app import db
from app.web.problems import RESPONSES

api = APIBlueprint(
    "organisations_api",
    __name__,
    url_prefix="/api/v1/divisions/<string:code>/organisations",
    abp_tags=[Tag(name="organisations")],
    abp_responses=RESPONSES,
)


class DivisionPath(BaseModel):
    code: str = Field(pattern="^[0-9]{6,14}$")


@api.get("", responses={200: OrganisationsOut}, summary="The offices and units of a division")
@entry.public
def list_of_division(path: DivisionPath) -> OrganisationsOut:
    places.get(db(), path.code)
    caching.share(path.code)
    found = queries.for_division(db(), path.code)
    return OrganisationsOut(
        organisations=[OrganisationOut.model_validate(organisation) for organisation in found]
    )
