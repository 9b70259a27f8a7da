"""What publishing and reading items may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Gone, Invalid, NotFound


class ItemNotFound(NotFound):
    code = "item_not_found"
    sentence = "没有找到这条公开内容。"


class ItemWithdrawn(Gone):
    code = "item_withdrawn"
    sentence = "这条公开内容已经撤下。"


class TopicNotFound(NotFound):
    code = "topic_not_found"
    sentence = "没有这个栏目。"


class UnknownTopic(Invalid):
    code = "unknown_topic"
    sentence = "没有这个栏目，请从栏目表里选。"


class WrongLevel(Invalid):
    code = "wrong_level"
    sentence = "内容只能由县、乡镇或村公开，请填 6、9 或 12 位区划代码。"


class PublisherElsewhere(Invalid):
    code = "publisher_elsewhere"
    sentence = "公开单位不属于这个地方，也不属于它的上级。"


class NothingToRead(Invalid):
    code = "nothing_to_read"
    sentence = "标题和正文都要有文字。"


class NothingCorrected(Conflict):
    code = "nothing_corrected"
    sentence = "标题和正文都没有变化，不需要更正。"


class AlreadyWithdrawn(Conflict):
    code = "already_withdrawn"
    sentence = "这条内容已经撤下，不能再改。"
