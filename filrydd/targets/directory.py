"""The contract of a directory: who the security identifiers of the old area are, as the tenant's own directory knows them.

Accounts and groups that were synchronised from Active Directory keep their old identifier there.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from filrydd.errors import BadUsage
from filrydd.lang import _

if TYPE_CHECKING:
    from filrydd.targets.governor import Timing


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """Somebody the directory knows. `members` are a group's, also through other groups; those of them that the old area
    cannot name, since they have no identifier from it, are left out."""

    sid: str
    name: str
    kind: Literal["user", "group"]
    disabled: bool
    entra_id: str
    members: tuple[str, ...] = ()
    mail: str = ""  # the user principal name, or a group's mail address


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody in the directory by one of the addresses that were asked for: never more than a suggestion."""

    address: str
    entra_id: str
    name: str
    kind: Literal["user", "group"]


class Directory(Protocol):
    def find(self, sids: Sequence[str]) -> AsyncIterator[DirectoryEntry]:
        """Those of these identifiers (`S-1-5-21-...`) that the directory knows, and the members of the groups among them;
        each once, groups after the others. Identifiers that it does not know are left out.

        Raises TenantGone, TenantRefused (naming the permission that is missing), TenantError, as all of this room do.
        """

    def called(self, addresses: Sequence[str]) -> AsyncIterator[Namesake]:
        """Whoever has one of these (a user principal name or a mail address) there, whatever identifier he has; `address` is
        as asked. Raises as `find`."""

    async def close(self) -> None:
        """End connections. Safe to call twice."""


def open_directory(kind: str, address: str = "", *, timing: "Timing | None" = None) -> Directory:
    """The directory of a tenant; `kind` and `address` as in `open_tenant`. Nothing is sent yet.

    Raises BadUsage, TenantRefused.
    """
    if kind not in ("rehearsal", "graph"):
        raise BadUsage(
            _("There is no tenant of the kind {kind}.").format(kind=kind), next=_("Use --tenant rehearsal or graph.")
        )
    if kind == "graph":
        from filrydd.targets.connect import to_graph

        connection = to_graph(timing)
    else:
        from filrydd.targets.hosts import LocalHosts

        hosts = LocalHosts(address)
        from filrydd.targets.connect import to_rehearsal

        connection = to_rehearsal(hosts, timing)
    from filrydd.targets.graph_directory import GraphDirectory

    return GraphDirectory(connection)
