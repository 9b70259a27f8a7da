"""`sunshine doorplates` as an operator types it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.doorplates import cli, queries, service
from app.doorplates.cli import doorplates
from app.doorplates.models import Batch
from app.doorplates.schemas import PlateView
from app.doorplates.states import State
from app.kernel import clock, command_line
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.places import service as places
from tests import factories
from tests.factories import OTHER_VILLAGE, VILLAGE

HEADER = "group,house_number,label\n"


class Runner:
    """Types commands against the database of the test."""

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(doorplates, list(words))


@pytest.fixture
def run(committed: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give the command line on this test's database and folder."""
    for module in (command_line, cli):
        monkeypatch.setattr(module, "get_settings", lambda: settings)
    monkeypatch.setattr(command_line, "connect", lambda _url, _keys: committed)
    return Runner()


@pytest.fixture
def plate(committed: Database) -> PlateView:
    """Give a printed plate of the first group."""
    with committed.unit_of_work() as session:
        return factories.printed(session)[0]


def _batches(database: Database) -> list[Batch]:
    with database.reading() as session:
        return list(queries.batches(session, prefixes=[""]))


def test_a_batch_is_issued_by_number(run: Runner, committed: Database) -> None:
    result = run("issue", VILLAGE, "--count", "5")
    batch = _batches(committed)[0]
    assert result.stdout == f"已发 5 块门牌，批次 {batch.id}。\n"
    assert (batch.plates, batch.division_code, batch.created_by) == (5, VILLAGE, "operator")


def test_a_batch_is_issued_from_a_list(run: Runner, committed: Database, tmp_path: Path) -> None:
    file = tmp_path / "doors.csv"
    file.write_text(HEADER + "一组,1号,\n大寨组,2号,\n", "utf-8")
    result = run("issue", VILLAGE, "--list", str(file))
    assert result.exit_code == 0
    assert _batches(committed)[0].plates == 2


def test_every_bad_row_of_a_list_stands_on_standard_error(
    run: Runner, committed: Database, tmp_path: Path
) -> None:
    file = tmp_path / "doors.csv"
    file.write_text(HEADER + "九组,1号,\n一组,1号,\n一组,1号,\n", "utf-8")
    result = run("issue", VILLAGE, "--list", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "第 2 行：这个村没有这个村民组，请先核对组名或导入村民组。\n"
        "第 4 行：同一组的门牌号与第 3 行重复。\n"
        "门牌清单有误，一块门牌也没有发出，请改正后重新提交。\n"
    )
    assert _batches(committed) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((VILLAGE,), "--count 和 --list 要给一个，也只能给一个。\n"),
        ((VILLAGE, "--count", "0"), "一批门牌的数量应当在 1 到 200000 之间。\n"),
        ((VILLAGE, "--count", "9999999999"), "一批门牌的数量应当在 1 到 200000 之间。\n"),
        (("520203102", "--count", "1"), "门牌只能发给村或社区（12 位区划代码）。\n"),
        (("520203102999", "--count", "1"), "没有这个行政区划代码。\n"),
    ],
)
def test_an_order_that_makes_no_sense_is_a_sentence_and_status_1(
    run: Runner, words: tuple[str, ...], sentence: str
) -> None:
    result = run("issue", *words)
    assert (result.exit_code, result.stderr) == (1, sentence)


def test_sheets_are_drawn_here_with_a_bar_and_their_files_named(
    run: Runner, plate: PlateView
) -> None:
    result = run("sheets", str(plate.batch_id), "--size", "medium", "--here")
    assert result.exit_code == 0
    assert "正在画" in result.stdout
    pdf, manifest = (Path(line) for line in result.stdout.splitlines()[-2:])
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert plate.code in manifest.read_text("utf-8-sig")


def test_a_sheet_that_cannot_be_drawn_ends_with_its_sentence(
    run: Runner, committed: Database
) -> None:
    with committed.unit_of_work() as session:
        view = factories.issued(session)[0]
        service.revoke(session, code=view.code, reason="发错了", actor=OPERATOR)
    result = run("sheets", str(view.batch_id), "--here")
    assert (result.exit_code, result.stderr) == (1, "这一批里没有可以印制的门牌。\n")


def test_a_folder_that_takes_no_file_ends_with_a_sentence(
    run: Runner, plate: PlateView, settings: Settings
) -> None:
    settings.files_dir.write_text("a file where the folder should be")
    result = run("sheets", str(plate.batch_id), "--here")
    assert (result.exit_code, result.stderr) == (
        1,
        "磁盘写不进去（可能已满），系统会自动再试。\n",
    )


