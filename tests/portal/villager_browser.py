"""A villager's browser: fills in the forms it was shown, inside WeChat or outside."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.gateways.sms.memory import InMemorySms
from app.gateways.wechat.memory import InMemoryWeChat
from app.identity.villagers import service
from app.kernel.outbox import OutboxRow
from app.web.flask_app import SunshineApp

IN_WECHAT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"
OUTSIDE = "Mozilla/5.0 (Linux; Android 14) Chrome/140"
SITE = "https://localhost"
PHONE = "13800001234"


class Villager:
    """Somebody with a phone in hand."""

    def __init__(self, app: SunshineApp, *, in_wechat: bool = False) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.agent = IN_WECHAT if in_wechat else OUTSIDE
        if not isinstance(app.extensions["sms"], InMemorySms):  # all villagers share one world
            app.extensions["wechat"], app.extensions["sms"] = InMemoryWeChat(), InMemorySms()
        self.wechat: InMemoryWeChat = app.extensions["wechat"]
        self.sms: InMemorySms = app.extensions["sms"]

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers={"User-Agent": self.agent}, base_url=SITE)

    def send(self, path: str, *, shown_at: str = "/sign-in", **fields: str) -> TestResponse:
        """Send a form of this site, with the secret its page carries."""
        secret = re.search(r'name="csrf_token" value="([^"]*)"', self.get(shown_at).text)
        return self.client.post(
            path,
            data={"csrf_token": secret[1] if secret else "", **fields},
            headers={"Referer": f"{SITE}{shown_at}", "User-Agent": self.agent},
            base_url=SITE,
        )

    def deliver(self) -> str:
        """Do what the workers would, and give the code of the last message."""
        with self.app.database.unit_of_work() as session:
            for row in session.query(OutboxRow).order_by(OutboxRow.id):
                if row.task == "villagers.send_code":
                    number = int(row.payload["challenge_id"])
                    service.send_code(session, challenge_id=number, sms=self.sms)
        return self.sms.sent[-1].code

    def sign_in_by_phone(self, phone: str = PHONE) -> TestResponse:
        """Ask for a code, read it, type it."""
        self.send("/sign-in/phone", phone=phone)
        return self.send("/sign-in/code", code=self.deliver())

    def cookies(self, answer: TestResponse, name: str) -> list[str]:
        """Give what an answer sets under one name."""
        return [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")]
