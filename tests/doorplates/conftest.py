"""A small county for the plates of a test, undone afterwards or committed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from app.doorplates.press import press_of
from app.doorplates.service import Press
from app.kernel import changes
from app.kernel.db import Database
from app.kernel.settings import Settings
from tests import factories

Result = TypeVar("Result")


@pytest.fixture
def county(session: Session) -> Session:
    """Give a session in whose county plates may be issued."""
    factories.county(session)
    return session


@pytest.fixture
def committed(database: Database) -> Database:
    """Give a database with the county in it for good, for tests with several transactions."""
    with database.unit_of_work() as session:
        factories.county(session)
    return database


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the codes of the plates that the caches are told about."""
    codes: list[str] = []
    monkeypatch.setattr(changes, "plate_changed", lambda _session, code: codes.append(code))
    return codes


@pytest.fixture
def press(settings: Settings) -> Press:
    """Give a press that draws into a folder of this test's own."""
    return press_of(settings)


def at_once(*acts: Callable[[], Result]) -> list[Result | Exception]:
    """Do acts in threads at the same time; gives what each returned or raised, in their order."""

    def attempt(act: Callable[[], Result]) -> Result | Exception:
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(attempt, acts))
