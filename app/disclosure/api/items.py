"""Items as JSON: read by anyone, withdrawn with a staff token."""

from __future__ import annotations

from flask import current_app
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from app.aid import queries as aid
from app.attachments.words import address
from app.disclosure import queries, service
from app.disclosure.models import Item
from app.disclosure.schemas import (
    AidListOut,
    FeedItemOut,
    FeedOut,
    FeedRow,
    FileOut,
    ItemOut,
    TopicOut,
    TopicsOut,
    WithdrawalIn,
)
from app.identity import roles
from app.places import queries as places
from app.web import caching, entry, idempotency, paging
from app.web.flask_app import actor, db
from app.web.problems import RESPONSES

api = APIBlueprint(
    "disclosure_api",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="disclosure")],
    abp_responses=RESPONSES,
)


class ItemPath(BaseModel):
    item_id: int = Field(ge=1, lt=2**63)


class DivisionPath(BaseModel):
    code: str = Field(pattern=r"^\d{6}(\d{3}(\d{3})?)?$")


class FeedQuery(BaseModel):
    topic: str | None = Field(default=None, max_length=40)
    cursor: str | None = Field(default=None, max_length=64)
    limit: int = Field(default=queries.PAGE, ge=1, le=queries.MOST)


@api.get("/topics", responses={200: TopicsOut}, summary="All topics")
@entry.public
def list_topics() -> TopicsOut:
    topics = [TopicOut(**vars(topic)) for topic in queries.topics(db())]
    caching.share("")
    return TopicsOut(topics=topics)


@api.get(
    "/divisions/<string:code>/items",
    responses={200: FeedOut},
    summary="What a division and those above it publish, newest first",
)
@entry.public
def list_items(path: DivisionPath, query: FeedQuery) -> FeedOut:
    before = paging.decode(query.cursor)
    lineage = places.lineage(db(), places.resolve(db(), path.code))
    if query.topic is not None:
        queries.get_topic(db(), query.topic)
    feed = queries.feed(
        db(),
        codes=[place.code for place in lineage],
        topic=query.topic,
        before=before,
        limit=query.limit,
    )
    caching.share(lineage[-1].code)
    return FeedOut(
        items=[_row(row) for row in feed.rows],
        next_cursor=paging.encode(*feed.next) if feed.next else None,
    )


@api.get("/items/<int:item_id>", responses={200: ItemOut}, summary="One item, whole")
@entry.public
def show_item(path: ItemPath) -> ItemOut:
    item = queries.get_item(db(), path.item_id)
    caching.share(item.division_code)
    return _whole(item)


@api.post(
    "/items/<int:item_id>/withdrawal",
    responses={204: None},
    security=[{"bearer": []}],
    summary="Withdraw an item with a public reason",
)
@entry.permission(roles.PUBLISH)
@idempotency.keyed
def withdraw_item(path: ItemPath, body: WithdrawalIn) -> tuple[str, int]:
    service.withdraw_item(db(), item_id=path.item_id, reason=body.reason, actor=actor())
    return "", 204


def _row(item: FeedRow | Item) -> FeedItemOut:
    return FeedItemOut(
        id=item.id,
        title=item.title,
        topic=item.topic_code,
        division_code=item.division_code,
        published_at=item.published_at,
        corrected=item.revision > 1,
        url=f"{current_app.config['BASE_URL']}/items/{item.id}",
    )


def _whole(item: Item) -> ItemOut:
    latest = queries.revisions(db(), item.id)[0] if item.revision > 1 else None
    return ItemOut(
        **_row(item).model_dump(),
        body_html=item.body_html,
        organisation_id=item.organisation_id,
        revision=item.revision,
        corrected_at=latest.created_at if latest else None,
        correction_note=latest.note if latest else None,
        files=[
            FileOut(
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
                url=current_app.config["BASE_URL"] + address(one),
            )
            for one in queries.item_files(db(), item.id)
        ],
        aid_list=_list_of(item),
    )


def _list_of(item: Item) -> AidListOut | None:
    if item.aid_list_id is None:
        return None
    head = aid.head(db(), item.aid_list_id)
    return AidListOut(
        kind=head.kind,
        period=head.period,
        households=head.row_count,
        members=head.member_count,
        total_fen=head.total_fen,
    )
