"""What organisations take in and give out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.organisations.models import Kind

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+()（）转、;； -]*$", max_length=50)]


class Details(BaseModel):
    """What is said about an office or unit; blanks around a value are dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    kind: Kind
    division_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6,14}$")]
    phone: Phone = ""
    address: Annotated[str, StringConstraints(max_length=200)] = ""
    hours: Annotated[str, StringConstraints(max_length=200)] = ""
    duty: Annotated[str, StringConstraints(max_length=500)] = ""


class KeyedDetails(Details):
    """One line of an imported table."""

    key: Key


@dataclass(frozen=True)
class ImportSummary:
    """How many organisations an import added, changed and left as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class OrganisationOut(BaseModel):
    """An office or unit and how to reach it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    kind: Kind
    division_code: str
    phone: str
    address: str
    hours: str
    duty: str


class OrganisationsOut(BaseModel):
    """The offices and units of a place."""

    organisations: list[OrganisationOut]
