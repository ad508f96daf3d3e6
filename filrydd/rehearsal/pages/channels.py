"""Which folders are the files of a team's channel: those that the tenant's `teams.csv` tells of.

A standard channel is a folder in the first library of its team's site; a private or a shared one has a site of its own.
"""

import csv
import re

from filrydd.rehearsal.calls.people import rows
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store.sites import FIRST_LIBRARY, Drive
from filrydd.rehearsal.tenancy import Tenancy

_NOT_IN_SITE = re.compile(r"[^\w.\-]")


def folders_of(tenancy: Tenancy, drive: Drive) -> dict[str, str]:
    """The channel folders at the top of a library: their folded names, and the channel's name with its team's. Raises
    Refused (500) for a list that is none."""
    if drive.segment != FIRST_LIBRARY[1]:
        return {}
    try:
        told = rows(tenancy.folder / "teams.csv", "team", "channel")
    except (UnicodeDecodeError, csv.Error, OSError) as problem:
        raise Refused(500, "generalException", f"teams.csv cannot be read: {problem}.") from None
    found = {}
    for row in told:
        team, channel = row["team"], row["channel"]
        own_site = row.get("kind") in ("private", "shared")
        name = f"{team}-{channel}" if own_site else team
        if channel and fold(f"sites/{_NOT_IN_SITE.sub('', name)}") == fold(drive.site.path):
            found[fold(channel)] = f"{team.partition('#')[0]}: {channel}"
    return found
