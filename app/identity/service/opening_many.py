"""Opening accounts in bulk from a table: all of them or none, each fault by its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError
from sqlalchemy.orm import Session

from app.identity import roles
from app.identity.errors import BadDate, BadTable, OfficeUnknown, UnknownRole, UnreadableTable
from app.identity.models import Staff
from app.identity.schemas import NewAccount, Opened
from app.identity.service import accounts, passwords
from app.kernel.access import Actor
from app.kernel.errors import SunshineError
from app.organisations import queries as organisations
from app.organisations.models import Organisation

COLUMNS = {
    "用户名": "username",
    "姓名": "full_name",
    "角色": "role",
    "区划代码": "division_code",
    "单位": "office",
    "到期": "ends_on",
}
REQUIRED = {"username", "role", "division_code"}
MOST = 500
_ROLES = {name: role for role, name in roles.ROLE_NAMES.items()} | {
    role: role for role in roles.ROLES
}
_WAITING = "!"  # no password fits it; it stands for a moment within the transaction

Cell = object


@dataclass(frozen=True)
class Row:
    """A line of the table, by the columns' names, as text."""

    line: int
    cells: dict[str, str]


def open_accounts(session: Session, *, content: bytes, actor: Actor) -> list[Opened]:
    """Open every account of an .xlsx table, each with an initial password to be handed over.

    Raises `UnreadableTable`, or `BadTable` with a sentence for each bad line (`lines`); then
    nothing is opened.
    """
    rows = list(_rows(_read(content)))
    if not rows or len(rows) > MOST:
        raise UnreadableTable(f"表格里要有 1 到 {MOST} 行账号。")
    with session.begin_nested():
        opened = _put_all(session, rows, actor)
    return [_hand_password(staff) for staff in opened]


def _put_all(session: Session, rows: Sequence[Row], actor: Actor) -> list[Staff]:
    opened: list[Staff] = []
    faults: list[tuple[int, str]] = []
    for row in rows:
        try:
            with session.begin_nested():
                wanted = _wanted(session, row.cells)
                opened.append(accounts.put(session, wanted=wanted, digest=_WAITING, actor=actor))
        except SunshineError as error:
            faults.append((row.line, error.sentence))
    if faults:
        raise BadTable(lines=faults)
    return opened


def _hand_password(staff: Staff) -> Opened:
    password = passwords.draw()
    staff.password_hash = passwords.digest(password)
    return Opened(username=staff.username, full_name=staff.full_name, password=password)


def _read(content: bytes) -> Sequence[Sequence[Cell]]:
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, PasswordError, ZipError, OSError, ValueError) as error:
        raise UnreadableTable from error


def _rows(table: Sequence[Sequence[Cell]]) -> Iterator[Row]:
    """Give the lines below the one that names the columns; empty ones are left out."""
    names: dict[int, str] = {}
    for number, cells in enumerate(table, start=1):
        texts = [_text(cell) for cell in cells]
        if not names:
            found = {place: COLUMNS[text] for place, text in enumerate(texts) if text in COLUMNS}
            names = found if set(found.values()) >= REQUIRED else {}
        elif any(texts):
            yield Row(number, {name: texts[place] for place, name in names.items()})
    if not names:
        raise UnreadableTable(
            "没有找到列名。请在一行里写：用户名、姓名、角色、区划代码、单位、到期。"
        )


def _text(cell: Cell) -> str:
    """Read a cell as text: a code that was stored as a number loses its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def _wanted(session: Session, cells: dict[str, str]) -> NewAccount:
    role = _ROLES.get(cells["role"])
    if role is None:
        raise UnknownRole
    code = cells["division_code"]
    office_name = cells.get("office", "")
    ends_on = cells.get("ends_on", "")
    return NewAccount(
        username=cells["username"],
        full_name=cells.get("full_name", "")[:50],
        role=role,
        division_code=code,
        organisation_id=office(session, code, office_name).id if office_name else None,
        ends_on=_date(ends_on) if ends_on else None,
    )


def office(session: Session, code: str, name: str) -> Organisation:
    """Find the office of a place by its full name; raises `OfficeUnknown`."""
    found = [one for one in organisations.for_division(session, code) if one.name == name]
    if len(found) != 1:
        raise OfficeUnknown
    return found[0]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError as error:
        raise BadDate from error
