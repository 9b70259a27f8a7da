"""Sealing personal values: authenticated encryption bound to its place, and blind indexes.

The key ring is a file outside the database and outside its backups. A sealed value names its key:
one length byte, the key's id, a nonce of 12 bytes, the ciphertext with its tag of 16. Table, row,
column and key id are the associated data, so that a value moved elsewhere does not open
(AES-256-GCM: NIST SP 800-38D; SM4-GCM: GM/T 0002-2012).
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from app.kernel.errors import Conflict

AES, SM4 = "aes-256-gcm", "sm4-gcm"
SECRET_BYTES = {AES: 32, SM4: 16}
NONCE, TAG = 12, 16


class Unreadable(Conflict):
    code = "value_unreadable"
    sentence = "这项资料解不开，请联系系统管理员检查密钥。"


class SealingCipher(Protocol):
    """Authenticated encryption under one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class Sm4Gcm:
    """SM4 in Galois/counter mode, with the interface of `AESGCM`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Give the ciphertext with its tag."""
        encryptor = Cipher(algorithms.SM4(self._secret), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Give the plaintext; raises `InvalidTag`."""
        mode = modes.GCM(nonce, data[-TAG:])
        decryptor = Cipher(algorithms.SM4(self._secret), mode).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(data[:-TAG]) + decryptor.finalize()


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands."""

    table: str
    row: int
    column: str


class Ring:
    """The keys of a deployment, as read from the key file at one moment."""

    def __init__(self, content: dict[str, dict[str, object]]) -> None:
        """`content`: `data` and `index` with `current` and `keys`, and `root` with its `secret`."""
        data, index = content["data"], content["index"]
        self.current, self.index_current = str(data["current"]), str(index["current"])
        self._ciphers = {
            name: _cipher(key["algorithm"], b64decode(key["secret"]))
            for name, key in _keys(data).items()
        }
        self._index = {name: b64decode(key["secret"]) for name, key in _keys(index).items()}
        self._root = b64decode(str(content["root"]["secret"]))
        self._index_of: dict[tuple[str, str], bytes] = {}  # deriving costs ten times the digest

    def seal(self, value: str, place: Place) -> bytes:
        """Encrypt a value for one place, under the current key."""
        nonce, name = secrets.token_bytes(NONCE), self.current.encode()
        sealed = self._ciphers[self.current].encrypt(
            nonce, value.encode(), _bound(place, self.current)
        )
        return bytes((len(name),)) + name + nonce + sealed

    def open(self, sealed: bytes, place: Place) -> str:
        """Decrypt a value at the place it was sealed for; raises `Unreadable`."""
        name = key_of(sealed)
        start = 1 + len(name)
        try:
            value = self._ciphers[name].decrypt(
                sealed[start : start + NONCE], sealed[start + NONCE :], _bound(place, name)
            )
        except (KeyError, InvalidTag, ValueError) as error:
            raise Unreadable from error
        return value.decode()

    def knows(self, name: str) -> bool:
        """Tell whether a key of this id is in the ring."""
        return name in self._ciphers

    def index_keys(self) -> tuple[str, ...]:
        """Name the index keys in use, the current one first; two while they are changed."""
        others = sorted(name for name in self._index if name != self.index_current)
        return (self.index_current, *others)

    def index(self, field: str, value: str, *, key: str | None = None) -> bytes:
        """Digest a normalised value for looking it up: HMAC-SHA-256 under a key of its field."""
        name = key or self.index_current
        secret = self._index_of.get((name, field))
        if secret is None:
            secret = self._index_of[name, field] = derive(self._index[name], f"index:{field}")
        return hmac.digest(secret, value.encode(), "sha256")

    def derive(self, purpose: str) -> bytes:
        """Give 32 secret bytes for one purpose, the same ones as long as the root stays."""
        return derive(self._root, purpose)


class KeySource(Protocol):
    """Gives the ring as it is now."""

    def ring(self, *, holding: str | None = None) -> Ring: ...


KEYS = "sunshine.keys"  # where a session carries its `KeySource`


def of(session: Session) -> Ring:
    """Give the ring that a session's values are sealed under."""
    source: KeySource = session.info[KEYS]
    return source.ring()


def open_value(session: Session, sealed: bytes | None, place: Place) -> str | None:
    """Decrypt a value, also one whose key was added a moment ago; None stays None."""
    if sealed is None:
        return None
    source: KeySource = session.info[KEYS]
    return source.ring(holding=key_of(sealed)).open(sealed, place)


def seal_value(session: Session, value: str | None, place: Place) -> bytes | None:
    """Encrypt a value for its place; None stays None."""
    return None if value is None else of(session).seal(value, place)


def key_of(sealed: bytes) -> str:
    """Name the key a value is sealed under; raises `Unreadable`."""
    try:
        return sealed[1 : 1 + sealed[0]].decode("ascii")
    except (IndexError, UnicodeDecodeError) as error:
        raise Unreadable from error


def derive(secret: bytes, purpose: str) -> bytes:
    """Derive 32 bytes for one purpose (HKDF-SHA-256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)


def _keys(part: dict[str, object]) -> dict[str, dict[str, str]]:
    keys = part["keys"]
    assert isinstance(keys, dict)  # noqa: S101 - narrows what JSON gave
    return keys


def _cipher(algorithm: str, secret: bytes) -> SealingCipher:
    return Sm4Gcm(secret) if algorithm == SM4 else AESGCM(secret)


def _bound(place: Place, key: str) -> bytes:
    return f"{place.table}|{place.row}|{place.column}|{key}".encode()
