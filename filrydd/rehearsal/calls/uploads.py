"""Addresses of upload sessions, and what they lead to."""

from pathlib import Path

from filrydd.rehearsal.refusal import Refused, not_found
from filrydd.rehearsal.store import sessions
from filrydd.rehearsal.store.sessions import Session
from filrydd.rehearsal.tenancy import Tenancy


def url(tenancy: Tenancy, session: Session) -> str:
    """Its address, on the other port."""
    opened = int(session.opened)
    seal = tenancy.seal("session", session.guid, opened, session.app)
    return f"{tenancy.transfers}/uploadSession?guid={session.guid}&opened={opened}&app={session.app}&tempauth={seal}"


def part(tenancy: Tenancy, guid: str) -> Path:
    """Where its bytes lie."""
    return tenancy.folder / "sessions" / guid


def asker(tenancy: Tenancy, query: dict[str, str]) -> str:
    """The id of the app that an address was given to. Raises Refused (401) for a false or too old address."""
    guid, opened, app = query.get("guid", ""), query.get("opened", ""), query.get("app", "")
    if not opened.isdecimal() or not tenancy.sealed(query.get("tempauth", ""), "session", guid, opened, app):
        raise Refused(401, "unauthenticated", "The address does not hold.")
    if tenancy.clock.now() - int(opened) > sessions.HARD:
        raise Refused(401, "expiredToken", "The upload session has expired.")
    return app


def resume(tenancy: Tenancy, query: dict[str, str]) -> Session:
    """The session of an address that holds. Raises Refused (404) for a session that ended."""
    session = sessions.find(tenancy.store.read, query.get("guid", ""))
    if session is None or tenancy.clock.now() - session.touched > tenancy.ways.session_seconds:
        raise not_found(sessions.MISSING)
    return session
