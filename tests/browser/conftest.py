"""A real platform and a real browser for the whole folder; nothing else may be reached."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from sqlalchemy import make_url, update

from app.identity import queries as identity
from app.identity.models import Staff
from app.identity.villagers import service as villagers
from app.identity.villagers.models import SessionKind, Way
from app.kernel import clock
from app.web.flask_app import VILLAGER_COOKIE
from tests.browser import stage, stage_own, stage_records
from tests.browser.running import Platform
from tests.browser.stage import Staged
from tests.conftest import Servers
from tests.wechat_simulator import Person, Simulator, World, serving

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No name is looked up but our own address: what a page or Chromium itself asks for ends here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PHONE: ViewportSize = {"width": 360, "height": 780}

NewContext = Callable[..., BrowserContext]


def _owned(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="package")
def wechat() -> Iterator[Simulator]:
    """Serve a WeChat of our own."""
    with serving(World()) as simulator:
        simulator.world.people["snapshot"] = Person("snapshot", snapshot=True)
        yield simulator


@pytest.fixture(scope="package")
def platform(servers: Servers, wechat: Simulator) -> Iterator[Platform]:
    """Serve the demo county from a database of its own."""
    name = f"sunshine_browser_{os.getpid()}"
    client = redis.Redis.from_url(servers.redis_url)
    client.flushdb()
    client.close()
    with psycopg.connect(servers.owner_url, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
    folder = Path(tempfile.mkdtemp(prefix="sunshine-browser-"))
    platform = Platform(
        owner_url=_owned(servers.owner_url, name),
        app_url=_owned(servers.app_url, name),
        redis_url=servers.redis_url,
        folder=folder,
        wechat_url=wechat.url,
    )
    try:
        platform.prepare()
        platform.start()
        yield platform
    finally:
        platform.close()
        with psycopg.connect(servers.owner_url, autocommit=True) as owner:
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        shutil.rmtree(folder)


@pytest.fixture(scope="package")
def staged(platform: Platform) -> Staged:
    """Bring plates and items into every state a page can show."""
    with platform.database.unit_of_work() as session:
        store = str(platform.folder / "files" / "attachments")
        return stage.set_up(session, {**platform.facts, "store": store})


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start one Chromium for the folder; its end gives the event loop back to other tests."""
    assert CHROMIUM, "no Chromium was found: install it, or name one by CHROMIUM=/path/to/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def strangers() -> list[str]:
    """Collect every address outside the platform that a page asked for."""
    return []


@pytest.fixture
def new_context(browser: Browser, platform: Platform, strangers: list[str]) -> Iterator[NewContext]:
    """Make visitors, each with cookies of their own; all requests must stay on the platform."""
    strangers.clear()
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"base_url": platform.base_url, "viewport": PHONE, "locale": "zh-CN", **options}
        )
        context.on("request", lambda request: _note(request.url))
        contexts.append(context)
        return context

    def _note(url: str) -> None:
        own = (platform.base_url + "/", platform.wechat_url + "/", "data:", "blob:")
        if not url.startswith(own):
            strangers.append(url)

    yield make
    for context in contexts:
        context.close()
    assert strangers == []


@pytest.fixture
def browser_page(new_context: NewContext) -> Page:
    """Give a visitor with a phone of 360 x 780."""
    return new_context().new_page()


@pytest.fixture(scope="package")
def signed_in_states(browser: Browser, platform: Platform) -> Callable[[str], Any]:
    """Sign in each account once, for sign-ins are counted per address and minute."""
    states: dict[str, Any] = {}

    def state_of(username: str) -> Any:
        if username in VILLAGERS and username not in states:
            states[username] = _villager_state(platform, VILLAGERS[username])
        if username in stage_records.READERS and username not in states:
            states[username] = stage_records.state_of(platform.database, username)
        if username not in states:
            with browser.new_context(base_url=platform.base_url) as context:
                sign_in(context.new_page(), platform, username.rstrip("!"))
                _age(platform, username)
                states[username] = context.storage_state()
        return states[username]

    return state_of


VILLAGERS = {"villager": "13800001234", **stage_own.PHONES}


def _villager_state(platform: Platform, phone: str) -> dict[str, Any]:
    """Sign a villager in whose telephone is proved: what the browser keeps."""
    with platform.database.unit_of_work() as session:
        account_id = villagers.account_of_phone(session, phone=phone)
        token, expires_at = villagers.begin_session(
            session, account_id=account_id, kind=SessionKind.WEB, way=Way.PHONE
        )
    cookie = {
        "name": VILLAGER_COOKIE,
        "value": token,
        "domain": "127.0.0.1",
        "path": "/",
        "expires": expires_at.timestamp(),
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    return {"cookies": [cookie], "origins": []}


def sign_in(page: Page, platform: Platform, username: str, *, path: str = "") -> None:
    """Sign in by the form, with a code where the account has a second factor."""
    accounts = {account["username"]: account for account in platform.facts["accounts"]}
    page.goto(f"/console/sign-in{path}")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(accounts[username]["password"])
    page.get_by_role("button", name="登录").click()
    if secret := accounts[username].get("totp_secret"):
        page.get_by_label("验证码").fill(code(platform, username, secret))
        page.get_by_role("button", name="继续").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def _age(platform: Platform, username: str) -> None:
    """Let a session neither idle out nor need another code while the folder runs.

    With `!` after the name it is one that has shown no code of late.
    """
    later = clock.now() + timedelta(hours=6)
    with platform.database.unit_of_work() as session:
        staff = identity.get_by_username(session, username.rstrip("!"))
        newest = identity.sessions_of(session, staff.id)[0]
        newest.seen_at = later
        if newest.proved_at is not None:
            newest.proved_at = None if username.endswith("!") else later


def code(platform: Platform, username: str, secret: str) -> str:
    """Give the code of now, also where one of this time step was taken a moment ago."""
    with platform.database.unit_of_work() as session:
        session.execute(update(Staff).where(Staff.username == username).values(totp_last_step=None))
    return pyotp.TOTP(secret).now()


@pytest.fixture
def staff_page(
    new_context: NewContext, signed_in_states: Callable[[str], Any]
) -> Callable[[str], Page]:
    """Give a member of staff who has signed in, with a phone."""

    def page_of(username: str) -> Page:
        return new_context(storage_state=signed_in_states(username)).new_page()

    return page_of
