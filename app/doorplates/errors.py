"""What issuing, printing and changing plates may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Gone, Invalid, NotFound


class PlateNotFound(NotFound):
    code = "plate_not_found"
    sentence = "没有这个门牌编码。请再扫一次门牌；如果是手工输入，请对照门牌逐个核对。"


class PlateRevoked(Gone):
    code = "plate_revoked"
    sentence = "这块门牌已经停用。"


class StateRefused(Conflict):
    code = "plate_state_refused"
    sentence = "门牌现在的状态不允许这样做，请刷新后再看。"


class BatchNotFound(NotFound):
    code = "batch_not_found"
    sentence = "没有这个批次。"


class SheetNotFound(NotFound):
    code = "sheet_not_found"
    sentence = "没有这份印刷文件。"


class SheetNotReady(Conflict):
    code = "sheet_not_ready"
    sentence = "印刷文件还没有画好，请稍后再下载。"


class SheetLost(Gone):
    code = "sheet_lost"
    sentence = "印刷文件已经不在服务器上，请重新画一份。"


class BadReason(Invalid):
    code = "bad_reason"
    sentence = "请写明原因，2 到 200 个字。"


class NotAVillage(Invalid):
    code = "not_a_village"
    sentence = "门牌只能发给村或社区（12 位区划代码）。"


class DoorRowsRefused(Invalid):
    code = "door_rows_refused"
    sentence = "门牌清单有误，一块门牌也没有发出，请改正后重新提交。"


class BadCount(Invalid):
    code = "bad_count"
    sentence = "一批门牌的数量应当在 1 到 200000 之间。"


class ScansRefused(Invalid):
    code = "scans_refused"
    sentence = "这个文件读不出来，请存成 UTF-8 的 CSV，每行一个编码。"


class FormUsed(Conflict):
    code = "form_used"
    sentence = "这张表已经发过一批门牌了。要再发一批，请回到门牌页重新填写。"


class DoorNotFound(NotFound):
    code = "door_not_found"
    sentence = "没有这个门牌位置。"
