"""Tables of the household register, its imports, its records held open, and who is bound to it."""

from __future__ import annotations

from app.households.models import bindings, imports, openings, register

__all__ = ["bindings", "imports", "openings", "register"]
