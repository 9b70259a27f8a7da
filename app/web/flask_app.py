"""The Flask application: one transaction per view, default deny, every answer with its headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.routing import RequestRedirect

from app.kernel import logs
from app.kernel.access import Actor, Villager
from app.kernel.db import Database
from app.kernel.errors import Forbidden, SunshineError, Unauthenticated
from app.kernel.settings import Settings
from app.web import entry, problems

LoadActor = Callable[[Session, str, Literal["session", "api"]], Actor | None]
LoadVillager = Callable[[Session, str], Villager | None]
NoteLife = Callable[[Session, int], None]
SESSION_COOKIE = "sunshine_session"
VILLAGER_COOKIE = "sunshine_session_villager"  # the same beginning: both go past every cache
DEMONSTRATION = "演示：地名真实，内容均为虚构"

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SunshineApp(OpenAPI):
    """A Flask application bound to its settings and its PostgreSQL."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        load_actor: LoadActor,
        load_villager: LoadVillager,
        note_life: NoteLife | None = None,
        demo: bool,
    ) -> None:
        super().__init__(
            "app",
            info=Info(title=f"{settings.site_name} API{'（演示）' if demo else ''}", version="1"),
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")},
            doc_ui=False,  # its pages need inline scripts; app.web.api_docs has ours
            validation_error_status=422,
            validation_error_model=problems.Problem,
            validation_error_callback=problems.refuse_fields,
        )
        self.settings = settings
        self.database = database
        self.load_actor = load_actor
        self.load_villager = load_villager
        self.note_life = note_life
        self.demo = demo
        self.fixed_headers = dict(SECURITY_HEADERS)
        if settings.base_url.startswith("https://"):
            self.fixed_headers["Strict-Transport-Security"] = "max-age=31536000"
        if demo:
            self.fixed_headers["X-Robots-Tag"] = "noindex"
        self.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the default provider
        problems.install(self)
        self.after_request(self._finish)

    def open_static_files(self) -> None:
        """Let everyone have the files of every static folder registered so far."""
        for endpoint, view in list(self.view_functions.items()):
            if endpoint.rpartition(".")[2] == "static":
                # A method of the blueprint takes no mark of its own.
                self.view_functions[endpoint] = entry.public(partial(view))

    def full_dispatch_request(self) -> Response:
        """Give the request its id first, so that no log line carries that of the one before."""
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid4().hex[:16])
        return super().full_dispatch_request()

    def dispatch_request(self) -> ResponseReturnValue:
        """Open the transaction, let in whoever may enter, and commit when the view returns."""
        if isinstance(request.routing_exception, RequestRedirect):
            # Werkzeug's own answer names the host that the visitor named, whatever that was.
            parts = urlsplit(request.routing_exception.new_url)
            way = "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
            return redirect(way, request.routing_exception.code)
        if request.routing_exception is not None:
            return super().dispatch_request()
        view = self.view_functions[request.url_rule.endpoint] if request.url_rule else None
        wanted = entry.declared(view) if view else None
        if wanted is None:
            raise Forbidden
        reading = request.method in {"GET", "HEAD", "OPTIONS"} and not wanted.traced
        opened = self.database.reading() if reading else self.database.unit_of_work()
        with opened as session:
            g.session = session
            g.actor = g.villager = None
            self._recognise(session)
            if g.actor is not None:
                structlog.contextvars.bind_contextvars(staff_id=g.actor.staff_id)
            wanted.admit(g.actor, g.villager)
            return super().dispatch_request()

    def _recognise(self, session: Session) -> None:
        """Find out who comes: staff, a villager, both in one browser, or neither.

        A program's token of staff opens the API alone, and a browser's session the pages alone.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme:
            # A program that shows a token must show a good one, also where nobody asks for it.
            if scheme.lower() == "bearer":
                if request.path.startswith("/api/"):
                    g.actor = self.load_actor(session, token, "api")
                g.villager = None if g.actor else self.load_villager(session, token)
            if g.actor is None and g.villager is None:
                raise Unauthenticated
            return
        if request.path.startswith("/api/"):
            return  # cookies are for pages alone, so no other site can act through a browser
        cookies = request.cookies
        if SESSION_COOKIE in cookies:
            g.actor = self.load_actor(session, cookies[SESSION_COOKIE], "session")
        if VILLAGER_COOKIE in cookies:
            g.villager = self.load_villager(session, cookies[VILLAGER_COOKIE])

    def make_response(self, rv: Any) -> Response:
        """Turn a pydantic model or a dict into JSON that says when it is a demonstration."""
        if isinstance(rv, BaseModel | dict):
            return self._json(rv)
        if isinstance(rv, tuple) and isinstance(rv[0], BaseModel | dict):
            rv = (self._json(rv[0]), *rv[1:])
        return super().make_response(rv)

    def _json(self, content: BaseModel | dict[str, Any]) -> Response:
        body = content.model_dump(mode="json") if isinstance(content, BaseModel) else {**content}
        if self.demo:
            body["demonstration"] = DEMONSTRATION
        return Response(self.json.dumps(body), mimetype="application/json")

    def _finish(self, response: Response) -> Response:
        self._note_life()
        for name, value in self.fixed_headers.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        self._log(response)
        return response

    def _note_life(self) -> None:
        """Note that a session is in use, now that its request has given its connection back."""
        actor: Actor | None = g.get("actor")
        if self.note_life is None or actor is None or not actor.unnoted or not actor.session_id:
            return
        try:
            with self.database.unit_of_work() as session:
                self.note_life(session, actor.session_id)
        except SQLAlchemyError as error:
            logs.bound(__name__).warning("session_not_noted", error=logs.describe(error))

    def _log(self, response: Response) -> None:
        logs.bound(__name__).info(
            "request",
            method=request.method,
            # The rule, not the path: an address may carry a door's code.
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.started) * 1000, 1),
        )


def db() -> Session:
    """Give this request's session: read-only for GET, a unit of work otherwise."""
    session: Session = g.session
    return session


def undo(refusal: SunshineError) -> None:
    """Undo what this request wrote, for a view that answers a refusal itself.

    What the refusal wants noted is written in its place.
    """
    db().rollback()
    if refusal.afterwards is not None:
        write, refusal.afterwards = refusal.afterwards, None
        write(db())


def actor() -> Actor:
    """Give whoever acts in this request; only for views that let staff in."""
    current: Actor | None = g.actor
    if current is None:
        raise Unauthenticated
    return current


def villager() -> Villager:
    """Give the villager of this request; only for views that let villagers in."""
    current: Villager | None = g.villager
    if current is None:
        raise entry.VillagerSignInWanted
    return current


def visiting_villager() -> Villager | None:
    """Give the villager who looks at a public page, or None."""
    current: Villager | None = g.villager
    return current


def visitor() -> Actor | None:
    """Give the member of staff who looks at a public page, or None for everyone else."""
    current: Actor | None = g.actor
    return current
