"""A cadre's phone in a village without signal: prepared, opened, written on, and back again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.conftest import NewContext
from tests.browser.offline_world import PIN, Device, House, World
from tests.browser.running import Platform, until


@pytest.fixture(scope="module")
def world(platform: Platform) -> Iterator[World]:
    """Give the platform's register."""
    world = World(platform)
    yield world
    world.database.dispose()


@pytest.fixture
def house(world: World) -> House:
    """Give a household of this test's own."""
    return world.house()


@pytest.fixture
def cadre(world: World) -> str:
    """Give a cadre of this test's own."""
    return world.cadre()


@pytest.fixture
def phone(new_context: NewContext, world: World, cadre: str) -> BrowserContext:
    """Give the cadre's phone, signed in."""
    context = new_context()
    world.sign_in(context, cadre)
    return context


@pytest.fixture
def device(phone: BrowserContext, house: House) -> Iterator[Device]:
    """Give the phone with a pack of the household's group, and then no network."""
    device = Device(phone)
    device.prepare(house)
    phone.set_offline(True)
    yield device
    assert device.faults == []


def _send(device: Device) -> None:
    device.context.set_offline(False)
    device.page.get_by_role("button", name="上传").click()


def test_a_visit_is_logged_without_signal_survives_a_killed_tab_and_arrives_once(
    device: Device, house: House, world: World
) -> None:
    device.kill()
    device.unlock()
    device.enter(house.plate.lower())
    expect(device.page.get_by_role("heading", level=1)).to_contain_text(house.number)
    expect(device.page.get_by_text("赵**", exact=True).first).to_be_visible()
    device.log("水管裂了")
    device.kill()
    expect(device.page.get_by_text("待传走访 1 次")).to_be_visible()
    assert world.visits(house) == []
    _send(device)
    expect(device.page.get_by_text("已经传好")).to_be_visible()
    expect(device.page.get_by_text("没有待传的内容")).to_be_visible()
    assert [(one.notes, one.source) for one in world.visits(house)] == [("水管裂了", "offline")]
    assert device.kept("unsent") == []


