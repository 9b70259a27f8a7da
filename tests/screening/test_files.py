"""What is hidden in files is found, and no file makes scanning fail."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from sqlalchemy.orm import Session

from app.screening.files import archive, reading
from app.screening.schemas import FileFinding, Kind
from app.screening.service import scan_file
from tests.screening import files
from tests.screening.files import ID, MOBILE


def _found(session: Session, content: bytes) -> list[tuple[Kind, str, str]]:
    return [(one.finding.kind, one.finding.rule, one.where) for one in scan_file(session, content)]


def _kinds(session: Session, content: bytes) -> set[Kind]:
    return {one.finding.kind for one in scan_file(session, content, "office")}


def test_an_open_list_of_names_and_sums_is_clean(session: Session) -> None:
    assert scan_file(session, files.saved(files.workbook()), "office") == []


def test_a_number_in_a_hidden_sheet_is_found_at_its_cell(session: Session) -> None:
    book = files.workbook()
    hidden = book.create_sheet("底册")
    hidden["C4"] = f"证号{ID}"
    hidden.sheet_state = "veryHidden"
    found = _found(session, files.saved(book))
    assert found == [(Kind.ID_NUMBER, "id_checked", "工作表“底册（隐藏）” C4")]


def test_hidden_rows_and_columns_are_read_and_said_to_be_hidden(session: Session) -> None:
    book = files.workbook()
    sheet = book.worksheets[0]
    sheet["D2"], sheet["A9"] = MOBILE, ID
    sheet.column_dimensions["D"].hidden = True
    sheet.row_dimensions[9].hidden = True
    where = {place for _kind, _rule, place in _found(session, files.saved(book))}
    assert where == {"工作表“公示” D2（隐藏）", "工作表“公示” A9（隐藏）"}


def test_an_id_number_over_two_cells_is_found(session: Session) -> None:
    book = files.workbook()
    book.worksheets[0]["D2"], book.worksheets[0]["E2"] = ID[:6], ID[6:]
    assert Kind.ID_NUMBER in _kinds(session, files.saved(book))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (520203199001010011, Kind.ID_NUMBER),
        (5.20203199001010e17, Kind.ID_NUMBER),
        (6217990000000000000, Kind.BANK_CARD),
        (13985812345, Kind.PHONE),
        (1.3985812345e10, Kind.PHONE),
    ],
)
def test_numbers_stored_as_numbers_are_found(session: Session, value: float, kind: Kind) -> None:
    book = files.workbook()
    book.worksheets[0]["D2"] = value
    assert _kinds(session, files.saved(book)) == {kind}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("身份证号", Kind.ID_NUMBER), ("联系电话", Kind.PHONE), ("银行账号", Kind.BANK_CARD)],
)
def test_a_column_is_found_by_its_heading_when_it_has_values(
    session: Session, heading: str, kind: Kind
) -> None:
    book = files.workbook()
    sheet = book.worksheets[0]
    sheet["D1"], sheet["D2"] = heading, "见附表甲"
    sheet.column_dimensions["D"].hidden = True
    found = _found(session, files.saved(book))
    assert found == [(kind, "column_heading", "工作表“公示” D 列（隐藏）")]
    sheet["D2"] = "5202************12"
    assert _found(session, files.saved(book)) == []


def test_names_in_a_column_beside_illnesses_are_found(session: Session) -> None:
    book = files.workbook()
    sheet = book.create_sheet("大病")
    for row in (["姓名", "病种", "金额"], ["李四", "尿毒症", 3000]):
        sheet.append(row)
    assert Kind.HEALTH_NAME in _kinds(session, files.saved(book))


def test_comments_are_read(session: Session) -> None:
    book = files.workbook()
    book.worksheets[0]["A2"].comment = files.with_comment(f"电话{MOBILE}")
    assert _kinds(session, files.saved(book)) == {Kind.PHONE}


def test_who_wrote_a_file_is_found(session: Session) -> None:
    core = (
        '<c:coreProperties xmlns:c="c" xmlns:dc="d"><dc:creator>张三丰</dc:creator>'
        "</c:coreProperties>"
    )
    content = files.document({"word/document.xml": "公告", "docProps/core.xml": core})
    assert _found(session, content) == [(Kind.AUTHOR, "author", "文件属性")]


@pytest.mark.parametrize(
    "part", ["document.xml", "header1.xml", "footer2.xml", "comments.xml", "footnotes.xml"]
)
def test_every_part_of_a_document_is_read(session: Session, part: str) -> None:
    content = files.document({"word/document.xml": "公告", f"word/{part}": f"电话{MOBILE}"})
    assert _kinds(session, content) == {Kind.PHONE}


def test_a_number_over_several_runs_cells_and_boxes_of_a_document_is_found(
    session: Session,
) -> None:
    runs = "".join(f"<w:r><w:t>{digit}</w:t></w:r>" for digit in MOBILE)
    cells = "".join(
        f"<w:tc><w:p><w:r><w:t>{one}</w:t></w:r></w:p></w:tc>" for one in (ID[:6], ID[6:])
    )
    box = f"<w:p><w:r><w:txbxContent><w:p>{runs}</w:p></w:txbxContent></w:r></w:p>"
    body = f"{box}<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    content = files.document({"word/document.xml": files.word_xml(body)})
    assert _kinds(session, content) == {Kind.PHONE, Kind.ID_NUMBER}


def test_deleted_text_of_a_document_is_read(session: Session) -> None:
    body = f"<w:p><w:del><w:r><w:delText>{ID}</w:delText></w:r></w:del></w:p>"
    content = files.document({"word/document.xml": files.word_xml(body)})
    assert _kinds(session, content) == {Kind.ID_NUMBER}


def test_a_pdf_is_read_and_its_scanned_page_needs_a_person(session: Session) -> None:
    content = files.pdf(f"tel {MOBILE}", "")
    assert _found(session, content) == [
        (Kind.UNREADABLE, "scanned", "第 2 页"),
        (Kind.PHONE, "mobile", "第 1 页"),
    ]


def test_where_a_photograph_was_taken_is_found(session: Session) -> None:
    assert _kinds(session, files.picture(gps=True)) == {Kind.LOCATION}
    assert _kinds(session, files.picture()) == set()


def test_texts_of_a_picture_are_read(session: Session) -> None:
    content = files.picture(description=f"ID {ID}", artist="Zhang San")
    assert _kinds(session, content) == {Kind.ID_NUMBER, Kind.AUTHOR}
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("Comment", f"电话{MOBILE}")
    file = BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG", pnginfo=texts)
    assert _kinds(session, file.getvalue()) == {Kind.PHONE}


def test_a_table_of_text_is_read_by_its_headings_too(session: Session) -> None:
    content = f"户主,身份证号\n张三,5.20203E+17\n李四,{ID}\n".encode("gb18030")
    rules = {rule for _kind, rule, _where in _found(session, content)}
    assert rules == {"column_heading", "id_stored_as_number", "id_checked"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_format"),
        (b"%PDF-1.7 broken", "damaged"),
        (b"\xff\xd8\xff broken", "damaged"),
        (b"\x00\x01\x02", "strange"),
    ],
)
def test_what_cannot_be_read_needs_a_person(session: Session, content: bytes, rule: str) -> None:
    assert [one[:2] for one in _found(session, content)] == [(Kind.UNREADABLE, rule)]


def test_entities_are_refused(session: Session) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    content = files.document({"word/document.xml": bomb})
    assert [one[1] for one in _found(session, content)] == ["doctype"]


def test_an_archive_that_unpacks_to_too_much_is_refused(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_PART", 10_000)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", b" " * 1_000_000)
    assert [one[1] for one in _found(session, file.getvalue())] == ["unpacked"]


def test_a_sheet_of_too_many_cells_is_read_in_part_and_said_so(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.screening.files.sheets.MOST_CELLS", 5)
    book = files.workbook()
    book.worksheets[0]["A1"] = MOBILE
    assert _kinds(session, files.saved(book)) == {Kind.PHONE, Kind.UNREADABLE}


def test_a_workbook_within_a_document_is_read(session: Session) -> None:
    book = files.workbook()
    book.worksheets[0]["D2"] = ID
    content = files.document({"word/document.xml": "公告"})
    file = BytesIO(content)
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("word/embeddings/a.xlsx", files.saved(book))
    assert _kinds(session, file.getvalue()) == {Kind.ID_NUMBER}


def test_a_finding_never_carries_its_value(session: Session) -> None:
    found = scan_file(session, f"身份证{ID}，电话{MOBILE}".encode())
    assert len(found) == 2
    assert all(isinstance(one, FileFinding) for one in found)
    assert ID not in repr(found)
    assert MOBILE not in repr(found)


WHOLE = [files.saved(files.workbook()), files.pdf("abc", ""), files.picture(gps=True)]


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    whole = draw(st.sampled_from(WHOLE))
    place = draw(st.integers(0, len(whole) - 1))
    return whole[:place] + draw(st.binary(min_size=1, max_size=3)) + whole[place + 1 :]


@settings(max_examples=150, deadline=None)
@given(content=st.one_of(st.binary(max_size=300), _damaged()))
def test_no_bytes_make_reading_fail(content: bytes) -> None:
    assert reading.read(content) is not None
