"""What kind of deployment a database belongs to; written once, when it is filled."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.db import Base, connect

DEMONSTRATION = "demonstration"


class DeploymentFact(Base):
    """One fact about this deployment, such as that its content is a demonstration."""

    __tablename__ = "deployment_facts"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


def is_demonstration(session: Session) -> bool:
    """Tell whether the database holds demonstration data."""
    return session.get(DeploymentFact, DEMONSTRATION) is not None


def mark_demonstration(session: Session) -> None:
    """Mark the database, for good, as one that holds demonstration data."""
    session.merge(DeploymentFact(name=DEMONSTRATION, value="yes"))


def holds_demonstration(url: str) -> bool:
    """Tell whether the database of an address holds demonstration data.

    One that is empty holds none; one that cannot be reached is for others to complain about.
    """
    try:
        with connect(url).reading() as session:
            return is_demonstration(session)
    except SQLAlchemyError:
        return False
