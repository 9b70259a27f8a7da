"""A field's catalogue comes in as a draft, is compared, and holds from a day on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.catalogue import queries, service
from app.catalogue.errors import BadDate, ImportRefused, NotADraft
from app.catalogue.models import CatalogueVersion
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden
from tests import factories
from tests.catalogue.sheets import row, wide_csv
from tests.catalogue.world import AID, BEGUN, duties, entry, hold
from tests.factories import COUNTY, TOWNSHIP

LATER = date(2026, 12, 10)


def _draft(session: Session, *rows: tuple[object, ...]) -> CatalogueVersion:
    return service.import_draft(
        session,
        field=AID,
        content=wide_csv(*rows),
        file_name="新.csv",
        county_code=COUNTY,
        actor=OPERATOR,
    )


def test_a_dry_run_says_what_is_wrong_and_what_changes_and_writes_nothing(county: Session) -> None:
    hold(county, row(1, "低保", "政策"), row(2, "低保", "名单"), row(3, "特困", "政策"))
    new = wide_csv(
        row(1, "低保", "政策", term="7个工作日"),
        row(2, "低保", "名单"),
        row(3, "临时救助", "政策"),
        row(4, "临时救助", "名单", basis="", level=""),
    )
    plan = service.dry_run(county, field=AID, content=new)
    changes = plan.comparison
    assert [one.item for one in changes.added] == ["政策"]
    assert [(one.item, list(one.columns)) for one in changes.changed] == [("政策", ["公开时限"])]
    assert [one.category for one in changes.gone] == ["特困"]
    assert changes.unchanged == 1
    assert [number for number, _ in plan.reading.faults] == [7]
    assert len(queries.versions(county)) == 1


def test_a_file_with_a_faulty_line_is_refused_whole(county: Session) -> None:
    with pytest.raises(ImportRefused) as refusal:
        _draft(county, row(1, "低保", "政策"), row(2, "低保", "名单", level=""))
    lines = refusal.value.facts["lines"]
    assert lines == [(5, "公开层级没有选：在“县级”或“乡、村级”下打 √。")]
    assert queries.versions(county) == []


def test_a_version_takes_the_place_of_the_one_before(county: Session) -> None:
    first = hold(county, row(1, "低保", "政策"))
    second = hold(county, row(1, "低保", "政策"), row(2, "低保", "名单"), since=date(2026, 11, 20))
    county.refresh(first)
    assert (first.state, second.state, second.number) == ("superseded", "effective", 2)
    assert [one.item for one, _version in queries.search(county)] == ["政策", "名单"]
    assert len(first.checksum) == 64


def test_a_version_for_a_later_day_waits_and_holds_from_that_night(county: Session) -> None:
    first = hold(county, row(1, "低保", "政策"))
    second = _draft(county, row(1, "低保", "政策"))
    service.take_into_force(
        county, version_id=second.id, effective_from=LATER, county_code=COUNTY, actor=OPERATOR
    )
    assert second.state == "draft"
    service.open_duties(county, county_code=COUNTY, day=LATER)
    county.refresh(first)
    county.refresh(second)
    assert (first.state, second.state) == ("superseded", "effective")


def test_a_version_cannot_begin_before_the_one_in_force_nor_twice(county: Session) -> None:
    version = hold(county, row(1, "低保", "政策"))
    draft = _draft(county, row(1, "低保", "政策"))
    with pytest.raises(BadDate):
        service.take_into_force(
            county,
            version_id=draft.id,
            effective_from=date(2026, 10, 31),
            county_code=COUNTY,
            actor=OPERATOR,
        )
    with pytest.raises(NotADraft):
        service.discard(county, version_id=version.id, county_code=COUNTY, actor=OPERATOR)
    service.discard(county, version_id=draft.id, county_code=COUNTY, actor=OPERATOR)
    assert len(queries.versions(county)) == 1


def test_the_publisher_of_the_county_is_found_by_the_name_catalogues_write(county: Session) -> None:
    office = factories.office(county, division_code=COUNTY, name="六枝特区民政局")
    hold(county, row(1, "低保", "政策"), row(2, "低保", "名单", publisher="各乡镇人民政府"))
    assert entry(county, "政策").organisation_id == office.id
    assert entry(county, "名单").organisation_id is None


def test_a_new_version_moves_what_is_open_and_drops_what_is_gone(county: Session) -> None:
    hold(county, row(1, "低保", "支出", term="每月"), row(2, "低保", "人数", term="每月"))
    service.open_duties(county, county_code=COUNTY)
    before = [one.due_on for one in duties(county, "支出")]
    gone = entry(county, "人数").key
    hold(
        county,
        row(1, "低保", "支出", term="每月结束后3个工作日内"),
        since=date(2026, 11, 25),
    )
    service.open_duties(county, county_code=COUNTY)
    service.recount(county)
    after = duties(county, "支出")
    assert before == [date(2026, 12, 14), date(2027, 1, 14)]
    assert [one.due_on for one in after] == [date(2026, 12, 3), date(2027, 1, 5)]
    assert {one.entry_id for one in after} == {entry(county, "支出").id}
    assert not [one for one in duties(county, "人数") if one.entry_key == gone]


def test_a_cadence_that_changes_ends_the_periods_it_no_longer_knows(county: Session) -> None:
    hold(county, row(1, "低保", "支出", term="每月"))
    service.open_duties(county, county_code=COUNTY)
    hold(county, row(1, "低保", "支出", term="每季度"), since=date(2026, 11, 25))
    service.open_duties(county, county_code=COUNTY)
    service.recount(county)
    assert [one.period for one in duties(county, "支出")] == ["2026Q4", "2027Q1"]


def test_nobody_keeps_the_catalogue_of_the_county_with_a_right_for_a_township(
    county: Session,
) -> None:
    township = Actor(name="a", grants=(Grant("disclosure.catalogue", TOWNSHIP),))
    with pytest.raises(Forbidden):
        service.import_draft(
            county,
            field=AID,
            content=wide_csv(row(1, "低保", "政策")),
            file_name="a.csv",
            county_code=COUNTY,
            actor=township,
        )


def test_the_examples_hold_ten_pilot_fields_and_the_villages_three(county: Session) -> None:
    names = service.load_examples(county, effective_from=BEGUN, county_code=COUNTY, actor=OPERATOR)
    pilot = "就业创业 社会救助 社会保险 户籍管理 医疗卫生 涉农补贴 城市综合执法 养老服务"
    assert names == [*pilot.split(), "扶贫开发", "征地拆迁", "党务", "村务", "财务"]
    assert len(queries.search(county, limit=None)) >= 60
    again = service.load_examples(county, effective_from=BEGUN, county_code=COUNTY, actor=OPERATOR)
    assert again == []


def test_an_editor_chooses_among_what_a_place_publishes_itself(county: Session) -> None:
    service.load_examples(county, effective_from=BEGUN, county_code=COUNTY, actor=OPERATOR)
    county_items = {one.item for one in queries.entries_for(county, COUNTY)}
    township = {one.item for one in queries.entries_for(county, TOWNSHIP)}
    village = {one.field_name for one in queries.entries_for(county, factories.VILLAGE)}
    assert "低保标准和政策" in county_items
    assert "低保审核确认结果" in township - county_items
    assert village == {"党务", "村务", "财务"}
    assert "个人权益记录查询" not in county_items  # on application
