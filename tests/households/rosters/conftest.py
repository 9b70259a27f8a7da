"""A county, a folder for sealed files, and imports carried through as workers would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.households.models.imports import RosterImport
from app.households.queries import imports as queries
from app.households.service import importing
from app.kernel import scope
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests import factories
from tests.factories import VILLAGE


@dataclass
class Desk:
    """Whoever feeds rosters to a village."""

    database: Database
    files_dir: Path

    def upload(self, content: bytes, *, village: str = VILLAGE, name: str = "名单.xlsx") -> int:
        """Upload a roster and take the mapping its headings suggest, up to the dry run."""
        import_id = self.upload_only(content, village=village, name=name)
        with self.database.unit_of_work() as session:
            layout = queries.layout(session, queries.get(session, import_id))
            columns = {column.index: column.field for column in layout.columns}
            importing.set_mapping(session, import_id, columns=columns, actor=OPERATOR)
        importing.read(self.database, import_id=import_id, files_dir=self.files_dir)
        return import_id

    def upload_only(
        self, content: bytes, *, village: str = VILLAGE, name: str = "名单.xlsx"
    ) -> int:
        """Upload a roster."""
        with self.database.unit_of_work() as session:
            row = importing.upload(
                session,
                division_code=village,
                file_name=name,
                content=content,
                actor=OPERATOR,
                files_dir=self.files_dir,
            )
            return row.id

    def start(self, import_id: int) -> None:
        """Start an import without carrying it out."""
        with self.database.unit_of_work() as session:
            importing.start(session, import_id, actor=OPERATOR)

    def feed(self, content: bytes, *, village: str = VILLAGE) -> dict[str, int]:
        """Bring a roster in from beginning to end; gives what was done."""
        import_id = self.upload(content, village=village)
        self.start(import_id)
        importing.run(self.database, import_id=import_id, files_dir=self.files_dir)
        return self.get(import_id).counts

    def get(self, import_id: int) -> RosterImport:
        """Give an import as it is now."""
        with self.database.reading() as session:
            return queries.get(session, import_id)

    def rows(self, import_id: int, *, village: str = VILLAGE) -> list[queries.Row]:
        """Open the households of an import."""
        with self.database.unit_of_work() as session:
            scope.open_scope(session, village)
            return queries.page(session, import_id=import_id, outcome=None, after=0, limit=1000)


Feed = Callable[..., dict[str, int]]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """Give a desk in the county of the factories."""
    with database.unit_of_work() as session:
        factories.county(session)
    return Desk(database, tmp_path / "files")
