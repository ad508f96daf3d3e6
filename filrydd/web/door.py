"""Who is let in: a link that works once, and the sessions that it opens. All of it is kept in memory."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LINK_LIVES = timedelta(seconds=60)
SESSION_RESTS = timedelta(minutes=30)
_MOST_DRAFTS = 20


@dataclass(slots=True)
class Session:
    """Somebody who is logged in. `form_key` stands in every form of theirs; `done` maps a form's own token to the page
    that its answer led to, so that the same form sent twice acts once. `name` is what they last signed with,
    `drafts` are forms that were sent with something missing."""

    id: str
    form_key: str
    seen: datetime
    language: str = ""
    name: str = ""
    done: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def keep(self, token: str, draft: Mapping[str, str]) -> None:
        """Keep a form that something is missing in; the oldest of many goes."""
        self.drafts.pop(token, None)
        self.drafts[token] = draft
        if len(self.drafts) > _MOST_DRAFTS:
            del self.drafts[next(iter(self.drafts))]


class Door:
    """Keeps links and sessions. Its methods may be called from several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._links: dict[str, datetime] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def new_link(self) -> str:
        """A key that opens one session within LINK_LIVES."""
        with self._lock:
            key = secrets.token_urlsafe(32)
            self._links[key] = self._clock()
            return key

    def opens(self, key: str) -> bool:
        """Whether the key still works; looking does not use it up."""
        with self._lock:
            return self._is_alive(self._links.get(key), LINK_LIVES)

    def let_in(self, key: str, language: str = "") -> Session | None:
        """Use the key up; a session, or None when it was used, is too old or was never given out."""
        with self._lock:
            if not self._is_alive(self._links.pop(key, None), LINK_LIVES):
                return None
            session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), self._clock(), language)
            self._sessions[session.id] = session
            return session

    def session(self, id: str) -> Session | None:
        """The session of a cookie, kept alive by being asked for; None when there is none or it rested too long."""
        with self._lock:
            session = self._sessions.get(id)
            if session is None or not self._is_alive(session.seen, SESSION_RESTS):
                self._sessions.pop(id, None)
                return None
            session.seen = self._clock()
            return session

    def leave(self, session: Session) -> None:
        """Log out."""
        with self._lock:
            self._sessions.pop(session.id, None)

    def _is_alive(self, since: datetime | None, life: timedelta) -> bool:
        # A clock that was set back must not lengthen anything's life.
        return since is not None and timedelta() <= self._clock() - since <= life
