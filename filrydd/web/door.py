"""Who is let in: a link that works once, a log-in at a provider that was begun here, and the sessions that these
open. All of it is kept in memory: a restart logs everybody out and loses nothing else."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from filrydd.web.identity import Identity, by_link
from filrydd.web.openid import Begun as Challenge

LINK_LIVES = timedelta(seconds=60)
LOG_IN_LIVES = timedelta(minutes=10)
SESSION_RESTS = timedelta(minutes=30)
SESSION_LIVES = timedelta(hours=10)
_MOST_DRAFTS = 20
_MOST_DONE = 200
# Log-ins that somebody began and never ended; a flood of them must not fill the memory.
_MOST_BEGUN = 1000


@dataclass(slots=True)
class Session:
    """Somebody who is logged in. `form_key` stands in every form of theirs; `done` maps a form's own token to the page
    that its answer led to, so that the same form sent twice acts once. `drafts` are forms that were sent with
    something missing."""

    id: str
    form_key: str
    begun: datetime
    seen: datetime
    identity: Identity
    language: str = ""
    done: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, Mapping[str, str]] = field(default_factory=dict)
    practised: dict[str, str] = field(default_factory=dict)
    # A second click on the same form waits for the first.
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, token: str, draft: Mapping[str, str]) -> None:
        """Keep a form that something is missing in; the oldest of many goes."""
        self.drafts.pop(token, None)
        self.drafts[token] = draft
        if len(self.drafts) > _MOST_DRAFTS:
            del self.drafts[next(iter(self.drafts))]

    def led(self, token: str, address: str) -> None:
        """Remember what a form led to; the oldest of many goes."""
        self.done[token] = address
        if len(self.done) > _MOST_DONE:
            del self.done[next(iter(self.done))]


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in at the provider that was begun here: what the provider must come back with, where it then goes on to, and
    the session that the browser had before."""

    challenge: Challenge
    then: str
    former: str
    at: datetime


class Door:
    """Keeps links, log-ins and sessions. Its methods may be called from several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._links: dict[str, datetime] = {}
        self._begun: dict[str, Begun] = {}
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

    def let_in(self, key: str, name: str = "", language: str = "") -> Session | None:
        """Use the key up; a session, or None when it was used, is too old or was never given out."""
        with self._lock:
            if not self._is_alive(self._links.pop(key, None), LINK_LIVES):
                return None
            return self._new_session(by_link(name), language)

    def begin(self, challenge: Challenge, then: str, former: str = "") -> str:
        """Remember a log-in that begins at the provider; returns the key for this browser's cookie."""
        with self._lock:
            self._begun = {key: begun for key, begun in self._begun.items() if self._is_alive(begun.at, LOG_IN_LIVES)}
            while len(self._begun) >= _MOST_BEGUN:
                del self._begun[next(iter(self._begun))]
            key = secrets.token_urlsafe(32)
            self._begun[key] = Begun(challenge, then, former, self._clock())
            return key

    def begun(self, key: str) -> Begun | None:
        """Use up what was remembered under the key; None when it is too old or was never begun."""
        with self._lock:
            found = self._begun.pop(key, None)
            return found if found is not None and self._is_alive(found.at, LOG_IN_LIVES) else None

    def welcome(self, identity: Identity, former: str, language: str = "") -> Session:
        """A new session for somebody whom the provider vouched for. The one that the browser had is over, whoever's
        it was."""
        with self._lock:
            self._sessions.pop(former, None)
            return self._new_session(identity, language)

    def session(self, id: str) -> Session | None:
        """The session of a cookie, kept alive by being asked for; None when there is none or it rested too long."""
        with self._lock:
            session = self._sessions.get(id)
            if (
                session is None
                or not self._is_alive(session.seen, SESSION_RESTS)
                or not self._is_alive(session.begun, SESSION_LIVES)
            ):
                self._sessions.pop(id, None)
                return None
            session.seen = self._clock()
            return session

    def count(self) -> int:
        """How many people are logged in now."""
        with self._lock:
            return sum(
                self._is_alive(one.seen, SESSION_RESTS) and self._is_alive(one.begun, SESSION_LIVES)
                for one in self._sessions.values()
            )

    def leave(self, session: Session) -> None:
        """Log out."""
        with self._lock:
            self._sessions.pop(session.id, None)

    def _new_session(self, identity: Identity, language: str) -> Session:
        for id, old in list(self._sessions.items()):
            if not self._is_alive(old.seen, SESSION_RESTS):
                del self._sessions[id]
        now = self._clock()
        session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now, now, identity, language)
        self._sessions[session.id] = session
        return session

    def _is_alive(self, since: datetime | None, life: timedelta) -> bool:
        # A clock that was set back must not lengthen anything's life.
        return since is not None and timedelta() <= self._clock() - since <= life
