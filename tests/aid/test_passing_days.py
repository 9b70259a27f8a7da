"""What a day changes: caches hear of it, uploads are swept, a merged village's lists go along."""

from __future__ import annotations

from sqlalchemy import text

from app.aid import queries, service
from app.kernel.db import Database
from tests.aid.conftest import Public
from tests.factories import OTHER_VILLAGE, VILLAGE
from workers.cron import ENTRIES, Daily
from workers.tasks import aid as tasks


def test_midnight_is_announced_to_every_place_with_a_list(
    database: Database, public: Public
) -> None:
    with database.engine.connect() as listener:
        listener.execute(text("LISTEN sunshine_public"))
        listener.commit()
        with database.unit_of_work() as session:
            tasks.turn_day(session, database)
        driver = listener.connection.driver_connection
        assert driver is not None
        heard = [one.payload for one in driver.notifies(timeout=5, stop_after=1)]
    assert heard == [f"division:{VILLAGE}"]
    assert public.list_id
    (entry,) = [one for one in ENTRIES if one.name == "aid.turn_day"]
    assert isinstance(entry.schedule, Daily)
    assert (entry.schedule.hour, entry.schedule.minute) == (0, 0)


def test_a_merged_villages_list_goes_with_its_item(database: Database, public: Public) -> None:
    with database.unit_of_work() as session:
        service.follow_merger(session, old_code=VILLAGE, new_code=OTHER_VILLAGE)
        assert queries.get(session, public.list_id).division_code == OTHER_VILLAGE
        assert len(queries.rows(session, public.list_id)) == 3


def test_nothing_is_erased_while_the_item_stands(database: Database, public: Public) -> None:
    with database.unit_of_work() as session:
        tasks.erase_due(session, database)
    with database.reading() as session:
        assert len(queries.rows(session, public.list_id)) == 3
