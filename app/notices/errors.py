"""What the inbox refuses."""

from __future__ import annotations

from app.kernel.errors import NotFound


class MessageNotFound(NotFound):
    code = "message_not_found"
    sentence = "没有找到这条消息。"
