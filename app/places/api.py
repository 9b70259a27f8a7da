"""Divisions as JSON, for anyone."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from app.places import queries
from app.places.schemas import DivisionOut, DivisionsOut, PlaceOut
from app.web import caching, entry
from app.web.flask_app import db
from app.web.problems import RESPONSES

api = APIBlueprint(
    "places_api",
    __name__,
    url_prefix="/api/v1/divisions",
    abp_tags=[Tag(name="divisions")],
    abp_responses=RESPONSES,
)


class DivisionPath(BaseModel):
    code: str = Field(pattern="^[0-9]{6,14}$")


class SearchQuery(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    limit: int = Field(default=20, ge=1, le=100)


@api.get("", responses={200: DivisionsOut}, summary="Divisions in force by a piece of their name")
@entry.public
def search(query: SearchQuery) -> DivisionsOut:
    # Not shared: there are as many answers as texts, and each is one small query.
    found = queries.search(db(), query.name, limit=query.limit)
    return DivisionsOut(divisions=[PlaceOut.model_validate(place) for place in found])


@api.get("/<string:code>", responses={200: DivisionOut}, summary="A division and where it lies")
@entry.public
def show(path: DivisionPath) -> DivisionOut:
    *parents, place = queries.lineage(db(), path.code)
    successor = None
    if place.successor_code is not None:
        successor = PlaceOut.model_validate(queries.get(db(), queries.resolve(db(), path.code)))
    caching.share(path.code)
    return DivisionOut(
        **PlaceOut.model_validate(place).model_dump(),
        parents=[PlaceOut.model_validate(parent) for parent in parents],
        successor=successor,
    )


@api.get("/<string:code>/children", responses={200: DivisionsOut}, summary="What lies right below")
@entry.public
def list_children(path: DivisionPath) -> DivisionsOut:
    queries.get(db(), path.code)
    caching.share(path.code)
    below = queries.children(db(), path.code)
    return DivisionsOut(divisions=[PlaceOut.model_validate(place) for place in below])
