"""Why a file is refused as a whole; each sentence says what to do."""

from __future__ import annotations

from app.kernel.errors import Conflict, Invalid, NotFound


class FileRefused(Invalid):
    code = "roster_file_refused"
    sentence = "这个文件读不出来，请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"


class TooBig(FileRefused):
    code = "roster_too_big"
    sentence = "文件超过 20 MB，请删掉里面的图片，或者分成几个文件上传。"


class TooManyLines(FileRefused):
    code = "roster_too_many_lines"
    sentence = "一个文件最多 50,000 行，请按村或按组分成几个文件上传。"


class Unpacked(FileRefused):
    code = "roster_unpacks_too_big"
    sentence = "这个文件解开以后大得不正常，没有读。请把名单复制到新的工作簿里再上传。"


class Scattered(FileRefused):
    code = "roster_scattered"
    sentence = "表格里有内容离正文太远（行或列太多），请删掉那些零星的格子，或者复制到新工作簿。"


class PasswordProtected(FileRefused):
    code = "roster_password"
    sentence = "这个文件加了打开密码，请先在 Excel 或 WPS 里去掉密码，再上传。"


class OldWorkbook(FileRefused):
    code = "roster_old_workbook"
    sentence = "这是旧格式（.xls、.et 或 .xlsb），请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"


class NotAWorkbook(FileRefused):
    code = "roster_not_a_workbook"
    sentence = "这不是 .xlsx 或 .csv 表格，请上传用 Excel 或 WPS 保存的名单。"


class Damaged(FileRefused):
    code = "roster_damaged"
    sentence = "这个工作簿是坏的，打不开。请用 Excel 或 WPS 修复、另存后再上传。"


class NoHeader(FileRefused):
    code = "roster_no_header"
    sentence = "没有找到表头（姓名、身份证号、与户主关系……），请检查表头，或者填上它在第几行。"


class NothingInIt(FileRefused):
    code = "roster_empty"
    sentence = "表里没有内容。"


class MappingRefused(Invalid):
    code = "roster_mapping_refused"
    sentence = "各列的意思没有选对，请看提示改一改。"


class FileLost(FileRefused):
    code = "roster_file_lost"
    sentence = "上传的名单已经按期删除，请重新上传。"


class ImportNotFound(NotFound):
    code = "roster_import_not_found"
    sentence = "没有这次导入，可能已经按期清除。"


class WrongStep(Conflict):
    code = "roster_wrong_step"
    sentence = "这次导入已经走到另一步，请刷新后再看。"


class AnotherRunning(Conflict):
    code = "roster_another_running"
    sentence = "这个村正在导入另一份名单，等它完成以后再开始。"


class NotAVillage(Invalid):
    code = "roster_not_a_village"
    sentence = "请选择名单是哪个村（社区）的。"
