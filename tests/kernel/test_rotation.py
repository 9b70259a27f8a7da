"""Every sealed column of every table can be brought under another key."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Column, Engine, LargeBinary, MetaData, String, Table, text
from sqlalchemy.schema import SchemaItem

from app.kernel import digests, rotation
from app.kernel.db import Base
from app.kernel.rotation import NotRotatable
from app.registry import import_models


def test_every_table_that_seals_can_be_rotated(owner_engine: Engine) -> None:
    import_models()
    tables = rotation.sealed_tables(Base.metadata)
    assert {"households", "persons", "record_changes"} <= {one.table.name for one in tables}
    with owner_engine.connect() as connection:
        for one in tables:
            may = text("SELECT has_table_privilege('sunshine_app', :name, 'SELECT, UPDATE')")
            assert connection.scalar(may, {"name": one.table.name}), one.table.name


def test_every_table_that_keeps_a_digest_by_key_says_how_it_is_made() -> None:
    import_models()
    for table in Base.metadata.sorted_tables:
        if any(column.name.endswith(("key_id", "openid_key")) for column in table.columns):
            assert digests.INFO in table.info, table.name
    for table, how in digests.tables(Base.metadata):
        assert how.source in Base.metadata.tables
        assert {how.link, how.digest, how.key, how.field or how.key} <= set(table.columns.keys())


@pytest.mark.parametrize(
    ("keys", "append_only", "kind"),
    [
        (("a", "b"), False, LargeBinary),
        (("code",), False, LargeBinary),
        (("id",), True, LargeBinary),
        (("id",), False, String),
    ],
    ids=["two keys", "a text for a key", "append only", "a text for a value"],
)
def test_a_table_that_would_stay_under_its_key_is_refused(
    keys: tuple[str, ...], append_only: bool, kind: type[LargeBinary | String]
) -> None:
    metadata = MetaData()
    columns: list[SchemaItem] = [
        Column(name, String if name == "code" else BigInteger, primary_key=True) for name in keys
    ]
    columns.append(Column("note_sealed", kind))
    Table("secrets", metadata, *columns, info={"append_only": append_only})
    with pytest.raises(NotRotatable):
        rotation.sealed_tables(metadata)
