"""A made-up county of the size the house is built for: 18 townships, 268 villages, 30,000 items."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.demo.content import DATA
from app.disclosure import markdown
from app.disclosure import service as disclosure
from app.disclosure.models import Item
from app.doorplates import service as doorplates
from app.doorplates.models import Doorplate
from app.doorplates.states import State
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.organisations.models import Kind, Organisation
from app.places.models import Division, DivisionVersion, Level
from bench.servers import COUNTY

TOWNSHIPS = 18
BODY_BYTES = 1_500
TEXTS = 60  # bodies that differ; each is shown by many items under titles of their own
CHUNK = 2_000
YEARS = timedelta(days=730)


@dataclass(frozen=True)
class County:
    """What was loaded, to be asked for: codes, the ids of items, and a plate of every village."""

    villages: tuple[str, ...]
    item_ids: tuple[int, ...]
    plates: tuple[str, ...]


def load(database: Database, *, villages: int = 268, items: int = 30_000) -> County:
    """Fill an empty database: real tables, real rendered bodies of 1.5 KB, fresh statistics."""
    draw = random.Random(20260101)  # noqa: S311 - the same county in every run
    with database.unit_of_work() as session:
        codes = _places(session, villages)
        topics = _topics(session)
        publishers = _offices(session, codes)
    with database.unit_of_work() as session:
        ids = _items(session, publishers, topics, count=items, draw=draw)
        plates = _plates(session, codes)
    return County(codes, ids, plates)


def analyze(owner: Database) -> None:
    """Let PostgreSQL know what was loaded, as autovacuum would within minutes."""
    with owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _places(session: Session, villages: int) -> tuple[str, ...]:
    townships = [f"{COUNTY}{101 + number}" for number in range(min(TOWNSHIPS, villages))]
    codes = [f"{townships[n % len(townships)]}{200 + n // len(townships)}" for n in range(villages)]
    named: list[tuple[str, str | None, Level, str]] = [(COUNTY, None, Level.COUNTY, "试验特区")]
    named += [(c, COUNTY, Level.TOWNSHIP, f"试验{n + 1}镇") for n, c in enumerate(townships)]
    named += [(c, c[:9], Level.VILLAGE, f"试验{n + 1}村") for n, c in enumerate(codes)]
    for code, parent, level, name in named:
        session.add(Division(code=code, parent_code=parent, level=level))
        session.add(
            DivisionVersion(
                division_code=code, name=name, short_name=name, valid_from=date(2024, 1, 1)
            )
        )
        if level != Level.VILLAGE:
            session.flush()
    session.flush()
    return tuple(codes)


def _topics(session: Session) -> list[str]:
    with (DATA / "topics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        disclosure.set_topic(
            session,
            code=row["code"],
            name=row["name"],
            position=int(row["position"]),
            tile=int(row["tile"]) if row["tile"] else None,
        )
    return [row["code"] for row in rows]


def _offices(session: Session, villages: tuple[str, ...]) -> dict[str, int]:
    """Open the offices a village's page names; gives the one of each division that publishes."""
    named = [
        (COUNTY, Kind.COUNTY_BUREAU, "民政局"),
        *((code, Kind.TOWNSHIP_GOVERNMENT, "镇人民政府") for code in _townships(villages)),
        *((code, Kind.VILLAGE_COMMITTEE, "村民委员会") for code in villages),
        *((code, Kind.VILLAGE_SUPERVISION_COMMITTEE, "村务监督委员会") for code in villages),
        (COUNTY, Kind.HOTLINE, "政务服务便民热线"),
    ]
    same = {"phone": "0858-5000000", "address": "办公楼一楼", "hours": "周一至周五 9:00-17:00"}
    rows = [{"division_code": c, "kind": kind, "name": n, **same} for c, kind, n in named]
    ids = session.scalars(
        insert(Organisation).returning(Organisation.id, sort_by_parameter_order=True), rows
    )
    publishers: dict[str, int] = {}
    for (code, _kind, _name), organisation_id in zip(named, ids, strict=True):
        publishers.setdefault(code, organisation_id)
    return publishers


def _townships(villages: Sequence[str]) -> list[str]:
    return sorted({code[:9] for code in villages})


def _items(
    session: Session,
    publishers: Mapping[str, int],
    topics: Sequence[str],
    *,
    count: int,
    draw: random.Random,
) -> tuple[int, ...]:
    """Publish 4 items in 5 by villages, 3 in 20 by townships and the rest by the county."""
    bodies = [_body(number, draw) for number in range(min(TEXTS, count))]
    levels = [[code for code in publishers if len(code) == length] for length in (12, 9, 6)]
    now = clock.now()
    ids: list[int] = []
    for start in range(0, count, CHUNK):
        rows = []
        for number in range(start, min(start + CHUNK, count)):
            division = draw.choice(draw.choices(levels, weights=(80, 15, 5))[0])
            rows.append(
                {
                    "division_code": division,
                    "organisation_id": publishers[division],
                    "topic_code": draw.choice(topics),
                    "title": f"关于公开第{number + 1}号事项办理情况和资金使用明细的公示",
                    "body_html": draw.choice(bodies),
                    "revision": 1,
                    "published_at": now - YEARS * draw.random(),
                }
            )
        ids.extend(session.scalars(insert(Item).returning(Item.id), rows))
    return tuple(ids)


def _body(number: int, draw: random.Random) -> str:
    """Write a text with a table of amounts and render it to just over 1.5 KB of HTML."""
    lines = [f"经村民代表会议第{number + 1}次会议审议，现将有关情况公示如下。", ""]
    lines += ["| 项目 | 金额（元） |", "| --- | ---: |"]
    html = ""
    while len(html.encode()) < BODY_BYTES:
        work = draw.choice(("通组路硬化", "人饮管网维修", "路灯安装", "卫生室修缮", "沟渠清淤"))
        lines.append(f"| 第{draw.randint(1, 12)}组{work} | {draw.randint(800, 90_000):,}.00 |")
        html = markdown.to_html("\n".join(lines))
    return html


def _plates(session: Session, villages: tuple[str, ...]) -> tuple[str, ...]:
    for code in villages:
        doorplates.issue_batch(session, division_code=code, doors=1, actor=OPERATOR)
    # Straight to the wall: what is measured here is scanning, not printing.
    installed = update(Doorplate).values(state=State.INSTALLED).returning(Doorplate.code)
    return tuple(session.scalars(installed))
