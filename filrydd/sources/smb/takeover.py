"""From the library's signed-in connection to a lane of our own on its socket.

The library negotiates, signs in, derives the keys and reaches the share; its thread then ends, and its socket, message ids
and keys are used as they are. These names are private to it, so the range of its versions is pinned, and before a walk
relies on them the area's top is listed both ways (`tested`).
"""

import importlib.metadata
import re
import selectors
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any

from smbprotocol.connection import SMB2Echo

from filrydd.sources.smb.folder_job import FolderJob
from filrydd.sources.smb.guard import SMB_3_0, Encrypted, Guard, Signed, signer
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.link import Dropped, Link, dropping
from filrydd.sources.smb.page import BadPage, Told, entries
from filrydd.sources.smb.share import Refused, Share
from filrydd.sources.smb.wire import BadAnswer, Speech, encoded

KNOWN_VERSIONS = ((1, 15), (2, 0))
"""The library's versions from and below which its private names were found to be these."""

_CREDITS = 512
_TRIES = 3


class NotUsable(Exception):
    """The library is not as it is known here; its own way has to be taken."""


def usable_version() -> None:
    """Raises NotUsable when the library's version is not one of the known ones."""
    version = importlib.metadata.version("smbprotocol")
    found = re.match(r"(\d+)\.(\d+)", version)
    first, beyond = KNOWN_VERSIONS
    if found is None or not first <= (int(found[1]), int(found[2])) < beyond:
        raise NotUsable(f"smbprotocol {version}")


def take_over(link: Link, seconds: float) -> Lane[Any]:
    """The lane on this link, which the library cannot use any more except to drop it. Raises NotUsable, Dropped."""
    try:
        stream = _take_socket(link, seconds)
        guard = _guard(link)
        speech = Speech(
            link.session.session_id,
            link.tree.tree_connect_id,
            dfs=bool(link.tree.is_dfs_share),
            signed=not guard.encrypts,
            charged=bool(link.connection.supports_multi_credit),
        )
        share = link.tree.share_name.strip("\\").split("\\") if link.tree.is_dfs_share else []
        lane: Lane[Any] = Lane(link, stream, guard, speech, encoded([*share, *link.top]))
        for number, request in link.connection.outstanding_requests.items():
            if request.response is None:
                lane.waiting[number] = None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotUsable(f"{type(error).__name__}: {error}") from error
    return lane


def _take_socket(link: Link, seconds: float) -> socket.socket:
    connection = link.connection
    transport = connection.transport
    worker = connection._t_worker
    stream: Any = transport._sock
    if not isinstance(stream, socket.socket):
        raise TypeError("no socket")
    # The thread ends when it is told that nothing came. One answer wakes it; whether it still takes that one or leaves it to
    # us, `outstanding_requests` tells.
    transport.recv = lambda _timeout: b""
    with dropping():
        # Sent for the share, too: where the share is encrypted, then so is the answer.
        session, tree = link.session.session_id, link.tree.tree_connect_id
        connection.send(SMB2Echo(), sid=session, tid=tree, credit_request=_CREDITS)
    worker.join(seconds)
    if worker.is_alive() or not transport.connected:
        raise Dropped("the server does not answer")
    stream.setblocking(False)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stream


def _guard(link: Link) -> Guard:
    connection, session = link.connection, link.session
    dialect = int(connection.dialect)
    if session.encrypt_data or link.tree.encrypt_data:
        if dialect < SMB_3_0:
            raise ValueError("encryption below SMB 3")
        keys = session.encryption_key, session.decryption_key
        return Encrypted(dialect, connection.cipher_id, session.session_id, *keys)
    if not session.signing_required:
        raise ValueError("a session that is not signed")
    return Signed(signer(dialect, connection.signing_algorithm_id, session.signing_key))


def tested(connect: Callable[[], Link], seconds: float) -> Lane[Any]:
    """A lane on which the area's top was listed, after the library had listed it on the same connection, with the same
    result. What changes in between is told from what is wrong by trying again, at most three times.

    Raises NotUsable, Refused when the top cannot be listed, Dropped, and what `connect` raises.
    """
    usable_version()
    why = ""
    for _try in range(_TRIES):
        link = connect()
        try:
            theirs = _told(Share(link, link.top).pages([])[1])
            lane = take_over(link, seconds)
            ours = _told(_listed_alone(lane, seconds))
        except (BadAnswer, BadPage, struct.error) as error:
            why = str(error)
        except (Dropped, NotUsable, Refused):
            link.close()
            raise
        else:
            if ours == theirs:
                return lane
            why = "the two listings differ"
        link.close()
    raise NotUsable(why)


def _told(pages: Sequence[bytes]) -> list[Told]:
    return sorted(told for page in pages for told in entries(page))


def _listed_alone(lane: Lane[Any], seconds: float) -> list[bytes]:
    job = FolderJob(0, b"", None)
    job.ask(lane)
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(lane.stream, selectors.EVENT_READ)
        while True:
            lane.flush()
            if time.monotonic() > end:
                raise Dropped("the server does not answer")
            if selector.select(0.05 if lane.unsent else max(0.0, end - time.monotonic())) and lane.receive():
                if job.over():
                    break
                job.ask(lane)
    lane.closing.append(job.handle)
    if job.status:
        raise Refused(job.status)
    if job.fault:
        raise BadAnswer(job.fault)
    return [bytes(page) for page in job.pages]