def test_nothing_readable_stands_on_the_device(device: Device, house: House) -> None:
    device.enter(house.plate)
    device.log("老人说腿疼")
    stored = json.dumps(device.kept("pack") + device.kept("unsent"))
    assert "envelope" in stored
    for value in ("赵", "腿疼", house.number, house.plate, "server_key", PIN):
        assert value not in stored
        assert json.dumps(value)[1:-1] not in stored
    kept = device.page.evaluate(
        """async () => {
          const names = await caches.keys();
          const shelves = await Promise.all(names.map((name) => caches.open(name)));
          const keys = await Promise.all(shelves.map((shelf) => shelf.keys()));
          return keys.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    assert "/console/offline/" in kept
    assert all(
        path.startswith(("/static/console/", "/bootstrap/")) or path == "/console/offline/"
        for path in kept
    )


def test_a_code_that_is_none_and_one_of_another_house_open_nothing(
    device: Device, world: World
) -> None:
    device.enter("7K3M9QXW2R4T1")
    expect(device.page.get_by_text("这不是门牌编号")).to_be_visible()
    other = world.house()
    device.enter(other.plate)
    expect(device.page.get_by_text("这块门牌不在离线包里")).to_be_visible()


def test_ten_wrong_pins_wipe_the_pack_and_not_the_visits(device: Device, house: House) -> None:
    device.enter(house.plate)
    device.log("还没有传")
    device.kill()
    for left in range(9, 0, -1):
        device.unlock("000000")
        expect(device.page.get_by_text(f"还可以试 {left} 次")).to_be_visible()
    device.unlock("000000")
    expect(device.page.get_by_text("离线包已经从这台设备上清除")).to_be_visible()
    assert device.kept("pack") == [{"why": "wiped"}]
    assert len(device.kept("unsent")) == 2


def test_a_right_pin_forgives_the_wrong_ones_before_it(device: Device) -> None:
    device.kill()
    device.unlock("000000")
    expect(device.page.get_by_text("还可以试 9 次")).to_be_visible()
    device.unlock()
    device.page.get_by_label("门牌编号").wait_for()
    assert device.kept("pack")[0]["tries"] == 0


def test_a_day_later_the_pack_is_gone_and_turning_the_clock_back_does_not_help(
    device: Device,
) -> None:
    device.set_clock(24.1)
    expect(device.page.get_by_text("离线包满 24 小时")).to_be_visible()
    assert device.kept("pack") == [{"why": "expired"}]
    device.kill()
    expect(device.page.get_by_role("heading", name="准备离线包")).to_be_visible()


def test_a_clock_turned_back_opens_nothing_and_wins_no_time(device: Device) -> None:
    device.set_clock(20)
    device.unlock()
    device.page.get_by_label("门牌编号").wait_for()
    device.set_clock(-10)
    device.unlock()
    expect(device.page.get_by_text("请先校准时间")).to_be_visible()
    assert device.kept("pack")[0]["tries"] == 0
    device.set_clock(24.5)
    expect(device.page.get_by_text("离线包满 24 小时")).to_be_visible()


def test_an_open_pack_closes_when_its_day_is_over_or_its_clock_is_turned_back(
    phone: BrowserContext, house: House
) -> None:
    device = Device(phone)
    device.page.clock.install()
    device.open()
    device.prepare(house)
    device.page.clock.run_for(16_000)
    device.page.get_by_label("门牌编号").wait_for()
    device.page.clock.fast_forward(24 * 3_600_000)
    expect(device.page.get_by_text("离线包满 24 小时")).to_be_visible()
    assert device.kept("pack") == [{"why": "expired"}]


def test_an_open_pack_nobody_touches_is_locked_and_what_was_half_written_is_kept(
    phone: BrowserContext, house: House
) -> None:
    device = Device(phone)
    device.page.clock.install()
    device.open()
    device.prepare(house)
    phone.set_offline(True)
    device.enter(house.plate)
    device.page.get_by_label("情况").fill("才写了一半")
    device.page.clock.fast_forward(6 * 60_000)
    expect(device.page.get_by_text("已经上锁")).to_be_visible()
    assert [one["kind"] for one in device.kept("unsent")].count("visit") == 1
    assert device.page.get_by_label("情况").input_value() == ""


def test_a_connection_that_drops_in_the_middle_loses_nothing_and_doubles_nothing(
    device: Device, house: House, world: World
) -> None:
    for number in range(7):
        device.page.get_by_label("门牌编号").wait_for()
        device.enter(house.plate)
        device.log(f"第{number}次")
        device.page.get_by_role("button", name="返回").click()
    asked: list[str] = []
    mended: list[bool] = []

    def answer_then_drop(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1 or mended:
            route.continue_()
            return
        if len(asked) == 2:
            route.fetch()  # the server takes it, and its answer is lost
        route.abort("connectionreset")  # and so is all that the page tries by itself

    device.page.route("**/console/offline/messages", answer_then_drop)
    _send(device)
    expect(device.page.get_by_text("网络断了")).to_be_visible()
    assert len(world.visits(house)) == 7
    assert 0 < len(device.kept("unsent")) < 14
    mended.append(True)
    device.kill()
    expect(device.page.get_by_text("没有待传的内容")).to_be_visible()
    assert sorted(one.notes for one in world.visits(house)) == [f"第{n}次" for n in range(7)]


def test_a_visit_mended_on_the_page_is_one_visit(
    device: Device, house: House, world: World
) -> None:
    device.enter(house.plate)
    device.log("先写的")
    device.log("后来补的")
    expect(device.page.get_by_text("待传走访 1 次")).to_be_visible()
    _send(device)
    expect(device.page.get_by_text("没有待传的内容")).to_be_visible()
    device.log("传完又补的")
    device.page.get_by_role("button", name="上传").click()
    expect(device.page.get_by_text("没有待传的内容")).to_be_visible()
    assert [one.notes for one in world.visits(house)] == ["传完又补的"]


def test_an_ended_session_keeps_everything_until_one_signs_in_again(
    device: Device, house: House, world: World, cadre: str
) -> None:
    device.enter(house.plate)
    device.log("登录过期前记的")
    world.end_sessions(cadre)
    _send(device)
    expect(device.page.get_by_role("link", name="重新登录")).to_be_visible()
    expect(device.page.get_by_text("待传走访 1 次")).to_be_visible()
    assert world.visits(house) == []
    world.sign_in(device.context, cadre)
    device.open()
    expect(device.page.get_by_text("没有待传的内容")).to_be_visible()
    assert [one.notes for one in world.visits(house)] == ["登录过期前记的"]


@pytest.mark.parametrize("way", ["pack", "account"])
def test_what_is_revoked_is_wiped_at_the_next_contact(
    device: Device, house: House, world: World, cadre: str, way: str, new_context: NewContext
) -> None:
    device.enter(house.plate)
    device.log("还在")
    if way == "account":
        world.end_sessions(cadre, disable=True)
    else:
        world.take_back(cadre, new_context())
    device.kill()
    device.context.set_offline(False)
    expect(device.page.get_by_text("离线包已被收回")).to_be_visible()
    assert device.kept("pack") == [{"why": "revoked"}]
    if way == "account":
        assert len(device.kept("unsent")) == 2


def test_a_page_killed_before_it_could_say_what_was_revoked_leaves_that_to_the_next(
    device: Device, world: World, cadre: str, new_context: NewContext
) -> None:
    world.take_back(cadre, new_context())
    device.context.set_offline(False)
    until(lambda: "sealed" not in device.kept("pack")[0], what="the wiping")
    for _opening in range(2):
        device.kill()
        expect(device.page.get_by_text("离线包已被收回")).to_be_visible()


def test_a_conflict_is_shown_side_by_side_and_a_person_decides(
    device: Device, house: House, world: World, cadre: str, new_context: NewContext
) -> None:
    desk = new_context()
    world.sign_in(desk, world.cadre())
    page = desk.new_page()
    page.goto(f"/console/visits/new/{world.village}/{house.id}")
    page.get_by_label("情况").fill("同事当天也来过")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(lambda address: "/new/" not in address)
    assert [one.notes for one in world.visits(house)] == ["同事当天也来过"]
    device.enter(house.plate)
    device.log("我离线记的")
    _send(device)
    expect(device.page.get_by_text("请到“走访”里对照确认")).to_be_visible()
    mine = device.context.new_page()
    mine.goto("/console/visits")
    mine.get_by_role("link", name=f"{cadre} 记的走访").click()
    for said in ("同事当天也来过", "我离线记的", "同一天别人也走访了这一户"):
        expect(mine.get_by_text(said).first).to_be_visible()
    mine.get_by_label("并入已有的走访").check()
    mine.get_by_role("button", name="确认").click()
    expect(mine.get_by_text("由").first).to_be_visible()
    [visit] = until(lambda: world.visits(house), what="the merged visit")
    assert visit.notes == f"同事当天也来过\n【{cadre} 离线记录】我离线记的"
