"""Files in a store that speaks S3 (path-style addresses, AWS Signature Version 4)."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn

import requests
from requests_aws4auth import AWS4Auth

from app.gateways.outside import NoAnswer
from app.gateways.storage.errors import (
    FileMissing,
    StorageAway,
    StorageFull,
    StorageMisconfigured,
)
from app.gateways.storage.protocol import MOST_BYTES, checked
from app.kernel import logs

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3.05, 10.0, 60.0
PIECE = 64 * 1024
FULL = {HTTPStatus.INSUFFICIENT_STORAGE}
OURS = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


@dataclass(frozen=True)
class Bucket:
    """Where the store is: its address, the bucket, and the region requests are signed for."""

    url: str
    name: str
    region: str


@dataclass(frozen=True)
class Answer:
    """What the store said: its number, and of a file at most `MOST_BYTES`."""

    status: int
    content: bytes


class S3Storage:
    """Implements `protocol.Storage`; each call has a deadline and follows no redirect."""

    def __init__(
        self,
        *,
        bucket: Bucket,
        key_id: str,
        secret: str,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._address = f"{bucket.url.rstrip('/')}/{bucket.name}"
        self._region = bucket.region
        self._key_id, self._secret = key_id, secret
        self._whole_seconds = whole_seconds

    def put(self, key: str, content: bytes) -> None:
        """Keep a file: S3 shows it once all of it has come, and never a part."""
        if len(content) > MOST_BYTES:
            raise ValueError("larger than any file that is kept")
        answer = self._ask("PUT", checked(key), content)
        if answer.status != HTTPStatus.OK:
            self._refuse("put", answer)

    def get(self, key: str) -> bytes:
        """Give a file; raises `FileMissing`, also where the store has changed it."""
        answer = self._ask("GET", checked(key))
        if answer.status == HTTPStatus.OK:
            if hashlib.sha256(answer.content).hexdigest() == key:
                return answer.content
            logs.get(__name__).error("stored_file_changed", file=key[:12])
            raise FileMissing
        if answer.status == HTTPStatus.NOT_FOUND and b"NoSuchBucket" not in answer.content:
            raise FileMissing
        self._refuse("get", answer)

    def delete(self, key: str) -> None:
        """Take a file away; S3 answers the same where there is none."""
        answer = self._ask("DELETE", checked(key))
        if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.OK):
            self._refuse("delete", answer)

    def exists(self, key: str) -> bool:
        """Tell whether a file is there."""
        answer = self._ask("HEAD", checked(key))
        if answer.status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
            return answer.status == HTTPStatus.OK
        self._refuse("head", answer)

    def _ask(self, method: str, key: str, content: bytes | None = None) -> Answer:
        """Send one signed request; no exception and no line carries the address or the keys."""
        try:
            with requests.request(
                method,
                f"{self._address}/{key}",
                data=content,
                headers={"Content-Type": "application/octet-stream"} if content else None,
                auth=self._signed(),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(response.status_code, self._read(response))
        except NoAnswer as error:
            reason = error.reason
        except requests.RequestException as error:
            reason = type(error).__name__
        except ValueError:
            reason = "unfit address"
        logs.get(__name__).warning("storage_away", act=method.lower(), reason=reason)
        raise StorageAway

    def _signed(self) -> AWS4Auth:
        """Sign for this call alone: the key changes with the day, and threads share nothing."""
        if not (self._key_id and self._secret):
            raise StorageMisconfigured
        return AWS4Auth(self._key_id, self._secret, self._region, "s3")

    def _read(self, response: requests.Response) -> bytes:
        """Read at most `MOST_BYTES`, and not drop by drop for ever."""
        until = time.monotonic() + self._whole_seconds
        parts, length = [], 0
        for part in response.iter_content(PIECE):
            length += len(part)
            if length > MOST_BYTES:
                raise NoAnswer("answer too long", sent=True)
            if time.monotonic() > until:
                raise NoAnswer("answer too slow", sent=True)
            parts.append(part)
        return b"".join(parts)

    def _refuse(self, act: str, answer: Answer) -> NoReturn:
        logs.get(__name__).error("storage_refused", act=act, status=answer.status)
        if answer.status in FULL or b"QuotaExceeded" in answer.content:
            raise StorageFull
        missing_bucket = answer.status == HTTPStatus.NOT_FOUND
        if missing_bucket or answer.status in OURS or 300 <= answer.status < 400:
            raise StorageMisconfigured
        raise StorageAway
