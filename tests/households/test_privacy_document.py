"""docs/privacy.md tells of every table that holds something about a person, and of every term."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from app.audit.service.keeping import MONTHS_KEPT
from app.households import privacy
from app.households.service.importing.sweeping import KEPT_FOR
from app.households.terms import TERMS
from app.kernel.db import Base
from app.notices.service import KEPT
from app.registry import import_models
from app.visits import terms as visits

DOCUMENT = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
ABOUT_PEOPLE = {"account_id", "person_id", "household_id", "phone_digest"}


def test_every_table_about_people_is_told_of() -> None:
    import_models()
    about = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed") or column.name in ABOUT_PEOPLE
    }
    assert len(about) > 20
    assert [name for name in sorted(about) if f"`{name}`" not in DOCUMENT] == []


def test_every_consent_and_every_term_is_told_as_it_is() -> None:
    for purpose in privacy.PURPOSES:
        assert f"| `{purpose}` |" in DOCUMENT
    for term in ("ended_binding", "refused_request", "waiting_request", "answered_correction"):
        assert f"{privacy.TERMS[term]} days" in DOCUMENT


def test_the_terms_of_the_register_and_of_what_is_swept_are_told_as_they_are() -> None:
    assert {term.years for term in TERMS.values()} == {3}
    told = {line.split("`")[1]: line for line in DOCUMENT.splitlines() if line.startswith("| `")}
    for table in ("households", "persons", "record_changes", "access_ledger"):
        assert "three years" in told[table]
    assert timedelta(days=7) == KEPT_FOR
    assert "seven days" in told["roster_imports"]
    assert timedelta(days=365) == KEPT
    assert "a year" in told["inbox_messages"]


def test_the_terms_of_what_visits_leave_behind_are_told_as_they_are() -> None:
    assert {term.years for term in visits.TERMS.values()} == {3}
    assert set(visits.DAYS.values()) == {90}
    assert MONTHS_KEPT == 36
    told = {line.split("`")[1]: line for line in DOCUMENT.splitlines() if line.startswith("| `")}
    for table in ("visits", "needs", "audit_questions"):
        assert "three years" in told[table]
    for table in ("packs", "waiting_messages"):
        assert "90 days" in told[table]


def test_every_notice_says_what_the_law_asks_for() -> None:
    for notice in privacy.NOTICES:
        told = {heading for heading, _words in notice.points}
        assert {"谁在管", "要用您的什么", "留多久", "您可以随时"} <= told
        assert all(words.endswith("。") for _heading, words in notice.points)
