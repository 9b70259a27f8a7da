"""Every page in every state, both modes and both colour schemes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import measuring, screens
from tests.browser.conftest import PHONE
from tests.browser.pages import CONSOLE, PORTAL, Place
from tests.browser.pages_aid import AID
from tests.browser.pages_attachments import ATTACHMENTS
from tests.browser.pages_catalogue import CATALOGUE
from tests.browser.pages_desk import DESK_PAGES
from tests.browser.pages_funds import FUNDS
from tests.browser.pages_ledger import LEDGER
from tests.browser.pages_own import OWN
from tests.browser.pages_records import RECORDS
from tests.browser.pages_register import REGISTER
from tests.browser.pages_rosters import ROSTERS
from tests.browser.pages_staff import STAFF
from tests.browser.pages_villagers import VILLAGERS
from tests.browser.pages_visits import VISITS
from tests.browser.running import Platform
from tests.browser.stage import Staged

ALL = (
    *(*PORTAL, *CONSOLE, *VILLAGERS, *OWN, *LEDGER, *VISITS, *ROSTERS, *REGISTER, *STAFF),
    *(*RECORDS, *CATALOGUE, *FUNDS, *AID, *ATTACHMENTS, *DESK_PAGES),
)
DESK: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class Visit:
    """A page that was opened, and what was heard meanwhile."""

    place: Place
    elder: bool
    page: Page
    status: int
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def _looks() -> Iterator[Any]:
    for place in ALL:
        for elder in (False,) if place.console else (False, True):
            yield pytest.param((place, elder), id=_name(place, "elder" if elder else ""))


def _name(place: Place, *looks: str) -> str:
    return "-".join(filter(None, [place.page, *looks, place.state]))


@pytest.fixture(scope="module", params=_looks())
def visit(
    request: pytest.FixtureRequest,
    browser: Browser,
    platform: Platform,
    staged: Staged,
    signed_in_states: Callable[[str], Any],
) -> Iterator[Visit]:
    """Open a page once for all the tests that look at it."""
    place, elder = request.param
    context = browser.new_context(
        base_url=platform.base_url,
        viewport=PHONE,
        locale="zh-CN",
        storage_state=signed_in_states(place.account) if place.account else None,
        user_agent=place.agent,
    )
    if elder:
        context.add_cookies([{"name": "mode", "value": "elder", "url": platform.base_url}])
    page = context.new_page()
    visit = Visit(place, elder, page, status=0)
    page.on("console", lambda message: visit.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: visit.said.append(str(error)))
    page.on("request", lambda asked: visit.asked.append(asked.url))
    answer = page.goto(place.path(staged))
    assert answer is not None
    visit.status = answer.status
    if place.act is not None:
        place.act(page)
    if screens.wanted():
        _keep(page, place, "elder" if elder else "")
    measuring.open_all(page)
    yield visit
    context.close()


def _schemes(place: Place, width: int) -> tuple[str, ...]:
    """Keep pages of readers in the dark as well; in a special state, at the phone's size alone."""
    only_light = place.console or (place.state and width > PHONE["width"])
    return ("light",) if only_light else ("light", "dark")


def _keep(page: Page, place: Place, mode: str) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for scheme in _schemes(place, size["width"]):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            screens.keep(page, _name(place, scheme, mode) + f"-{size['width']}")


def test_it_answers_with_its_status(visit: Visit) -> None:
    assert visit.status == visit.place.status


def test_axe_finds_no_violation(visit: Visit) -> None:
    visit.page.emulate_media(color_scheme="light")
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    if "dark" in _schemes(visit.place, PHONE["width"]):
        visit.page.emulate_media(color_scheme="dark")
        # Colours are all that differs, so one rule is asked again.
        found = Axe().run(visit.page, options={"runOnly": ["color-contrast"]})
        assert found.violations_count == 0, found.generate_report()


def test_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    wider = {width: measuring.overflow(visit.page, width=width) for width in (320, 360, 1280)}
    assert {width: by for width, by in wider.items() if by > 0} == {}


def test_targets_are_large_enough_for_a_finger(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    least = 60 if visit.elder else 44
    targets = measuring.sizes(visit.page)["targets"]
    small = [one for one in targets if min(one["width"], one["height"]) < least - 0.01]
    assert targets
    assert small == []


def test_text_is_as_large_and_airy_as_its_mode_asks(visit: Visit) -> None:
    least = 24 if visit.elder else 13
    texts = measuring.sizes(visit.page)["texts"]
    tight = [one for one in texts if one["size"] < least or one["leading"] < 1.299]
    assert texts
    assert tight == []


def test_the_console_says_nothing_and_no_policy_is_broken(visit: Visit) -> None:
    # Chromium itself notes the status of a page that is not there; everything else is a fault.
    expected = "error: Failed to load resource: the server responded with a status of {}"
    heard = (visit.place.status, 401, 403, visit.place.refusal)
    notes = tuple(expected.format(status) for status in heard)
    refused = visit.place.status >= 400 or visit.place.act is not None
    assert [said for said in visit.said if not (refused and said.startswith(notes))] == []


def test_every_request_goes_to_the_platform_itself(visit: Visit, platform: Platform) -> None:
    own = (platform.base_url + "/", platform.wechat_url + "/", "data:")
    assert visit.asked
    assert [url for url in visit.asked if not url.startswith(own)] == []


def test_a_demonstration_says_so(visit: Visit) -> None:
    assert visit.page.get_by_text("地名真实，内容均为虚构").first.is_visible()
