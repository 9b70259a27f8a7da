"""What was read of a roster: households and their people, with what is wrong or odd about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.households.schemas import PersonIn, TagIn


@dataclass
class Member:
    """A person of a roster. `fault` refuses the household; `remarks` only want a second look.

    A relation or residence that is not written is "": it changes nothing in the register.
    """

    sheet: int
    line: int
    name: str = ""
    relation: str = ""
    is_head: bool = False
    id_number: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    residence: str = ""
    tags: tuple[TagIn, ...] = ()
    fault: str = ""
    remarks: list[str] = field(default_factory=list)

    def person(self) -> PersonIn:
        """Give the person as the register takes it."""
        return PersonIn(
            name=self.name,
            relation=self.relation or "other",
            is_head=self.is_head,
            id_number=self.id_number,
            phone=self.phone,
            birth_date=self.birth_date,
            residence=self.residence or "resident",
            tags=self.tags,
        )


@dataclass
class Entry:
    """A household of a roster."""

    members: list[Member]
    number: str = ""
    group_code: str | None = None
    group_label: str = ""
    address: str | None = None
    fault: str = ""

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing refuses it."""
        return not self.fault and not any(member.fault for member in self.members)

    def dump(self) -> dict[str, Any]:
        """Write it as JSON can hold it."""
        return {**vars(self), "members": [_dumped(member) for member in self.members]}


def _dumped(member: Member) -> dict[str, Any]:
    # Field by field: `asdict` copies deeply, at ten times the cost.
    tags = [
        {
            **vars(tag),
            "valid_from": _written(tag.valid_from),
            "valid_until": _written(tag.valid_until),
        }
        for tag in member.tags
    ]
    return {**vars(member), "birth_date": _written(member.birth_date), "tags": tags}


def load(content: Mapping[str, Any]) -> Entry:
    """Read back what `Entry.dump` wrote."""
    members = [
        Member(
            **{
                **member,
                "birth_date": _read(member["birth_date"]),
                "tags": tuple(
                    TagIn(
                        tag["tag"],
                        date.fromisoformat(tag["valid_from"]),
                        _read(tag["valid_until"]),
                        tag["amount_fen"],
                    )
                    for tag in member["tags"]
                ),
            }
        )
        for member in content["members"]
    ]
    return Entry(**{**content, "members": members})


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
