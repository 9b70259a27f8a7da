"""The list of failed work and its retry."""

from __future__ import annotations

import pytest

from app.kernel import outbox
from app.kernel.db import Database
from tests.console.conftest import Enter, shown


def _failed(database: Database, *, state: outbox.State = outbox.State.FAILED) -> int:
    with database.unit_of_work() as session:
        row = outbox.publish(session, "doorplates.draw_sheet", sheet_id=1)
        row.state, row.attempts, row.last_error = state, 6, "OSError at printing.py:99"
        return row.id


def test_failed_work_is_listed_with_its_reason_and_tried_again(
    enter: Enter, county: Database
) -> None:
    row_id = _failed(county)
    browser = enter()
    page = browser.get("/console/jobs")
    assert page.status_code == 200
    assert "1失败" in shown(page)
    assert "OSError at printing.py:99" in page.text
    answer = browser.send(f"/console/jobs/{row_id}/retry")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/jobs")
    with county.reading() as session:
        assert outbox.counts(session) == {"pending": 1}
    assert "没有失败的任务" in browser.get("/console/jobs").text


def test_work_that_did_not_fail_or_does_not_exist_is_not_tried_again(
    enter: Enter, county: Database
) -> None:
    browser = enter()
    row_id = _failed(county, state=outbox.State.DONE)
    assert browser.send(f"/console/jobs/{row_id}/retry").status_code == 409
    assert browser.send("/console/jobs/999999999/retry").status_code == 404


def test_a_number_that_no_row_can_have_is_refused(enter: Enter) -> None:
    assert 400 <= enter().send(f"/console/jobs/{'9' * 30}/retry").status_code < 500


@pytest.mark.parametrize("role", ["clerk", "installer", "publisher"])
def test_only_admins_see_the_jobs(enter: Enter, county: Database, role: str) -> None:
    row_id = _failed(county)
    browser = enter(role)
    assert browser.get("/console/jobs").status_code == 403
    assert browser.send(f"/console/jobs/{row_id}/retry").status_code == 403
    assert 'href="/console/jobs"' not in browser.get("/console/doorplates").text
