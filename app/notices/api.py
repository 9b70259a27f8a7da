"""The inbox of a villager as JSON, for the Mini Program."""

from __future__ import annotations

from datetime import datetime

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from app.notices import queries, service
from app.notices.models import InboxMessage
from app.notices.schemas import Recipient
from app.web import entry, paging
from app.web.flask_app import db, villager
from app.web.problems import RESPONSES

api = APIBlueprint(
    "notices_api",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="inbox")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)


class MessagePath(BaseModel):
    message_id: int = Field(ge=1, lt=2**63)


class InboxQuery(BaseModel):
    cursor: str | None = Field(default=None, max_length=64)
    limit: int = Field(default=queries.PAGE, ge=1, le=100)


class MessageOut(BaseModel):
    id: int
    kind: str
    title: str
    body: str
    link: str
    created_at: datetime
    read: bool


class InboxOut(BaseModel):
    messages: list[MessageOut]
    unread: int
    next: str | None


@api.get("/me/inbox", responses={200: InboxOut}, summary="A villager's messages, newest first")
@entry.villager
def list_messages(query: InboxQuery) -> InboxOut:
    after = paging.decode(query.cursor)
    page = queries.page(db(), _me(), after=after, limit=query.limit)
    return InboxOut(
        messages=[_out(message) for message in page.messages],
        unread=queries.unread(db(), _me()),
        next=paging.following(page.ends),
    )


@api.post(
    "/me/inbox/<int:message_id>/read", responses={204: None}, summary="Mark a message as read"
)
@entry.villager
def mark_read(path: MessagePath) -> tuple[str, int]:
    service.mark_read(db(), _me(), message_id=path.message_id)
    return "", 204


def _out(message: InboxMessage) -> MessageOut:
    return MessageOut(
        id=message.id,
        kind=message.kind,
        title=message.title,
        body=message.body,
        link=message.link,
        created_at=message.created_at,
        read=message.read_at is not None,
    )


def _me() -> Recipient:
    return Recipient(account_id=villager().account_id)
