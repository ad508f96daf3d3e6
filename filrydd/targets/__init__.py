"""Where files go: the libraries of a tenant, through Microsoft Graph.

`tenant` has the contract, `terms` what its calls take and give. `graph` fulfils it by three kinds of traffic: calls to
the API (`connect`), content to and from the hosts that the API points to (`sending`, `receiving`), and what comes back
(`decode`, `refusals`). Beside files and folders stand `permissions`, `columns`, `history` (versions), `teams` (channels),
`records` (small files that several programs may want to write) and `looking` (what a tenant says of itself before an
upload). Everything goes through one place (`traffic`) that waits until there are units for it and the tenant lets anybody
in (`governor`), and counts; `wire` carries it.

A file is sent (`sending`) by `sessions` and their `fragments`, `reading` ahead in threads; `empty` ones go another way. After
a lost answer `recognising` says whether what is there is ours; `patience` asks again what SharePoint is not ready for.

`directory` has the contract for asking who people are, `graph_directory` fulfils it.

Importing this package is cheap; opening a tenant loads the Graph SDK, which takes a second or two.
"""

from typing import TYPE_CHECKING

from filrydd.errors import BadUsage
from filrydd.lang import _
from filrydd.targets.tenant import Tenant

if TYPE_CHECKING:
    from filrydd.targets.governor import Timing

__all__ = ["Tenant", "open_rehearsal", "open_tenant"]


def open_tenant(kind: str, address: str = "", *, timing: "Timing | None" = None, tier: str = "") -> Tenant:
    """The tenant of that kind; nothing is sent yet.

    `"graph"` is Microsoft's, signed in as the application that azure-identity's variables name; `"rehearsal"` is the
    one on this machine that listens at `address`. `tier` names its licences (`0-1000` to `50001-`, see `model.tier`), whose
    limits then hold from the start; without it they are learnt. Raises BadUsage, and TenantRefused when the variables are not
    set.
    """
    if kind == "rehearsal":
        return open_rehearsal(address, timing=timing, tier=tier)
    if kind != "graph":
        raise BadUsage(
            _("There is no tenant of the kind {kind}.").format(kind=kind), next=_("Use --tenant rehearsal or graph.")
        )
    from filrydd.targets.connect import to_graph
    from filrydd.targets.graph import GraphTenant

    return GraphTenant(to_graph(timing, tier=tier))


def open_rehearsal(address: str, *, timing: "Timing | None" = None, sign_in: bool = True, tier: str = "") -> Tenant:
    """The rehearsal tenant whose API has its root at `address` (`http://127.0.0.1:PORT/v1.0`).

    Signed in as `"graph"` is where AZURE_AUTHORITY_HOST names a sign-in service on this machine, else without a token;
    with `sign_in` False always without.
    Raises BadUsage for any address that is not http, a loopback host and a port: a rehearsal never leaves this machine;
    TenantRefused when the other variables are not set.
    """
    from filrydd.targets.hosts import LocalHosts

    hosts = LocalHosts(address)
    from filrydd.targets.connect import to_rehearsal
    from filrydd.targets.graph import GraphTenant

    return GraphTenant(to_rehearsal(hosts, timing, sign_in=sign_in, tier=tier))
