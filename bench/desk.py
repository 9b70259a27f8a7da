"""The editorial desk: the gate, drafts and aid lists through their reviews, the clock, a ledger.

What is measured is the service, in one process, each act in a transaction of its own, in a county
with 30,000 items. `python -m bench.desk` measures it alone.
"""

from __future__ import annotations

import csv
import io
import random
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

import xlsxwriter
from sqlalchemy.orm import Session

from app.aid import service as aid
from app.aid.schemas import Period, UploadIn
from app.disclosure import service as disclosure
from app.disclosure.schemas import DraftIn, ReviewIn
from app.identity import queries as identity_queries
from app.identity import roles
from app.identity import service as identity
from app.kernel import clock, ids
from app.kernel.access import Actor, Grant
from app.kernel.db import Database
from app.screening import service as screening
from bench import county, duties, register_county, report, servers
from bench.county import County
from bench.duties import Figure, seconds_of
from bench.servers import COUNTY

DESK = ("publisher", "first_reviewer", "second_reviewer", "final_reviewer")
TEXTS, DRAFTS, LISTS = 200, 60, 5
PASSAGE = 2_000  # characters
SHEET = (2_000, 8)  # rows and columns of a workbook that is looked through
ROWS = 500  # of an aid list


def measure(database: Database, loaded: County, *, quick: bool = False) -> list[Figure]:
    """Measure the daily work of an office; medians of its acts."""
    share = 10 if quick else 1
    with database.unit_of_work() as session:
        desk = [_person(session, role) for role in DESK]
    return [
        *_gate(database, texts=TEXTS // share, rows=SHEET[0] // share),
        _drafts(database, loaded, desk, count=DRAFTS // share),
        *_lists(database, loaded, desk, count=max(1, LISTS // share), rows=ROWS // share),
        *duties.measure(database, loaded, quick=quick),
    ]


def _person(session: Session, role: str) -> Actor:
    """Open an account of the county's desk."""
    name = f"bench-{role}"
    identity.set_password(
        session, username=name, password=ids.token()[:16], role=role, division_code=COUNTY
    )
    number = identity_queries.get_by_username(session, name).id
    grants = tuple(Grant(permission, COUNTY) for permission in roles.ROLES[role])
    return Actor(name, staff_id=number, grants=grants, role=role)


def _gate(database: Database, *, texts: int, rows: int) -> list[Figure]:
    """Look through passages with ten findings each, and through a workbook."""
    draw = random.Random(20260401)  # noqa: S311 - the same passages in every run
    passages = [_passage(draw) for _ in range(texts)]
    book = _workbook(rows)
    with database.reading() as session:
        found = screening.scan_texts(session, passages[:1])  # the words are read and made ready
        assert len(found[0]) >= 10
        taken = [seconds_of(partial(screening.scan_texts, session, [one])) for one in passages]
        workbook = seconds_of(lambda: screening.scan_file(session, book))
    return [
        (
            f"gate: a text of {PASSAGE:,} characters with ten findings",
            f"{median(taken) * 1000:.1f} ms ({PASSAGE / median(taken):,.0f} characters a second)",
        ),
        (f"gate: an .xlsx of {rows:,} rows, {SHEET[1]} columns", f"{workbook:.2f} s"),
    ]


def _passage(draw: random.Random) -> str:
    """Write an announcement that five people are named in, with their numbers."""
    sentences = []
    for number in range(5):
        person = draw.randrange(10**6)
        sentences.append(
            f"联系人{register_county.name_of(person)}，身份证号"
            f"{register_county.id_number_of(person)}，电话139{draw.randrange(10**8):08d}。"
            f"第{number + 1}批资金用于通组路硬化、人饮管网维修和路灯安装，经村民代表会议评议通过。"
        )
    filling = "项目由村民委员会组织实施，村务监督委员会全程监督，结算后予以公示。"
    text = "\n\n".join(sentences)
    return (text + filling * (PASSAGE // len(filling)))[:PASSAGE]


def _workbook(rows: int) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(rows):
        cells = [f"第{row + 1}号项目第{column + 1}项支出" for column in range(SHEET[1])]
        sheet.write_row(row, 0, cells)
    book.close()
    return content.getvalue()


def _drafts(database: Database, loaded: County, desk: list[Actor], *, count: int) -> Figure:
    """Take drafts from the first word through three reviews to the public."""
    draw = random.Random(20260402)  # noqa: S311 - the same villages in every run
    villages = [draw.choice(loaded.villages) for _ in range(count)]
    taken = [seconds_of(partial(_through, database, _text(one), desk)) for one in villages]
    middle = median(taken)
    return (
        "a draft written, handed in, reviewed three times, published: five transactions",
        f"{middle * 1000:.0f} ms ({1 / middle:.0f} a second)",
    )


def _text(village: str) -> DraftIn:
    body = "经村民代表会议审议，现将有关情况公示如下。\n\n" + "| 项目 | 金额 |\n| --- | ---: |\n"
    body += "".join(f"| 第{n + 1}组路灯安装 | {n + 1},800.00 |\n" for n in range(20))
    return DraftIn(
        division_code=village,
        topic="village_affairs",
        title="关于公开本季度村务办理情况的公示",
        body_markdown=body,
        formed_on=clock.today(),
        expires_on=clock.today() + timedelta(days=20),
    )


def _through(
    database: Database, wanted: DraftIn, desk: list[Actor], *, aid_list_id: int | None = None
) -> list[float]:
    """Publish by the way of the desk; gives the seconds of each step."""
    author, *reviewers = desk
    began = time.perf_counter()
    steps = []

    def passed() -> None:
        nonlocal began
        steps.append(time.perf_counter() - began)
        began = time.perf_counter()

    with database.unit_of_work() as session:
        draft = disclosure.create_draft(
            session, wanted=wanted, actor=author, aid_list_id=aid_list_id
        )
        number, version = draft.id, draft.version
    passed()
    with database.unit_of_work() as session:
        draft = disclosure.submit(
            session, draft_id=number, version=version, exception_reason="", actor=author
        )
        version = draft.version
    passed()
    for reviewer in reviewers:
        with database.unit_of_work() as session:
            verdict = ReviewIn(version=version, verdict="pass")
            draft = disclosure.review(session, draft_id=number, wanted=verdict, actor=reviewer)
            version, state = draft.version, draft.state
        passed()
    assert state == "published"
    return steps


def _lists(
    database: Database, loaded: County, desk: list[Actor], *, count: int, rows: int
) -> list[Figure]:
    """Bring aid lists in, a village each, and publish them."""
    importing, publishing = [], []
    for village in loaded.villages[:count]:
        began = time.perf_counter()
        number = _brought_in(database, village, desk[0], rows=rows)
        importing.append(time.perf_counter() - began)
        wanted = _text(village).model_copy(update={"topic": "dibao"})
        publishing.append(sum(_through(database, wanted, desk, aid_list_id=number)))
    return [
        (
            f"an aid list of {rows} rows from .csv: uploaded, looked through, mapped, made",
            f"{median(importing):.2f} s",
        ),
        (
            f"an aid list of {rows} rows through three reviews to the public",
            f"{median(publishing):.2f} s",
        ),
    ]


def _brought_in(database: Database, village: str, author: Actor, *, rows: int) -> int:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("村组", "户主姓名", "保障人数", "月保障金额（元）"))
    for row in range(rows):
        name = register_county.name_of(row)
        writer.writerow((f"{row % 12 + 1}组", name, row % 5 + 1, f"{350 * (row % 5 + 1)}.00"))
    period = Period(clock.today().year, f"{clock.today().month:02d}")
    wanted = UploadIn("dibao", village, None, period, text.getvalue().encode())
    with database.unit_of_work() as session:
        upload = aid.upload(session, wanted=wanted, actor=author).id
    with database.unit_of_work() as session:
        table = aid.table_of(session, aid.own(session, upload, actor=author))
        columns = {one.index: one.field for one in table.columns if one.field}
        aid.set_mapping(session, upload, columns=columns, leave_out=False, actor=author)
    with database.unit_of_work() as session:
        return aid.use(session, upload, actor=author).id


if __name__ == "__main__":
    with servers.running() as _folder:
        assert isinstance(_folder, Path)
        _owner, _database = servers.connect()
        _loaded = county.load(_database)
        county.analyze(_owner)
        sys.stdout.write(report.figures_table(measure(_database, _loaded)) + "\n")
