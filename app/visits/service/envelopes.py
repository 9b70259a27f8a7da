"""Envelopes: what a device writes down for the server alone and cannot read again itself.

ECDH on P-256 with a key pair of the envelope's own (SEC 1, NIST SP 800-56A), HKDF-SHA-256 (RFC
5869) over both public keys, AES-256-GCM. An envelope is base64url of: the public key (65 bytes,
uncompressed), a nonce of 12, the ciphertext with its tag of 16. Message id, revision, pack and
kind are the associated data, so that an envelope opens under its own name only.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from app.kernel import crypto
from app.visits.errors import Undecipherable
from app.visits.schemas import Message

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256's group (SEC 2)."""
POINT, NONCE, INFO = 65, 12, b"sunshine visit envelope 1"


def private_key(session: Session) -> ec.EllipticCurvePrivateKey:
    """Derive the key that opens envelopes from the key ring's root: the same in every process."""
    drawn = int.from_bytes(crypto.of(session).derive("visit-pack"), "big")
    return ec.derive_private_key(drawn % (ORDER - 1) + 1, CURVE)


def public_key(session: Session) -> str:
    """Give the key that devices encrypt to: base64url of the uncompressed point."""
    return urlsafe_b64encode(point(private_key(session).public_key())).decode()


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Write a public key as an uncompressed point, 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def associated(message: Message) -> bytes:
    """Give what an envelope is bound to."""
    return f"{message.id}|{message.revision}|{message.pack_id}|{message.kind}".encode()


def message_key(shared: bytes, *, sender: bytes, receiver: bytes) -> bytes:
    """Derive an envelope's key from the shared secret and both points."""
    return HKDF(SHA256(), 32, salt=sender + receiver, info=INFO).derive(shared)


def unseal(session: Session, message: Message) -> bytes:
    """Open an envelope; raises `Undecipherable`."""
    own = private_key(session)
    try:
        sent = urlsafe_b64decode(message.envelope + "=" * (-len(message.envelope) % 4))
        sender = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sent[:POINT])
        key = message_key(
            own.exchange(ec.ECDH(), sender), sender=sent[:POINT], receiver=point(own.public_key())
        )
        nonce, content = sent[POINT : POINT + NONCE], sent[POINT + NONCE :]
        return AESGCM(key).decrypt(nonce, content, associated(message))
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Undecipherable from error
