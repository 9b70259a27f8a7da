"""The offline application's camera: a plate is read from what it sees, or its code is typed.

Chromium plays a film as its camera. `BarcodeDetector` exists where the operating system brings a
reader, which Linux does not; here one stands in that hands the very frames of the film to zxing.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

from app.doorplates import symbol
from tests.browser.conftest import CHROMIUM, OPTIONS, PHONE
from tests.browser.offline_world import Device, House, World
from tests.browser.running import Platform, until

DETECTOR = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) {
    const frame = document.createElement("canvas");
    frame.width = video.videoWidth;
    frame.height = video.videoHeight;
    frame.getContext("2d").drawImage(video, 0, 0);
    window.looks = (window.looks || 0) + 1;
    const texts = await window.readFrame(frame.toDataURL("image/png"));
    return texts.map((text) => ({ rawValue: text }));
  }
};
"""
TRACKS = """
window.tracks = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  window.tracks.push(...stream.getTracks());
  return stream;
};
"""
LIT = "window.tracks.filter((track) => track.readyState === 'live').length"
Phone = Callable[..., Device]


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


def _film(path: Path, text: str) -> None:
    """Write a film of a QR symbol that is held before the camera: motion JPEG, 640 x 480."""
    seen = Image.open(io.BytesIO(symbol.png(text))).convert("RGB").resize((360, 360))
    frame = Image.new("RGB", (640, 480), "grey")
    frame.paste(seen, (140, 60))
    packed = io.BytesIO()
    frame.save(packed, "JPEG", quality=90)
    path.write_bytes(packed.getvalue() * 10)


def _read_frame(address: str) -> list[str]:
    frame = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
    return [found.text for found in zxingcpp.read_barcodes(frame)]


@pytest.fixture
def phone(browser: Browser, world: World, platform: Platform, tmp_path: Path) -> Iterator[Phone]:
    """`phone(house, before=…)`: a cadre's phone without signal, something held before its camera.

    It may use the camera unless `refused`, and reads symbols unless `blind`.
    """
    started: list[Browser] = []

    def make(house: House, *, before: str, refused: bool = False, blind: bool = False) -> Device:
        _film(tmp_path / "seen.mjpeg", before)
        own = browser.browser_type.launch(
            executable_path=CHROMIUM,
            args=[
                *OPTIONS,
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={tmp_path / 'seen.mjpeg'}",
            ],
        )
        started.append(own)
        context = own.new_context(
            base_url=platform.base_url,
            viewport=PHONE,
            locale="zh-CN",
            permissions=[] if refused else ["camera"],
        )
        _prepare(context, blind=blind)
        world.sign_in(context, world.cadre())
        device = Device(context)
        device.prepare(house)
        context.set_offline(True)
        return device

    yield make
    for one in started:
        one.close()


def _prepare(context: BrowserContext, *, blind: bool) -> None:
    context.add_init_script(TRACKS)
    if not blind:
        context.expose_function("readFrame", _read_frame)
        context.add_init_script(DETECTOR)


def _address(platform: Platform, house: House) -> str:
    return f"{platform.base_url}/d/{house.plate}"


def _scan(device: Device) -> None:
    device.page.get_by_role("button", name="用相机扫").click()


def test_a_plate_before_the_camera_opens_its_household_and_the_camera_goes_dark(
    phone: Phone, house: House, platform: Platform
) -> None:
    device = phone(house, before=_address(platform, house))
    _scan(device)
    expect(device.page.get_by_role("heading", level=1)).to_contain_text(house.number)
    assert device.page.evaluate("window.tracks.length") == 1
    assert device.page.evaluate(LIT) == 0
    assert device.faults == []


def test_a_plate_that_is_not_in_the_pack_is_named_as_such(
    phone: Phone, house: House, world: World, platform: Platform
) -> None:
    device = phone(house, before=_address(platform, world.house()))
    _scan(device)
    expect(device.page.get_by_text("这块门牌不在离线包里")).to_be_visible()
    assert device.page.evaluate(LIT) == 0


def test_what_is_no_plate_is_passed_over_and_the_camera_is_closed_by_hand(
    phone: Phone, house: House
) -> None:
    device = phone(house, before="https://example.org/7K3M9QXW2R4T1")
    _scan(device)
    expect(device.page.locator("#video")).to_be_visible()
    until(lambda: device.page.evaluate("window.looks >= 2"), what="a second look")
    expect(device.page.locator("#video")).to_be_visible()
    device.page.get_by_role("button", name="关掉相机").click()
    expect(device.page.locator("#video")).to_be_hidden()
    expect(device.page.locator("#code-fault")).to_be_hidden()
    assert device.page.evaluate(LIT) == 0


def test_asked_for_twice_the_camera_is_one_and_locking_ends_it(phone: Phone, house: House) -> None:
    device = phone(house, before="nothing")
    device.page.evaluate("for (const _ of [1, 2]) { document.getElementById('camera').click(); }")
    until(lambda: device.page.evaluate("window.looks >= 1"), what="a first look")
    expect(device.page.locator("#video")).to_be_visible()
    assert device.page.evaluate("window.tracks.length") == 2
    assert device.page.evaluate(LIT) == 1
    device.page.get_by_role("button", name="上锁").click()
    assert device.page.evaluate(LIT) == 0


def test_a_camera_that_comes_after_the_pack_was_locked_is_put_out(
    phone: Phone, house: House
) -> None:
    device = phone(house, before="nothing")
    device.page.evaluate(
        "for (const id of ['camera', 'lock']) { document.getElementById(id).click(); }"
    )
    asked = f"window.tracks.length === 1 && {LIT} === 0"
    until(lambda: device.page.evaluate(asked), what="a camera that is put out")
    assert device.faults == []


def test_a_household_opened_by_its_code_ends_the_look_so_that_nothing_written_is_lost(
    phone: Phone, house: House
) -> None:
    device = phone(house, before="nothing")
    _scan(device)
    expect(device.page.locator("#video")).to_be_visible()
    device.enter(house.plate)
    device.page.get_by_label("情况").fill("正在写")
    assert device.page.evaluate(LIT) == 0


def test_where_the_camera_is_refused_the_code_is_typed(phone: Phone, house: House) -> None:
    device = phone(house, before="nothing", refused=True)
    _scan(device)
    expect(device.page.get_by_text("相机打不开，请输入门牌上的编号。")).to_be_visible()
    expect(device.page.locator("#video")).to_be_hidden()
    device.enter(house.plate)
    expect(device.page.get_by_role("heading", level=1)).to_contain_text(house.number)


def test_where_the_browser_reads_no_symbols_no_camera_is_offered(
    phone: Phone, house: House
) -> None:
    device = phone(house, before="nothing", blind=True)
    expect(device.page.locator("#camera")).to_be_hidden()
    device.enter(house.plate)
    expect(device.page.get_by_role("heading", level=1)).to_contain_text(house.number)
