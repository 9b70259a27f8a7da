"""The two database roles: an owner for migrations and an app role that owns nothing."""

from __future__ import annotations

from typing import LiteralString
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from app.kernel.db import plain_url
from app.supervisor.errors import CannotStart
from app.supervisor.secrets_file import SecretsFile

OWNER, APP, DATABASE = "sunshine_owner", "sunshine_app", "sunshine"
ALLOWED: LiteralString = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
OLDEST = 150000  # server_version_num of PostgreSQL 15


def prepare_private(superuser_url: str, secrets: SecretsFile) -> None:
    """Bring the private server's roles and its database to what they should be, every start."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role in (OWNER, APP):
            _set_role(connection, role, secrets.get(f"{role}_password"), allowed=ALLOWED)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
        name, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APP))
        )


def app_url_beside(owner_url: str, secrets: SecretsFile) -> str:
    """Make or refresh the app role on a server of the user's own and give its address.

    For development, where only one address was set. Raises CannotStart where the address's role
    may not create roles, or the app role can't be used.
    """
    with _connected(owner_url, "DATABASE_URL") as connection:
        may = connection.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if may is None or not may[0]:
            raise CannotStart(_two_needed("its role may not create roles"))
        password = secrets.get("given_server_app_password")
        try:
            _set_role(connection, APP, password, allowed="LOGIN")
        except psycopg.Error as error:
            raise CannotStart(
                _two_needed(f"the role {APP} can't be set up ({_state(error)})")
            ) from None
    app_url = _with_role(owner_url, APP, password)
    require_app_role(app_url, owner_url=owner_url)
    return app_url


def require_app_role(app_url: str, *, owner_url: str) -> None:
    """Raise CannotStart where a server is too old, or the app role is one that policies don't bind.

    Row-level security binds neither superusers nor owners, so the two roles must differ.
    """
    with _connected(owner_url, "DATABASE_OWNER_URL") as connection:
        owner = _who(connection)[0]
    with _connected(app_url, "DATABASE_URL") as connection:
        role, unbound = _who(connection)
    if role == owner:
        raise CannotStart("DATABASE_URL and DATABASE_OWNER_URL must name two different roles.")
    if unbound:
        raise CannotStart(
            f"The role {role} of DATABASE_URL is a superuser or has BYPASSRLS: name a plain role "
            "there and keep the other for DATABASE_OWNER_URL."
        )


def _who(connection: Connection[TupleRow]) -> tuple[str, bool]:
    [(role, unbound)] = connection.execute(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    return role, unbound


def _set_role(
    connection: Connection[TupleRow], role: str, password: str, *, allowed: LiteralString
) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    # Only the verifier is sent, so that a password can't end in a server's log.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    connection.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"),
            sql.Identifier(role),
            sql.SQL(allowed),
            sql.Literal(verifier.decode()),
        )
    )


def _connected(url: str, variable: str) -> Connection[TupleRow]:
    try:
        connection = psycopg.connect(plain_url(url), autocommit=True, connect_timeout=10)
    except (psycopg.Error, ValueError) as error:
        raise CannotStart(
            f"The PostgreSQL of {variable} does not answer as asked ({_reason(error)}): "
            "check address, role, password and pg_hba.conf."
        ) from None
    version = connection.info.server_version
    if version < OLDEST:
        connection.close()
        raise CannotStart(
            f"{variable} leads to PostgreSQL {version // 10000}; 15 or newer is needed."
        )
    return connection


def _state(error: psycopg.Error) -> str:
    return error.sqlstate or type(error).__name__


def _reason(error: Exception) -> str:
    """Say what went wrong without the address, which holds a password."""
    text = str(error).strip().rpartition("\n")[2]
    return text.rpartition("FATAL:")[2].strip() if "FATAL:" in text else type(error).__name__


def _two_needed(why: str) -> str:
    return (
        f"DATABASE_URL is set without DATABASE_OWNER_URL, and {why}: set DATABASE_OWNER_URL to the "
        "role that owns the schema and DATABASE_URL to a second role that owns nothing."
    )


def _with_role(url: str, role: str, password: str) -> str:
    parts = urlsplit(plain_url(url))
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{quote(password, safe='')}@{host}").geturl()
