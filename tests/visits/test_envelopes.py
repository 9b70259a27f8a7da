"""What a device encrypts to the server opens there, under its own name, and nowhere else."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from app.visits.errors import Undecipherable
from app.visits.schemas import Message
from app.visits.service import envelopes
from tests.visits import devices


@pytest.fixture
def message(session: Session) -> Message:
    """Give an envelope for this server."""
    return devices.seal(envelopes.public_key(session), {"notes": "屋顶漏水"}, pack_id=uuid4())


def test_the_server_opens_what_a_device_sealed(session: Session, message: Message) -> None:
    assert "屋顶漏水" in envelopes.unseal(session, message).decode("unicode_escape")


def test_the_key_is_the_same_every_time_and_a_point_of_the_curve(session: Session) -> None:
    key = envelopes.public_key(session)
    assert key == envelopes.public_key(session)
    assert len(urlsafe_b64decode(key)) == 65


@pytest.mark.parametrize("field", ["id", "revision", "pack_id"])
def test_an_envelope_under_another_name_stays_shut(
    session: Session, message: Message, field: str
) -> None:
    with pytest.raises(Undecipherable):
        envelopes.unseal(session, message.model_copy(update={field: uuid4()}))


def test_an_envelope_of_another_kind_stays_shut(session: Session, message: Message) -> None:
    with pytest.raises(Undecipherable):
        envelopes.unseal(session, message.model_copy(update={"kind": "opening"}))


@pytest.mark.parametrize("place", [0, 40, 70, 90])
def test_an_envelope_with_one_changed_byte_stays_shut(
    session: Session, message: Message, place: int
) -> None:
    sent = bytearray(urlsafe_b64decode(message.envelope + "=="))
    sent[place] ^= 1
    changed = urlsafe_b64encode(bytes(sent)).decode()
    with pytest.raises(Undecipherable):
        envelopes.unseal(session, message.model_copy(update={"envelope": changed}))


@pytest.mark.parametrize("envelope", ["", "!", "AAAA", "A" * 300])
def test_what_is_no_envelope_is_refused(session: Session, message: Message, envelope: str) -> None:
    with pytest.raises(Undecipherable):
        envelopes.unseal(session, message.model_copy(update={"envelope": envelope}))
