"""What a file is, told by its content."""

from __future__ import annotations

import pytest

from app.attachments import content as contents
from app.attachments import errors, office
from tests.attachments import making

MB = 1024 * 1024


@pytest.mark.parametrize(
    ("content", "name", "kind", "media_type"),
    [
        (making.picture("JPEG"), "会议.jpeg", "image", "image/jpeg"),
        (making.picture("PNG"), "会议.png", "image", "image/png"),
        (making.picture("WEBP"), "会议.webp", "image", "image/webp"),
        (making.PDF, "公告.PDF", "pdf", "application/pdf"),
        (
            making.office("docx"),
            "公告.docx",
            "office",
            f"{making.OPEN_XML}.wordprocessingml.document",
        ),
        (making.office("xlsx"), "名单.xlsx", "office", f"{making.OPEN_XML}.spreadsheetml.sheet"),
        (
            making.office("pptx"),
            "解读.pptx",
            "office",
            f"{making.OPEN_XML}.presentationml.presentation",
        ),
        ("项目,金额\n修路,100\n".encode(), "台账.csv", "text", "text/csv; charset=utf-8"),
        (
            "项目,金额\n修路,100\n".encode("gb18030"),
            "台账.csv",
            "text",
            "text/csv; charset=gb18030",
        ),
        ("通知\r\n".encode("utf-8-sig"), "通知.txt", "text", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_is_what_its_content_says(
    content: bytes, name: str, kind: str, media_type: str
) -> None:
    found = contents.recognise(content, name=name)
    assert (found.format.kind, found.media_type) == (kind, media_type)


def test_a_name_without_an_ending_is_enough() -> None:
    assert contents.recognise(making.PDF, name="公告").format.extension == "pdf"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (making.PDF, "照片.jpg"),
        (making.picture("PNG"), "照片.jpg"),
        (making.office("xlsx"), "公告.docx"),
        ("不是表".encode(), "公告.docx"),
    ],
)
def test_a_name_that_says_something_else_is_refused_with_what_it_is(
    content: bytes, name: str
) -> None:
    with pytest.raises(errors.NameMismatch) as refusal:
        contents.recognise(content, name=name)
    assert "后缀应当是" in refusal.value.sentence
    assert name.partition(".")[0] not in refusal.value.sentence


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "空.txt", errors.EmptyFile),
        (b"GIF89a" + bytes(20), "动图.gif", errors.Moving),
        (b"\0\0\0\x18ftypheic" + bytes(20), "照片.heic", errors.PhonePhoto),
        (making.OLE, "旧.doc", errors.OldOffice),
        (making.OLE + "EncryptedPackage".encode("utf-16-le"), "密.xlsx", errors.PasswordProtected),
        (b"<!doctype html><script>", "页面.html", errors.UnknownKind),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg", errors.UnknownKind),
        (b"\xef\xbb\xbf <html>", "页面.txt", errors.UnknownKind),
        (b"MZ\x90\0", "程序.txt", errors.UnknownKind),
        ("文字".encode(), "文字.md", errors.UnknownKind),
        (b"abc\x00def", "文字.txt", errors.BadText),
        (b"\xff\xff\xff", "文字.csv", errors.BadText),
        (b"%PDF-1.7 cut off", "公告.pdf", errors.Damaged),
        (making.PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), "密.pdf", errors.PasswordProtected),
        (making.archive({"a.txt": b"x"}), "包.zip", errors.UnknownKind),
        (making.office()[:-30], "断.docx", errors.Damaged),
    ],
)
def test_what_is_not_kept_is_refused_by_its_own_word(
    content: bytes, name: str, refusal: type[errors.FileRefused]
) -> None:
    with pytest.raises(errors.FileRefused) as found:
        contents.recognise(content, name=name)
    assert type(found.value) is refusal


@pytest.mark.parametrize(
    "content",
    [
        making.office(main=making.MACROS),
        making.office(parts={"word/vbaProject.bin": b"x"}),
        making.office("xlsx", parts={"xl/macrosheets/sheet1.xml": b"x"}),
        making.office(parts={"word/activeX/activeX1.bin": b"x"}),
    ],
)
def test_office_files_with_anything_that_runs_are_refused(content: bytes) -> None:
    with pytest.raises(errors.WithMacros):
        contents.recognise(content, name="公告")


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "MOST_UNPACKED", 2 * MB)
    bomb = making.office(parts={"word/media/1.bin": bytes(3 * MB)})
    assert len(bomb) < 20_000
    with pytest.raises(errors.Unpacked):
        contents.recognise(bomb, name="公告.docx")


def test_limits_are_ten_megabytes_for_images_and_twenty_for_the_rest() -> None:
    with pytest.raises(errors.TooBig):
        contents.recognise(making.picture("PNG") + bytes(10 * MB), name="图.png")
    assert contents.recognise(making.PDF + bytes(10 * MB), name="公告.pdf").format.kind == "pdf"
    with pytest.raises(errors.TooBig):
        contents.recognise(making.PDF + bytes(20 * MB), name="公告.pdf")
    with pytest.raises(errors.TooBig):
        contents.recognise(b"a" * (20 * MB + 1), name="a.txt")
