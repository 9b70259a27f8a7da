"""Files that nobody used are swept by the timetable's task, wherever the settings keep them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.attachments import service
from app.attachments.models import Attachment
from app.gateways import choosing
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.kernel.settings import Settings
from tests import factories
from tests.attachments import making
from tests.factories import VILLAGE
from workers.cron import ENTRIES
from workers.registry import find_task
from workers.tasks import attachments


def test_the_nightly_task_removes_row_and_content(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "get_settings", lambda: settings)
    storage = choosing.storage_for(settings)
    with database.unit_of_work() as session:
        factories.county(session)
        kept = service.keep(
            session,
            content=making.PDF,
            name="公告.pdf",
            division_code=VILLAGE,
            actor=OPERATOR,
            storage=storage,
        )
        kept.uploaded_at = clock.now() - timedelta(days=8)
    assert storage.exists(kept.storage_key)
    [entry] = [one for one in ENTRIES if one.task.startswith("attachments.")]
    with database.unit_of_work() as session:
        find_task(entry.task)(session, database)
    assert not storage.exists(kept.storage_key)
    with database.reading() as session:
        assert session.scalars(select(Attachment)).all() == []
