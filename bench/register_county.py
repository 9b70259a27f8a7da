"""A made-up register of any size: households whose values are really sealed, loaded with COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from psycopg import Connection, sql
from sqlalchemy import text

from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.doorplates.models import Doorplate
from app.doorplates.states import State
from app.kernel import clock, crypto
from app.kernel.access import OPERATOR
from app.kernel.crypto import Place, Ring
from app.kernel.db import Database

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂"
FIRST_BIRTH, BIRTHS = date(1940, 1, 1), 29_000  # days
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MEMBERS = (3, 4)  # by turns: 3.5 to a household, as 200,000 households are 700,000 people
CHUNK = 2_000  # households to a COPY
TABLES = {
    "households": "id, division_code, group_label, number, address_sealed, door_id, state,"
    " version, created_at",
    "persons": "id, division_code, household_id, is_head, name_sealed, id_number_sealed,"
    " phone_sealed, birth_date_sealed, relation, residence, left_because, created_at",
    "person_indexes": "person_id, field, key_id, digest, division_code",
    "person_tags": "division_code, person_id, tag, valid_from, amount_fen, source",
}


@dataclass(frozen=True)
class Registered:
    """What stands in the register; person `n` (from 0) has `phone_of(n)` and `id_number_of(n)`."""

    households: int
    persons: int


NOBODY = Registered(0, 0)


def phone_of(number: int) -> str:
    """Give the telephone of a person."""
    return f"19{number:09d}"


def id_number_of(number: int) -> str:
    """Give the resident ID number of a person, with its check digit (GB 11643)."""
    body = f"520203{_born(number):%Y%m%d}{number // BIRTHS:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def name_of(number: int) -> str:
    """Give the name of a person; many share one, as people do."""
    return (
        SURNAMES[number % len(SURNAMES)]
        + GIVEN[number // 7 % len(GIVEN)]
        + GIVEN[number // 91 % len(GIVEN)]
    )


def _born(number: int) -> date:
    return FIRST_BIRTH + timedelta(days=number % BIRTHS)


def load(
    owner: Database,
    database: Database,
    *,
    villages: Sequence[str],
    households: int,
    before: Registered = NOBODY,
    plates_each: int = 0,
) -> Registered:
    """Add households to what `before` says is there, spread evenly over the villages.

    The first `plates_each` of these in a village live behind a door with an installed plate. The
    owner copies, with the force of row-level security lifted for that transaction: COPY knows no
    policies. Some 15,000 persons a second on one core.
    """
    doors = {code: iter(_doors(database, code, plates_each)) for code in villages}
    with database.reading() as session:
        ring = crypto.of(session)
    numbers = iter(range(before.households, before.households + households))
    person = before.persons
    while chunk := list(islice(numbers, CHUNK)):
        rows: dict[str, list[str]] = {table: [] for table in TABLES}
        for number in chunk:
            village = villages[number % len(villages)]
            household = _Household(number, village, next(doors[village], None))
            for table, line in household.lines(ring, first_person=person):
                rows[table].append(line)
            person += household.members
        _copy(owner, rows)
    loaded = Registered(before.households + households, person)
    _move_sequences(owner, loaded)
    return loaded


@dataclass(frozen=True)
class _Household:
    number: int
    village: str
    door_id: int | None

    @property
    def members(self) -> int:
        return MEMBERS[self.number % len(MEMBERS)]

    def lines(self, ring: Ring, *, first_person: int) -> Iterator[tuple[str, str]]:
        """Give the lines of COPY: table and text."""
        row, now = self.number + 1, clock.now().isoformat()
        group, house = self.number % 12 + 1, self.number // 12 % 400 + 1
        address = ring.seal(f"{group}组{house}号", Place("households", row, "address"))
        yield (
            "households",
            f"{row}\t{self.village}\t{group}组\tB{row:07d}\t\\\\x{address.hex()}"
            f"\t{self.door_id or chr(92) + 'N'}\tactive\t1\t{now}\n",
        )
        for place in range(self.members):
            yield from self._person(ring, first_person + place, row=row, place=place, now=now)

    def _person(
        self, ring: Ring, number: int, *, row: int, place: int, now: str
    ) -> Iterator[tuple[str, str]]:
        person = number + 1
        values = {
            "name": name_of(number),
            "id_number": id_number_of(number),
            "phone": phone_of(number),
            "birth_date": _born(number).isoformat(),
        }
        sealed = "\t".join(
            "\\\\x" + ring.seal(value, Place("persons", person, field)).hex()
            for field, value in values.items()
        )
        head, relation = ("t", "head") if place == 0 else ("f", "other")
        yield (
            "persons",
            f"{person}\t{self.village}\t{row}\t{head}\t{sealed}\t{relation}\tresident\t\t{now}\n",
        )
        for field in ("phone", "id_number"):
            digest = ring.index(field, values[field]).hex()
            yield (
                "person_indexes",
                f"{person}\t{field}\t{ring.index_current}\t\\\\x{digest}\t{self.village}\n",
            )
        if number % 10 == 0:
            yield "person_tags", f"{self.village}\t{person}\tdibao\t2026-01-01\t45000\tbench\n"


def _doors(database: Database, village: str, count: int) -> list[int]:
    if not count:
        return []
    with database.unit_of_work() as session:
        batch = doorplates.issue_batch(session, division_code=village, doors=count, actor=OPERATOR)
        session.query(Doorplate).filter(Doorplate.batch_id == batch.id).update(
            {Doorplate.state: State.INSTALLED}
        )
        return [door.id for door in plates.doors(session, village, batch_id=batch.id)]


def _copy(owner: Database, rows: dict[str, list[str]]) -> None:
    with owner.engine.begin() as connection:
        raw: Connection[tuple[object, ...]] = connection.connection.dbapi_connection  # type: ignore[assignment]  # psycopg's own
        for table, lines in rows.items():
            connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
            command = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(TABLES[table])
            )
            with raw.cursor() as cursor, cursor.copy(command) as copy:
                copy.write("".join(lines))
            connection.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))


def _move_sequences(owner: Database, loaded: Registered) -> None:
    with owner.engine.begin() as connection:
        for table, last in (("households", loaded.households), ("persons", loaded.persons)):
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
                {"table": table, "last": max(last, 1)},
            )
