"""Loading the demo county: once, into an empty database, marked wherever it is shown."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text

from app.demo import loading
from app.demo.cli import prepare_demo
from app.disclosure import queries as disclosure
from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.doorplates.service import Press
from app.factory import NotReadyForProduction, create_app
from app.households.queries import bindings
from app.identity.villagers import queries as villagers
from app.identity.villagers.models import IdentityKind
from app.kernel import deployment
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests import factories
from tests.demo.conftest import DemoCounty

VILLAGE = loading.VILLAGE
TABLES = ("items", "item_revisions", "doorplates", "divisions", "staff", "doorplate_sheets")


def _facts(county: DemoCounty) -> dict[str, object]:
    facts: dict[str, object] = json.loads(county.path.read_text())
    return facts


def _counts(database: Database) -> tuple[int, ...]:
    with database.reading() as session:
        return tuple(
            session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in (
                "items",
                "item_revisions",
                "doorplates",
                "divisions",
                "staff",
                "doorplate_sheets",
            )
        )


def test_the_first_load_says_where_accounts_and_plates_are(demo_county: DemoCounty) -> None:
    assert str(demo_county.path) in demo_county.said
    facts = _facts(demo_county)
    assert list(facts) == [
        "base_url",
        "village",
        "plates",
        "accounts",
        "villagers",
        "sheets",
        "roster",
    ]
    assert facts["base_url"] == "https://demo.example.gov.cn"
    assert facts["village"] == VILLAGE
    assert isinstance(facts["plates"], list)
    assert len(facts["plates"]) == loading.PLATES
    assert Path(str(facts["sheets"])).read_bytes().startswith(b"%PDF")
    assert isinstance(facts["accounts"], list)
    for account in facts["accounts"]:
        lacking = {"username", "password", "role", "scope", "totp_secret"} - set(account)
        assert not lacking or account["role"] in {"installer", "supervision_committee"}


def test_one_villager_is_bound_to_a_household_with_a_plate(demo_county: DemoCounty) -> None:
    facts = _facts(demo_county)
    assert isinstance(facts["villagers"], list)
    assert isinstance(facts["plates"], list)
    villager: dict[str, str] = facts["villagers"][0]
    assert set(villager) == {"name", "phone", "id_last_four", "plate", "how"}
    assert villager["plate"] in facts["plates"]
    with demo_county.database.unit_of_work() as session:
        known = villagers.find_identity(session, IdentityKind.PHONE, villager["phone"])
        assert known is not None
        (bound,) = bindings.active_for_account(session, known.account_id)
    assert (bound.kind, bound.division_code) == ("member", VILLAGE)


def test_nobody_else_on_the_machine_reads_the_passwords(demo_county: DemoCounty) -> None:
    assert stat.S_IMODE(demo_county.path.stat().st_mode) == 0o600


def test_a_second_load_changes_nothing(demo_county: DemoCounty) -> None:
    before, facts = _counts(demo_county.database), _facts(demo_county)
    assert prepare_demo(demo_county.database, demo_county.settings) == "演示县已经装载。"
    assert _counts(demo_county.database) == before
    assert _facts(demo_county) == facts


def test_every_account_signs_in(demo_county: DemoCounty) -> None:
    accounts = _facts(demo_county)["accounts"]
    assert isinstance(accounts, list)
    for account in accounts:
        body = {"username": account["username"], "password": account["password"]}
        if "totp_secret" in account:
            body["code"] = pyotp.TOTP(account["totp_secret"]).now()
        answer = demo_county.app.test_client().post("/api/v1/tokens", json=body)
        assert answer.status_code == 201, account["username"]


def test_every_place_has_enough_to_read(demo_county: DemoCounty) -> None:
    with demo_county.database.reading() as session:
        counts = {
            code: len(disclosure.feed(session, codes=[code], limit=100).rows)
            for code in (VILLAGE, loading.TOWNSHIP, loading.COUNTY)
        }
        tiles = disclosure.newest_by_topic(
            session,
            codes=list(counts),
            topics=[topic.code for topic in disclosure.topics(session) if topic.tile],
        )
    assert sum(counts.values()) >= 60
    assert min(counts.values()) >= 12
    assert len(tiles) == 4


def _pages(county: DemoCounty) -> list[str]:
    plates = _facts(county)["plates"]
    assert isinstance(plates, list)
    with county.database.reading() as session:
        rows = disclosure.feed(session, codes=[VILLAGE, "520203102", "520203"], limit=100).rows
    corrected = next(row.id for row in rows if row.revision > 1)
    return [
        "/",
        f"/v/{VILLAGE}",
        f"/v/{VILLAGE}/topics/dibao",
        f"/v/{VILLAGE}/board",
        f"/items/{rows[0].id}",
        f"/items/{corrected}/revisions/1",
        f"/d/{plates[0]}",
        f"/d/{plates[0]}/report",
        "/d/unknown",
        "/nowhere",
        "/console/sign-in",
        "/console/doorplates",
        "/api/v1/",
    ]


def test_every_page_says_that_it_is_a_demonstration(demo_county: DemoCounty) -> None:
    client = demo_county.app.test_client()
    for path in _pages(demo_county):
        answer = client.get(path)
        assert answer.content_type.startswith("text/html"), path
        assert '<p class="demo-band"><b>演示</b>' in answer.text, path
        assert '<meta name="robots" content="noindex">' in answer.text, path
        assert answer.headers["X-Robots-Tag"] == "noindex", path
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_every_json_says_that_it_is_a_demonstration(demo_county: DemoCounty) -> None:
    plates = _facts(demo_county)["plates"]
    assert isinstance(plates, list)
    client = demo_county.app.test_client()
    for path in (
        "/api/v1/topics",
        "/api/v1/divisions?name=青杠林",
        f"/api/v1/divisions/{VILLAGE}",
        f"/api/v1/divisions/{VILLAGE}/children",
        f"/api/v1/divisions/{VILLAGE}/organisations",
        f"/api/v1/divisions/{VILLAGE}/items",
        f"/api/v1/doorplates/{plates[0]}",
        "/api/v1/doorplates/unknown",
        "/api/v1/items/0",
        "/api/v1/nowhere",
        "/api/v1/openapi.json",
        "/healthz",
    ):
        answer = client.get(path)
        assert "json" in answer.content_type
        assert "演示" in answer.text, path
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_no_page_names_a_telephone_of_anyone_real(demo_county: DemoCounty) -> None:
    client = demo_county.app.test_client()
    for path in _pages(demo_county):
        for number in re.findall(r'href="tel:([^"]+)"', client.get(path).text):
            assert re.fullmatch(r"0858555\d{4}|12345", number), path


def test_another_address_is_drawn_anew_and_everything_else_stays(
    demo_county: DemoCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(_database: Database, *, press: Press) -> Path:
        drawn.append(press.base_url)
        return tmp_path

    monkeypatch.setattr(loading, "draw", draw)
    before, copy = _counts(demo_county.database), tmp_path / "demo.json"
    copy.write_text(demo_county.path.read_text())
    moved = {"data_dir": tmp_path, "public_base_url": "https://other.example.gov.cn"}
    settings = demo_county.settings.model_copy(update=moved)
    prepare_demo(demo_county.database, settings)
    assert drawn == ["https://other.example.gov.cn"]
    assert json.loads(copy.read_text())["base_url"] == "https://other.example.gov.cn"
    assert _counts(demo_county.database)[:5] == before[:5]


def test_a_redraw_leaves_alone_what_people_did_with_the_plates_since(
    demo_county: DemoCounty, tmp_path: Path
) -> None:
    database = demo_county.database
    with database.unit_of_work() as session:
        first, second, *_rest = plates.plates_of_batch(session, plates.first_batch(session).id)
        doorplates.revoke(session, code=first.code, reason="测试停用", actor=OPERATOR)
        doorplates.report_damage(session, code=second.code, reason="测试报损", actor=OPERATOR)
    moved = {"data_dir": tmp_path, "public_base_url": "https://third.example.gov.cn"}
    settings = demo_county.settings.model_copy(update=moved)
    assert "demo.json" in prepare_demo(database, settings)
    facts = json.loads((tmp_path / "demo.json").read_text())
    assert first.code not in facts["plates"]
    with database.reading() as session:
        assert plates.find(session, first.code).state == "revoked"
        assert plates.find(session, second.code).state == "damaged"


def test_production_refuses_to_start_on_demo_data(demo_county: DemoCounty) -> None:
    settings = demo_county.settings.model_copy(update={"env": "production", "secret_key": "s" * 43})
    with pytest.raises(NotReadyForProduction, match="demonstration data"):
        create_app(settings)


def test_a_database_with_real_data_is_left_alone(
    database: Database, demo_county: DemoCounty
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
    before = _counts(database)
    assert "没有装载" in prepare_demo(database, demo_county.settings)
    assert _counts(database) == before
    with database.reading() as session:
        assert not deployment.is_demonstration(session)
