"""Roles: bundles of permissions that are granted together."""

from __future__ import annotations

ISSUE = "doorplates.issue"
PRINT = "doorplates.print"
INSTALL = "doorplates.install"
REVOKE = "doorplates.revoke"
PUBLISH = "disclosure.publish"
JOBS = "operations.jobs"

ROLES: dict[str, tuple[str, ...]] = {
    "admin": (ISSUE, PRINT, INSTALL, REVOKE, PUBLISH, JOBS),
    "publisher": (PUBLISH,),
    "clerk": (ISSUE, PRINT, INSTALL, REVOKE),
    "installer": (INSTALL,),
}
