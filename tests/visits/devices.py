"""A device as the server meets it: the same envelopes, made by another hand than the server's."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.visits.schemas import Message


def seal(
    server_key: str,
    content: dict[str, Any],
    *,
    pack_id: UUID,
    message_id: UUID | None = None,
    revision: UUID | None = None,
    kind: str = "visit",
) -> Message:
    """Put something into an envelope for the server."""
    message_id, revision = message_id or uuid4(), revision or uuid4()
    receiver = urlsafe_b64decode(server_key)
    own = ec.generate_private_key(ec.SECP256R1())
    sender = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    )
    key = HKDF(SHA256(), 32, salt=sender + receiver, info=b"sunshine visit envelope 1").derive(
        shared
    )
    nonce = os.urandom(12)
    bound = f"{message_id}|{revision}|{pack_id}|{kind}".encode()
    sealed = AESGCM(key).encrypt(nonce, json.dumps(content, default=str).encode(), bound)
    return Message.model_validate(
        {
            "id": message_id,
            "revision": revision,
            "pack_id": pack_id,
            "kind": kind,
            "envelope": urlsafe_b64encode(sender + nonce + sealed).decode().rstrip("="),
        }
    )
