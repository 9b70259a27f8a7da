"""A provider's words for what became of a message, as the platform's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from app.gateways.sms.errors import SmsBusy, SmsMisconfigured, SmsRefused
from app.kernel import logs

log = logs.get(__name__)


def refuse(provider: str, word: str, *, number: Iterable[str], ours: Iterable[str]) -> NoReturn:
    """Raise what a provider's word means; the lists hold beginnings of words.

    `number` are those about the telephone, `ours` those about our account, template or signature;
    what is in neither may pass.
    """
    word = word if word.isascii() and len(word) <= 80 else "?"
    if word.startswith(tuple(number)):
        log.info("sms_refused", provider=provider, word=word)
        raise SmsRefused
    if word.startswith(tuple(ours)):
        log.error("sms_misconfigured", provider=provider, word=word)
        raise SmsMisconfigured
    log.warning("sms_not_sent", provider=provider, word=word)
    raise SmsBusy
