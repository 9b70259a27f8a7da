"""A county behind the public cache, and what reaches the application through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.kernel.db import Database
from app.web import caching
from tests import factories
from tests.conftest import Served


@dataclass
class Counted:
    """How often the application behind the cache was asked."""

    calls: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.calls)


@pytest.fixture
def county(database: Database) -> list[int]:
    """Publish three items for the village: their numbers."""
    with database.unit_of_work() as session:
        factories.county(session)
        return [factories.item(session).id for _ in range(3)]


@pytest.fixture
def counted(served: Served) -> Counted:
    """Count what reaches the application behind the cache."""
    cache, counted = served.app.wsgi_app, Counted()
    assert isinstance(cache, caching.PublicCache)
    inner = cache._app

    def count(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        counted.calls.append(environ["PATH_INFO"])
        return inner(environ, start_response)

    cache._app = count
    return counted
