"""Scanning in front of the database: offices' own telephones, words of the list."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.kernel.access import OPERATOR
from app.organisations import service as organisations
from app.organisations.models import Kind as Office
from app.organisations.schemas import Details
from app.screening.schemas import HINTS, LABELS, Kind
from app.screening.service import mask, scan_file, scan_text
from tests import factories
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.screening.test_words import add


@pytest.fixture
def county(session: Session) -> Session:
    factories.county(session)
    organisations.register(
        session,
        details=Details(
            name="村委会",
            kind=Office.VILLAGE_COMMITTEE,
            division_code=VILLAGE,
            phone="0858-5550101、13800000001",
            address="青杠林村大寨组12号",
        ),
        actor=OPERATOR,
    )
    return session


@pytest.mark.parametrize(
    "text",
    [
        "咨询：0858-5550101",
        "电话（0858）555 0101",
        "电话：5550101",
        "+86 858 5550101",
        "村主任 138 0000 0001",
        "请到青杠林村大寨组12号来",
    ],
)
def test_what_an_office_published_of_itself_is_no_finding(county: Session, text: str) -> None:
    assert scan_text(county, text) == []
    assert scan_file(county, text.encode()) == []


@pytest.mark.parametrize("text", ["0858-5550102", "13800000002", "青杠林村大寨组13号"])
def test_any_other_is(county: Session, text: str) -> None:
    assert len(scan_text(county, text)) == 1


def test_with_a_place_only_offices_of_it_and_above_and_below_count(county: Session) -> None:
    text = "电话0858-5550101"
    assert scan_text(county, text, division_code=VILLAGE) == []
    assert scan_text(county, text, division_code=TOWNSHIP) == []
    assert scan_text(county, text, division_code=VILLAGE + "01") == []
    assert [one.kind for one in scan_text(county, text, division_code=OTHER_VILLAGE)] == ["phone"]


def test_words_of_the_list_are_found_beside_personal_data_in_their_order(county: Session) -> None:
    add(county, "sensitive", "内部资料")
    add(county, "wrong", "帐户", "账户")
    text = "内部资料：13985812345的帐户"
    found = scan_text(county, text)
    assert [(one.kind, text[one.start : one.end]) for one in found] == [
        (Kind.SENSITIVE_WORD, "内部资料"),
        (Kind.PHONE, "13985812345"),
        (Kind.WRONG_WORD, "帐户"),
    ]
    assert found[2].hint == "应写作“账户”。"
    assert mask(text, found) == "内部资料：139****2345的帐户"


def test_every_kind_has_its_label_and_advice() -> None:
    assert set(LABELS) == set(HINTS) == set(Kind)
    assert all(hint.endswith("。") for hint in HINTS.values())
