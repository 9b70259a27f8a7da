"""Visits are not for counting cadres (国办函〔2026〕12号): nothing here could.

No check-in, points, rankings or time-online; no forced location, photos or trajectory.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.visits.models import logbook, packs
from app.web.flask_app import SunshineApp

ROOT = Path(__file__).parents[2]
COUNTING = re.compile(r"\bfunc\.(?:count|sum|avg|rank|row_number)\b|\bgroup_by\b|\bCounter\b")


def _sources(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def test_no_read_of_visits_needs_or_packs_counts_or_groups() -> None:
    files = _sources("app/visits/queries")
    assert len(files) > 3
    for file in files:
        assert not COUNTING.search(file.read_text("utf-8")), file


def test_what_is_counted_for_a_pack_are_households_of_the_register_alone() -> None:
    for file in _sources("app/visits/service"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and COUNTING.search(ast.unparse(node.func)):
                assert "Household." in ast.unparse(node), file


def test_nobody_else_reads_the_tables_of_visits() -> None:
    own = ROOT / "app/visits"
    for file in _sources("app", "workers"):
        # The registry lists them; the page of one's packs names the type of a row.
        if own not in file.parents and file.name not in ("registry.py", "packs.py"):
            assert "visits.models" not in file.read_text("utf-8"), file


@pytest.mark.parametrize("table", [logbook.Visit, logbook.Need, packs.Pack, packs.PackOpening])
def test_no_column_is_made_for_watching_cadres(table: type[logbook.Visit]) -> None:
    watching = re.compile(
        r"lat|lon|gps|geo|photo|image|picture|check_?in|score|point|rank|quota|target|duration"
        r"|minutes|distance|device"
    )
    for name in table.__table__.columns.keys():  # noqa: SIM118 - a collection, not a dict
        assert not watching.search(name), name


def test_no_route_of_visits_exports_or_ranks(app: SunshineApp) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if "visits" in rule.rule]
    for rule in rules:
        assert not re.search(r"csv|xlsx|export|rank|stat|count|report|score", rule), rule