def test_a_batch_that_does_not_exist_is_a_sentence(run: Runner) -> None:
    assert run("sheets", "999999999").stderr == "没有这个批次。\n"
    assert run("sheets", "9" * 30).exit_code == 2


@pytest.mark.parametrize("of", ["--batch", "--division"])
def test_a_complete_print_run_is_status_0(
    run: Runner, plate: PlateView, tmp_path: Path, of: str
) -> None:
    file = tmp_path / "scanned.csv"
    file.write_text(f"https://liuzhi.example.gov.cn/d/{plate.code}\n")
    result = run("verify", str(file), of, str(plate.batch_id) if of == "--batch" else VILLAGE)
    assert result.exit_code == 0
    assert result.stdout.startswith("应有 1 块，扫到 1 行。\n")


def test_an_incomplete_print_run_is_listed_and_status_1(
    run: Runner, plate: PlateView, tmp_path: Path
) -> None:
    file = tmp_path / "scanned.csv"
    file.write_text("7K3M9QXW2R4T0\nhello\n")
    result = run("verify", str(file), "--batch", str(plate.batch_id))
    assert result.exit_code == 1
    assert result.stdout == (
        "应有 1 块，扫到 2 行。\n"
        f"缺少：1\n  {plate.code} {plate.serial}\n"
        "重复：0\n"
        "不属于这一批：1\n  7K3M9QXW2R4T0\n"
        "编码有误：1\n  hello\n"
    )


def test_verify_asks_for_one_measure_and_a_batch_that_exists(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "scanned.csv"
    file.write_text("x\n")
    assert run("verify", str(file)).exit_code == 1
    assert run("verify", str(file), "--batch", "1", "--division", VILLAGE).exit_code == 1
    assert run("verify", str(file), "--batch", "999999999").stderr == "没有这个批次。\n"
    assert run("verify", str(file), "--division", "520203102999").stderr == (
        "没有这个行政区划代码。\n"
    )


def test_a_plate_is_revoked_with_its_reason(
    run: Runner, committed: Database, plate: PlateView
) -> None:
    result = run("revoke", plate.code, "--reason", "房屋拆除")
    assert result.stdout == f"门牌 {plate.serial} 已停用。\n"
    with committed.reading() as session:
        assert queries.find(session, plate.code).state is State.REVOKED
    again = run("revoke", plate.code, "--reason", "房屋拆除")
    assert (again.exit_code, again.stderr) == (1, "门牌现在的状态不允许这样做，请刷新后再看。\n")
    assert run("revoke", plate.code).exit_code == 2
    assert run("revoke", plate.code, "--reason", "x").stderr == "请写明原因，2 到 200 个字。\n"


def test_a_plate_is_replaced_and_the_new_code_told(
    run: Runner, committed: Database, plate: PlateView
) -> None:
    result = run("replace", plate.code, "--reason", "看不清")
    found = re.search(r"编码 (\w{13})，批次 (\d+)", result.stdout)
    assert found is not None
    with committed.reading() as session:
        assert queries.find(session, found[1]).batch_id == int(found[2])
        assert queries.find(session, plate.code).state is State.REPLACED


def test_a_plate_is_shown_with_its_village_group_and_history(run: Runner, plate: PlateView) -> None:
    lines = run("show", plate.code).stdout.splitlines()
    code = plate.code
    assert lines[0] == (f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:]}  {plate.serial}  已印制")
    assert lines[1].strip() == "青杠林村 一组 1号"
    assert lines[2].endswith("待印制 → 已印制  operator  生成印刷文件")


def test_a_plate_of_a_merged_village_is_shown_with_the_village_of_today(
    run: Runner, committed: Database, plate: PlateView
) -> None:
    with committed.unit_of_work() as session:
        places.merge_villages(
            session,
            old_codes=[VILLAGE],
            new_code=OTHER_VILLAGE,
            effective_on=clock.today(),
            actor=OPERATOR,
        )
        service.follow_merger(session, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    assert "太和村 一组 1号" in run("show", plate.code).stdout


@pytest.mark.parametrize("write", [str, str.lower, lambda code: f"{code[:4]} {code[4:]}"])
def test_a_code_may_be_typed_as_it_is_printed(run: Runner, plate: PlateView, write: object) -> None:
    assert callable(write)
    assert plate.serial in run("show", write(plate.code)).stdout


@pytest.mark.parametrize("code", ["x", "7K3M9QXW2R4T0", "李"])
def test_an_unknown_code_is_a_sentence_and_status_1(run: Runner, code: str) -> None:
    result = run("show", code)
    assert result.exit_code == 1
    assert result.stderr.startswith("没有这个门牌编码。")
