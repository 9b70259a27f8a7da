"""What keeping, showing and withdrawing files may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Gone, Invalid, NotFound


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    sentence = "没有找到这个附件。"


class AttachmentWithdrawn(Gone):
    code = "attachment_withdrawn"
    sentence = "这个附件已经撤下。"


class AlreadyWithdrawn(Conflict):
    code = "attachment_already_withdrawn"
    sentence = "这个附件已经撤下；要再公开，请重新上传。"


class ReasonWanted(Invalid):
    code = "withdrawal_reason_wanted"
    sentence = "请写明撤下的原因（2 到 300 个字），它会公开。"


class FileRefused(Invalid):
    code = "file_refused"
    sentence = "这个文件不能上传。"


class UnknownKind(FileRefused):
    code = "file_of_unknown_kind"
    sentence = (
        "不收这种文件。可以上传：图片（JPG、PNG、WebP）、PDF、Word（.docx）、"
        "Excel（.xlsx）、PowerPoint（.pptx）、CSV 和纯文本。"
    )


class EmptyFile(FileRefused):
    code = "file_empty"
    sentence = "这个文件是空的。"


class TooBig(FileRefused):
    code = "file_too_big"
    sentence = "文件太大：图片最多 10 MB，其他文件最多 20 MB。"


class NameMismatch(FileRefused):
    code = "file_name_mismatch"


class OldOffice(FileRefused):
    code = "file_old_office"
    sentence = (
        "这是旧格式的办公文件（.doc、.xls、.ppt、.wps、.et），"
        "请另存为 .docx、.xlsx 或 .pptx 后再上传。"
    )


class PasswordProtected(FileRefused):
    code = "file_password_protected"
    sentence = "这个文件加了密码，请去掉密码后再上传。"


class WithMacros(FileRefused):
    code = "file_with_macros"
    sentence = "这个文件里有宏或控件，请另存为不带宏的 .docx、.xlsx 或 .pptx 后再上传。"


class Damaged(FileRefused):
    code = "file_damaged"
    sentence = "这个文件不完整或已经损坏，请重新保存后再上传。"


class Unpacked(FileRefused):
    code = "file_unpacks_too_big"
    sentence = "这个文件解压以后太大，请拆成几个文件后再上传。"


class Moving(FileRefused):
    code = "image_moving"
    sentence = "不收会动的图片和 GIF，请另存为 JPG 或 PNG 后再上传。"


class PhonePhoto(FileRefused):
    code = "image_heic"
    sentence = (
        "这是苹果手机的 HEIC 照片，请在手机设置里选“兼容性最佳”重新拍，或另存为 JPG 后再上传。"
    )


class TooManyPixels(FileRefused):
    code = "image_too_many_pixels"
    sentence = "这张图片的像素太多（最多 6400 万），请缩小后再上传。"


class BadText(FileRefused):
    code = "text_not_readable"
    sentence = "这个文本文件的编码读不出来，请另存为 UTF-8 后再上传。"
