"""Rosters at every step, without a worker that would go on with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.households.models.imports import RosterHousehold, RosterImport
from app.households.queries import imports as queries
from app.households.service import importing
from app.households.service.importing import planning
from app.kernel import clock, scope
from app.kernel.access import OPERATOR

NOBODY = "说明：本表没有表头\n王大寒,户主,52020319800501996X,16000000001\n,妻,,\n"


def set_up(session: Session, facts: dict[str, Any]) -> dict[str, int]:
    """Bring the demo's messy roster to each step; gives the imports by the step's name."""
    messy = Path(facts["roster"])

    def upload(content: bytes, name: str) -> RosterImport:
        return importing.upload(
            session,
            division_code=facts["village"],
            file_name=name,
            content=content,
            actor=OPERATOR,
            files_dir=messy.parent / "files",
        )

    steps = {
        "columns": upload(
            messy.read_bytes(), "青杠林村农户基本情况花名册（2026年11月改定稿）.xlsx"
        ),
        "headless": upload(NOBODY.encode(), "名单.csv"),
        "running": upload(messy.read_bytes(), "花名册.xlsx"),
        "planned": upload(messy.read_bytes(), "花名册.xlsx"),
        "done": upload(messy.read_bytes(), "花名册.xlsx"),
    }
    running_one = steps["running"]
    running_one.state, running_one.households, running_one.done = "importing", 620, 240
    _plan(session, steps["planned"], messy.read_bytes())
    _plan(session, steps["done"], messy.read_bytes())
    done = steps["done"]
    done.state, done.finished_at, done.started_by = "done", clock.now(), "clerk"
    done.has_refused_file = True
    session.execute(
        delete(RosterHousehold).where(
            RosterHousehold.import_id == done.id, RosterHousehold.outcome != "refuse"
        )
    )
    return {name: row.id for name, row in steps.items()}


def _plan(session: Session, row: RosterImport, content: bytes) -> None:
    scope.open_scope(session, row.division_code)
    layout = queries.layout(session, row)
    columns = {str(column.index): column.field for column in layout.columns if column.field}
    row.mapping = {"sheet": layout.chosen, "row": None, "columns": columns}
    roster = planning.read_roster(session, row, content)
    counts = planning.write_plan(session, row, list(enumerate(roster.entries, start=1)))
    row.state, row.counts = "planned", {**counts, "notes": len(roster.notes)}
    row.households = row.done = len(roster.entries)
