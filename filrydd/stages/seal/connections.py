"""Who is connected to a share since before it was sealed: whoever is keeps the right to write until he connects anew."""

import time
from collections.abc import Sequence

from filrydd.errors import StillInUse
from filrydd.lang import _, n_
from filrydd.sources import Connected, Source
from filrydd.sources.source import EntryTrouble
from filrydd.stages.seal.wishes import Wishes
from filrydd.stages.work import Work

SHOWN = 20
_AGAIN = 5.0  # seconds between two looks at who is connected
# A server tells whole seconds: one that it says less of may be so much older, and one that comes so soon after the seal
# cannot be told from one that was there before (Samba rounds the beginning to the nearest second and the end down).
_ROUNDED = 1.5
_APART = 2.25


def refuse_unless_told(source: Source) -> None:
    """Raises StillInUse when nobody tells who is connected: then nobody would know when the last of them is gone."""
    _connected(source)


def wait_out(work: Work, source: Source, wishes: Wishes, sealed_at: float) -> None:
    """Come back when nobody is connected that was before `sealed_at`, the moment of this machine's own steady clock
    (`time.monotonic`) at which the share was seen to be sealed. Raises StillInUse when somebody still is after the wished
    time, and was not disconnected."""
    began = time.monotonic()
    told = ""
    older = _older(source, sealed_at)
    while older and time.monotonic() - began < wishes.wait:
        if told != (now := "; ".join(_named(older)[:SHOWN])):
            told = now
            work.progress.say(_("Waiting until these people disconnect: {people}").format(people=told))
        wishes.sleep(min(_AGAIN, wishes.wait))
        older = _older(source, sealed_at)
    if older and wishes.close_open:
        _disconnect(work, source, older, wishes, sealed_at)
        older = _older(source, sealed_at)
    if older:
        raise _still_connected(work, source, older)


def _older(source: Source, sealed_at: float) -> list[Connected]:
    # Looked at before the question, so that nobody seems younger than he is.
    since = time.monotonic() - sealed_at
    return [one for one in _connected(source) if one.seconds + _ROUNDED >= since]


def _connected(source: Source) -> Sequence[Connected]:
    found = source.connected()
    if found is None:
        raise StillInUse(
            _(
                "The server does not tell who is connected to {address}. Whoever is can write there until he disconnects."
            ).format(address=source.address),
            next=_("Seal with an account that runs the server, or leave out --share."),
        )
    return found


def _disconnect(work: Work, source: Source, people: Sequence[Connected], wishes: Wishes, sealed_at: float) -> None:
    """Those of them who are connected to this share for certain, each once."""
    if not any(one.here for one in people):
        return
    # A program connects anew as soon as it is cut off; sooner than this it would not be known for a new one.
    wishes.sleep(max(0.0, sealed_at + _APART - time.monotonic()))
    people = [one for one in _older(source, sealed_at) if one.here]
    done: set[tuple[str, str]] = set()
    for one in people:
        if (one.user, one.computer) in done:
            continue
        done.add((one.user, one.computer))
        try:
            # Seen to be gone by the youngest of his connections: then all of them are.
            source.disconnect(min((his for his in people if _is_his(his, one)), key=lambda his: his.seconds))
        except EntryTrouble as trouble:
            work.progress.say(
                _("The server does not disconnect {user}: {why}").format(
                    user=one.user, why=trouble.detail or trouble.reason
                )
            )
        else:
            work.progress.say(
                _("The server disconnected {user} ({computer}).").format(user=one.user, computer=one.computer)
            )


def _is_his(one: Connected, other: Connected) -> bool:
    return (one.user, one.computer) == (other.user, other.computer)


def _still_connected(work: Work, source: Source, people: Sequence[Connected]) -> StillInUse:
    details = tuple(_named(people)[:SHOWN])
    if not all(one.here for one in people):
        return StillInUse(
            _("Somebody is connected to {address} and can still write. The server does not tell who of these.").format(
                address=source.address
            ),
            next=_("Ask them to disconnect, or seal without --share: filrydd seal {area} --execute").format(
                area=work.area
            ),
            details=details,
        )
    return StillInUse(
        n_(
            "{count} connection to {address} began before the seal and can still write.",
            "{count} connections to {address} began before the seal and can still write.",
            len(people),
        ).format(count=len(people), address=source.address),
        next=_(
            "Ask them to disconnect, or let the server do it: filrydd seal {area} --share --close-open --execute"
        ).format(area=work.area),
        details=details,
    )


def _named(people: Sequence[Connected]) -> list[str]:
    return sorted({f"{one.user} ({one.computer})" for one in people})
