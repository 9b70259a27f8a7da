"""Roles: bundles of permissions that are granted together."""

from __future__ import annotations

ISSUE = "doorplates.issue"
PRINT = "doorplates.print"
INSTALL = "doorplates.install"
REVOKE = "doorplates.revoke"
PUBLISH = "disclosure.publish"
JOBS = "operations.jobs"
RECORDS_OPEN = "households.open"
RECORDS_REVEAL = "households.reveal"
RECORDS_MINORS = "households.minors"
RECORDS_HEALTH = "households.health"
RECORDS_MONEY = "households.money"
HOUSEHOLDS_KEEP = "households.keep"
VISITS_LOG = "visits.log"
AUDIT_READ = "audit.read"
ACCOUNTS = "identity.accounts"
GRANTS_APPROVE = "identity.approve_grants"

ROLES: dict[str, tuple[str, ...]] = {
    "admin": (ISSUE, PRINT, INSTALL, REVOKE, PUBLISH, JOBS),
    "publisher": (PUBLISH,),
    "clerk": (ISSUE, PRINT, INSTALL, REVOKE),
    "installer": (INSTALL,),
}
