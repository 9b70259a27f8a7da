"""Offices and units: registered, changed, closed, or brought in as a table."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import app.demo
from app.kernel import access, changes
from app.kernel.errors import Forbidden
from app.organisations import queries, service
from app.organisations.errors import ImportRefused, KeyTaken, OrganisationNotFound
from app.organisations.models import Kind
from app.organisations.schemas import Details, ImportSummary
from app.places.errors import DivisionNotFound
from tests.places.tables import SMALL, bring_in

VILLAGE = "520203102213"
HEADER = "key,name,kind,division_code,phone,address,hours,duty"
COMMITTEE = (
    f"qgl,青杠林村村民委员会,village_committee,{VILLAGE},0858-5550101,大寨组,周一至周五,村务"
)
SUPERVISION = f"qgl_s,青杠林村村务监督委员会,village_supervision_committee,{VILLAGE},,,,"
COUNTY_LINE = "hot,12345热线,hotline,520203,12345,,全天,投诉"
TOWN_LINE = "town_hot,岩脚镇热线,hotline,520203102,0858-5550100,,,"
DEMO = Path(app.demo.__path__[0]) / "data" / "organisations.csv"


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    """Give every test here the small county."""
    bring_in(session, *SMALL)


def _import(session: Session, *rows: str) -> ImportSummary:
    content = "\n".join((HEADER, *rows)).encode()
    return service.import_organisations(session, content=content, actor=access.OPERATOR)


def _details(**changed: str) -> Details:
    values = {"name": "民政办", "kind": "township_office", "division_code": "520203102"}
    return Details.model_validate({**values, **changed})


def test_a_table_is_imported_and_a_second_time_changes_nothing(session: Session) -> None:
    assert _import(session, COMMITTEE, SUPERVISION) == ImportSummary(added=2)
    assert _import(session, COMMITTEE, SUPERVISION) == ImportSummary(unchanged=2)
    changed = COMMITTEE.replace("5550101", "5550199")
    assert _import(session, changed) == ImportSummary(changed=1)
    found = queries.for_division(session, VILLAGE)
    assert [one.phone for one in found] == ["0858-5550199", ""]


def test_the_demonstrations_table_is_sound(session: Session) -> None:
    summary = service.import_organisations(
        session, content=DEMO.read_bytes(), actor=access.OPERATOR
    )
    assert summary.added == len(DEMO.read_text("utf-8").splitlines()) - 1


def test_every_bad_row_is_told_with_its_line_and_nothing_is_imported(session: Session) -> None:
    bad = (
        ("QGL,名,hotline,520203,,,,", "标识应当是"),
        ("a,,hotline,520203,,,,", "名称应当有"),
        ("b,名,bureau,520203,,,,", "类别应当是"),
        ("c,名,hotline,52020,,,,", "区划代码应当是"),
        ("d,名,hotline,520299,,,,", "没有这个区划代码"),
        ("e,名,hotline,520203,电话,,,", "电话只能"),
        ("f,名,hotline,520203,," + "长" * 201 + ",,", "地址最多"),
        ("qgl,名,hotline,520203,,,,", "标识与第 2 行重复"),
        ("g,名,hotline,520203", "有 4 格"),
    )
    with pytest.raises(ImportRefused) as refusal:
        _import(session, COMMITTEE, *(row for row, _ in bad))
    told = refusal.value.facts["lines"]
    assert isinstance(told, list)
    assert [number for number, _ in told] == list(range(3, 3 + len(bad)))
    for (_, sentence), (_, expected) in zip(told, bad, strict=True):
        assert expected in sentence
    assert queries.for_division(session, VILLAGE) == []


def test_who_is_responsible_is_the_committee_and_then_its_supervision(session: Session) -> None:
    unit = f"coop,股份经济合作社,village_unit,{VILLAGE},,,,"
    _import(session, SUPERVISION, unit, COMMITTEE)
    kinds = [one.kind for one in queries.responsible_for_village(session, VILLAGE)]
    assert kinds == [Kind.VILLAGE_COMMITTEE, Kind.VILLAGE_SUPERVISION_COMMITTEE]


def test_the_nearest_hotline_comes_first(session: Session) -> None:
    _import(session, COUNTY_LINE, TOWN_LINE, COMMITTEE)
    lineage = ["520203", "520203102", VILLAGE]
    assert [one.key for one in queries.hotlines(session, lineage)] == ["town_hot", "hot"]
    assert [one.key for one in queries.hotlines(session, ["520203"])] == ["hot"]


def test_a_closed_organisation_is_listed_no_more_and_kept(session: Session) -> None:
    _import(session, COUNTY_LINE)
    (hotline,) = queries.hotlines(session, ["520203"])
    service.close(session, organisation_id=hotline.id, actor=access.OPERATOR)
    first = hotline.closed_at
    service.close(session, organisation_id=hotline.id, actor=access.OPERATOR)
    assert queries.hotlines(session, ["520203"]) == []
    assert queries.get(session, hotline.id).closed_at == first
    assert _import(session, COUNTY_LINE).changed == 1
    assert len(queries.hotlines(session, ["520203"])) == 1


def test_a_key_stands_for_one_organisation(session: Session) -> None:
    service.register(session, details=_details(), actor=access.OPERATOR, key="civil")
    with pytest.raises(KeyTaken):
        service.register(session, details=_details(), actor=access.OPERATOR, key="civil")


def test_an_organisation_belongs_to_a_division_in_force(session: Session) -> None:
    with pytest.raises(DivisionNotFound):
        service.register(
            session, details=_details(division_code="520203199"), actor=access.OPERATOR
        )
    one = service.register(session, details=_details(), actor=access.OPERATOR)
    with pytest.raises(DivisionNotFound):
        service.change(
            session,
            organisation_id=one.id,
            details=_details(division_code="520203199"),
            actor=access.OPERATOR,
        )
    with pytest.raises(OrganisationNotFound):
        service.change(
            session, organisation_id=one.id + 1, details=_details(), actor=access.OPERATOR
        )


def test_moving_an_organisation_takes_a_grant_for_both_places_and_announces_the_county(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    one = service.register(session, details=_details(), actor=access.OPERATOR)
    moved = _details(division_code="520203106")
    here, there = (access.Grant("organisations.maintain", f"52020310{end}") for end in "26")
    monkeypatch.setattr(changes, "division_changed", lambda _session, code: told.append(code))
    for grants in ((here,), (there,)):
        with pytest.raises(Forbidden):
            service.change(
                session,
                organisation_id=one.id,
                details=moved,
                actor=access.Actor("clerk", 1, grants),
            )
    assert (one.division_code, told) == ("520203102", [])
    both = access.Actor("clerk", 1, (here, there))
    service.change(session, organisation_id=one.id, details=moved, actor=both)
    assert told == ["520203", "520203"]  # what it published may stand anywhere in the county
