"""Which gateways a process uses, by its settings: `create_app` and the workers ask here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.gateways.sms.aliyun import AliyunSms
from app.gateways.sms.memory import LoggedSms, NoSms
from app.gateways.sms.protocol import Sms
from app.gateways.sms.tencent import TencentSms
from app.gateways.storage.local import LocalStorage
from app.gateways.storage.protocol import Storage
from app.gateways.storage.s3 import Bucket, S3Storage
from app.gateways.wechat.client import Application, WeChatApi
from app.gateways.wechat.protocol import WeChat
from app.gateways.wechat.tokens import TokenShelf
from app.kernel.db import Database
from app.kernel.settings import Settings


def wechat_for(settings: Settings, database: Database) -> WeChat:
    """Give WeChat as these settings reach it; what has no application serves nothing."""
    return WeChatApi(
        account=Application(settings.wechat_app_id, settings.wechat_secret),
        mini=Application(settings.wechat_mini_app_id, settings.wechat_mini_secret),
        api_url=settings.wechat_api_url,
        open_url=settings.wechat_open_url,
        tokens=TokenShelf(database),
    )


def sms_for(settings: Settings, *, demo: bool = False) -> Sms:
    """Give the provider of short messages these settings name.

    A demonstration without one writes codes to its log, so that its villagers can sign in.
    """
    if settings.sms_provider == "aliyun":
        return AliyunSms(
            key_id=settings.sms_key_id,
            secret=settings.sms_key_secret,
            sign_name=settings.sms_sign_name,
            template=settings.sms_code_template,
            url=settings.sms_api_url,
        )
    if settings.sms_provider == "tencent":
        return TencentSms(
            key_id=settings.sms_key_id,
            secret=settings.sms_key_secret,
            app_id=settings.sms_app_id,
            sign_name=settings.sms_sign_name,
            template=settings.sms_code_template,
            url=settings.sms_api_url,
        )
    return LoggedSms() if demo or settings.sms_provider == "demo" else NoSms()


def storage_for(settings: Settings) -> Storage:
    """Give the place for files these settings name: a folder of DATA_DIR, or a store of S3's."""
    if settings.storage == "s3":
        bucket = Bucket(settings.storage_url, settings.storage_bucket, settings.storage_region)
        return S3Storage(
            bucket=bucket, key_id=settings.storage_key_id, secret=settings.storage_key_secret
        )
    return LocalStorage(settings.files_dir / "attachments")


def storage_of(extensions: Mapping[str, Any]) -> Storage:
    """Give the place for files of an application."""
    storage: Storage = extensions["storage"]
    return storage


def wechat_of(extensions: Mapping[str, Any]) -> WeChat:
    """Give the WeChat of an application: `choosing.wechat_of(current_app.extensions)`."""
    wechat: WeChat = extensions["wechat"]
    return wechat


def sms_of(extensions: Mapping[str, Any]) -> Sms:
    """Give the provider of an application; pages ask it whether it sends, workers send."""
    sms: Sms = extensions["sms"]
    return sms
