"""Sheets that cannot be drawn: said in a sentence, or tried again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.doorplates import queries, service, sheets
from app.doorplates.service import Press
from app.doorplates.states import State
from app.kernel import outbox
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests.doorplates.press_room import ask, codes_of, draw, issue, sheet_of, states
from workers.registry import find_task

MISSING = "\U000102a0"  # a Carian letter: a character that no font of the chain holds


def _full_disk(*_arguments: object, **_named: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_missing_character_ends_the_sheet_with_a_sentence_that_names_it(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = issue(committed, label=f"{MISSING}号")
    sheet_id = ask(committed, batch)
    monkeypatch.setattr("workers.tasks.doorplates.press_of", lambda _settings: press)
    with committed.reading() as session:
        row_id = session.scalars(select(outbox.OutboxRow.id)).one()
    assert outbox.perform(committed, row_id, find_task=find_task)
    sheet = sheet_of(committed, sheet_id)
    assert sheet.state == "failed"
    assert sheet.fault is not None
    assert f"“{MISSING}”（U+102A0）第 1 块" in sheet.fault
    assert states(committed, batch) == {State.DRAFT: 3}
    with committed.reading() as session:
        assert outbox.counts(session) == {"done": 1}
    assert not list(press.files_dir.rglob("*.pdf"))


def test_many_missing_characters_still_make_a_sentence_that_fits(
    committed: Database, press: Press
) -> None:
    label = "".join(chr(0x102A0 + n) for n in range(30))
    sheet_id = ask(committed, issue(committed, label=label))
    draw(committed, sheet_id, press)
    fault = sheet_of(committed, sheet_id).fault
    assert fault is not None
    assert "等 30 个字" in fault
    assert len(fault) <= 300


def test_a_missing_character_of_the_caption_is_said_to_be_on_every_plate(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lack(*_given: object, **_named: object) -> None:
        raise sheets.MissingGlyph((sheets.MissingCharacter("码", ()),))

    monkeypatch.setattr(sheets, "draw_sheets", lack)
    sheet_id = ask(committed, issue(committed))
    draw(committed, sheet_id, press)
    assert "“码”（U+7801）每一块" in (sheet_of(committed, sheet_id).fault or "")


def test_a_font_that_cannot_be_used_ends_the_sheet_with_its_name(
    committed: Database, press: Press, tmp_path: Path
) -> None:
    font = tmp_path / "own.ttf"
    font.write_bytes(b"no font")
    sheet_id = ask(committed, issue(committed))
    draw(committed, sheet_id, replace(press, fonts=(font,)))
    sheet = sheet_of(committed, sheet_id)
    assert sheet.state == "failed"
    assert sheet.fault == "字体文件不能用：own.ttf。请检查 FONT_PATHS。"


def test_a_batch_whose_plates_are_all_over_ends_the_sheet_with_a_sentence(
    committed: Database, press: Press
) -> None:
    batch = issue(committed, number=1)
    sheet_id = ask(committed, batch)
    with committed.unit_of_work() as session:
        code = queries.plates_of_batch(session, batch)[0].code
        service.revoke(session, code=code, reason="发错了", actor=OPERATOR)
    draw(committed, sheet_id, press)
    assert sheet_of(committed, sheet_id).fault == "这一批里没有可以印制的门牌。"


def test_a_sheet_that_broke_goes_back_to_the_outbox_and_is_drawn_the_next_time(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.tasks.doorplates.press_of", lambda _settings: press)
    press.files_dir.write_text("a file where the folder should be")
    sheet_id = ask(committed, issue(committed))
    with committed.reading() as session:
        row_id = session.scalars(select(outbox.OutboxRow.id)).one()
    outbox.perform(committed, row_id, find_task=find_task)
    assert sheet_of(committed, sheet_id).fault is not None
    with committed.reading() as session:
        row = session.get_one(outbox.OutboxRow, row_id)
        assert (row.state, row.attempts) == (outbox.State.PENDING, 1)
    press.files_dir.unlink()
    outbox.perform(committed, row_id, find_task=find_task)
    assert sheet_of(committed, sheet_id).state == "ready"
    with committed.reading() as session:
        assert outbox.counts(session) == {"done": 1}


@pytest.mark.parametrize("trouble", ["folder", "pdf", "manifest"])
def test_a_disk_that_takes_nothing_is_noted_and_the_sheet_is_tried_again(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    batch = issue(committed)
    sheet_id = ask(committed, batch)
    with monkeypatch.context() as broken:
        if trouble == "folder":
            press.files_dir.parent.mkdir(parents=True, exist_ok=True)
            press.files_dir.write_text("a file where the folder should be")
        else:
            name = {"pdf": "draw_sheets", "manifest": "write_manifest"}[trouble]
            broken.setattr(sheets, name, _full_disk)
        with pytest.raises(OSError, match=r"space|exists|directory"):
            draw(committed, sheet_id, press)
    sheet = sheet_of(committed, sheet_id)
    assert sheet.state in {"waiting", "drawing"}
    assert sheet.fault == "磁盘写不进去（可能已满），系统会自动再试。"
    assert states(committed, batch) == {State.DRAFT: 3}
    if trouble == "folder":
        press.files_dir.unlink()
    draw(committed, sheet_id, press)
    sheet = sheet_of(committed, sheet_id)
    assert (sheet.state, sheet.fault) == ("ready", None)
    assert states(committed, batch) == {State.PRINTED: 3}


def test_drafts_stay_drafts_when_anything_breaks_after_the_drawing(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = issue(committed)
    sheet_id = ask(committed, batch)
    with monkeypatch.context() as broken:
        broken.setattr(sheets, "write_manifest", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            draw(committed, sheet_id, press)
    assert states(committed, batch) == {State.DRAFT: 3}


def test_asking_again_for_a_sheet_that_ran_into_a_fault_tries_at_once(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = issue(committed)
    sheet_id = ask(committed, batch)
    with monkeypatch.context() as broken:
        broken.setattr(sheets, "write_manifest", lambda *_arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            draw(committed, sheet_id, press)
    assert "画图时出了问题" in (sheet_of(committed, sheet_id).fault or "")
    assert ask(committed, batch) == sheet_id
    with committed.reading() as session:
        assert outbox.counts(session) == {"pending": 2}


def test_what_a_killed_worker_left_half_drawn_is_cleared_away(
    committed: Database, press: Press
) -> None:
    sheet_id = ask(committed, issue(committed))
    folder = press.files_dir / "sheets"
    folder.mkdir(parents=True)
    leftover = folder / f".{sheet_id}.pdf.99999.part"
    leftover.write_bytes(b"%PDF half")
    draw(committed, sheet_id, press)
    assert sorted(path.name for path in folder.iterdir()) == [f"{sheet_id}.csv", f"{sheet_id}.pdf"]


def test_a_plate_that_ends_while_a_sheet_is_drawn_shifts_no_row_of_the_manifest(
    committed: Database, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = issue(committed)
    first, *_others = codes_of(committed, batch)
    sheet_id = ask(committed, batch)
    write = sheets.write_manifest

    def revoke_then_write(*arguments: Any) -> int:
        with committed.unit_of_work() as session:
            service.revoke(session, code=first, reason="不再使用", actor=OPERATOR)
        return write(*arguments)

    monkeypatch.setattr(sheets, "write_manifest", revoke_then_write)
    draw(committed, sheet_id, press)
    sheet = sheet_of(committed, sheet_id)
    _pdf, manifest = service.sheet_files(sheet, files_dir=press.files_dir)
    rows = manifest.read_text("utf-8-sig").splitlines()[1:]
    assert len(rows) == sheet.plates == 3
    assert first in rows[0]
    assert states(committed, batch) == {State.REVOKED: 1, State.PRINTED: 2}
