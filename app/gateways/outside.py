"""One call to a server outside: with a deadline, a bounded answer, and nothing of it in a log."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from typing import Any

import requests

# Its lines quote whole addresses, and those of WeChat hold codes and secrets.
logging.getLogger("urllib3").setLevel(logging.ERROR)

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3.05, 5.0, 8.0
MOST_BYTES = 64 * 1024


class NoAnswer(Exception):
    """The other side was not reached, or said nothing we can use.

    `sent` tells that the request may have arrived, so that what counts once is not sent again.
    """

    def __init__(self, reason: str, *, sent: bool) -> None:
        self.reason = reason
        self.sent = sent
        super().__init__(reason)


def ask(
    method: str,
    address: str,
    *,
    query: Mapping[str, str] | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Send one request and read the JSON object that answers it; raises `NoAnswer`.

    Certificates are checked, redirects are not followed, and no exception carries the address.
    """
    try:
        with requests.request(
            method,
            address,
            params=query,
            data=body,
            headers=headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
            auth=_as_it_is,
        ) as response:
            content = _read(response)
            status = response.status_code
    except (requests.ConnectTimeout, requests.exceptions.SSLError):
        raise NoAnswer("unreachable", sent=False) from None
    except requests.ConnectionError:
        raise NoAnswer("connection lost", sent=True) from None
    except requests.RequestException:
        raise NoAnswer("no answer in time", sent=True) from None
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise NoAnswer(f"no JSON, status {status}", sent=True) from None
    if not isinstance(answer, dict):
        raise NoAnswer(f"no JSON object, status {status}", sent=True)
    return answer


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add nothing: without this, requests would look for a password in ~/.netrc."""
    return request


def _read(response: requests.Response) -> bytes:
    """Read at most `MOST_BYTES`, and not drop by drop for ever."""
    until = time.monotonic() + WHOLE_SECONDS
    content = b""
    for part in response.iter_content(8192):
        content += part
        if len(content) > MOST_BYTES:
            raise NoAnswer("answer too long", sent=True)
        if time.monotonic() > until:
            raise NoAnswer("answer too slow", sent=True)
    return content
