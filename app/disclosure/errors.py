"""What publishing and reading items may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Gone, Invalid, NotFound


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


class DraftNotFound(NotFound):
    code = "draft_not_found"
    sentence = "没有找到这篇稿件。"


class TermRefused(Invalid):
    code = "desk_term_refused"
    sentence = "补审期限请写 1 到 30 个工作日。"


class WrongState(Conflict):
    code = "draft_in_another_state"
    sentence = "这篇稿件已经到了别的步骤，请刷新后再看。"


class DraftChanged(Conflict):
    code = "draft_changed"
    sentence = "这篇稿件刚刚被别人改过。您写的还在下面，请对照后再保存。"


class PersonWanted(Forbidden):
    code = "person_wanted"
    sentence = "这一步要由具体的工作人员办理，不能由系统代办。"


class SamePerson(Forbidden):
    code = "same_person"
    sentence = "初审、复审、终审要由三个不同的人办理，撰稿人也不能审自己的稿件。"


class NoteWanted(Invalid):
    code = "note_wanted"
    sentence = "更正要说明改了什么，这句话会公开。"


class BadExpiry(Invalid):
    code = "bad_expiry"
    sentence = "公示的最后一天要在今天以后，也不能早于发布的那一天。"


class BadListExpiry(Invalid):
    code = "bad_list_expiry"
    sentence = "名单要填公示的最后一天。"


class BadSchedule(Invalid):
    code = "bad_schedule"
    sentence = "定时发布的时间要在现在以后、一年以内。"


class WordsWanted(Invalid):
    code = "words_wanted"
    sentence = "退回要写明原因，或者在有问题的段落旁边写意见。"


class ReasonWanted(Invalid):
    code = "reason_wanted"
    sentence = "请写明原因，2 到 300 个字。"


class EntryElsewhere(Invalid):
    code = "entry_elsewhere"
    sentence = "这个目录事项不由这个地方、这个单位公开，请重新选。"


class PersonalDataFound(Invalid):
    """`findings` tells where, never what."""

    code = "personal_data_found"
    sentence = "稿件里有不能公开的个人信息。请遮盖，或者说明理由请审稿人放行。"


class FileNotOfDraft(NotFound):
    code = "file_not_of_draft"
    sentence = "这篇稿件里没有这个文件，可能已经去掉了。"


class TooManyFiles(Invalid):
    code = "too_many_files"
    sentence = "一篇稿件最多附 20 个文件，请合并或去掉几个。"


class FileKept(Invalid):
    code = "file_of_draft_already"
    sentence = "这篇稿件里已经有这个文件了。"


class FileNotMine(Invalid):
    code = "file_not_mine"
    sentence = "读入的图片已经用在别处或者不是您上传的，请重新读入文档。"


class PlaceWanted(Invalid):
    code = "place_wanted_for_images"
    sentence = "文档里有图片。请先选“公开到哪里”，再读入一次，图片才能一起带过来。"


class LinkNowhere(Invalid):
    code = "link_to_no_file"
    sentence = "正文里有链接指向已经去掉的附件，请改掉链接，或者重新上传这个文件。"


class FilesWaiting(Conflict):
    code = "files_not_yet_looked_at"
    sentence = "附件还在检查，请过一会儿刷新再试。"


class LockedTextDiffers(Conflict):
    code = "locked_text_differs"
    sentence = "稿件与终审通过的文本不一致，没有发布，请重新送审。"


class ItemExpired(Gone):
    code = "item_expired"
    sentence = "这条公开内容的公示期已满。"


class BadDraft(Invalid):
    """Its sentence names the fields, never what was typed."""

    code = "bad_draft"
    sentence = "请检查填写的内容。"
